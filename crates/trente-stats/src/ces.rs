//! Customer effort score, CES 2.0: agreement with “made it easy for me”, 1 to 7, 7 = strongly agree.
//!
//! **Source**: docs/metrics.md#customer-effort (Dixon, Freeman and Toman, HBR 88(7/8):116, 2010; scale turned round in
//! 2013).

use crate::interval::Interval;
use crate::wilson;

/// Ease ratings. Missing answers are in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ces {
    /// How often each rating was given, 1 first.
    pub counts: [u64; 7],
}

/// Student's t at 97.5 %, for 1 to 30 degrees of freedom.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

impl Ces {
    /// Answers to the question.
    pub fn n(&self) -> u64 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The mean rating, 1..=7; none without an answer.
    pub fn mean(&self) -> Option<f64> {
        mean(&self.counts)
    }

    /// The interval of the mean; none below two answers.
    pub fn mean_interval(&self) -> Option<Interval> {
        let n = self.n();
        let mean = self.mean()?;
        let degrees = n.checked_sub(1).filter(|&degrees| degrees > 0)?;
        let squares = self.counts.iter().zip(1u64..).fold(0.0, |sum, (&count, rating)| {
            let distance = rating as f64 - mean;
            sum + count as f64 * (distance * distance)
        });
        let deviation = (squares / degrees as f64).sqrt();
        let half = t(degrees) * deviation / (n as f64).sqrt();
        Some(Interval::around(mean, half, 1.0, 7.0))
    }

    /// Ratings of 5 to 7.
    pub const fn easy(&self) -> u64 {
        let [_, _, _, _, five, six, seven] = self.counts;
        five.saturating_add(six).saturating_add(seven)
    }

    /// The share of 5 to 7, 0..=1; none without an answer.
    pub fn easy_share(&self) -> Option<f64> {
        wilson::share(self.easy(), self.n())
    }

    /// Wilson's interval of the easy share; none without an answer.
    pub fn easy_interval(&self) -> Option<Interval> {
        wilson::interval(self.easy(), self.n())
    }
}

/// The mean of ratings counted from 1; none without an answer.
pub(crate) fn mean(counts: &[u64]) -> Option<f64> {
    let n: u128 = counts.iter().map(|&count| u128::from(count)).sum();
    let sum: u128 = counts.iter().zip(1u128..).map(|(&count, rating)| u128::from(count) * rating).sum();
    (n > 0).then(|| sum as f64 / n as f64)
}

/// Student's t at 97.5 %.
pub(crate) fn t(degrees: u64) -> f64 {
    let listed = usize::try_from(degrees).ok().and_then(|degrees| T.get(degrees.checked_sub(1)?)).copied();
    listed.unwrap_or(1.96 + 2.4 / degrees as f64)
}
