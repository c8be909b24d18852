//! Encoding of a revision of a response as a frame.

use trente_survey::Verdict;
use trente_survey::frame::{Frame, Proof};
use trente_survey::score::elapsed_bucket;

use crate::config::Config;
use crate::state::State;

/// Revision `rev` of what is answered: the frame in bytes and what it says; none when the answers are not valid, which
/// the reducer never makes them.
pub fn encode(config: &Config, state: &State, rev: u8) -> Option<(Vec<u8>, Verdict)> {
    let said = state.said.clone();
    let mut frame = Frame {
        survey: config.survey,
        response: config.response,
        answers: said.answers,
        extra: said.extra,
        extra_text: said.extra_text,
        elapsed: elapsed_bucket(state.elapsed_ms),
        rev,
        locale: config.locale,
        preview: config.preview,
        score: 0,
        proof: config.signature.map(|signature| Proof { epoch_low: (signature.epoch % 8) as u8, tag: signature.tag }),
        verbatim: said.verbatim,
        age_minutes: None,
        channel: config.channel,
    };
    let layout = &config.plan.layout;
    let verdict = frame.verdict(layout).ok()?;
    frame.score = verdict.score_byte();
    Some((frame.encode(layout).ok()?, verdict))
}
