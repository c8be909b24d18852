//! The fuzz targets: over their corpus, over damaged pieces of it, and over random bytes.
//!
//! `cargo fuzz run --sanitizer none NAME` in fuzz/ looks further; what it finds goes into the corpus.

#[path = "../../../../fuzz/src/lib.rs"]
#[allow(clippy::expect_used)]
mod targets;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Inputs of each target; more where PROPTEST_CASES says so.
const CASES_MIN: u32 = 400;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let listed = fs::read_dir(folder().join("corpus").join(target)).map_err(|error| (target, error)).unwrap();
    let mut files: Vec<_> = listed.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A piece of the corpus, cut, with a few bytes changed and another piece behind it.
fn damaged(corpus: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let piece = || prop::sample::select(corpus.clone());
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (piece(), any::<prop::sample::Index>(), changes, piece(), any::<bool>()).prop_map(
        |(mut data, cut, changes, other, join)| {
            data.truncate(cut.index(data.len() + 1));
            if join {
                data.extend(other);
            }
            if !data.is_empty() {
                for (at, byte) in changes {
                    let at = at.index(data.len());
                    data[at] = byte;
                }
            }
            data
        },
    )
}

#[test]
fn every_target_holds_over_its_corpus_and_beyond() {
    for (name, target) in targets::TARGETS {
        assert!(folder().join(format!("fuzz_targets/{name}.rs")).is_file(), "{name} has no program");
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "{name} has no corpus");
        corpus.iter().for_each(|data| target(data));
        let any_bytes = prop::collection::vec(any::<u8>(), 0..80);
        let input = prop_oneof![3 => damaged(corpus), 1 => any_bytes];
        let usual = ProptestConfig::default();
        let config = ProptestConfig { cases: usual.cases.max(CASES_MIN), failure_persistence: None, ..usual };
        let outcome = TestRunner::new(config).run(&input, |data| {
            target(&data);
            Ok(())
        });
        outcome.map_err(|error| (name, error)).unwrap();
    }
}

#[test]
fn every_program_is_a_target() {
    let mut programs: Vec<_> = fs::read_dir(folder().join("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    programs.sort();
    assert_eq!(programs, targets::TARGETS.map(|(name, _)| name.to_owned()));
}
