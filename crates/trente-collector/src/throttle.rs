//! How many frames are taken in a second: for each client's network, each site, and altogether.
//!
//! Token buckets ([`governor`]), with a bucket of their own for frames whose tag verifies: those are orders that the
//! merchant signed, so a flood cannot be made of them. In reading order: [`rate`] is what is configured, [`client`]
//! says who asks, [`prefix`] turns an address into a number that means nothing tomorrow, [`bounded`] keeps the table
//! of clients small.
//!
//! Not here: bytes, deadlines, connections and the queue ([`crate::limits`], [`crate::http::serve`]).

pub mod bounded;
pub mod client;
pub mod prefix;
pub mod rate;

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed, RateLimiter};
use governor::{InsufficientCapacity, NotUntil};
use metrics::counter;

use crate::limits::{PREFIXES_MAX, RETRY_AFTER_MAX_S};
use bounded::Bounded;
use client::Client;
use rate::{Rate, Rates};

type Keyed<K, S> = RateLimiter<K, S, DefaultClock, NoOpMiddleware>;
type Direct = RateLimiter<NotKeyed, InMemoryState, DefaultClock, NoOpMiddleware>;

/// Which bucket is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// That of the client's network.
    Prefix,
    /// That of the site.
    Site,
    /// The one for all.
    Global,
}

impl Scope {
    /// As metrics name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prefix => "network",
            Self::Site => "site",
            Self::Global => "all",
        }
    }
}

/// Why frames are not taken now, and when they may be: in seconds, 1..=60.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// The empty bucket.
    pub scope: Scope,
    /// What `Retry-After` says.
    pub retry_after_s: u32,
}

/// Frames of one site in one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Those without a proof.
    pub unsigned: u32,
    /// Those whose tag verifies.
    pub signed: u32,
}

/// The buckets of one kind of frame.
struct Buckets {
    prefixes: Option<Keyed<u64, Bounded>>,
    sites: Option<Keyed<i64, HashMapStateStore<i64>>>,
    /// Seconds since the clock began at which the table of prefixes was last cleared of those at rest.
    swept_s: AtomicU64,
}

/// Every bucket of the service.
pub struct Throttle {
    unsigned: Buckets,
    signed: Buckets,
    global: Option<Direct>,
    clock: DefaultClock,
    started: <DefaultClock as Clock>::Instant,
}

impl Throttle {
    /// Full buckets.
    pub fn new(rates: &Rates) -> Self {
        let clock = DefaultClock::default();
        let buckets = |prefix: Rate, site: Rate| Buckets {
            prefixes: prefix.quota().map(|quota| RateLimiter::new(quota, Bounded::new(PREFIXES_MAX), clock.clone())),
            sites: site.quota().map(|quota| RateLimiter::new(quota, HashMapStateStore::default(), clock.clone())),
            swept_s: AtomicU64::new(0),
        };
        Self {
            unsigned: buckets(rates.prefix, rates.site),
            signed: buckets(rates.prefix_signed, rates.site_signed),
            global: rates.global.quota().map(|quota| RateLimiter::new(quota, InMemoryState::default(), clock.clone())),
            started: clock.now(),
            clock,
        }
    }

    /// Takes a token for each frame, from the narrowest bucket first, so that a client who is refused takes nothing
    /// from his site.
    ///
    /// # Errors
    /// [`Excess`]
    pub fn admit(&self, client: Client, site: i64, load: Load) -> Result<(), Excess> {
        for (buckets, frames) in [(&self.unsigned, load.unsigned), (&self.signed, load.signed)] {
            let Some(frames) = NonZeroU32::new(frames) else { continue };
            if let (Some(prefixes), Some(key)) = (&buckets.prefixes, client.key()) {
                self.sweep(buckets, prefixes);
                self.outcome(Scope::Prefix, prefixes.check_key_n(&key, frames))?;
            }
            if let Some(sites) = &buckets.sites {
                self.outcome(Scope::Site, sites.check_key_n(&site, frames))?;
            }
            if let Some(global) = &self.global {
                self.outcome(Scope::Global, global.check_n(frames))?;
            }
        }
        Ok(())
    }

    /// Takes the clients at rest out of a full table, at most once a second.
    fn sweep(&self, buckets: &Buckets, prefixes: &Keyed<u64, Bounded>) {
        if prefixes.len() < PREFIXES_MAX {
            return;
        }
        let now_s = self.clock.now().duration_since(self.started).as_secs();
        if buckets.swept_s.swap(now_s, Ordering::Relaxed) != now_s {
            prefixes.retain_recent();
        }
    }

    fn outcome(
        &self,
        scope: Scope,
        outcome: Result<Result<(), NotUntil<<DefaultClock as Clock>::Instant>>, InsufficientCapacity>,
    ) -> Result<(), Excess> {
        let wait = match outcome {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(until)) => until.wait_time_from(self.clock.now()),
            // A bucket that is smaller than a whole body, which the configuration forbids.
            Err(InsufficientCapacity(_)) => Duration::MAX,
        };
        // Rounded up, so that whoever obeys is not refused again.
        let seconds = wait.as_secs().saturating_add(1).min(u64::from(RETRY_AFTER_MAX_S));
        counter!("trente_limited_total", "bucket" => scope.name()).increment(1);
        Err(Excess { scope, retry_after_s: u32::try_from(seconds).unwrap_or(RETRY_AFTER_MAX_S) })
    }
}

#[cfg(test)]
mod tests;
