//! Rate setting of a rate limit: `20:600` is 20 a second on average and 600 at once; `off` is no limit.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use governor::Quota;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use trente_survey::limits::FRAMES_MAX;

use super::spike::SpikeRule;

/// Frames a second, and how many at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate(Option<(NonZeroU32, NonZeroU32)>);

/// The text is no rate.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no rate: write PER_SECOND:AT_ONCE with at least {FRAMES_MAX} at once, or off")]
pub struct RateError(String);

/// Every rate of the service, in frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Of one network (/24, /48), without a proof. An office or a mobile carrier behind one address sends some
    /// hundred answers within minutes of a sale; a person sends four frames at most.
    pub prefix: Rate,
    /// The same with a proof: ten times as many, for there is one per order.
    pub prefix_signed: Rate,
    /// Of one site, without a proof: 43 million a day, so only a flood meets it.
    pub site: Rate,
    /// The same with a proof.
    pub site_signed: Rate,
    /// Of all together: about a third of what the store takes on two cores, so that pages are still served.
    pub global: Rate,
    /// How many unsigned frames of one site a day are unusual.
    pub spike: SpikeRule,
}

/// A wide network (/16, /32) may send so many times as many frames a second as a network within it (/24, /48), and
/// [`WIDE_AT_ONCE`] times as many at once. One machine often has a /32 with 65,536 networks in it, so without this
/// bound it had as many buckets. A provider has as many customers there: with the default rates 160 frames a second.
const WIDE_PER_SECOND: u32 = 8;
/// See [`WIDE_PER_SECOND`].
const WIDE_AT_ONCE: u32 = 4;
/// One part in so many of a site's rate is a reserve for networks that sent little lately.
const RESERVE: u32 = 5;
/// Signed frames have one part in so many of the rate of all together for themselves, when that is used up.
const SIGNED_RESERVE: u32 = 4;

impl Rate {
    /// No bound.
    pub const OFF: Self = Self(None);

    /// `per_second` on average, `at_once` after a rest; no bound when either is 0.
    pub const fn of(per_second: u32, at_once: u32) -> Self {
        match (NonZeroU32::new(per_second), NonZeroU32::new(at_once)) {
            (Some(per_second), Some(at_once)) => Self(Some((per_second, at_once))),
            _ => Self(None),
        }
    }

    pub(super) fn quota(self) -> Option<Quota> {
        self.0.map(|(per_second, at_once)| Quota::per_second(per_second).allow_burst(at_once))
    }

    /// The rate of a wide network whose networks have this rate.
    pub(super) fn wide(self) -> Option<Quota> {
        let (per_second, at_once) = self.0?;
        let (per_second, at_once) = (per_second.get().saturating_mul(WIDE_PER_SECOND), at_once.get());
        Self::of(per_second, at_once.saturating_mul(WIDE_AT_ONCE)).quota()
    }

    /// The rate of a site in two parts: what all may use, and the reserve. Each keeps room for a whole body where
    /// the rate has room for two.
    pub(super) fn parts(self) -> Option<(Quota, Quota)> {
        let (per_second, at_once) = self.0?;
        let part = |share: f64, at_once: u32| {
            let period = Duration::from_secs_f64(1.0 / (f64::from(per_second.get()) * share));
            Some(Quota::with_period(period)?.allow_burst(NonZeroU32::new(at_once)?))
        };
        let whole = u32::try_from(FRAMES_MAX).unwrap_or(u32::MAX).min(at_once.get());
        let common = (at_once.get() - at_once.get() / RESERVE).max(whole);
        let reserved = 1.0 / f64::from(RESERVE);
        Some((part(1.0 - reserved, common)?, part(reserved, (at_once.get() - common).max(1))?))
    }

    /// What signed frames have for themselves of the rate of all together.
    pub(super) fn signed_reserve(self) -> Option<Quota> {
        let (per_second, at_once) = self.0?;
        let whole = u32::try_from(FRAMES_MAX).unwrap_or(u32::MAX);
        Self::of((per_second.get() / SIGNED_RESERVE).max(1), (at_once.get() / SIGNED_RESERVE).max(whole)).quota()
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            prefix: Rate::of(20, 600),
            prefix_signed: Rate::of(200, 6_000),
            site: Rate::of(500, 20_000),
            site_signed: Rate::of(5_000, 100_000),
            global: Rate::of(20_000, 100_000),
            spike: SpikeRule::default(),
        }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let wrong = || RateError(text.to_owned());
        if text == "off" {
            return Ok(Self::OFF);
        }
        let (per_second, at_once) = text.split_once(':').ok_or_else(wrong)?;
        let per_second = per_second.parse::<NonZeroU32>().map_err(|_| wrong())?;
        let at_once = at_once.parse::<NonZeroU32>().map_err(|_| wrong())?;
        // A whole body is taken or refused, so a bucket must hold one.
        let enough = usize::try_from(at_once.get()).is_ok_and(|at_once| at_once >= FRAMES_MAX);
        if enough { Ok(Self(Some((per_second, at_once)))) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Rate {
    type Error = RateError;

    fn try_from(text: String) -> Result<Self, RateError> {
        text.parse()
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((per_second, at_once)) => write!(formatter, "{per_second}:{at_once}"),
            None => formatter.write_str("off"),
        }
    }
}
