//! Time label: whether “thirty seconds” is still true of the newest responses. **Source**: docs/lessons.md 2a.

use trente_survey::score::elapsed_bucket;

use crate::aggregate::BUCKETS;
use crate::wilson;

/// Responses that are looked at, newest first.
pub const RECENT: usize = 200;
/// Responses below which the promise is taken at its word.
const RECENT_MIN: u64 = 30;
/// Wilson's lower end of the share that kept to thirty seconds must not be below.
const SHARE_MIN: f64 = 0.5;
/// The first bucket of more than thirty seconds.
const LATE: u8 = elapsed_bucket(30_000);

/// What the survey may say of its own length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// “Your view in thirty seconds.”
    ThirtySeconds,
    /// “Your view in one minute.”
    OneMinute,
}

/// The label after these elapsed buckets, the newest response first; at most [`RECENT`] of them are looked at.
///
/// A time that is not known did not keep the promise.
pub fn label(newest_first: impl IntoIterator<Item = u8>) -> Label {
    let (mut n, mut kept) = (0, 0);
    for bucket in newest_first.into_iter().take(RECENT) {
        n += 1;
        kept += u64::from(bucket < LATE);
    }
    decide(kept, n)
}

/// The label after all responses of an aggregate, for a caller that does not know which are the newest.
pub fn label_of(elapsed: &[u64; BUCKETS]) -> Label {
    let n = elapsed.iter().sum();
    decide(elapsed.iter().take(usize::from(LATE)).sum(), n)
}

fn decide(kept: u64, n: u64) -> Label {
    match wilson::interval(kept, n) {
        Some(interval) if n >= RECENT_MIN && interval.low < SHARE_MIN => Label::OneMinute,
        _ => Label::ThirtySeconds,
    }
}
