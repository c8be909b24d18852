//! p-chart: shares of samples of different size. **Source**: docs/metrics.md#control-charts.

use super::Signal;
use crate::interval::Interval;
use crate::wilson;

/// Standard errors between the centre and a limit.
const SIGMAS: f64 = 3.0;
/// Expected hits below which a sample is too small for the normal limits.
pub(super) const EXPECTED_MIN: f64 = 5.0;

/// Hits among a number of responses, as of one week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Hits, at most `n`.
    pub hits: u64,
    /// Responses.
    pub n: u64,
}

/// A p-chart with its centre line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareChart {
    /// The usual share, 0..=1.
    pub centre: f64,
}

/// One sample on the chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharePoint {
    /// The sample.
    pub sample: Sample,
    /// Its share, 0..=1; none without a response.
    pub share: Option<f64>,
    /// Its limits; none where the sample is too small for them, which is where nothing is signalled.
    pub limits: Option<Interval>,
    /// Whether the share lies outside them.
    pub signal: Option<Signal>,
}

impl ShareChart {
    /// The chart whose centre is the share of a baseline; none for a baseline without a response or with more hits
    /// than responses.
    pub fn of(baseline: &[Sample]) -> Option<Self> {
        let sum = |of: fn(&Sample) -> u64| baseline.iter().try_fold(0u64, |sum, sample| sum.checked_add(of(sample)));
        let centre = wilson::share(sum(|sample| sample.hits)?, sum(|sample| sample.n)?)?;
        Some(Self { centre })
    }

    /// Where a sample lies.
    pub fn point(&self, sample: Sample) -> SharePoint {
        let (n, centre) = (sample.n as f64, self.centre);
        let share = wilson::share(sample.hits, sample.n);
        let half = SIGMAS * (centre * (1.0 - centre) / n).sqrt();
        let limits = (n * centre >= EXPECTED_MIN).then(|| Interval::around(centre, half, 0.0, 1.0));
        let signal = share.zip(limits).and_then(|(share, limits)| Signal::of(share, limits.low, limits.high));
        SharePoint { sample, share, limits, signal }
    }
}
