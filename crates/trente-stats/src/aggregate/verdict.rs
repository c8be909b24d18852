//! Verdict of one aggregate key: unpacks it and scores its answers, for summaries and filters alike.

use trente_survey::diagnosis::is_told;
use trente_survey::score::ELAPSED_UNKNOWN;
use trente_survey::{Answers, Cause, Verdict};

use super::CountError;
use super::key::unpack;

/// What every response of one key has in common.
#[derive(Clone, Copy)]
pub struct KeyVerdict {
    /// Whether it was answered fast; no part of the verdict's flags.
    pub fast: bool,
    /// The family that the lens asked about.
    pub family: Cause,
    /// The answers.
    pub answers: Answers,
    /// What follows from them. Neither score, class nor diagnosis depends on the time taken, which no key has.
    pub verdict: Verdict,
}

impl KeyVerdict {
    /// Of a key of [`super::key`].
    ///
    /// # Errors
    /// [`CountError::Key`] for a key that no response has.
    pub fn of(key: u32) -> Result<Self, CountError> {
        let (fast, family, answers) = unpack(key)?;
        let verdict = Verdict::of(&answers, family, ELAPSED_UNKNOWN, false).map_err(|_| CountError::Key(key))?;
        Ok(Self { fast, family, answers, verdict })
    }

    /// Whether the customer told the primary cause; false where there is none.
    pub fn is_told(&self) -> bool {
        self.verdict.diagnosis.primary.is_some_and(|cause| is_told(&self.answers, self.family, cause))
    }
}
