//! What the pages of the specification promise, as tests: one binary, one module per subject.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod corrections;
mod drafts;
mod essays;
mod frames;
mod known;
mod languages;
mod layouts;
mod lessons;
mod lints;
mod scores;
mod show_if;
mod texts;

use trente_survey::locale::Language;
use trente_survey::wording::{ContactWording, HostedWording, ReplyWording, Wording};
use trente_survey::{Answers, Cause, Verdict, score::ELAPSED_UNKNOWN};

/// Every string that a customer reads, with its name: of the widget, the hosted page, and the merchant's reply.
pub fn read_by_customers(language: Language) -> Vec<(&'static str, String)> {
    let (wording, hosted) = (Wording::of(language), HostedWording::of(language));
    let (contact, reply) = (ContactWording::of(language), ReplyWording::of(language));
    let all = [wording.strings(), hosted.strings(), contact.strings(), reply.strings()];
    all.into_iter().flatten().map(|(name, text)| (name, text.to_owned())).collect()
}

/// Core answers in the order of the public vectors: satisfaction, ease, lens, recommendation; 0 or 15 is missing.
pub fn answers(satisfaction: u8, ease: u8, lens: u8, recommend: u8) -> Answers {
    let rating = |value: u8| (value != 0).then_some(value);
    Answers {
        satisfaction: rating(satisfaction),
        ease: rating(ease),
        lens: rating(lens),
        recommend: (recommend != 15).then_some(recommend),
        moment: 0,
        forgive: 0,
    }
}

pub fn verdict(answers: Answers) -> Verdict {
    Verdict::of(&answers, Cause::Promise, ELAPSED_UNKNOWN, false).unwrap()
}

/// Every valid state of the core answers.
pub fn every_state() -> impl Iterator<Item = Answers> {
    (0..1u32 << 19).filter_map(|bits| Answers::from_bits(bits).ok())
}
