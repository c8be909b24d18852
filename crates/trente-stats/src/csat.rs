//! Customer satisfaction (CSAT): the share of 4 and 5 on a scale of 1 to 5. **Source**:
//! docs/metrics.md#customer-satisfaction.

use crate::interval::Interval;
use crate::wilson;

/// Satisfaction ratings. Missing answers are in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Csat {
    /// How often each rating was given, 1 first.
    pub counts: [u64; 5],
}

impl Csat {
    /// Answers to the question.
    pub fn n(&self) -> u64 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Ratings of 4 and 5.
    pub const fn satisfied(&self) -> u64 {
        let [_, _, _, four, five] = self.counts;
        four.saturating_add(five)
    }

    /// The share of 4 and 5, 0..=1; none without an answer.
    pub fn share(&self) -> Option<f64> {
        wilson::share(self.satisfied(), self.n())
    }

    /// Wilson's interval of the share; none without an answer.
    pub fn interval(&self) -> Option<Interval> {
        wilson::interval(self.satisfied(), self.n())
    }

    /// The mean rating, 1..=5; none without an answer.
    pub fn mean(&self) -> Option<f64> {
        crate::ces::mean(&self.counts)
    }
}
