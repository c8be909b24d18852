//! Reply time: how soon customers who can be recovered were answered. **Source**: docs/lessons.md 3a, 3c.

use serde::Serialize;

use crate::wilson;

/// Milliseconds of a minute.
const MINUTE_MS: u64 = 60_000;
/// A reply within a day is one in time.
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// The times to a first reply.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replies {
    /// Customers who waited.
    pub n: u64,
    /// Those who were answered.
    pub replied: u64,
    /// The median time of those who were answered, in minutes; null when there was no reply. Read it with `replied`:
    /// silence is in no median.
    pub median_minutes: Option<f64>,
    /// Those who were answered within a day.
    pub within_a_day: u64,
    /// Their share of all who waited, 0..=1; null when no customer waited.
    pub share: Option<f64>,
    /// Lower end of Wilson's interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// From the time that each customer waited, in milliseconds; none for one who has no reply yet.
pub fn summarise(waits_ms: impl IntoIterator<Item = Option<u64>>) -> Replies {
    let (mut n, mut waits) = (0, Vec::new());
    for wait in waits_ms {
        n += 1;
        waits.extend(wait);
    }
    waits.sort_unstable();
    let within_a_day = waits.iter().filter(|wait| **wait <= DAY_MS).count() as u64;
    let interval = wilson::interval(within_a_day, n);
    Replies {
        n,
        replied: waits.len() as u64,
        median_minutes: median(&waits),
        within_a_day,
        share: wilson::share(within_a_day, n),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
    }
}

fn median(sorted_ms: &[u64]) -> Option<f64> {
    let upper = *sorted_ms.get(sorted_ms.len() / 2)?;
    let lower = *sorted_ms.get(sorted_ms.len().checked_sub(1)? / 2)?;
    Some((lower as f64 + upper as f64) / 2.0 / MINUTE_MS as f64)
}
