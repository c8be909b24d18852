//! Rate limits of frames (token buckets): for each client's network, for each site, and for all together.
//!
//! Token buckets ([`governor`]), with a bucket of their own for frames whose tag verifies: those are orders that the
//! merchant signed, so a flood cannot be made of them. In reading order: [`rate`] is what is configured, [`client`]
//! says who asks, [`network`] turns an address into a number that means nothing tomorrow, [`bounded`] keeps the table
//! of clients small, [`spike`] says what is unusual for a site.
//!
//! One machine may have many networks, so a wide network (/16, /32) has a bucket too, and a part of each site's rate is
//! a reserve for wide networks that sent little lately. A flood from few of them leaves the reserve to all others.
//!
//! Not here: bytes, deadlines, connections and the queue ([`crate::limits`], [`crate::server::serve`]).

pub mod bounded;
pub mod client;
pub mod network;
pub mod rate;
pub mod spike;

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed, RateLimiter};
use governor::{InsufficientCapacity, NotUntil, Quota};
use metrics::counter;
use trente_store::clock::now_ms;

use self::bounded::Bounded;
use self::client::Client;
use self::rate::{Rate, Rates};
use self::spike::{SpikeRule, Spikes};
use crate::limits::{NETWORKS_MAX, RETRY_AFTER_MAX_S};

type Keyed<K, S> = RateLimiter<K, S, DefaultClock, NoOpMiddleware>;
type Direct = RateLimiter<NotKeyed, InMemoryState, DefaultClock, NoOpMiddleware>;

/// Which bucket is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// That of the client's network.
    Prefix,
    /// That of the wide network around it.
    Wide,
    /// The site has had many more unsigned frames today than it usually has.
    Spike,
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
            Self::Wide => "wide_network",
            Self::Spike => "unusual_day",
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

/// Frames that a wide network may send in ten minutes and still be one that sent little: some eight customers, who send
/// four at most each.
const NEWCOMER_FRAMES: NonZeroU32 = NonZeroU32::MIN.saturating_add(31);
/// After how long each of them is forgotten.
const NEWCOMER_PERIOD: Duration = Duration::from_secs(600 / 32);

/// Buckets of networks.
struct Networks {
    table: Option<Keyed<u64, Bounded>>,
    /// Seconds since the clock began at which the table was last cleared of those at rest.
    swept_s: AtomicU64,
}

type Sites = Option<Keyed<i64, HashMapStateStore<i64>>>;

/// Every bucket of the service.
pub struct Throttle {
    networks: Networks,
    prefixes_signed: Networks,
    wide: Networks,
    newcomers: Networks,
    sites: Sites,
    sites_reserve: Sites,
    sites_signed: Sites,
    global: Option<Direct>,
    global_signed: Option<Direct>,
    /// What is unusual, and how much of it was refused.
    pub spikes: Spikes,
    clock: DefaultClock,
    started: <DefaultClock as Clock>::Instant,
}

impl Throttle {
    /// Full buckets.
    pub fn new(rates: &Rates) -> Self {
        let clock = DefaultClock::default();
        let networks = |quota: Option<Quota>| Networks {
            table: quota.map(|quota| RateLimiter::new(quota, Bounded::new(NETWORKS_MAX), clock.clone())),
            swept_s: AtomicU64::new(0),
        };
        let sites = |quota: Option<Quota>| -> Sites {
            quota.map(|quota| RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()))
        };
        let all = |quota: Option<Quota>| -> Option<Direct> {
            quota.map(|quota| RateLimiter::new(quota, InMemoryState::default(), clock.clone()))
        };
        let newcomers = Quota::with_period(NEWCOMER_PERIOD).map(|quota| quota.allow_burst(NEWCOMER_FRAMES));
        let (site, reserve) = rates.site.parts().unzip();
        // Without a bound on the site's rate there is none on its day.
        let spike = if rates.site == Rate::OFF { SpikeRule::OFF } else { rates.spike };
        Self {
            networks: networks(rates.prefix.quota()),
            prefixes_signed: networks(rates.prefix_signed.quota()),
            wide: networks(rates.prefix.wide()),
            newcomers: networks(newcomers),
            sites: sites(site),
            sites_reserve: sites(reserve),
            sites_signed: sites(rates.site_signed.quota()),
            global: all(rates.global.quota()),
            global_signed: all(rates.global.signed_reserve()),
            spikes: Spikes::new(spike),
            started: clock.now(),
            clock,
        }
    }

    /// Takes a token for each frame, from the narrowest bucket first, so that a client who is refused takes nothing
    /// from their site.
    ///
    /// # Errors
    /// [`Excess`]
    pub fn admit(&self, client: Client, site: i64, load: Load) -> Result<(), Excess> {
        if let Some(frames) = NonZeroU32::new(load.unsigned) {
            self.admit_unsigned(client, site, frames)?;
        }
        if let Some(frames) = NonZeroU32::new(load.signed) {
            self.admit_signed(client, site, frames)?;
        }
        Ok(())
    }

    fn admit_unsigned(&self, client: Client, site: i64, frames: NonZeroU32) -> Result<(), Excess> {
        self.network(&self.networks, Scope::Prefix, client.key(), frames)?;
        self.network(&self.wide, Scope::Wide, client.wide(), frames)?;
        // A proxy that names no client, or a program on this machine, is held by the site's rate alone.
        let is_local = client.wide().is_none();
        let is_newcomer = is_local || self.is_newcomer(client, frames);
        let today = self.spikes.today(site, now_ms());
        if !is_newcomer && self.spikes.exceeds(site, today, frames.get()) {
            self.spikes.refused(site, today, frames.get());
            return Err(self.excess(Scope::Spike, Duration::MAX));
        }
        if let Some(sites) = &self.sites {
            let common = sites.check_key_n(&site, frames);
            let is_reserved = || {
                let reserve = self.sites_reserve.as_ref().map(|reserve| reserve.check_key_n(&site, frames));
                matches!(reserve, Some(Ok(Ok(()))))
            };
            let is_admitted = matches!(common, Ok(Ok(()))) || (is_newcomer && is_reserved());
            if !is_admitted {
                self.outcome(Scope::Site, common)?;
            }
        }
        if let Some(global) = &self.global {
            self.outcome(Scope::Global, global.check_n(frames))?;
        }
        self.spikes.took(site, today, frames.get());
        Ok(())
    }

    fn admit_signed(&self, client: Client, site: i64, frames: NonZeroU32) -> Result<(), Excess> {
        self.network(&self.prefixes_signed, Scope::Prefix, client.key(), frames)?;
        if let Some(sites) = &self.sites_signed {
            self.outcome(Scope::Site, sites.check_key_n(&site, frames))?;
        }
        if let Some(global) = &self.global {
            let common = global.check_n(frames);
            // A flood without proof cannot use up what is here.
            let reserved = || self.global_signed.as_ref().map(|reserve| reserve.check_n(frames));
            if !matches!(common, Ok(Ok(()))) && !matches!(reserved(), Some(Ok(Ok(())))) {
                self.outcome(Scope::Global, common)?;
            }
        }
        Ok(())
    }

    fn network(&self, networks: &Networks, scope: Scope, key: Option<u64>, frames: NonZeroU32) -> Result<(), Excess> {
        let (Some(table), Some(key)) = (&networks.table, key) else { return Ok(()) };
        self.sweep(networks, table);
        self.outcome(scope, table.check_key_n(&key, frames))
    }

    /// Whether a client's wide network sent little in the last minutes, these frames included, which are counted.
    fn is_newcomer(&self, client: Client, frames: NonZeroU32) -> bool {
        let (Some(table), Some(key)) = (&self.newcomers.table, client.wide()) else { return false };
        self.sweep(&self.newcomers, table);
        matches!(table.check_key_n(&key, frames), Ok(Ok(())))
    }

    /// Takes the networks at rest out of a full table, at most once a second.
    fn sweep(&self, networks: &Networks, table: &Keyed<u64, Bounded>) {
        if table.len() < NETWORKS_MAX {
            return;
        }
        let now_s = self.clock.now().duration_since(self.started).as_secs();
        if networks.swept_s.swap(now_s, Ordering::Relaxed) != now_s {
            table.retain_recent();
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
        Err(self.excess(scope, wait))
    }

    fn excess(&self, scope: Scope, wait: Duration) -> Excess {
        // Rounded up, so that a client who obeys is not refused again.
        let seconds = wait.as_secs().saturating_add(1).min(u64::from(RETRY_AFTER_MAX_S));
        counter!("trente_limited_total", "bucket" => scope.name()).increment(1);
        Excess { scope, retry_after_s: u32::try_from(seconds).unwrap_or(RETRY_AFTER_MAX_S) }
    }
}

#[cfg(test)]
mod tests;
