//! Trend alerts A2 to A6 over the days before a weekly digest. A1 is sent at once, not weekly.
//!
//! The rules read counts by day and by channel, so that their memory does not grow with the responses.

use std::collections::{BTreeMap, HashMap, hash_map};
use std::ops::Range;

use serde::Serialize;
use trente_survey::Branch;

use super::{BASELINE_WEEKS, Entry, WEEK_DAYS, draw};
use crate::aggregate::{COUNT_MAX, CountError, KeyVerdict};
use crate::alerts::{self, Alert, RECURRENCE_DAYS, Rule};
use crate::chart::cusum::{Cusum, PRIOR_SHARE};
use crate::chart::share::Sample;
use crate::confidence::NUMBER_MIN;
use crate::facts::{Brief, Facts};
use crate::nps::Nps;
use crate::shrinkage;

/// A rule that fired.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlertRow {
    /// `A2` to `A6`.
    pub rule: &'static str,
    /// The cause that recurs (A4), the channel that changed (A5), or the side of the limits, `low` or `high` (A2, A3).
    pub about: Option<String>,
    /// The responses that it fired on.
    pub n: u64,
    /// What was found, in the unit of [`Alert::found`].
    pub found: f64,
    /// What it was held against, in the same unit; null where a cause recurs (A4) and too few responses came before.
    pub baseline: Option<f64>,
}

/// Counts of the days up to `until`, from which the rules follow.
#[derive(Default)]
struct Counts {
    /// Each day that has responses.
    days: BTreeMap<u32, Day>,
    /// The days in which a cause recurs, and those of the baseline before them.
    recent: Brief,
    usual: Brief,
    /// Recommendation by channel, before the week and in it.
    channels: BTreeMap<u8, (Nps, Nps)>,
    /// What each key says.
    known: HashMap<u32, (KeyVerdict, Facts)>,
}

/// Counts of one day.
#[derive(Clone, Copy, Default)]
struct Day {
    /// Responses, and incidents among them.
    sample: Sample,
    /// Responses with a score, and the sum of the scores.
    scored: u64,
    score: u64,
}

impl Counts {
    fn add(&mut self, entry: &Entry, start: u32, until: u32) -> Result<(), CountError> {
        let Entry { day, channel, key, n } = *entry;
        // Days of a large site say the same again and again.
        let (one, facts) = match self.known.entry(key) {
            hash_map::Entry::Occupied(known) => *known.get(),
            hash_map::Entry::Vacant(free) => *free.insert((KeyVerdict::of(key)?, Facts::of(key)?)),
        };
        let slot = self.days.entry(day).or_default();
        slot.sample.n += n;
        slot.sample.hits += if is_incident(&one) { n } else { 0 };
        if let Some(score) = one.verdict.score {
            slot.scored += n;
            slot.score += n * u64::from(score);
        }
        let brief = if day + RECURRENCE_DAYS > until { &mut self.recent } else { &mut self.usual };
        brief.add(&facts, n);
        let (before, now) = self.channels.entry(channel).or_default();
        if day < start { before } else { now }.add(one.answers.recommend, n);
        Ok(())
    }

    /// The responses of some days.
    fn sample(&self, days: Range<u32>) -> Sample {
        self.days.range(days).fold(Sample::default(), |sum, (_, day)| Sample {
            hits: sum.hits + day.sample.hits,
            n: sum.n + day.sample.n,
        })
    }

    /// The mean scores of those of these days that have one, and how many responses the last of them is of.
    fn means(&self, days: Range<u32>) -> (Vec<f64>, u64) {
        let scored = self.days.range(days).map(|(_, day)| day).filter(|day| day.scored > 0);
        scored.fold((Vec::new(), 0), |(mut means, _), day| {
            means.push(day.score as f64 / day.scored as f64);
            (means, day.scored)
        })
    }
}

/// Everything that left its course in the week that ends with `until`, by rule. Of `entries`, in any order, those after
/// `until` or before the baseline count for nothing.
///
/// # Errors
/// [`CountError`] when a response cannot be counted.
pub fn alerts(until: u32, entries: &[Entry]) -> Result<Vec<AlertRow>, CountError> {
    let start = (until + 1).saturating_sub(WEEK_DAYS);
    let first = start.saturating_sub(WEEK_DAYS * BASELINE_WEEKS);
    let mut entries: Vec<&Entry> = entries.iter().filter(|entry| first <= entry.day && entry.day <= until).collect();
    entries.sort_unstable_by_key(|entry| entry.day);
    let mut counts = Counts::default();
    let mut n = 0u64;
    for entry in &entries {
        n = n.checked_add(entry.n).filter(|n| *n <= COUNT_MAX).ok_or(CountError::TooMany)?;
        counts.add(entry, start, until)?;
    }
    let mut rows = Vec::new();
    rows.extend(share(&counts, start, until).map(|alert| row(alert, None)));
    rows.extend(score(&counts, first, start, until).map(|alert| row(alert, None)));
    rows.extend(alerts::recurrence(&counts.recent, &counts.usual).into_iter().map(|alert| row(alert, None)));
    rows.extend(channels(&counts));
    rows.extend(doubling(&counts, &entries, start, until).map(|alert| row(alert, None)));
    Ok(rows)
}

fn row(alert: Alert, about: Option<String>) -> AlertRow {
    let about = about.or_else(|| match alert.rule {
        Rule::Share(signal) | Rule::Score(signal) => Some(signal.name().to_owned()),
        Rule::Recurrence(cause) => Some(cause.name().to_owned()),
        Rule::Lost | Rule::Recover | Rule::Segment(_) | Rule::Doubling => None,
    });
    AlertRow { rule: alert.rule.code(), about, n: alert.n, found: alert.found, baseline: alert.baseline }
}

fn is_incident(one: &KeyVerdict) -> bool {
    one.verdict.branch == Branch::Incident
}

/// A2: the week among the weeks before it.
fn share(counts: &Counts, start: u32, until: u32) -> Option<Alert> {
    let week = |back: u32| {
        let end = start.saturating_sub(back * WEEK_DAYS);
        counts.sample(end.saturating_sub(WEEK_DAYS)..end)
    };
    let weeks: Vec<Sample> = (0..BASELINE_WEEKS).map(week).filter(|sample| sample.n > 0).collect();
    alerts::weekly_share(&weeks, counts.sample(start..until + 1))
}

/// A3: the daily mean scores of the week after those before it; days without a score are left out.
fn score(counts: &Counts, first: u32, start: u32, until: u32) -> Option<Alert> {
    let (baseline, _) = counts.means(first..start);
    let (since, scored) = counts.means(start..until + 1);
    alerts::daily_score(&baseline, &since, scored)
}

/// A5: the channels that are shown together, before and now.
fn channels(counts: &Counts) -> Vec<AlertRow> {
    let shown: Vec<(u8, (Nps, Nps))> =
        counts.channels.iter().filter(|(_, (_, now))| now.n() > 0).map(|(channel, pair)| (*channel, *pair)).collect();
    let pairs: Vec<(Nps, Nps)> = shown.iter().map(|(_, pair)| *pair).collect();
    let named = |alert: Alert| match alert.rule {
        Rule::Segment(index) => row(alert, shown.get(index).map(|(channel, _)| format!("channel {channel}"))),
        _ => row(alert, None),
    };
    alerts::segments(&pairs).into_iter().map(named).collect()
}

/// How many times its usual share the week has at least for rule A6, which tells of a doubling.
const HALF_DOUBLED: f64 = 1.5;

/// A6: the first answer of the week at which the CUSUM over all of them signals; none for a week of fewer than five, or one
/// whose share is not halfway to twice the usual one.
/// `entries` are by day: only this rule looks at answers one by one, and only at those of one day at a time.
fn doubling(counts: &Counts, entries: &[&Entry], start: u32, until: u32) -> Option<Alert> {
    let week = counts.sample(start..until + 1);
    if week.n < NUMBER_MIN {
        return None;
    }
    let Sample { hits, n } = counts.sample(0..start);
    let chart = Cusum::for_baseline(hits, n)?;
    // Between two charts the nearest signals at times without a change: the week itself has to be halfway there.
    let usual = shrinkage::share(hits, n, PRIOR_SHARE);
    if (week.hits as f64) < HALF_DOUBLED * usual * week.n as f64 {
        return None;
    }
    let is_incident = |key| KeyVerdict::of(key).is_ok_and(|one| is_incident(&one));
    let days = entries.chunk_by(|left, right| left.day == right.day);
    let answers = || days.clone().flat_map(|day| draw::keys(day.iter().copied())).map(is_incident);
    let mut signals = chart.points(answers()).enumerate().skip(usize::try_from(n).ok()?);
    let (at, _) = signals.find(|(_, point)| point.signal)?;
    alerts::doubling(&chart, answers().take(at + 1))
}
