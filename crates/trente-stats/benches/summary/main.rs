//! Benchmark of scoring, decoding, folding, merging and summarising, compared with a naive implementation.
//!
//! `cargo xtask bench` runs this and prints the table of docs/metrics.md. Every group has two functions, `trente` and
//! `naive`, over the same responses; before anything is measured, both are held to the same results.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod naive;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use trente_stats::aggregate::{Contribution, key};
use trente_stats::{Aggregate, Report, Summary};
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::{ResponseId, SurveyId};
use trente_survey::score::flag;
use trente_survey::{Answers, Cause, Verdict};

/// Responses that are scored, decoded and folded.
const RESPONSES: usize = 10_000;
/// Keys of an aggregate that is merged or summed up.
const KEYS: usize = 100_000;

/// A small generator of its own, so that the numbers of two runs are of the same responses.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    /// Mostly happy answers, as they come.
    fn usual(&mut self) -> (Cause, Answers) {
        let happy = self.below(10) < 8;
        let rating = |from: u64, range: u64, random: &mut Self| Some((from + random.below(range)) as u8);
        let mut answers = Answers {
            satisfaction: if happy { rating(4, 2, self) } else { rating(1, 4, self) },
            ease: if happy { rating(5, 3, self) } else { rating(1, 6, self) },
            lens: if self.below(5) == 0 { None } else { rating(if happy { 4 } else { 1 }, 2, self) },
            recommend: if happy { rating(7, 4, self) } else { rating(0, 9, self) },
            moment: self.below(11) as u8,
            forgive: self.below(4) as u8,
        };
        if answers.check().is_err() {
            (answers.moment, answers.forgive) = (0, 0);
        }
        (Cause::from_family(self.below(8) as u8), answers)
    }

    /// Any valid answers at all.
    fn any(&mut self) -> (Cause, Answers) {
        loop {
            if let Ok(answers) = Answers::from_bits(self.below(1 << 19) as u32) {
                return (Cause::from_family(self.below(8) as u8), answers);
            }
        }
    }
}

fn frame(family: Cause, answers: Answers, elapsed: u8) -> Frame {
    let response = ResponseId([family.family() << 5, 1, 2, 3, 4, 5, 6, 7]);
    let mut frame = Frame { answers, elapsed, locale: 1, ..Frame::new(SurveyId([0x7e, 0x57, 0xab, 0x1e]), response) };
    frame.score = frame.verdict(&Layout::CORE).unwrap().score_byte();
    frame
}

fn contribution(frame: &Frame) -> Contribution {
    let verdict = frame.verdict(&Layout::CORE).unwrap();
    Contribution {
        key: key(verdict.flags & flag::FAST != 0, frame.response.family(), &frame.answers),
        elapsed: frame.elapsed,
        noted: false,
        mismatch: false,
        survey: frame.survey,
        extra: frame.extra,
    }
}

/// The same responses in every form that is measured.
struct Responses {
    frames: Vec<Frame>,
    bytes: Vec<Vec<u8>>,
    contributions: Vec<Contribution>,
    json: Vec<String>,
    maps: Vec<naive::Map>,
}

impl Responses {
    fn of(frames: Vec<Frame>) -> Self {
        let bytes = frames.iter().map(|frame| frame.encode(&Layout::CORE).unwrap()).collect();
        let contributions = frames.iter().map(contribution).collect();
        let json: Vec<_> = frames.iter().map(naive::json).collect();
        let maps = json.iter().map(|text| naive::parse(text)).collect();
        Self { frames, bytes, contributions, json, maps }
    }

    fn usual(random: &mut Random, count: usize) -> Self {
        Self::of((0..count).map(|_| random.usual()).map(|(family, answers)| frame(family, answers, 36)).collect())
    }

    /// So many responses, no two of them alike.
    fn distinct(random: &mut Random, count: usize) -> Self {
        let mut seen = std::collections::HashSet::new();
        let mut frames = Vec::new();
        while frames.len() < count {
            let (family, answers) = random.any();
            if seen.insert(key(false, family, &answers)) {
                frames.push(frame(family, answers, 36));
            }
        }
        Self::of(frames)
    }

    fn aggregate(&self) -> Aggregate {
        Aggregate::of(self.contributions.iter().copied()).unwrap()
    }
}

/// Both ways must say the same before their times may be compared.
fn agree(responses: &Responses) {
    let report = serde_json::to_value(Report::of(&Summary::of(&responses.aggregate()), 1)).unwrap();
    let naive = naive::summary(&naive::fold(&responses.maps));
    let near = |name: &str, found: &serde_json::Value| {
        let (left, right) = (found.as_f64().unwrap(), naive.get(name).copied().unwrap_or(0.0));
        assert!((left - right).abs() < 1e-9, "{name}: {left} and {right}");
    };
    near("n", &report["n"]);
    for name in ["promoters", "detractors", "points", "low", "high"] {
        near(&format!("nps.{name}"), &report["nps"][name]);
    }
    for name in ["share", "low", "high", "mean"] {
        near(&format!("csat.{name}"), &report["csat"][name]);
    }
    for name in ["mean", "low", "high", "easy_share"] {
        near(&format!("ces.{name}"), &report["ces"][name]);
    }
    near("score.mean", &report["score"]["mean"]);
    for class in ["delight", "ok", "forgivable", "unforgivable"] {
        near(&format!("class.{class}"), &report["classes"][class]);
    }
    for cause in report["causes"].as_array().unwrap() {
        near(&format!("impact.{}", cause["cause"].as_str().unwrap()), &cause["impact"]);
    }
}

fn measure(criterion: &mut Criterion) {
    let mut random = Random(88_172_645_463_325_252);
    let usual = Responses::usual(&mut random, RESPONSES);
    let (left, right) = (Responses::distinct(&mut random, KEYS), Responses::distinct(&mut random, KEYS));
    agree(&usual);
    agree(&left);
    agree(&right);

    let mut group = criterion.benchmark_group("score");
    group.throughput(Throughput::Elements(RESPONSES as u64));
    group.bench_function("trente", |bencher| {
        let verdict = |frame: &Frame| Verdict::of(&frame.answers, frame.response.family(), frame.elapsed, false);
        bencher.iter(|| usual.frames.iter().for_each(|frame| _ = black_box(verdict(black_box(frame)))));
    });
    group.bench_function("naive", |bencher| {
        bencher.iter(|| usual.maps.iter().for_each(|map| drop(black_box(naive::score(black_box(map))))));
    });
    group.finish();

    let mut group = criterion.benchmark_group("decode");
    group.throughput(Throughput::Elements(RESPONSES as u64));
    group.bench_function("trente", |bencher| {
        bencher.iter(|| {
            for bytes in &usual.bytes {
                black_box(Frame::decode(black_box(bytes), &Layout::CORE).unwrap());
            }
        });
    });
    group.bench_function("naive", |bencher| {
        bencher.iter(|| usual.json.iter().for_each(|text| drop(black_box(naive::parse(black_box(text))))));
    });
    group.finish();

    let mut group = criterion.benchmark_group("fold");
    group.throughput(Throughput::Elements(RESPONSES as u64));
    group.bench_function("trente", |bencher| bencher.iter(|| black_box(usual.aggregate())));
    group.bench_function("naive", |bencher| bencher.iter(|| black_box(naive::fold(&usual.maps))));
    group.finish();

    let mut group = criterion.benchmark_group("merge");
    group.sample_size(20);
    group.throughput(Throughput::Elements(2 * KEYS as u64));
    let (one, other) = (left.aggregate(), right.aggregate());
    group.bench_function("trente", |bencher| {
        bencher.iter_batched_ref(|| one.clone(), |sum| sum.merge(black_box(&other)).unwrap(), BatchSize::LargeInput);
    });
    let (naive_one, naive_other) = (naive::fold(&left.maps), naive::fold(&right.maps));
    group.bench_function("naive", |bencher| {
        bencher.iter_batched_ref(
            || naive_one.clone(),
            |sum| naive::merge(sum, black_box(&naive_other)),
            BatchSize::LargeInput,
        );
    });
    group.finish();

    let mut group = criterion.benchmark_group("summary");
    group.sample_size(20);
    group.throughput(Throughput::Elements(KEYS as u64));
    group.bench_function("trente", |bencher| {
        bencher.iter(|| serde_json::to_vec(&Report::of(&Summary::of(black_box(&one)), 1)).unwrap());
    });
    group.bench_function("naive", |bencher| {
        bencher.iter(|| serde_json::to_vec(&naive::summary(black_box(&naive_one))).unwrap());
    });
    group.finish();
}

criterion_group!(benches, measure);
criterion_main!(benches);
