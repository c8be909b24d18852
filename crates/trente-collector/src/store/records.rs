//! A folded response as JSON.

use serde::Serialize;

use super::StoreError;
use super::merge::Candidate;
use crate::clock::day_text;
use crate::record::{AnswersRecord, Locale, VerdictRecord};
use crate::text;

/// One folded response.
#[derive(Debug, Serialize)]
pub struct ResponseRecord {
    survey: String,
    response: String,
    received: String,
    verified: bool,
    rev: u8,
    lang: Locale,
    channel: u8,
    #[serde(flatten)]
    answers: AnswersRecord,
    #[serde(flatten)]
    verdict: VerdictRecord,
}

impl ResponseRecord {
    /// The fields of a response, and what it says.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn of(candidate: &Candidate) -> Result<Self, StoreError> {
        let verdict = candidate.verdict().map_err(|_| StoreError::Unreadable("frame without a verdict"))?;
        let frame = &candidate.frame;
        Ok(Self {
            survey: text::hex(&frame.survey.0),
            response: text::hex(&frame.response.0),
            received: day_text(candidate.day),
            verified: candidate.verified,
            rev: frame.rev,
            lang: Locale::of(frame.locale),
            channel: candidate.channel(),
            answers: AnswersRecord::of(frame, &candidate.layout),
            verdict: VerdictRecord::of(&verdict, verdict.flags),
        })
    }
}
