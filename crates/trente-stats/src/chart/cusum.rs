//! Bernoulli CUSUM on one answer after the other, in integers. **Source**: docs/metrics.md#control-charts (Steiner et
//! al., Biostatistics 1:441, 2000).
//!
//! It looks for a doubling of the share of bad answers. In control, the average run to a false signal is 2 000 answers
//! or more at the share of a chart, and about 200 where a share lies between two of them: the digest asks for more than a
//! signal.

use super::share::EXPECTED_MIN;
use crate::confidence::FIRM_MIN;
use crate::shrinkage;

/// A chart for one usual share of bad answers.
///
/// S ← S + a after a bad answer, else max(0, S − 1); a signal at S ≥ h, after which S begins again at 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cusum {
    /// The usual share of bad answers.
    pub share: f64,
    /// What a bad answer adds: round(ln 2 / ln((1 − p)/(1 − 2p))).
    pub step: u32,
    /// Where the signal is.
    pub limit: u32,
}

/// The charts there are. The average runs stand in docs/metrics.md and are computed again in the tests.
pub const CHARTS: [Cusum; 4] = [
    Cusum { share: 0.02, step: 34, limit: 128 },
    Cusum { share: 0.05, step: 13, limit: 65 },
    Cusum { share: 0.10, step: 6, limit: 37 },
    Cusum { share: 0.20, step: 2, limit: 13 },
];

/// Share of bad answers of a site of which nothing is known: that of the second-highest chart. A baseline is shrunk to
/// it and not to its own share, which would leave it as it is.
pub const PRIOR_SHARE: f64 = 0.10;

/// Share above which no chart fits: there the one for 20 % would signal without a change, once in fewer than 250 answers.
const SHARE_MAX: f64 = 0.28;

/// The sum after one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CusumPoint {
    /// S, before it begins again.
    pub sum: u32,
    /// Whether it reached the limit.
    pub signal: bool,
}

impl Cusum {
    /// The chart whose share is nearest; of two as near, the smaller. None for what is no share.
    pub fn nearest(share: f64) -> Option<Self> {
        if !(0.0..=1.0).contains(&share) {
            return None;
        }
        let distance = |chart: &Self| (chart.share - share).abs();
        CHARTS.into_iter().min_by(|left, right| distance(left).total_cmp(&distance(right)))
    }

    /// The chart for a baseline of `bad` among `n` answers, shrunk to [`PRIOR_SHARE`].
    ///
    /// None where the baseline is too short to know its share: below 30 answers, or so few that no five bad ones are
    /// expected at the share of the chart, as for the p-chart. None either where the share is above 28 %, which no chart
    /// is near to.
    pub fn for_baseline(bad: u64, n: u64) -> Option<Self> {
        let share = shrinkage::share(bad, n, PRIOR_SHARE);
        let chart = Self::nearest(share).filter(|_| share <= SHARE_MAX)?;
        let known = n >= FIRM_MIN && n as f64 * chart.share >= EXPECTED_MIN;
        known.then_some(chart)
    }

    /// The chart of these answers; true is bad.
    pub fn points(&self, answers: impl IntoIterator<Item = bool>) -> impl Iterator<Item = CusumPoint> {
        let Self { step, limit, .. } = *self;
        answers.into_iter().scan(0u32, move |sum, bad| {
            let reached = if bad { sum.saturating_add(step) } else { sum.saturating_sub(1) };
            let signal = reached >= limit;
            *sum = if signal { 0 } else { reached };
            Some(CusumPoint { sum: reached, signal })
        })
    }
}
