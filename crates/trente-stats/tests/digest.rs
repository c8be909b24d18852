//! The same bytes on every machine: what follows from all 955,392 states, as SHA-256, written down once.
//!
//! `cargo xtask test` runs this natively (step nextest) and on wasm32 in Node (step wasm). A state is one of eight
//! families with one of 119,424 valid sets of answers; with and without the fast flag it is a key of the aggregate.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use sha2::{Digest, Sha256};
use trente_stats::aggregate::{Aggregate, Contribution, key};
use trente_stats::alerts;
use trente_stats::chart::ewma::Ewma;
use trente_stats::compare::Difference;
use trente_stats::drivers::Driver;
use trente_stats::importance::Correlations;
use trente_stats::{Report, Summary, shrinkage};
use trente_survey::response_id::SurveyId;
use trente_survey::score::ELAPSED_UNKNOWN;
use trente_survey::{Answers, Cause, Verdict};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

const STATES: usize = 955_392;

fn states() -> impl Iterator<Item = (Cause, Answers)> {
    let answers: Vec<_> = (0..1u32 << 19).filter_map(|bits| Answers::from_bits(bits).ok()).collect();
    Cause::ALL.into_iter().flat_map(move |family| answers.clone().into_iter().map(move |answers| (family, answers)))
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn of(bytes: impl AsRef<[u8]>) -> String {
    hex(Sha256::new().chain_update(bytes))
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn verdicts_of_all_states() {
    let (mut hash, mut count) = (Sha256::new(), 0);
    let mut page = Vec::new();
    for (family, answers) in states() {
        let verdict = Verdict::of(&answers, family, ELAPSED_UNKNOWN, false).unwrap();
        let cause = |cause: Option<Cause>| cause.map_or(15, Cause::family);
        page.extend(key(false, family, &answers).to_be_bytes());
        page.extend(verdict.flags.to_be_bytes());
        page.extend([verdict.score_byte(), verdict.class as u8, verdict.branch.name().as_bytes()[0]]);
        page.push(cause(verdict.diagnosis.primary) << 4 | cause(verdict.diagnosis.secondary));
        if page.len() > 1 << 16 {
            hash.update(&page);
            page.clear();
        }
        count += 1;
    }
    hash.update(&page);
    assert_eq!(count, STATES);
    assert_eq!(hex(hash), VERDICTS);
}

/// Each state once slow and once fast, over all elapsed buckets, to two surveys.
fn everything() -> Aggregate {
    let responses = [false, true].into_iter().flat_map(|fast| {
        states().zip(0u32..).map(move |((family, answers), index)| {
            let key = key(fast, family, &answers);
            let survey = SurveyId([(index % 2) as u8; 4]);
            let extra = [(index % 6) as u16, 0, (index % 3) as u16];
            Contribution { key, elapsed: (index % 64) as u8, noted: index % 7 == 0, mismatch: fast, survey, extra }
        })
    });
    Aggregate::of(responses).unwrap()
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn aggregate_and_summary_of_all_states() {
    let whole = everything();
    assert_eq!((whole.n(), whole.answers().len()), (2 * STATES as u64, 2 * STATES));
    let bytes = whole.to_bytes();
    assert_eq!(of(&bytes), AGGREGATE);
    assert_eq!(Aggregate::from_bytes(&bytes).unwrap(), whole);
    let report = Report::of(&Summary::of(&whole), 1);
    assert_eq!(of(serde_json::to_vec(&report).unwrap()), SUMMARY);
}

/// Every float that is computed anywhere, from 256 unequal samples of the states.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn numbers_of_many_samples() {
    let keys: Vec<_> = states().map(|(family, answers)| key(false, family, &answers)).collect();
    let one =
        |key| Contribution { key, elapsed: 63, noted: false, mismatch: false, survey: SurveyId([0; 4]), extra: [0; 3] };
    let summaries: Vec<_> = (0..256usize)
        .map(|sample| {
            // Strides and lengths without a common factor, so that no two samples are alike.
            let stride = 7919 + 2 * sample;
            let chosen = (0..1 + sample * 3).map(|index| one(keys[(sample * 104_729 + index * stride) % keys.len()]));
            Summary::of(&Aggregate::of(chosen).unwrap())
        })
        .collect();
    let mut hash = Sha256::new();
    let mut number = |value: Option<f64>| hash.update(value.map_or(u64::MAX, f64::to_bits).to_be_bytes());
    for (summary, next) in summaries.iter().zip(&summaries[1..]) {
        for lens in &summary.lenses {
            let found = lens.penalty_reward();
            [lens.index(), found.penalty, found.reward].into_iter().for_each(&mut number);
            if let Driver::Known(found) = lens.driver() {
                let ends = found.interval.map(|interval| [interval.low, interval.high]);
                [Some(found.r), ends.map(|ends| ends[0]), ends.map(|ends| ends[1])].into_iter().for_each(&mut number);
            }
        }
        for cause in &summary.causes {
            number(cause.unforgivable_interval().map(|interval| interval.high));
        }
        number(shrinkage::nps(&summary.nps, &next.nps));
        if let Some(found) = Difference::of(&summary.nps, &next.nps) {
            [found.points, found.interval.low, found.z, found.p].map(Some).into_iter().for_each(&mut number);
        }
    }
    let nps: Vec<_> = summaries.iter().map(|summary| summary.nps).filter(|nps| nps.n() > 0).collect();
    for value in shrinkage::segments(&nps).unwrap().values {
        number(Some(value));
    }
    let scores: Vec<_> = summaries.iter().filter_map(Summary::score_mean).collect();
    Ewma::of(&scores).unwrap().points(scores.iter().copied()).for_each(|point| number(Some(point.average)));
    let pairs: Vec<_> = nps.iter().zip(&nps[1..]).map(|(left, right)| (*left, *right)).collect();
    alerts::segments(&pairs).iter().for_each(|alert| number(Some(alert.found)));
    let column =
        |of: fn(&Summary) -> Option<f64>| summaries.iter().map(|one| of(one).unwrap_or(0.0)).collect::<Vec<_>>();
    let columns = [
        column(|one| one.csat.mean()),
        column(|one| one.ces.mean()),
        column(|one| one.lenses[0].mean()),
        column(Summary::score_mean),
    ];
    let target = column(|one| one.nps.points());
    let importance = Correlations::of_columns(&columns, &target).unwrap().importance().unwrap();
    number(Some(importance.r2));
    importance.lmg.unwrap().into_iter().chain(importance.johnson).for_each(|weight| number(Some(weight)));
    for summary in &summaries {
        hash.update(serde_json::to_vec(&Report::of(summary, 1)).unwrap());
    }
    assert_eq!(hex(hash), NUMBERS);
}

const VERDICTS: &str = "0d8a198adaa52d824dae5ec47be538bf0471a537231030a52b594cf8f16585b9";
const AGGREGATE: &str = "2c43ff6216e0d1ae19a8b82373b5282076ab64b94dce88d31a6ef8cb1458855e";
const SUMMARY: &str = "8d667b6b9ee9acdbe2e484cc3b0dd5eeea15acdf175427a07d4238b22d01bebc";
const NUMBERS: &str = "ea87bd37e28ca58886e98d6638037b9ec3cd1c01e4ee378b767048e47ff30fad";
