//! Alert rules A1 to A6. **Source**: docs/metrics.md#alerts; docs/lessons.md 1k, 3g, 3h, 3j.
//!
//! An alert says which rule fired, on how many responses, what was found, and against what.
//!
//! [`message`] is what is told of one customer, and to whom. Not here: how it is sent.

pub mod message;

use trente_survey::score::flag;
use trente_survey::{Cause, Verdict};

use crate::chart::Signal;
use crate::chart::cusum::Cusum;
use crate::chart::ewma::Ewma;
use crate::chart::share::{Sample, ShareChart};
use crate::chart::weeks::USUAL_MIN;
use crate::compare::{Difference, holm};
use crate::confidence::NUMBER_MIN;
use crate::facts::Brief;
use crate::nps::Nps;
use crate::summary::CauseCounts;

/// How often, at most, one of the segments that are shown together may be alarmed by chance.
const LEVEL: f64 = 0.05;
/// Days in which a cause recurs.
pub const RECURRENCE_DAYS: u32 = 30;
/// Unforgivable incidents of one cause in these days that are a recurrence.
const RECURRENCE_MIN: u64 = 3;
/// Days with a score below which their spread is not known: samples of a control chart's baseline (Montgomery,
/// Introduction to Statistical Quality Control, phase I: 20 to 25).
const BASELINE_DAYS_MIN: usize = 20;

/// What fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A1: a customer who will not be back.
    Lost,
    /// A1: a customer who waits for us to put it right.
    Recover,
    /// A2: the weekly share of incidents left the limits of its p-chart.
    Share(Signal),
    /// A3: the average of the daily mean score left its limits.
    Score(Signal),
    /// A4: three or more unforgivable incidents of one cause in thirty days, which is more than usual.
    Recurrence(Cause),
    /// A5: the score of a segment changed, by its index.
    Segment(usize),
    /// A6: the share of incidents has doubled, by the CUSUM.
    Doubling,
}

impl Rule {
    /// The code of docs/metrics.md#alerts, `A1` to `A6`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lost | Self::Recover => "A1",
            Self::Share(_) => "A2",
            Self::Score(_) => "A3",
            Self::Recurrence(_) => "A4",
            Self::Segment(_) => "A5",
            Self::Doubling => "A6",
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alert {
    /// The rule that fired.
    pub rule: Rule,
    /// The responses that it fired on.
    pub n: u64,
    /// What was found: a share 0..=1 (A2), a mean score (A3), incidents (A1, A4), points (A5), the sum (A6).
    pub found: f64,
    /// What it was held against, in the same unit: the centre (A2, A3), the number that is too many (A1), the number
    /// that the responses before lead to expect (A4; none where fewer than five before or now carry none), the score
    /// before (A5), the limit (A6).
    pub baseline: Option<f64>,
}

/// A1: one response, at once.
pub fn response(verdict: &Verdict) -> Option<Alert> {
    let fired = |bit, rule| (verdict.flags & bit != 0).then_some(rule);
    let rule = fired(flag::LOST, Rule::Lost).or(fired(flag::RECOVER, Rule::Recover))?;
    Some(Alert { rule, n: 1, found: 1.0, baseline: Some(1.0) })
}

/// A2: the incidents of a week against those of the weeks of the baseline. None where fewer than four of these have
/// answers ([`USUAL_MIN`]), for nothing is usual then; as in the chart of the overview.
pub fn weekly_share(baseline: &[Sample], week: Sample) -> Option<Alert> {
    if baseline.iter().filter(|week| week.n > 0).count() < USUAL_MIN {
        return None;
    }
    let chart = ShareChart::of(baseline)?;
    let point = chart.point(week);
    Some(Alert { rule: Rule::Share(point.signal?), n: week.n, found: point.share?, baseline: Some(chart.centre) })
}

/// A3: the newest of the daily mean scores after the baseline. Days without a score are left out by the caller;
/// `scored` is how many responses the newest day's mean is of.
///
/// None below five of them, below twenty days of the baseline, and where all days of the baseline are alike: limits of
/// width 0 are no limits.
pub fn daily_score(baseline: &[f64], since: &[f64], scored: u64) -> Option<Alert> {
    // Compared and not computed: the deviation of equal values may be a rounding error above 0.
    let varies = baseline.iter().any(|mean| Some(mean) != baseline.first());
    if scored < NUMBER_MIN || baseline.len() < BASELINE_DAYS_MIN || !varies {
        return None;
    }
    let chart = Ewma::of(baseline)?;
    let newest = chart.points(since.iter().copied()).last()?;
    Some(Alert { rule: Rule::Score(newest.signal?), n: scored, found: newest.average, baseline: Some(chart.mean()) })
}

/// A4: every cause that recurs in the summary of the last [`RECURRENCE_DAYS`] days, by family.
///
/// Three unforgivable incidents or more, and more than `usual`, the responses before these days, lead to expect, with
/// Holm's correction over the eight causes. Where there are none before, three are enough.
pub fn recurrence(days: &Brief, usual: &Brief) -> Vec<Alert> {
    let found: Vec<(Cause, &CauseCounts, Option<f64>)> = Cause::ALL
        .into_iter()
        .zip(&days.causes)
        .map(|(cause, counts)| {
            let before = usual.causes.get(usize::from(cause.family())).map_or(0, CauseCounts::unforgivable);
            let share = crate::wilson::share(before, usual.n);
            (cause, counts, share.map(|share| share * days.n as f64))
        })
        .collect();
    let p: Vec<f64> = found
        .iter()
        .map(|(_, counts, expected)| match counts.unforgivable() {
            0..RECURRENCE_MIN => 1.0,
            count => expected.map_or(0.0, |expected| poisson_tail(count, expected)),
        })
        .collect();
    let recurring = found.into_iter().zip(holm(&p, LEVEL)).filter(|(_, held)| *held);
    recurring
        .map(|((cause, counts, expected), _)| Alert {
            rule: Rule::Recurrence(cause),
            n: counts.incidents(),
            found: counts.unforgivable() as f64,
            baseline: expected.filter(|_| usual.n.min(days.n) >= NUMBER_MIN),
        })
        .collect()
}

/// How often `count` or more happen where `expected` are expected (Poisson); 1 where no more happened than expected.
fn poisson_tail(count: u64, expected: f64) -> f64 {
    if count as f64 <= expected {
        return 1.0;
    }
    if expected <= 0.0 {
        return 0.0;
    }
    let first = count as f64;
    let mut term = libm::exp(first * libm::log(expected) - expected - libm::lgamma(first + 1.0));
    let (mut sum, mut at) = (0.0, first);
    // Above the mean each term is smaller than the one before.
    while term > sum * f64::EPSILON {
        sum += term;
        at += 1.0;
        term *= expected / at;
    }
    sum.min(1.0)
}

/// A5: which of the segments that are shown together changed, given before and now; Holm's correction holds over all
/// of those that have five answers or more both times, because fewer carry no number.
pub fn segments(before_and_now: &[(Nps, Nps)]) -> Vec<Alert> {
    let differences: Vec<(usize, Difference, &Nps, &Nps)> = before_and_now
        .iter()
        .enumerate()
        .filter(|(_, (before, now))| before.n().min(now.n()) >= NUMBER_MIN)
        .filter_map(|(index, (before, now))| Some((index, Difference::of(now, before)?, before, now)))
        .collect();
    let p: Vec<f64> = differences.iter().map(|(_, difference, ..)| difference.p).collect();
    let held = differences.iter().zip(holm(&p, LEVEL)).filter(|(_, held)| *held);
    held.filter_map(|((index, _, before, now), _)| {
        Some(Alert { rule: Rule::Segment(*index), n: now.n(), found: now.points()?, baseline: Some(before.points()?) })
    })
    .collect()
}

/// A6: whether the newest answer, the last of `answers`, makes the chart signal; true is an incident.
pub fn doubling(chart: &Cusum, answers: impl IntoIterator<Item = bool>) -> Option<Alert> {
    let (mut n, mut newest) = (0, None);
    for point in chart.points(answers) {
        n += 1;
        newest = Some(point);
    }
    let newest = newest.filter(|point| point.signal)?;
    Some(Alert { rule: Rule::Doubling, n, found: newest.sum.into(), baseline: Some(chart.limit.into()) })
}
