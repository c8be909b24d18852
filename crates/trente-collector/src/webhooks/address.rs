//! SSRF protection: a webhook may go to public addresses, and to those others that the operator has allowed.
//!
//! An account that may add a webhook could otherwise make the service send requests inside its own network. So the
//! service resolves the name itself, checks every one of its addresses, and connects to those addresses and to no other:
//! a name that changes between the check and the connection (DNS rebinding) changes nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use reqwest::Url;
use thiserror::Error;

use crate::limits::WEBHOOK_URL_MAX;

/// Networks that are not public and may still be reached.
#[derive(Clone, Debug, Default)]
pub struct Allowed(pub Vec<IpNet>);

/// Why an address is not called.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// No URL, or one with another scheme, with a name and password, or without a host.
    #[error("a webhook goes to https://host/path; http only to a network that was allowed")]
    Form,
    /// It is too long.
    #[error("the address of a webhook has {WEBHOOK_URL_MAX} characters at most")]
    Long,
    /// The address is not public.
    #[error("{0} is not a public address; see `webhooks_allow` of the service")]
    Private(IpAddr),
    /// The name has no address.
    #[error("the host has no address")]
    Unknown,
}

impl Allowed {
    /// Whether an address may be called.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.lists(address)
    }

    /// Whether an address may be called with TLS or, where `plain`, without it: then its network has to be one that was
    /// allowed, and of a public address that is the fault.
    ///
    /// # Errors
    /// [`AddressError::Form`], [`AddressError::Private`]
    pub fn check(&self, address: IpAddr, plain: bool) -> Result<(), AddressError> {
        match (plain, self.has(address)) {
            (false, true) => Ok(()),
            (true, true) if self.lists(address) => Ok(()),
            (true, true) => Err(AddressError::Form),
            (_, false) => Err(AddressError::Private(address)),
        }
    }

    /// Whether the host of the service has named its network.
    fn lists(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Reads the address of a webhook: https, or http where it is meant for an allowed network, which only its connection
/// can tell.
///
/// # Errors
/// [`AddressError::Form`], [`AddressError::Long`]
pub fn parse(text: &str) -> Result<Url, AddressError> {
    if text.chars().count() > WEBHOOK_URL_MAX {
        return Err(AddressError::Long);
    }
    let url = Url::parse(text).map_err(|_| AddressError::Form)?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let scheme = matches!(url.scheme(), "https" | "http") && url.port() != Some(0);
    if plain && scheme && url.host_str().is_some_and(|host| !host.is_empty()) {
        Ok(url)
    } else {
        Err(AddressError::Form)
    }
}

/// Whether an address belongs to the open Internet. **Source**: the special-purpose registries of IANA, RFC 6890.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // This network; private; loopback; multicast and reserved.
        (0 | 10 | 127 | 224..=255, ..) => true,
        // Shared by providers; link-local; private; benchmarks.
        (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) | (198, 18 | 19, _) => true,
        // Protocol assignments; documentation; the former 6to4 relays.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global = a & 0xe000 == 0x2000;
    // Teredo, benchmarks, documentation and 6to4 lead elsewhere than they seem to.
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || a == 0x3fff;
    global && !special
}

/// The host of an address, for the audit log: the path may be its receiver's secret.
pub fn host_of(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_called() {
        let none = Allowed::default();
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "203.0.113.9",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!none.has(text.parse().unwrap()), "{text}");
        }
        for text in ["1.1.1.1", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(none.has(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_network_that_was_allowed_may_be_called() {
        let allowed = Allowed(vec!["10.1.0.0/16".parse().unwrap(), "::1/128".parse().unwrap()]);
        assert!(allowed.has("10.1.2.3".parse().unwrap()) && allowed.has("::1".parse().unwrap()));
        assert!(allowed.has("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!allowed.has("10.2.0.1".parse().unwrap()) && !allowed.has("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn addresses_are_plain() {
        for text in ["https://hooks.example/a?b=1", "http://127.0.0.1:9/x", "https://[::1]/"] {
            assert!(parse(text).is_ok(), "{text}");
        }
        for text in
            ["", "hooks.example", "ftp://a/b", "file:///etc/passwd", "https://a:b@c/", "https://a/#b", "https://a:0/"]
        {
            assert_eq!(parse(text), Err(AddressError::Form), "{text}");
        }
        let long = |length: usize| format!("https://a.example/{}", "x".repeat(length - "https://a.example/".len()));
        assert!(parse(&long(2000)).is_ok());
        assert_eq!(parse(&long(2001)), Err(AddressError::Long));
    }
}
