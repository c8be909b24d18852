//! Significance of the difference of two NPS. **Source**: docs/metrics.md#net-promoter-score (Rocks' package, two
//! samples) and #alerts, rule A5.

use core::f64::consts::SQRT_2;

use crate::interval::{Interval, Z};
use crate::nps::Nps;

/// How far the first score lies above the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// First less second, in points, both with Rocks' pseudo-observations.
    pub points: f64,
    /// Its standard error, in points.
    pub error: f64,
    /// Where the true difference lies, −200..=200 points.
    pub interval: Interval,
    /// The difference in standard errors.
    pub z: f64,
    /// How often chance alone gives one as large, 0..=1.
    pub p: f64,
}

impl Difference {
    /// The difference of two scores; none when one of them has no answer.
    pub fn of(first: &Nps, second: &Nps) -> Option<Self> {
        let (first, second) = (first.adjusted()?, second.adjusted()?);
        let points = 100.0 * (first.mean - second.mean);
        let error = 100.0 * (first.variance / first.n + second.variance / second.n).sqrt();
        let z = points / error;
        Some(Self { points, error, interval: Interval::around(points, Z * error, -200.0, 200.0), z, p: p_of_z(z) })
    }

    /// Whether chance alone is an unlikely reason, once in twenty at most.
    pub fn significant(&self) -> bool {
        self.z.abs() > Z
    }
}

/// The two-sided probability of a normal variable as far from 0 as `z`.
pub fn p_of_z(z: f64) -> f64 {
    libm::erfc(z.abs() / SQRT_2)
}

/// Which of several tests hold when all are looked at together: Holm's step-down, in the order given.
///
/// `level` is how often, at most, one of them may hold by chance (Holm, Scand. J. Stat. 6:65, 1979).
pub fn holm(p: &[f64], level: f64) -> Vec<bool> {
    let mut order: Vec<(usize, f64)> = p.iter().copied().enumerate().collect();
    order.sort_by(|left, right| left.1.total_cmp(&right.1));
    let mut held = vec![false; p.len()];
    for (&(index, p), left) in order.iter().zip((1..=p.len()).rev()) {
        // What is no number sorts last and holds nothing.
        if p > level / left as f64 || p.is_nan() {
            break;
        }
        if let Some(slot) = held.get_mut(index) {
            *slot = true;
        }
    }
    held
}
