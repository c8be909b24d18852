//! Shrinkage: few answers, pulled towards many. **Source**: docs/metrics.md#few-answers-shrinkage (Efron and Morris
//! 1975, 1977).
//!
//! A shrunk value is always shown next to the raw one.

use crate::nps::Nps;

/// How many answers of the whole a segment is given on top of its own.
const KAPPA: f64 = 10.0;
/// Segments below which James and Stein have nothing to say.
const SEGMENTS_MIN: usize = 4;

/// The score of a segment pulled towards that of the whole, in points: (100(P − D) + κθ)/(n + κ) with κ = 10.
///
/// A segment without an answer gets the whole's score; none when the whole has no answer either.
pub fn nps(segment: &Nps, whole: &Nps) -> Option<f64> {
    let theta = whole.points()?;
    let balance = 100.0 * (segment.promoters as f64 - segment.detractors as f64);
    Some((balance + KAPPA * theta) / (segment.n() as f64 + KAPPA))
}

/// A share pulled towards that of the whole, in the same way.
pub fn share(hits: u64, n: u64, whole: f64) -> f64 {
    (hits as f64 + KAPPA * whole) / (n as f64 + KAPPA)
}

/// Values pulled towards their mean, and by how much.
#[derive(Clone, Debug, PartialEq)]
pub struct JamesStein {
    /// The mean of the values.
    pub mean: f64,
    /// What is left of a distance from the mean, 0..=1: c⁺ = max(0, 1 − (k − 3)σ²/Σ(y − ȳ)²).
    pub factor: f64,
    /// ȳ + c⁺(y − ȳ), in the order given.
    pub values: Vec<f64>,
}

/// Values of one variance σ² each, pulled towards their mean.
///
/// None for fewer than four, or a variance that is no number or below 0. Values that are all alike stay.
pub fn james_stein(values: &[f64], variance: f64) -> Option<JamesStein> {
    if values.len() < SEGMENTS_MIN || variance < 0.0 || variance.is_nan() {
        return None;
    }
    let k = values.len() as f64;
    let mean = values.iter().fold(0.0, |sum, value| sum + value) / k;
    let spread = values.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
    let factor = if spread > 0.0 { (1.0 - (k - 3.0) * variance / spread).max(0.0) } else { 0.0 };
    Some(JamesStein { mean, factor, values: values.iter().map(|value| mean + factor * (value - mean)).collect() })
}

/// The scores of segments, in points, pulled towards their mean.
///
/// Segments differ in size and James and Stein want one variance, so it is the mean of the segments' own, each with
/// Rocks' pseudo-observations. None for fewer than four segments, or one without an answer.
pub fn segments(segments: &[Nps]) -> Option<JamesStein> {
    let points: Vec<f64> = segments.iter().map(Nps::points).collect::<Option<_>>()?;
    let variances: Vec<f64> = segments
        .iter()
        .map(|segment| segment.adjusted().map(|adjusted| 10_000.0 * adjusted.variance / adjusted.n))
        .collect::<Option<_>>()?;
    let variance = variances.iter().fold(0.0, |sum, variance| sum + variance) / variances.len() as f64;
    james_stein(&points, variance)
}
