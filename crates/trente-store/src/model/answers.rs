//! Row of the daily counts of answers.

/// How many responses of a day said the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnswersRow {
    /// Days since 1970.
    pub day: u32,
    /// Channel, 0 for none.
    pub channel: u8,
    /// Key of the aggregate: family and answers.
    pub key: u32,
    /// Whether the purchases are proven.
    pub verified: bool,
    /// How many.
    pub n: u64,
}
