//! EWMA chart: exponentially weighted moving average with steady limits. **Source**: docs/metrics.md#control-charts
//! (NIST/SEMATECH 6.3.2.4).

use super::Signal;
use crate::interval::Interval;

/// The weight of the newest value.
pub const LAMBDA: f64 = 0.1;
/// Standard deviations of the average between the centre and a limit: in control, a signal every 500 values.
pub const WIDTH: f64 = 2.8159;

/// A chart with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ewma {
    lambda: f64,
    mean: f64,
    half: f64,
}

/// One value on the chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EwmaPoint {
    /// The value.
    pub value: f64,
    /// The average up to it.
    pub average: f64,
    /// Whether the average lies outside the limits.
    pub signal: Option<Signal>,
}

impl Ewma {
    /// A chart around `mean` for values of standard deviation `sigma`, with λ = `lambda` and limits at `width`.
    ///
    /// None unless 0 < λ ≤ 1, σ ≥ 0, width > 0 and all are finite.
    pub fn new(mean: f64, sigma: f64, lambda: f64, width: f64) -> Option<Self> {
        let half = width * sigma * (lambda / (2.0 - lambda)).sqrt();
        let fine = mean.is_finite() && sigma >= 0.0 && lambda > 0.0 && lambda <= 1.0 && width > 0.0 && half.is_finite();
        fine.then_some(Self { lambda, mean, half })
    }

    /// A chart with the usual λ and width around the values of a baseline; none for fewer than two.
    pub fn of(baseline: &[f64]) -> Option<Self> {
        let (mean, sigma) = mean_and_deviation(baseline)?;
        Self::new(mean, sigma, LAMBDA, WIDTH)
    }

    /// The centre.
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// The limits of the average.
    pub fn limits(&self) -> Interval {
        Interval { low: self.mean - self.half, high: self.mean + self.half }
    }

    /// The chart of these values, from the centre on.
    pub fn points(&self, values: impl IntoIterator<Item = f64>) -> impl Iterator<Item = EwmaPoint> {
        let Self { lambda, mean, .. } = *self;
        let limits = self.limits();
        values.into_iter().scan(mean, move |average, value| {
            *average = lambda * value + (1.0 - lambda) * *average;
            Some(EwmaPoint { value, average: *average, signal: Signal::of(*average, limits.low, limits.high) })
        })
    }
}

/// Mean and sample standard deviation; none for fewer than two values.
pub fn mean_and_deviation(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().fold(0.0, |sum, value| sum + value) / n;
    let squares = values.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
    Some((mean, (squares / (n - 1.0)).sqrt()))
}
