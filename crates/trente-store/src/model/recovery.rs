//! Row of the recovery desk: a customer to put right, what they said, and what the shop did.

use crate::key::ResponseKey;

/// Which customers are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Waiting {
    /// Those without an answer of the shop.
    #[default]
    Open,
    /// Of these, those that were seen.
    Seen,
    /// All.
    All,
}

/// Something that the shop does about one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoveryAct {
    /// They were seen.
    Seen,
    /// They were answered; the first time counts.
    Answered,
    /// They were not answered after all.
    Reopened,
    /// One line, in the place of the one before; none where it is empty.
    Note(String),
}

/// A customer to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryRow {
    /// The response.
    pub place: ResponseKey,
    /// When the first of its frames came, in milliseconds since 1970.
    pub received_ms: u64,
    /// Whether they are lost; the others wait to be put right.
    pub lost: bool,
    /// When the shop saw it.
    pub seen_ms: Option<u64>,
    /// When the shop answered.
    pub answered_ms: Option<u64>,
    /// The shop's line.
    pub note: Option<String>,
    /// What they said; none once the response is kept no longer.
    pub said: Option<Said>,
}

/// What a customer said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Day of the response, in days since 1970.
    pub day: u32,
    /// Whether the purchase is proven.
    pub verified: bool,
    /// Channel, 0 for none.
    pub channel: u8,
    /// Number of the language.
    pub locale: u8,
    /// Key of the aggregate: family and answers.
    pub key: u32,
    /// Bucket of the time that the answers took.
    pub elapsed: u8,
    /// Their words, unedited.
    pub verbatim: Option<String>,
}

/// Where a list goes on: after the customer who came at this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AfterRecovery {
    /// Milliseconds since 1970.
    pub received_ms: u64,
    /// The response.
    pub place: ResponseKey,
}

/// The customers without an answer of the shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many can be put right.
    pub waiting: u64,
    /// How many are lost: they wait for nothing.
    pub lost: u64,
    /// When the longest waiting of those who can be put right came, in milliseconds since 1970.
    pub oldest_ms: Option<u64>,
    /// How many have come, answered or not: it rises by one with each.
    pub all: u64,
}

/// Days for which a customer is kept at least, whatever the desk of the site shows: the mail of a day goes out on the
/// morning after it.
pub(crate) const KEPT_DAYS_MIN: u32 = 2;

/// The columns of a [`RecoveryRow`], in its order.
pub(crate) const COLUMNS: &str = "recovery.survey, recovery.rid, received_ms, lost, seen_ms, answered_ms, note,
    day, verified, channel, locale, key, elapsed, verbatim";
