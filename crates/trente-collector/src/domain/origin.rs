//! Origin of a page, `scheme://host[:port]`, compared exactly. It filters noise and is never authentication.

use std::fmt;
use std::str::FromStr;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use trente_survey::order;

/// An exact origin, as browsers write it: lower case, without a default port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin(String);

/// Why a text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OriginError {
    /// It is none at all.
    #[error("`{0}` is not an origin: write scheme://host or scheme://host:port, without a path")]
    Malformed(String),
    /// It is more than one: the address of a page, whose origin is the second text.
    #[error("`{0}` is not an origin but an address: write {1}")]
    Address(String, Origin),
    /// The scheme is missing.
    #[error("`{0}` is not an origin: its scheme is missing; write https://{0}")]
    Scheme(String),
    /// It stands for many.
    #[error("`{0}` is not an origin: there are no wildcards; name each origin, or allow any of them")]
    Wildcard(String),
}

impl Origin {
    /// Reads an origin.
    ///
    /// # Errors
    /// [`OriginError`] for anything but `http` or `https`, a host and perhaps a port.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let wrong = || OriginError::Malformed(text.to_owned());
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

    /// Reads an origin that a person has typed or pasted: white space around it, a slash at the end, capital letters,
    /// a default port and letters of any script are understood as a browser understands them, which writes
    /// `https://bücher.example/` as `https://xn--bcher-kva.example`.
    ///
    /// # Errors
    /// [`OriginError`], which says what to write instead.
    pub fn typed(text: &str) -> Result<Self, OriginError> {
        let text = order::trim(text);
        if let Ok(origin) = Self::parse(text) {
            return Ok(origin);
        }
        let named = text.to_owned();
        if text.contains('*') {
            return Err(OriginError::Wildcard(named));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            let host = Self::typed_host(&format!("https://{text}")).is_some() && text.contains('.');
            return Err(if host { OriginError::Scheme(named) } else { OriginError::Malformed(named) });
        };
        // Url repairs what a browser's address bar would; an origin in a list is to be what it looks like.
        let plain = !rest.starts_with(['/', '\\', ':']) && !rest.contains(char::is_whitespace) && !scheme.is_empty();
        let Some((origin, rest)) = Self::typed_host(text).filter(|_| plain) else {
            return Err(OriginError::Malformed(named));
        };
        if rest { Err(OriginError::Address(named, origin)) } else { Ok(origin) }
    }

    /// The origin of an address without a user, and whether there is more in it.
    fn typed_host(text: &str) -> Option<(Self, bool)> {
        let url = reqwest::Url::parse(text).ok()?;
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let origin = Self::parse(&url.origin().ascii_serialization()).ok()?;
        let rest = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
        Some((origin, rest))
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
pub enum RequestOrigin {
    /// No `Origin` header: not a browser's cross-origin request.
    Missing,
    /// A page of this very host.
    SameOrigin,
    /// A page of another origin.
    CrossOrigin(Origin),
    /// A page without an origin of its own, as in a sandbox or on the disk: `null`, or a scheme of an application's.
    Opaque,
    /// Several, or nothing that we can read.
    Malformed,
}

impl RequestOrigin {
    /// Reads the headers of a request.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(ORIGIN).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return if headers.contains_key(ORIGIN) { Self::Malformed } else { Self::Missing };
        };
        let Ok(text) = value.to_str() else { return Self::Malformed };
        // A proxy may rewrite `Host`, so the browser's own word counts first; no page can put it there.
        if headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin") {
            return Self::SameOrigin;
        }
        match Origin::parse(text) {
            Ok(origin) if is_own(&origin, headers) => Self::SameOrigin,
            Ok(origin) => Self::CrossOrigin(origin),
            Err(_) if text.is_empty() => Self::Malformed,
            Err(_) => Self::Opaque,
        }
    }
}

impl RequestOrigin {
    /// Reads the origin as the loader writes it into a path: `https~shop.example~8443`, because a slash in a path, even
    /// an encoded one, does not get through every proxy. `-` is a page of this very host.
    pub fn of_path(text: &str) -> Self {
        if text == "-" {
            return Self::SameOrigin;
        }
        match Origin::parse(&text.replacen('~', "://", 1).replace('~', ":")) {
            Ok(origin) => Self::CrossOrigin(origin),
            Err(_) if text.is_empty() => Self::Malformed,
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

impl HostName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
    fn an_origin_is_understood_as_people_paste_it() {
        for (text, origin) in [
            ("https://shop.example/", "https://shop.example"),
            ("  https://shop.example\n", "https://shop.example"),
            ("\u{feff}HTTPS://Shop.Example:443/", "https://shop.example"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://BÜCHER.example:8443/", "https://xn--bcher-kva.example:8443"),
            ("https://bu\u{308}cher.example", "https://xn--bcher-kva.example"),
            ("https://例え.テスト", "https://xn--r8jz45g.xn--zckzah"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("http://localhost:3000/", "http://localhost:3000"),
            ("http://[::1]:80/", "http://[::1]"),
        ] {
            assert_eq!(Origin::typed(text).map(|origin| origin.to_string()).as_deref(), Ok(origin), "{text:?}");
        }
        for (text, advice) in [
            ("https://shop.example/checkout?x=1", "write https://shop.example"),
            ("https://bücher.example/danke", "write https://xn--bcher-kva.example"),
            ("https://shop.example/#a", "write https://shop.example"),
            ("shop.example", "write https://shop.example"),
            ("www.shop.example/", "write https://www.shop.example"),
            ("https://*.shop.example", "no wildcards"),
            ("*", "no wildcards"),
            ("null", "is not an origin"),
            ("", "is not an origin"),
            ("ftp://shop.example", "is not an origin"),
            ("https://", "is not an origin"),
            ("https:///shop.example", "is not an origin"),
            ("https://a b.example", "is not an origin"),
            ("https://ada@shop.example", "is not an origin"),
            ("https://shop.example:99999", "is not an origin"),
            ("javascript:alert(1)", "is not an origin"),
        ] {
            let error = Origin::typed(text).unwrap_err().to_string();
            assert!(error.contains("is not an origin") && error.contains(advice), "{text:?}: {error}");
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
