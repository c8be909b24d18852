//! Known answers and properties of metrics.md and score.md 4.8.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod aggregates;
mod known;
mod summaries;

use trente_stats::aggregate::{Contribution, key};
use trente_survey::{Answers, Cause, Verdict, score::flag};

/// What the collector records of one response.
pub fn contribution(answers: &Answers, family: Cause, elapsed: u8, noted: bool) -> Contribution {
    let verdict = Verdict::of(answers, family, elapsed, noted).unwrap();
    let fast = verdict.flags & flag::FAST != 0;
    Contribution { key: key(fast, family, answers), elapsed, noted, mismatch: false }
}

pub fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} is not {wanted} ± {tolerance}");
}
