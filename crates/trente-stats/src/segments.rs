//! Segments: the same numbers by channel, hour, language, or any other field of a response.
//!
//! **Source**: docs/metrics.md#few-answers-shrinkage; docs/lessons.md 1a, 2b, 3e. A shrunk score always stands next to
//! the raw one.

use serde::Serialize;

use crate::report::{Minimum, NpsReport};
use crate::shrinkage;
use crate::summary::Summary;

/// One segment, compared with the whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Segment {
    /// Its mark; null for responses that have none.
    pub segment: Option<String>,
    /// Responses.
    pub n: u64,
    /// Recommendation, raw.
    pub nps: NpsReport,
    /// The score pulled towards the whole, (100(P − D) + 10θ)/(n + 10), in points.
    pub nps_shrunk: Option<f64>,
    /// The score pulled towards the mean of the segments by James and Stein; null below four segments with answers.
    pub nps_james_stein: Option<f64>,
    /// The share of satisfaction 4 and 5, 0..=1.
    pub csat_share: Option<f64>,
    /// Lower end of Wilson's interval.
    pub csat_low: Option<f64>,
    /// Upper end.
    pub csat_high: Option<f64>,
    /// The mean score, 0..=100.
    pub score_mean: Option<f64>,
    /// Incidents.
    pub incidents: u64,
}

/// The segments of a whole, in the order given; numbers of fewer than `minimum` answers are left out, shrunk ones are
/// not, because carrying few answers is what they are for.
pub fn by_segment(whole: &Summary, segments: &[(Option<String>, Summary)], minimum: u64) -> Vec<Segment> {
    let minimum = Minimum(minimum);
    let answered: Vec<_> = segments.iter().map(|(_, summary)| summary.nps).filter(|nps| nps.n() > 0).collect();
    let mut pulled = shrinkage::segments(&answered).map(|found| found.values).unwrap_or_default().into_iter();
    segments
        .iter()
        .map(|(mark, summary)| {
            let n = summary.csat.n();
            let (csat_low, csat_high) = minimum.ends(n, summary.csat.interval());
            Segment {
                segment: mark.clone(),
                n: summary.n,
                nps: minimum.nps(&summary.nps),
                nps_shrunk: shrinkage::nps(&summary.nps, &whole.nps),
                nps_james_stein: if summary.nps.n() > 0 { pulled.next() } else { None },
                csat_share: minimum.number(n, summary.csat.share()),
                csat_low,
                csat_high,
                score_mean: minimum.number(summary.scored(), summary.score_mean()),
                incidents: summary.incidents(),
            }
        })
        .collect()
}
