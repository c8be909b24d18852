//! Ballot stuffing detection: unsigned frames of a site on one day, compared with what is usual there.
//!
//! Anyone can send unsigned answers, so a site that gets many more of them in a day than it ever does is probably being
//! stuffed. Above the bound only networks that sent little lately are still accepted; the rest are refused with 429, which
//! a browser keeps and tries again. A page that reports the results says how many answers were unusual.
//!
//! Frames are counted in the memory of one process. After a restart the count starts from what is stored of the day.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use metrics::gauge;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use trente_stats::zone::Zone;
use trente_store::clock::{day, format_day};
use utoipa::ToSchema;

/// Days before today that tell what is usual: four weeks, so that each day of the week is in them four times.
pub const USUAL_DAYS: u32 = 28;
/// Days of history below which nothing is called usual: a shop that has just begun grows every day.
const HISTORY_MIN: u32 = 7;
/// Frames of one response on average: revision 0, and one optional answer.
const FRAMES_PER_RESPONSE: u64 = 2;
/// A day is reported from so many unsigned responses on, and
const REPORT_MIN: u64 = 30;
/// from so many times the usual number on.
const REPORT_TIMES: u64 = 5;

/// When a day's unsigned frames of one site are too many: `10:1000` is ten times the usual number, and never fewer than
/// 1,000; `off` is no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct SpikeRule(Option<(NonZeroU32, NonZeroU32)>);

/// The text is no such rule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no bound on unusual days: write TIMES_THE_USUAL:AT_LEAST, as in 10:1000, or off")]
pub struct SpikeRuleError(String);

/// An unusual day of a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Spike {
    /// The day, in the time zone of the site.
    pub day: String,
    /// Unsigned responses of the day.
    pub responses: u64,
    /// Unsigned responses of a usual day: the median of the 28 days before today.
    pub usual: u64,
    /// How many times the usual number, which counts as 1 where it is 0, rounded down.
    pub times: u64,
}

impl SpikeRule {
    /// No bound.
    pub const OFF: Self = Self(None);

    /// `times` the usual number, and at least `at_least` frames; no bound when either is 0.
    pub const fn of(times: u32, at_least: u32) -> Self {
        match (NonZeroU32::new(times), NonZeroU32::new(at_least)) {
            (Some(times), Some(at_least)) => Self(Some((times, at_least))),
            _ => Self(None),
        }
    }

    /// Frames of a day that are accepted from every network, for a site with so many usual responses.
    fn bound(self, usual: u64) -> Option<u64> {
        let (times, at_least) = self.0?;
        let frames = usual.saturating_mul(FRAMES_PER_RESPONSE).saturating_mul(times.get().into());
        Some(frames.max(at_least.get().into()))
    }
}

impl Default for SpikeRule {
    /// A shop whose orders grow tenfold in a day has reason to look at its results; 1,000 frames are some 500
    /// customers, so that a small shop never meets the bound.
    fn default() -> Self {
        Self::of(10, 1000)
    }
}

impl FromStr for SpikeRule {
    type Err = SpikeRuleError;

    fn from_str(text: &str) -> Result<Self, SpikeRuleError> {
        let wrong = || SpikeRuleError(text.to_owned());
        if text == "off" {
            return Ok(Self::OFF);
        }
        let (times, at_least) = text.split_once(':').ok_or_else(wrong)?;
        let times = times.parse::<NonZeroU32>().map_err(|_| wrong())?;
        let at_least = at_least.parse::<NonZeroU32>().map_err(|_| wrong())?;
        Ok(Self(Some((times, at_least))))
    }
}

impl TryFrom<String> for SpikeRule {
    type Error = SpikeRuleError;

    fn try_from(text: String) -> Result<Self, SpikeRuleError> {
        text.parse()
    }
}

impl From<SpikeRule> for String {
    fn from(rule: SpikeRule) -> Self {
        rule.to_string()
    }
}

impl fmt::Display for SpikeRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((times, at_least)) => write!(formatter, "{times}:{at_least}"),
            None => formatter.write_str("off"),
        }
    }
}

/// The days that [`usual`] and [`worst`] look at.
pub const fn days(today: u32) -> RangeInclusive<u32> {
    today.saturating_sub(USUAL_DAYS)..=today
}

/// Unsigned responses of a usual day: the median of the days before today, from the first that had any; none below a
/// week of them. A median, because one day of stuffing must not make the next one usual.
///
/// `counts` are days since 1970 with their unsigned responses, those of [`days`]; days without any may be left out.
pub fn usual(counts: &[(u32, u64)], today: u32) -> Option<u64> {
    let first = counts.iter().filter(|(day, n)| *day < today && *n > 0).map(|(day, _)| *day).min()?;
    let history = today - first;
    if history < HISTORY_MIN {
        return None;
    }
    let mut numbers: Vec<u64> =
        counts.iter().filter(|(day, _)| (first..today).contains(day)).map(|(_, n)| *n).collect();
    numbers.resize(usize::try_from(history).unwrap_or(numbers.len()), 0);
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied()
}

/// The most unusual of these days, today among them, if any is.
pub fn worst(counts: &[(u32, u64)], today: u32) -> Option<Spike> {
    let usual = usual(counts, today)?;
    let unusual = |n: u64| n >= REPORT_MIN && n >= usual.max(1).saturating_mul(REPORT_TIMES);
    let (day, responses) = counts.iter().copied().filter(|(_, n)| unusual(*n)).max_by_key(|(day, n)| (*n, *day))?;
    Some(Spike { day: format_day(day), responses, usual, times: responses / usual.max(1) })
}

/// One site on one day.
#[derive(Clone, Copy, Debug, Default)]
struct Today {
    day: u32,
    /// Unsigned frames that were accepted.
    taken: u64,
    /// Unsigned frames that were refused because the day is unusual.
    refused: u64,
    /// Unsigned responses of a usual day.
    usual: u64,
}

/// Every site today. There are as many entries as sites.
pub struct Spikes {
    rule: SpikeRule,
    sites: Mutex<HashMap<i64, Today>>,
    /// Of sites that are not in UTC.
    zones: RwLock<HashMap<i64, Zone>>,
}

impl Spikes {
    /// Nothing was counted yet.
    pub fn new(rule: SpikeRule) -> Self {
        Self { rule, sites: Mutex::default(), zones: RwLock::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Today>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns the time zone of a site, which says when its day begins.
    pub fn learn_zone(&self, site: i64, zone: Zone) {
        let mut zones = self.zones.write().unwrap_or_else(PoisonError::into_inner);
        if zone == Zone::default() {
            zones.remove(&site);
        } else {
            zones.insert(site, zone);
        }
    }

    /// The day of a site at a moment, in days since 1970; in UTC until its zone is known.
    pub fn today(&self, site: i64, now_ms: u64) -> u32 {
        let zones = self.zones.read().unwrap_or_else(PoisonError::into_inner);
        zones.get(&site).map_or_else(|| day(now_ms), |zone| zone.day(now_ms))
    }

    /// Learns what is usual at a site and what is stored of today, from the counts of [`days`].
    pub fn learn(&self, site: i64, today: u32, counts: &[(u32, u64)]) {
        let stored = counts.iter().find(|(day, _)| *day == today).map_or(0, |(_, n)| *n);
        let mut sites = self.lock();
        let entry = of_day(&mut sites, site, today);
        entry.usual = usual(counts, today).unwrap_or(0);
        // Of a restarted service, or of other services on the same store. A response has one frame at least.
        entry.taken = entry.taken.max(stored);
        // What is of a former day of a site was reset when the site was learnt, a minute ago at most.
        let unusual = sites.values().filter(|entry| entry.refused > 0).count();
        gauge!("trente_unusual_sites").set(unusual as f64);
    }

    /// Whether so many more frames are above the site's bound.
    pub fn exceeds(&self, site: i64, today: u32, frames: u32) -> bool {
        if self.rule == SpikeRule::OFF {
            return false;
        }
        let mut sites = self.lock();
        let entry = of_day(&mut sites, site, today);
        self.rule.bound(entry.usual).is_some_and(|bound| entry.taken.saturating_add(frames.into()) > bound)
    }

    /// Counts frames that were accepted.
    pub fn took(&self, site: i64, today: u32, frames: u32) {
        of_day(&mut self.lock(), site, today).taken += u64::from(frames);
    }

    /// Counts frames that were refused because the day is unusual.
    pub fn refused(&self, site: i64, today: u32, frames: u32) {
        of_day(&mut self.lock(), site, today).refused += u64::from(frames);
    }

    /// How many frames of a site this process has refused today because the day is unusual.
    pub fn refused_today(&self, site: i64, today: u32) -> u64 {
        of_day(&mut self.lock(), site, today).refused
    }
}

fn of_day(sites: &mut HashMap<i64, Today>, site: i64, day: u32) -> &mut Today {
    let entry = sites.entry(site).or_default();
    if entry.day != day {
        *entry = Today { day, usual: entry.usual, ..Today::default() };
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_day_of_stuffing_does_not_become_usual() {
        let quiet: Vec<(u32, u64)> = (100..120).map(|day| (day, 20)).collect();
        assert_eq!((usual(&quiet, 120), worst(&quiet, 120)), (Some(20), None));
        let stuffed: Vec<(u32, u64)> = quiet.iter().copied().chain([(120, 2_000)]).collect();
        assert_eq!(usual(&stuffed, 120), Some(20), "today is no part of the usual");
        let spike = worst(&stuffed, 120).unwrap();
        assert_eq!((spike.day.as_str(), spike.responses, spike.usual, spike.times), ("1970-05-01", 2_000, 20, 100));
        assert_eq!(usual(&stuffed, 121), Some(20), "the day after, it is one of many");
        assert_eq!(worst(&stuffed, 121).map(|spike| spike.responses), Some(2_000), "and it is still reported");
    }

    #[test]
    fn a_new_shop_has_nothing_usual_and_quiet_days_count() {
        assert_eq!((usual(&[], 120), usual(&[(114, 9), (119, 9)], 120)), (None, None));
        // Five of seven days had none.
        assert_eq!(usual(&[(113, 9), (119, 9)], 120), Some(0));
        assert_eq!(worst(&[(113, 9), (120, 29)], 120), None);
        assert_eq!(worst(&[(113, 9), (120, 30)], 120).map(|spike| spike.times), Some(30));
    }

    #[test]
    fn the_bound_grows_with_the_usual_and_a_day_begins_anew() {
        let spikes = Spikes::new(SpikeRule::of(10, 100));
        assert!(!spikes.exceeds(1, 120, 100) && spikes.exceeds(1, 120, 101));
        spikes.learn(1, 120, &(100..120).map(|day| (day, 20)).collect::<Vec<_>>());
        assert!(!spikes.exceeds(1, 120, 400) && spikes.exceeds(1, 120, 401), "ten times 20 responses of two frames");
        spikes.took(1, 120, 400);
        spikes.refused(1, 120, 7);
        assert!(spikes.exceeds(1, 120, 1) && !spikes.exceeds(2, 120, 1) && !spikes.exceeds(1, 121, 400));
        assert_eq!((spikes.refused_today(1, 121), spikes.exceeds(1, 121, 401)), (0, true));
    }

    #[test]
    fn a_restart_begins_with_what_is_stored() {
        let spikes = Spikes::new(SpikeRule::of(10, 100));
        spikes.learn(1, 120, &[(120, 90)]);
        assert!(spikes.exceeds(1, 120, 11) && !spikes.exceeds(1, 120, 10));
    }

    #[test]
    fn rules_are_read_as_they_are_written() {
        for text in ["10:1000", "1:1", "off"] {
            assert_eq!(text.parse::<SpikeRule>().map(|rule| rule.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "10", "0:1000", "10:0", "-1:64", "x:64", "10:64:1", "Off"] {
            assert!(text.parse::<SpikeRule>().is_err(), "{text}");
        }
    }
}
