//! Trend alerts A2 to A6 over the days before a weekly digest. A1 is sent at once, not weekly.

use std::collections::BTreeMap;

use serde::Serialize;
use trente_survey::Branch;

use super::{BASELINE_WEEKS, Entry, WEEK_DAYS, summary};
use crate::aggregate::CountError;
use crate::alerts::{self, Alert, RECURRENCE_DAYS, Rule};
use crate::chart::cusum::Cusum;
use crate::chart::share::Sample;
use crate::confidence::NUMBER_MIN;
use crate::facts::Brief;
use crate::nps::Nps;

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

/// Everything that left its course in the week that ends with `until`, by rule. Of `entries`, in any order, those after
/// `until` or before the baseline count for nothing.
///
/// # Errors
/// [`CountError`] when a response cannot be counted.
pub fn alerts(until: u32, entries: &[Entry]) -> Result<Vec<AlertRow>, CountError> {
    let start = (until + 1).saturating_sub(WEEK_DAYS);
    let first = start.saturating_sub(WEEK_DAYS * BASELINE_WEEKS);
    let mut entries: Vec<&Entry> = entries.iter().filter(|entry| first <= entry.day && entry.day <= until).collect();
    // Stable: what came on one day keeps the order in which it was given.
    entries.sort_by_key(|entry| entry.day);
    let (earlier, week) = entries.split_at(entries.partition_point(|entry| entry.day < start));

    let mut rows = Vec::new();
    rows.extend(share(start, earlier, week).map(|alert| row(alert, None)));
    rows.extend(score(earlier, week)?.map(|alert| row(alert, None)));
    let (month, usual): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().copied().partition(|entry| entry.day + RECURRENCE_DAYS > until);
    let brief = |entries: Vec<&Entry>| Ok::<_, CountError>(Brief::from(&summary(entries.into_iter())?));
    let (month, usual) = (brief(month)?, brief(usual)?);
    rows.extend(alerts::recurrence(&month, &usual).into_iter().map(|alert| row(alert, None)));
    rows.extend(channels(earlier, week)?);
    rows.extend(doubling(earlier, &entries).map(|alert| row(alert, None)));
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

fn is_incident(entry: &Entry) -> bool {
    entry.verdict().is_some_and(|verdict| verdict.branch == Branch::Incident)
}

fn sample<'a>(entries: impl Iterator<Item = &'a &'a Entry>) -> Sample {
    entries.fold(Sample::default(), |sample, entry| Sample {
        hits: sample.hits + u64::from(is_incident(entry)),
        n: sample.n + 1,
    })
}

/// A2: the week among the weeks before it.
fn share(start: u32, earlier: &[&Entry], week: &[&Entry]) -> Option<Alert> {
    let of_week = |entry: &&&Entry, back: u32| (start - 1 - entry.day) / WEEK_DAYS == back;
    let weeks: Vec<Sample> = (0..BASELINE_WEEKS)
        .map(|back| sample(earlier.iter().filter(|entry| of_week(entry, back))))
        .filter(|sample| sample.n > 0)
        .collect();
    alerts::weekly_share(&weeks, sample(week.iter()))
}

/// A3: the daily mean scores of the week after those before it; days without a score are left out.
fn score(earlier: &[&Entry], week: &[&Entry]) -> Result<Option<Alert>, CountError> {
    let means = |entries: &[&Entry]| -> Result<Vec<(f64, u64)>, CountError> {
        let mut means = Vec::new();
        for day in entries.chunk_by(|left, right| left.day == right.day) {
            let summary = summary(day.iter().copied())?;
            means.extend(summary.score_mean().map(|mean| (mean, summary.scored())));
        }
        Ok(means)
    };
    let (baseline, since) = (means(earlier)?, means(week)?);
    let values = |days: &[(f64, u64)]| days.iter().map(|(mean, _)| *mean).collect::<Vec<_>>();
    let scored = since.last().map_or(0, |(_, scored)| *scored);
    Ok(alerts::daily_score(&values(&baseline), &values(&since), scored))
}

/// A5: the channels that are shown together, before and now.
fn channels(earlier: &[&Entry], week: &[&Entry]) -> Result<Vec<AlertRow>, CountError> {
    let by_channel = |entries: &[&Entry]| -> Result<BTreeMap<u8, Nps>, CountError> {
        let mut channels: BTreeMap<u8, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            channels.entry(entry.channel).or_default().push(entry);
        }
        channels.into_iter().map(|(channel, entries)| Ok((channel, summary(entries.into_iter())?.nps))).collect()
    };
    let (before, now) = (by_channel(earlier)?, by_channel(week)?);
    let names: Vec<u8> = now.keys().copied().collect();
    let pairs: Vec<(Nps, Nps)> =
        now.iter().map(|(channel, now)| (before.get(channel).copied().unwrap_or_default(), *now)).collect();
    let named = |alert: Alert| match alert.rule {
        Rule::Segment(index) => row(alert, names.get(index).map(|channel| format!("channel {channel}"))),
        _ => row(alert, None),
    };
    Ok(alerts::segments(&pairs).into_iter().map(named).collect())
}

/// A6: the first answer of the week at which the CUSUM over all of them signals; none for a week of fewer than five.
fn doubling(earlier: &[&Entry], all: &[&Entry]) -> Option<Alert> {
    if (all.len() - earlier.len()) < NUMBER_MIN as usize {
        return None;
    }
    let Sample { hits, n } = sample(earlier.iter());
    let chart = Cusum::for_baseline(hits, n)?;
    let answers: Vec<bool> = all.iter().map(|entry| is_incident(entry)).collect();
    let signals = chart.points(answers.iter().copied()).enumerate();
    let (at, _) = signals.skip(earlier.len()).find(|(_, point)| point.signal)?;
    alerts::doubling(&chart, answers.into_iter().take(at + 1))
}
