//! DNS-rebinding protection: the host names under which the inner listener answers.
//!
//! An attacker who owns a name can let it resolve to 127.0.0.1, and then a browser on this machine takes our answers for
//! those of their page. So a listener on the loopback interface answers only to addresses, to `localhost` and to the
//! names that the operator configures, which are those under which a proxy offers the results.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::HOST;

use crate::domain::origin::{HostName, split_port};

/// The names of one listener.
#[derive(Clone)]
pub struct AllowedHosts(Option<Arc<[HostName]>>);

impl AllowedHosts {
    /// Of a listener at this address; one that is reached from elsewhere answers to any name as long as none is said.
    pub fn new(address: SocketAddr, said: Vec<HostName>) -> Self {
        Self((address.ip().is_loopback() || !said.is_empty()).then(|| said.into()))
    }

    /// Whether a request asks for one of them, with any port.
    pub fn contains(&self, headers: &HeaderMap) -> bool {
        let Some(said) = &self.0 else { return true };
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        let Some((host, _)) = split_port(&host) else { return false };
        // An address leads nowhere but to itself.
        let is_address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
        is_address || host == "localhost" || said.iter().any(|name| name.as_str() == host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(names: &AllowedHosts, host: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, axum::http::HeaderValue::from_static(host));
        names.contains(&headers)
    }

    #[test]
    fn only_names_that_were_said_lead_to_the_loopback_interface() {
        let said = vec!["Results.shop.example".parse().unwrap()];
        let at = |address: &str| address.parse().unwrap();
        let (plain, named) =
            (AllowedHosts::new(at("127.0.0.1:8032"), Vec::new()), AllowedHosts::new(at("[::1]:8032"), said.clone()));
        for host in ["127.0.0.1", "127.0.0.1:8032", "[::1]:8032", "localhost", "LOCALHOST:1", "192.0.2.1"] {
            assert!(answers(&plain, host) && answers(&named, host), "{host}");
        }
        for host in ["results.shop.example", "results.shop.example:8443", "RESULTS.SHOP.EXAMPLE"] {
            assert!(!answers(&plain, host) && answers(&named, host), "{host}");
        }
        for host in
            ["", "evil.example", "localhost.evil.example", "results.shop.example.evil.example", "127.0.0.1.evil"]
        {
            assert!(!answers(&plain, host) && !answers(&named, host), "{host}");
        }
        assert!(!plain.contains(&HeaderMap::new()));
        let elsewhere = AllowedHosts::new(at("0.0.0.0:8032"), Vec::new());
        assert!(
            answers(&elsewhere, "any.example") && !answers(&AllowedHosts::new(at("0.0.0.0:8032"), said), "any.example")
        );
    }

    #[test]
    fn a_name_is_a_name_alone() {
        for text in ["", "https://a.example", "a.example:443", "a.example/", "[::1]", "a b", "é.fr", "*.example"] {
            assert!(text.parse::<HostName>().is_err(), "{text}");
        }
    }
}
