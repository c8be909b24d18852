//! A rate as it is configured: `20:600` is 20 a second on average and 600 at once; `off` is no bound.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use governor::Quota;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use trente_survey::limits::FRAMES_MAX;

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
}

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
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            prefix: Rate::of(20, 600),
            prefix_signed: Rate::of(200, 6_000),
            site: Rate::of(500, 20_000),
            site_signed: Rate::of(5_000, 100_000),
            global: Rate::of(20_000, 100_000),
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
