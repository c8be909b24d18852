//! The network of an address as a number that only this process can make, and only today.
//!
//! A /24 or a /48 is what one customer of a provider has. Its keyed hash is kept in memory while its bucket is not
//! full; the key is random, is never written anywhere, and is another one every day.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How long a key is used.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Makes numbers of networks.
pub struct Prefixes(Mutex<Salt>);

struct Salt {
    key: [u8; 32],
    since: Instant,
}

impl Prefixes {
    /// With a fresh key.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        Ok(Self(Mutex::new(Salt { key: random()?, since: Instant::now() })))
    }

    /// The number of an address's network.
    pub fn number(&self, address: IpAddr) -> u64 {
        let mut salt = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if salt.since.elapsed() >= DAY
            && let Ok(key) = random()
        {
            *salt = Salt { key, since: Instant::now() };
        }
        // A key of any length will do for HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&salt.key) else { return 0 };
        drop(salt);
        mac.update(&network(address));
        let hash = mac.finalize().into_bytes();
        hash.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_one_number_and_another_with_another_key() {
        let (today, tomorrow) = (Prefixes::new().unwrap(), Prefixes::new().unwrap());
        let number = |text: &str| today.number(text.parse().unwrap());
        assert_eq!(number("203.0.113.7"), number("203.0.113.250"));
        assert_eq!(number("203.0.113.7"), number("::ffff:203.0.113.8"));
        assert_ne!(number("203.0.113.7"), number("203.0.114.7"));
        assert_eq!(number("2001:db8:1:2::3"), number("2001:db8:1:ffff::1"));
        assert_ne!(number("2001:db8:1::"), number("2001:db8:2::"));
        assert_ne!(number("4.0.0.0"), number("0400::"));
        assert_ne!(number("203.0.113.7"), tomorrow.number("203.0.113.7".parse().unwrap()));
    }
}
