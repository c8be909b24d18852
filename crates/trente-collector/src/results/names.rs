//! Names under which the inner listener answers.
//!
//! DNS-rebinding protection: an attacker who owns a name can let it lead to 127.0.0.1, and then a browser on this machine takes our answers for those of his
//! page. So a listener on the loopback interface answers to addresses, to `localhost` and to the names that its
//! administrator says, and to no other; the names are those under which a proxy offers the results.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::HOST;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::origin::split_port;

/// The name of a host, in lower case and without a port.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName(String);

/// The text is no name of a host.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no name of a host: write results.shop.example, without scheme, port or path")]
pub struct HostNameError(String);

impl FromStr for HostName {
    type Err = HostNameError;

    fn from_str(text: &str) -> Result<Self, HostNameError> {
        let name = text.to_ascii_lowercase();
        match split_port(&name) {
            Some((host, None)) if !host.starts_with('[') => Ok(Self(name)),
            _ => Err(HostNameError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for HostName {
    type Error = HostNameError;

    fn try_from(text: String) -> Result<Self, HostNameError> {
        text.parse()
    }
}

impl From<HostName> for String {
    fn from(name: HostName) -> Self {
        name.0
    }
}

/// The names of one listener.
#[derive(Clone)]
pub struct Names(Option<Arc<[HostName]>>);

impl Names {
    /// Of a listener at this address; one that is reached from elsewhere answers to any name as long as none is said.
    pub fn new(address: SocketAddr, said: Vec<HostName>) -> Self {
        Self((address.ip().is_loopback() || !said.is_empty()).then(|| said.into()))
    }

    /// Whether a request asks for one of them, with any port.
    pub fn have(&self, headers: &HeaderMap) -> bool {
        let Some(said) = &self.0 else { return true };
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        let Some((host, _)) = split_port(&host) else { return false };
        // An address leads nowhere but to itself.
        let is_address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
        is_address || host == "localhost" || said.iter().any(|name| name.0 == host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(names: &Names, host: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, axum::http::HeaderValue::from_static(host));
        names.have(&headers)
    }

    #[test]
    fn only_names_that_were_said_lead_to_the_loopback_interface() {
        let said = vec!["Results.shop.example".parse().unwrap()];
        let at = |address: &str| address.parse().unwrap();
        let (plain, named) = (Names::new(at("127.0.0.1:8032"), Vec::new()), Names::new(at("[::1]:8032"), said.clone()));
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
        assert!(!plain.have(&HeaderMap::new()));
        let elsewhere = Names::new(at("0.0.0.0:8032"), Vec::new());
        assert!(answers(&elsewhere, "any.example") && !answers(&Names::new(at("0.0.0.0:8032"), said), "any.example"));
    }

    #[test]
    fn a_name_is_a_name_alone() {
        for text in ["", "https://a.example", "a.example:443", "a.example/", "[::1]", "a b", "é.fr", "*.example"] {
            assert!(text.parse::<HostName>().is_err(), "{text}");
        }
    }
}
