//! Origins of pages: `scheme://host[:port]`, exact. A filter for noise, never authentication.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// An exact origin, as browsers write it: lower case, without a default port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin(String);

/// Why a text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an origin: write scheme://host or scheme://host:port, without a path")]
pub struct OriginError(String);

impl Origin {
    /// Reads an origin.
    ///
    /// # Errors
    /// [`OriginError`] for anything but `http` or `https`, a host and perhaps a port.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let wrong = || OriginError(text.to_owned());
        let lower = text.to_ascii_lowercase();
        let (scheme, authority) = lower.split_once("://").ok_or_else(wrong)?;
        let default_port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return Err(wrong()),
        };
        let (host, port) = split_port(authority).ok_or_else(wrong)?;
        let port = port.filter(|&port| port != default_port).map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self(format!("{scheme}://{host}{port}")))
    }

    /// As in the `Origin` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Host and port of an authority; none when either cannot be one.
pub(crate) fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.rfind(':') {
        // The colons of an IPv6 address are inside brackets.
        Some(at) if !authority.ends_with(']') => (authority.get(..at)?, Some(authority.get(at + 1..)?.parse().ok()?)),
        _ => (authority, None),
    };
    let name = |host: &str| host.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_'));
    let address = |host: &str| {
        host.strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok())
    };
    ((!host.is_empty() && name(host)) || address(host)).then_some((host, port))
}

/// Where a request says that it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// No `Origin` header: not a browser's cross-origin request.
    Unsaid,
    /// A page of this very host.
    Own,
    /// A page of another origin.
    Page(Origin),
    /// A page without an origin of its own, as in a sandbox or on the disk: `null`, or a scheme of an application's.
    Opaque,
    /// Several, or nothing that we can read.
    Refused,
}

impl Source {
    /// Reads the headers of a request.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(ORIGIN).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return if headers.contains_key(ORIGIN) { Self::Refused } else { Self::Unsaid };
        };
        let Ok(text) = value.to_str() else { return Self::Refused };
        // A proxy may rewrite `Host`, so the browser's own word counts first; no page can put it there.
        if headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin") {
            return Self::Own;
        }
        match Origin::parse(text) {
            Ok(origin) if is_own(&origin, headers) => Self::Own,
            Ok(origin) => Self::Page(origin),
            Err(_) if text.is_empty() => Self::Refused,
            Err(_) => Self::Opaque,
        }
    }
}

/// Whether the page was served by this host.
fn is_own(origin: &Origin, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // Most pages are another host's, which their ends tell: an origin is in lower case and ends like its host.
    let name = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if !origin.0.contains(&name) {
        return false;
    }
    // Behind a proxy that ends TLS the scheme is not known here, so either may be meant.
    ["http", "https"].iter().any(|scheme| {
        origin.0.starts_with(&format!("{scheme}://"))
            && Origin::parse(&format!("{scheme}://{host}")).is_ok_and(|own| own == *origin)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_one_way() {
        for (text, origin) in [
            ("https://shop.example", "https://shop.example"),
            ("HTTPS://Shop.Example:443", "https://shop.example"),
            ("http://127.0.0.1:8030", "http://127.0.0.1:8030"),
            ("http://[::1]:80", "http://[::1]"),
            ("https://xn--caf-dma.example:8443", "https://xn--caf-dma.example:8443"),
        ] {
            assert_eq!(Origin::parse(text).map(|origin| origin.to_string()).as_deref(), Ok(origin));
        }
    }

    #[test]
    fn what_is_not_an_origin_is_refused() {
        for text in [
            "",
            "null",
            "shop.example",
            "ftp://shop.example",
            "https://",
            "https://shop.example/",
            "https://a/b",
            "https://a:99999",
            "https://a:",
            "https://a b",
            "https://user@a",
            "https://*.example",
            "https://[::1",
            "https://é.fr",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }
}
