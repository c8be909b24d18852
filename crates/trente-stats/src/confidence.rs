//! Minimum sample sizes: below which n only counts are shown, or a number is called a tendency. **Source**:
//! docs/metrics.md#net-promoter-score.

/// Answers below which there are counts and no number.
pub const NUMBER_MIN: u64 = 5;
/// Answers below which a number is a tendency.
pub const FIRM_MIN: u64 = 30;

/// How much a number of answers carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// No answer: nothing is said, and never 0.
    Nothing,
    /// Below [`NUMBER_MIN`]: counts only.
    Counts,
    /// Below [`FIRM_MIN`]: a number, called a tendency.
    Tendency,
    /// A number.
    Number,
}

impl Confidence {
    /// What `n` answers carry.
    pub const fn of(n: u64) -> Self {
        match n {
            0 => Self::Nothing,
            1..NUMBER_MIN => Self::Counts,
            NUMBER_MIN..FIRM_MIN => Self::Tendency,
            FIRM_MIN.. => Self::Number,
        }
    }
}
