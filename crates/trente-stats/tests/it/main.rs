//! Known answers and properties of docs/metrics.md and docs/score.md#aggregate.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod aggregates;
mod alerts;
mod bytes;
mod charts;
mod comparisons;
mod cusum;
mod details;
mod drivers;
mod histograms;
mod importance;
mod known;
mod lenses;
mod marks;
mod periods;
mod quantiles;
mod reports;
mod rounding;
mod shrinkage;
mod stories;
mod summaries;
mod time_label;
mod weekly_digest;

use proptest::prelude::*;
use trente_stats::Aggregate;
use trente_stats::aggregate::{Contribution, key};
use trente_stats::nps::Nps;
use trente_survey::response_id::SurveyId;
use trente_survey::{Answers, Cause, Verdict, score::flag};

/// What the collector records of one response.
pub fn contribution(answers: &Answers, family: Cause, elapsed: u8, noted: bool) -> Contribution {
    let verdict = Verdict::of(answers, family, elapsed, noted).unwrap();
    let fast = verdict.flags & flag::FAST != 0;
    Contribution {
        key: key(fast, family, answers),
        elapsed,
        noted,
        mismatch: false,
        survey: SurveyId([0; 4]),
        extra: [0; 3],
    }
}

/// Any valid response, to one of three surveys.
pub fn response() -> impl Strategy<Value = Contribution> {
    let answers = (0u32..1 << 19).prop_filter_map("invalid answers", |bits| Answers::from_bits(bits).ok());
    let rest = (0u8..8, 0u8..64, any::<bool>(), any::<bool>(), 0u8..3, [0u16..4, 0u16..4, 0u16..8192]);
    (answers, rest).prop_map(|(answers, (family, elapsed, noted, mismatch, survey, extra))| {
        let core = contribution(&answers, Cause::from_family(family), elapsed, noted);
        Contribution { mismatch, survey: SurveyId([survey, 0, 0, 255 - survey]), extra, ..core }
    })
}

pub fn responses(most: usize) -> impl Strategy<Value = Vec<Contribution>> {
    prop::collection::vec(response(), 0..most)
}

/// Counted one after the other.
pub fn aggregate(responses: &[Contribution]) -> Aggregate {
    let mut aggregate = Aggregate::default();
    for response in responses {
        aggregate.record(response).unwrap();
    }
    aggregate
}

pub fn sum(parts: &[&Aggregate]) -> Aggregate {
    let mut sum = Aggregate::default();
    for part in parts {
        sum.merge(part).unwrap();
    }
    sum
}

pub fn nps(promoters: u64, passives: u64, detractors: u64) -> Nps {
    Nps { promoters, passives, detractors }
}

pub fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} is not {wanted} ± {tolerance}");
}
