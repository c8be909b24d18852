//! Keys of the aggregate, and what one response contributes to its counts.

use trente_survey::limits::EXTRA_MAX;
use trente_survey::response_id::SurveyId;
use trente_survey::{Answers, Cause};

use super::CountError;

const FAMILY_SHIFT: u32 = 19;
const FAST_SHIFT: u32 = 22;
/// Bits of a key of [`key`].
pub const KEY_BITS: u32 = FAST_SHIFT + 1;
/// Where the number of an extra question stands in its key; the code of the answer is below.
const QUESTION_SHIFT: u32 = 16;
/// The highest code of an extra question: twelve options, all ticked, and the bit that says it was answered.
const CODE_MAX: u32 = (1 << 13) - 1;

/// Key of the responses with a verbatim, of kind [`Kind::Extra`].
pub const NOTED: u32 = 0;
/// Key of the responses whose client computed another score, of kind [`Kind::Extra`].
pub const MISMATCH: u32 = 1;

/// What a count is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// Responses with one key of [`key`].
    Answers = 0,
    /// Responses in one elapsed bucket, 0..=63.
    Elapsed = 1,
    /// Responses with a property: see [`NOTED`] and [`MISMATCH`].
    Extra = 2,
    /// Responses to one survey with one answer to one extra question: see [`question_key`].
    Question = 3,
}

impl Kind {
    /// The kind of a stored number.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Answers),
            1 => Some(Self::Elapsed),
            2 => Some(Self::Extra),
            3 => Some(Self::Question),
            _ => None,
        }
    }
}

/// What one response adds to the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The key of [`key`].
    pub key: u32,
    /// Bucket of the visible time, 0..=63.
    pub elapsed: u8,
    /// There is a verbatim.
    pub noted: bool,
    /// The client's score differed from ours.
    pub mismatch: bool,
    /// The survey that was answered: its extra questions are counted under its name.
    pub survey: SurveyId,
    /// Codes of the extra questions as in the frame; 0 is missing and is not counted.
    pub extra: [u16; EXTRA_MAX],
}

impl Contribution {
    /// The counts that it raises by one. Those of kind [`Kind::Question`] are its survey's.
    pub fn counts(&self) -> impl Iterator<Item = (Kind, u32)> + use<> {
        let extra = |set: bool, key| set.then_some((Kind::Extra, key));
        let core = [
            Some((Kind::Answers, self.key)),
            Some((Kind::Elapsed, u32::from(self.elapsed))),
            extra(self.noted, NOTED),
            extra(self.mismatch, MISMATCH),
        ];
        core.into_iter().flatten().chain(self.questions().map(|key| (Kind::Question, key)))
    }

    /// Keys of its answers to extra questions.
    pub(super) fn questions(&self) -> impl Iterator<Item = u32> + use<> {
        (0u8..).zip(self.extra).filter(|(_, code)| *code != 0).map(|(question, code)| question_key(question, code))
    }
}

/// Everything that a response says, in 23 bits: fast, family, answers.
///
/// Invalid answers give a key that [`unpack`] refuses.
pub fn key(fast: bool, family: Cause, answers: &Answers) -> u32 {
    u32::from(fast) << FAST_SHIFT | u32::from(family.family()) << FAMILY_SHIFT | answers.to_bits()
}

/// The inverse of [`key`].
///
/// # Errors
/// [`CountError::Key`] when the answers are not valid or a bit above the 23rd is set.
pub fn unpack(key: u32) -> Result<(bool, Cause, Answers), CountError> {
    let answers = Answers::from_bits(key & ((1 << FAMILY_SHIFT) - 1)).map_err(|_| CountError::Key(key))?;
    let family = Cause::from_family((key >> FAMILY_SHIFT) as u8);
    match key >> FAST_SHIFT {
        fast @ (0 | 1) => Ok((fast == 1, family, answers)),
        _ => Err(CountError::Key(key)),
    }
}

/// The key of an answer to an extra question: its number in the definition, then the code of the frame.
pub const fn question_key(question: u8, code: u16) -> u32 {
    (question as u32) << QUESTION_SHIFT | code as u32
}

/// The inverse of [`question_key`].
///
/// # Errors
/// [`CountError::Key`] for a question above the third, a missing answer, or a code that no question has.
pub const fn unpack_question(key: u32) -> Result<(u8, u16), CountError> {
    let (question, code) = (key >> QUESTION_SHIFT, key & ((1 << QUESTION_SHIFT) - 1));
    if question >= EXTRA_MAX as u32 || code == 0 || code > CODE_MAX {
        return Err(CountError::Key(key));
    }
    Ok((question as u8, code as u16))
}

/// The keys of all surveys' extra questions in one order: survey, question, code.
pub(super) fn survey_key(survey: SurveyId, key: u32) -> u64 {
    u64::from(u32::from_be_bytes(survey.0)) << 32 | u64::from(key)
}

/// The inverse of [`survey_key`].
pub(super) const fn split_survey_key(key: u64) -> (SurveyId, u32) {
    (SurveyId(((key >> 32) as u32).to_be_bytes()), key as u32)
}
