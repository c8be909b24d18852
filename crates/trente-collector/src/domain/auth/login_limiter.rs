//! Rate limit of failed sign-ins, against brute force and credential stuffing. **Source**: OWASP, “Slow Down Online
//! Guessing Attacks with Device Cookies”.
//!
//! Only failures count: a try takes its token before the password is looked at, so that many tries at once do not slip
//! through, and a success gives it back.
//!
//! - A browser that has signed in to this account before ([`crate::inner::device_cookie`]) has five failures in a quarter of an hour
//!   of its own. What strangers do is of no consequence to it.
//! - Any other has five for one name from one part of the network, and twenty for one part of the network with any name.
//! - Behind these stands a bound for the name, twenty failures from anywhere. It locks no owner out: while it is used up a
//!   part of the network that has not failed lately still has one try. So the owner gets in from a new place during an
//!   attack, and an attacker gets one guess from each network every three minutes.
//!
//! A try that is refused takes nothing from any bucket.

mod bucket;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use trente_store::model::secret::SecretHash;

use self::bucket::{Buckets, Millis};
use crate::domain::throttle::client::Client;
use crate::limits::{LOGIN_KEYS_MAX, LOGIN_TRIES, LOGIN_TRIES_WIDE, LOGIN_WINDOW};

/// Counts failures, in memory.
#[derive(Debug)]
pub struct LoginLimiter {
    tables: Mutex<Tables>,
    /// Keys names and networks to numbers that no client can choose.
    hasher: RandomState,
    start: Instant,
}

#[derive(Debug)]
struct Tables {
    devices: Buckets,
    pairs: Buckets,
    places: Buckets,
    names: Buckets,
    codes: Buckets,
}

/// A try that was let through. Dropped, it stays counted as a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    taken: Taken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Device(u64),
    Code(u64),
    Stranger { pair: u64, place: Option<u64>, name: u64 },
}

impl Try {
    /// Whether it is a known browser's, whose own failures are not used up.
    pub const fn is_known(self) -> bool {
        matches!(self.taken, Taken::Device(_))
    }
}

impl Default for LoginLimiter {
    fn default() -> Self {
        let buckets = |tries| Buckets::new(tries, LOGIN_TRIES_WIDE, LOGIN_WINDOW, LOGIN_KEYS_MAX);
        let tables = Tables {
            devices: buckets(LOGIN_TRIES),
            pairs: buckets(LOGIN_TRIES),
            places: buckets(LOGIN_TRIES_WIDE),
            names: buckets(LOGIN_TRIES_WIDE),
            codes: buckets(LOGIN_TRIES),
        };
        Self { tables: Mutex::new(tables), hasher: RandomState::new(), start: Instant::now() }
    }
}

impl LoginLimiter {
    /// Lets a try through and counts it as a failure until [`LoginLimiter::give_back`]. `device` is a browser that is
    /// known to have signed in to this very account.
    ///
    /// # Errors
    /// How long to wait, when there have been too many.
    pub fn check(&self, name: &str, client: Client, device: Option<SecretHash>) -> Result<Try, Duration> {
        self.pass_at(name, client, device, self.now())
    }

    /// The same for a code of the second factor, which is asked for only after the right password. A code has six
    /// digits, so there are five failures in a quarter of an hour from anywhere; a browser that is known has its own.
    ///
    /// # Errors
    /// How long to wait, when there have been too many.
    pub fn check_code(&self, name: &str, device: Option<SecretHash>) -> Result<Try, Duration> {
        let now = self.now();
        let mut tables = self.lock();
        if let Some(device) = device.map(|device| self.hasher.hash_one(("code", device)))
            && tables.devices.wait(device, now).is_none()
        {
            tables.devices.take(device, now);
            return Ok(Try { taken: Taken::Device(device) });
        }
        let name = self.hasher.hash_one(("code", name));
        match tables.codes.wait(name, now) {
            Some(wait) => Err(wait.max(Duration::from_secs(1))),
            None => {
                tables.codes.take(name, now);
                Ok(Try { taken: Taken::Code(name) })
            }
        }
    }

    /// Counts the try no longer: it has succeeded, or was not looked at.
    pub fn give_back(&self, one: Try) {
        let now = self.now();
        let mut tables = self.lock();
        match one.taken {
            Taken::Device(device) => tables.devices.give_back(device, now),
            Taken::Code(name) => tables.codes.give_back(name, now),
            Taken::Stranger { pair, place, name } => {
                tables.pairs.give_back(pair, now);
                tables.names.give_back(name, now);
                if let Some(place) = place {
                    tables.places.give_back(place, now);
                }
            }
        }
    }

    fn now(&self) -> Millis {
        self.start.elapsed().as_millis() as Millis
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass_at(&self, name: &str, client: Client, device: Option<SecretHash>, now: Millis) -> Result<Try, Duration> {
        let mut tables = self.lock();
        if let Some(device) = device.map(|device| self.hasher.hash_one(device)) {
            // A browser whose own tries are used up is treated like any other: a stolen cookie must not keep the
            // browser out that it was stolen from.
            if tables.devices.wait(device, now).is_none() {
                tables.devices.take(device, now);
                return Ok(Try { taken: Taken::Device(device) });
            }
        }
        let pair = self.hasher.hash_one((name, client.key()));
        let name = self.hasher.hash_one(name);
        // Behind a proxy that names no client all clients have the same place, and is not held up for it.
        let place = client.key().map(|place| self.hasher.hash_one(place));
        let long = |wait: Duration| wait.max(Duration::from_secs(1));
        if let Some(wait) = tables.pairs.wait(pair, now) {
            return Err(long(wait));
        }
        if let Some(wait) = place.and_then(|place| tables.places.wait(place, now)) {
            return Err(long(wait));
        }
        if let Some(named) = tables.names.wait(name, now)
            && let Some(fresh) = tables.pairs.until_full(pair, now)
        {
            return Err(long(named.min(fresh)));
        }
        tables.pairs.take(pair, now);
        tables.names.take(name, now);
        if let Some(place) = place {
            tables.places.take(place, now);
        }
        Ok(Try { taken: Taken::Stranger { pair, place, name } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Client = Client::Network(1);
    const MINUTE: Millis = 60_000;

    fn fails(limiter: &LoginLimiter, name: &str, client: Client, tries: usize, now: Millis) -> usize {
        (0..tries).filter(|_| limiter.pass_at(name, client, None, now).is_ok()).count()
    }

    #[test]
    fn the_sixth_failure_waits_and_other_names_and_places_do_not() {
        let limiter = LoginLimiter::default();
        assert_eq!(fails(&limiter, "ada", HERE, 9, 0), LOGIN_TRIES.get() as usize);
        let wait = limiter.pass_at("ada", HERE, None, 0).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= LOGIN_WINDOW, "{wait:?}");
        assert!(limiter.pass_at("bob", HERE, None, 0).is_ok());
        assert!(limiter.pass_at("ada", Client::Network(2), None, 0).is_ok());
        // Behind a proxy that names no client a name is still counted, and a house of many names is not shut out.
        let all = (0..30).map(|number| fails(&limiter, &format!("name-{number}"), Client::Local, 1, 0)).sum::<usize>();
        assert_eq!((all, fails(&limiter, "cy", Client::Local, 6, 0)), (30, 5));
    }

    #[test]
    fn only_failures_count() {
        let limiter = LoginLimiter::default();
        for _ in 0..100 {
            limiter.give_back(limiter.check("ada", HERE, None).unwrap());
        }
        assert_eq!((0..9).filter(|_| limiter.check("ada", HERE, None).is_ok()).count(), 5);
        // A success does not undo the failures before it: an attacker with an account of their own could reset the
        // bucket of their network with it.
        let limiter = LoginLimiter::default();
        for _ in 0..4 {
            limiter.check("ada", HERE, None).unwrap();
            limiter.give_back(limiter.check("mallory", HERE, None).unwrap());
        }
        limiter.give_back(limiter.check("ada", HERE, None).unwrap());
        assert_eq!((0..9).filter(|_| limiter.check("ada", HERE, None).is_ok()).count(), 1);
    }

    #[test]
    fn one_place_guesses_at_many_names_no_more_than_twenty_times() {
        let limiter = LoginLimiter::default();
        let passed = (0..100).map(|number| fails(&limiter, &format!("name-{number}"), HERE, 1, 0)).sum::<usize>();
        assert_eq!(passed, LOGIN_TRIES_WIDE.get() as usize);
    }

    /// From one network, from several, from a thousand; all at once, and again every 45 seconds for an hour.
    #[test]
    fn strangers_lock_nobody_out() {
        let owner = Client::Network(0);
        for networks in [1, 4, 1000] {
            let limiter = LoginLimiter::default();
            for network in 1..=networks {
                fails(&limiter, "ada", Client::Network(network), 20, 0);
            }
            for turn in 0..80 {
                let now = turn * 45_000;
                fails(&limiter, "ada", Client::Network(1 + turn % networks), 20, now);
                let one = limiter.pass_at("ada", owner, None, now);
                assert!(one.is_ok(), "{networks} networks, {now} ms: {one:?}");
                limiter.give_back(one.unwrap());
            }
        }
    }

    /// While a name is under attack each network has one guess every three minutes, not five at once.
    #[test]
    fn many_places_guess_slowly_at_one_name() {
        let limiter = LoginLimiter::default();
        let guesses =
            |now| (1..=1000).map(|network| fails(&limiter, "ada", Client::Network(network), 20, now)).sum::<usize>();
        assert_eq!(guesses(0), 4 * 5 + 996);
        // What the bound of the name has regained meanwhile is a guess or two.
        assert!(guesses(MINUTE) <= 2);
        assert!((990..=1000).contains(&guesses(3 * MINUTE)));
    }

    #[test]
    fn a_browser_that_has_signed_in_before_is_nobody_elses_affair() {
        let limiter = LoginLimiter::default();
        let (mine, stolen) = (SecretHash([1; 32]), SecretHash([2; 32]));
        fails(&limiter, "ada", HERE, 20, 0);
        assert!(limiter.pass_at("ada", HERE, None, 0).is_err());
        let own = (0..9).filter(|_| limiter.pass_at("ada", HERE, Some(mine), 0).is_ok()).count();
        assert_eq!(own, 5, "five of its own, none of its network's");
        // An attacker who uses up a stolen one keeps the browser out neither from its own network nor by another
        // device.
        let thief = Client::Network(9);
        assert_eq!((0..99).filter(|_| limiter.pass_at("ada", thief, Some(stolen), 0).is_ok()).count(), 5 + 5);
        assert!(limiter.pass_at("ada", Client::Network(7), Some(stolen), 0).is_ok());
    }

    #[test]
    fn codes_are_guessed_five_times_from_anywhere() {
        let limiter = LoginLimiter::default();
        assert_eq!((0..99).filter(|_| limiter.check_code("ada", None).is_ok()).count(), 5);
        let mine = Some(SecretHash([1; 32]));
        assert_eq!(
            (0..99).filter(|_| limiter.check_code("ada", mine).is_ok()).count(),
            5,
            "a known browser has its own"
        );
        limiter.give_back(limiter.check_code("bob", None).unwrap());
        assert_eq!((0..99).filter(|_| limiter.check_code("bob", None).is_ok()).count(), 5);
        assert!(limiter.check("ada", HERE, None).is_ok(), "the password is another matter");
    }

    /// More names and networks than there is room for: bounded memory, and still no client is refused for it alone.
    #[test]
    fn full_tables_share_and_refuse_nobody_who_is_known() {
        let limiter = LoginLimiter::default();
        for number in 0..40_000u64 {
            let _ = limiter.pass_at(&format!("name-{number}"), Client::Network(number), None, 0);
        }
        {
            let tables = limiter.lock();
            for table in [&tables.pairs, &tables.places, &tables.names] {
                assert!(table.len() <= LOGIN_KEYS_MAX);
            }
        }
        assert!(limiter.pass_at("ada", HERE, Some(SecretHash([1; 32])), 0).is_ok());
        // Within the window the tables empty by themselves.
        assert!(limiter.pass_at("ada", Client::Network(77_777), None, 4 * MINUTE).is_ok());
        assert!(limiter.lock().pairs.len() < 10);
    }
}
