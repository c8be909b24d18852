//! Client address of a request: the peer, or the address that a trusted reverse proxy names (X-Forwarded-For).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderMap;
use ipnet::IpNet;

use super::network::{NetworkHasher, wide};

/// The address of a connection's other end. It is in the extensions of every request.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Whose `X-Forwarded-For` is believed.
pub struct Proxies(Vec<IpNet>);

/// Who asks, as far as rates are concerned. It holds no address, and prints nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// A network, by its number of today.
    Network(u64),
    /// A proxy named a client that cannot be read: all of these share one bucket.
    Unreadable,
    /// A trusted proxy that names no client, or a program on its machine: only the site's and the common bucket count.
    Local,
}

impl Client {
    /// The key of its bucket.
    pub(crate) const fn key(self) -> Option<u64> {
        match self {
            Self::Network(number) => Some(number),
            Self::Unreadable => Some(0),
            Self::Local => None,
        }
    }

    /// The key of the wide network's buckets.
    pub(crate) const fn wide(self) -> Option<u64> {
        match self {
            Self::Network(number) => Some(wide(number)),
            Self::Unreadable => Some(0),
            Self::Local => None,
        }
    }
}

impl Default for Proxies {
    /// A proxy on the same machine: a client that connects from there is let in already.
    fn default() -> Self {
        let nets = [IpNet::new(Ipv4Addr::new(127, 0, 0, 0).into(), 8), IpNet::new(Ipv6Addr::LOCALHOST.into(), 128)];
        Self(nets.into_iter().flatten().collect())
    }
}

impl Proxies {
    /// These networks, and no others.
    pub const fn new(nets: Vec<IpNet>) -> Self {
        Self(nets)
    }

    /// The networks.
    pub fn into_nets(self) -> Vec<IpNet> {
        self.0
    }

    /// Whether the address is a proxy of the merchant's.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address))
    }

    /// Who is behind a peer. What a proxy appends stands on the right, so the list is read from there, over the
    /// proxies that are trusted, to the first address that is not; what stands left of it anyone may have written.
    ///
    /// **Source**: OWASP ASVS 5.0, 4.1.3.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap, networks: &NetworkHasher) -> Client {
        if !self.trusts(peer) {
            notice(peer, headers);
            return Client::Network(networks.hash(peer));
        }
        let mut values = headers.get_all("x-forwarded-for").iter().rev().peekable();
        if values.peek().is_none() {
            return Client::Local;
        }
        let mut last = None;
        for value in values {
            let Ok(text) = value.to_str() else { return Client::Unreadable };
            for entry in text.rsplit(',') {
                let Some(address) = address(entry.trim()) else { return Client::Unreadable };
                if !self.trusts(address) {
                    return Client::Network(networks.hash(address));
                }
                last = Some(address);
            }
        }
        last.map_or(Client::Local, |address| Client::Network(networks.hash(address)))
    }
}

/// Warns, once, of a proxy that was not named: it comes from a private network, as Docker's bridge does, and says whom
/// it speaks for. All its clients count as one network then, which a shop notices only when it is busy.
fn notice(peer: IpAddr, headers: &HeaderMap) {
    static SAID: AtomicBool = AtomicBool::new(false);
    if !headers.contains_key("x-forwarded-for") || !is_private(peer.to_canonical()) {
        return;
    }
    if !SAID.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "X-Forwarded-For comes from a private address that is not in trusted_proxies, so it is not believed and all \
             its clients count as one network; if it is your proxy, name it there"
        );
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_loopback() || address.is_unicast_link_local(),
    }
}

/// An address as proxies write it: some with a port, some an IPv6 one in brackets.
fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse().ok().map(|with_port: std::net::SocketAddr| with_port.ip())).or_else(
        || {
            let inner = text.strip_prefix('[')?.strip_suffix(']')?;
            inner.parse().ok().map(|address: Ipv6Addr| address.into())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_what_it_wrote_itself() {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap(), "127.0.0.0/8".parse().unwrap()]);
        let networks = NetworkHasher::new().unwrap();
        let network = |text: &str| Client::Network(networks.hash(text.parse().unwrap()));
        let who = |peer: &str, values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            proxies.client(peer.parse().unwrap(), &headers, &networks)
        };
        for (peer, values, client) in [
            ("192.0.2.1", &["203.0.113.9"][..], network("192.0.2.1")),
            ("192.0.2.1", &[], network("192.0.2.1")),
            ("10.1.2.3", &["203.0.113.9"], network("203.0.113.9")),
            ("::ffff:10.1.2.3", &["203.0.113.9"], network("203.0.113.9")),
            // The left ones are the client's own words.
            ("10.1.2.3", &["198.51.100.1, 203.0.113.9"], network("203.0.113.9")),
            ("10.1.2.3", &["198.51.100.1", "203.0.113.9, 10.9.9.9"], network("203.0.113.9")),
            ("10.1.2.3", &["nonsense, 203.0.113.9"], network("203.0.113.9")),
            ("10.1.2.3", &["203.0.113.9:4711"], network("203.0.113.9")),
            ("10.1.2.3", &["[2001:db8::1]:443"], network("2001:db8::1")),
            ("10.1.2.3", &["[2001:db8::1]"], network("2001:db8::1")),
            ("10.1.2.3", &["10.0.0.7"], network("10.0.0.7")),
            ("10.1.2.3", &["203.0.113.9, unknown"], Client::Unreadable),
            ("10.1.2.3", &[""], Client::Unreadable),
            ("10.1.2.3", &[], Client::Local),
        ] {
            assert!(who(peer, values) == client, "{peer} {values:?}");
        }
    }
}
