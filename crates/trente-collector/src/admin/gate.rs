//! How often somebody may try to sign in.
//!
//! Five tries in a quarter of an hour for one name from one part of the network. Two wider bounds stand behind it: one
//! for the name, against guesses from many places, and one for the place, against guesses at many names. All three are
//! wide enough that a stranger cannot lock the owner of a name out from where the owner sits.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::limits::{LOGIN_KEYS_MAX, LOGIN_TRIES, LOGIN_TRIES_WIDE, LOGIN_WINDOW};
use crate::throttle::client::Client;

/// Counts tries, in memory.
#[derive(Debug)]
pub struct Gate {
    pairs: DefaultKeyedRateLimiter<(String, Option<u64>)>,
    names: DefaultKeyedRateLimiter<String>,
    places: DefaultKeyedRateLimiter<u64>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            pairs: RateLimiter::keyed(quota(LOGIN_TRIES)),
            names: RateLimiter::keyed(quota(LOGIN_TRIES_WIDE)),
            places: RateLimiter::keyed(quota(LOGIN_TRIES_WIDE)),
        }
    }
}

/// `tries` at once, and then one more each time that its share of the window has passed.
fn quota(tries: NonZeroU32) -> Quota {
    Quota::with_period(LOGIN_WINDOW / tries.get()).unwrap_or(Quota::per_hour(NonZeroU32::MIN)).allow_burst(tries)
}

impl Gate {
    /// Counts a try.
    ///
    /// # Errors
    /// How long to wait, when there have been too many.
    pub fn pass(&self, name: &str, client: Client) -> Result<(), Duration> {
        // What has been quiet for a whole window is forgotten. A table that is full all the same lets nobody in: who
        // fills it is guessing.
        for forget in [self.pairs.len() >= LOGIN_KEYS_MAX, self.names.len() >= LOGIN_KEYS_MAX] {
            if forget {
                self.pairs.retain_recent();
                self.names.retain_recent();
                self.places.retain_recent();
            }
        }
        if self.pairs.len() >= LOGIN_KEYS_MAX || self.names.len() >= LOGIN_KEYS_MAX {
            return Err(LOGIN_WINDOW);
        }
        let now = DefaultClock::default().now();
        let wait = |denied: governor::NotUntil<_>| denied.wait_time_from(now).max(Duration::from_secs(1));
        // Behind a proxy that names nobody everybody has the same place, and is not held up for it.
        if let Some(place) = client.key() {
            self.places.check_key(&place).map_err(wait)?;
        }
        self.names.check_key(&name.to_owned()).map_err(wait)?;
        self.pairs.check_key(&(name.to_owned(), client.key())).map_err(wait)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_try_waits_and_other_names_and_places_do_not() {
        let gate = Gate::default();
        let here = Client::Network(1);
        for _ in 0..LOGIN_TRIES.get() {
            assert_eq!(gate.pass("ada", here), Ok(()));
        }
        let wait = gate.pass("ada", here).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= LOGIN_WINDOW, "{wait:?}");
        assert_eq!(gate.pass("bob", here), Ok(()));
        assert_eq!(gate.pass("ada", Client::Network(2)), Ok(()));
        // Behind a proxy that names nobody a name is still counted, and a house of many names is not shut out.
        let outcomes: Vec<_> = (0..30).map(|number| gate.pass(&format!("name-{number}"), Client::Local)).collect();
        assert!(outcomes.iter().all(Result::is_ok));
        assert_eq!((0..6).filter(|_| gate.pass("cy", Client::Local).is_ok()).count(), 5);
    }

    #[test]
    fn many_places_guess_no_more_at_one_name_than_one_place_at_many() {
        for (name, at) in [(None, Some(1)), (Some("ada"), None)] {
            let gate = Gate::default();
            let passed = (0..100).filter(|&number| {
                let name = name.map_or_else(|| format!("name-{number}"), str::to_owned);
                gate.pass(&name, Client::Network(at.unwrap_or(number))).is_ok()
            });
            assert_eq!(passed.count(), LOGIN_TRIES_WIDE.get() as usize);
        }
    }
}
