//! Pseudonym of a client's network: a keyed hash that only this process can compute, and only today.
//!
//! A /24 or a /48 is what one customer of a provider has; a /16 or a /32 is what a whole provider, or one renter of
//! many addresses, has. The keyed hashes of both are kept in memory while their buckets are not full; the key is
//! random, is never written anywhere, and is another one every day.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How long a key is used.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Makes numbers of networks.
pub struct NetworkHasher(Mutex<Salt>);

struct Salt {
    key: [u8; 32],
    since: Instant,
    /// How many keys there were before it.
    generation: u64,
}

impl Salt {
    /// Another key after a day.
    fn renew(&mut self) {
        if self.since.elapsed() >= DAY
            && let Ok(key) = random()
        {
            *self = Self { key, since: Instant::now(), generation: self.generation + 1 };
        }
    }
}

impl NetworkHasher {
    /// With a fresh key.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        Ok(Self(Mutex::new(Salt { key: random()?, since: Instant::now(), generation: 0 })))
    }

    /// How many keys there were before the present one. Numbers of different generations cannot be compared.
    pub fn generation(&self) -> u64 {
        let mut salt = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        salt.renew();
        salt.generation
    }

    /// The number of an address's network. Its upper 32 bits are the number of the wide network around it, see
    /// [`wide`].
    pub fn hash(&self, address: IpAddr) -> u64 {
        let mut salt = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        salt.renew();
        // A key of any length will do for HMAC.
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(&salt.key) else { return 0 };
        drop(salt);
        let hash = |mut mac: Hmac<Sha256>, network: [u8; 7]| {
            mac.update(&network);
            let hash = mac.finalize().into_bytes();
            hash.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
        };
        let (wide, narrow) = (hash(mac.clone(), around(address)), hash(mac, network(address)));
        u64::from(wide) << 32 | u64::from(narrow)
    }
}

/// The number of the wide network around a network: that of a /16 or a /32.
pub const fn wide(number: u64) -> u64 {
    number >> 32
}

fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut key = [0; 32];
    getrandom::fill(&mut key)?;
    Ok(key)
}

/// The first 24 bits of an IPv4 address, the first 48 of an IPv6 one; never the same for both.
fn network(address: IpAddr) -> [u8; 7] {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            [4, a, b, c, 0, 0, 0]
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = Ipv6Addr::segments(&address).map(u16::to_be_bytes);
            let ([a, b], [c, d], [e, f]) = (a, b, c);
            [6, a, b, c, d, e, f]
        }
    }
}

/// The first 16 bits of an IPv4 address, the first 32 of an IPv6 one; never the same for both, nor as [`network`] has
/// it.
fn around(address: IpAddr) -> [u8; 7] {
    let [kind, a, b, c, d, ..] = network(address);
    if kind == 4 { [5, a, b, 0, 0, 0, 0] } else { [7, a, b, c, d, 0, 0] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_one_number_and_another_with_another_key() {
        let (today, tomorrow) = (NetworkHasher::new().unwrap(), NetworkHasher::new().unwrap());
        let number = |text: &str| today.hash(text.parse().unwrap());
        assert_eq!(number("203.0.113.7"), number("203.0.113.250"));
        assert_eq!(number("203.0.113.7"), number("::ffff:203.0.113.8"));
        assert_ne!(number("203.0.113.7"), number("203.0.114.7"));
        assert_eq!(number("2001:db8:1:2::3"), number("2001:db8:1:ffff::1"));
        assert_ne!(number("2001:db8:1::"), number("2001:db8:2::"));
        assert_ne!(number("4.0.0.0"), number("0400::"));
        assert_ne!(number("203.0.113.7"), tomorrow.hash("203.0.113.7".parse().unwrap()));
    }

    #[test]
    fn networks_of_one_provider_share_the_number_of_the_wide_network() {
        let networks = NetworkHasher::new().unwrap();
        let wide_of = |text: &str| wide(networks.hash(text.parse().unwrap()));
        assert_eq!(wide_of("2001:db8:1::1"), wide_of("2001:db8:ffff::1"));
        assert_ne!(wide_of("2001:db8:1::1"), wide_of("2001:db9:1::1"));
        assert_eq!(wide_of("203.0.113.7"), wide_of("203.0.9.7"));
        assert_ne!(wide_of("203.0.113.7"), wide_of("203.1.113.7"));
        assert_ne!(wide_of("4.0.0.0"), wide_of("0400::"));
    }
}
