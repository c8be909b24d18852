//! Aggregate: counts of responses that add up, a commutative monoid. **Source**: docs/score.md#aggregate.
//!
//! Zero is [`Aggregate::default`], addition is [`Aggregate::merge`]: over shards, days and collectors, in any order and
//! any grouping, the sum is the same, down to its bytes ([`Aggregate::to_bytes`]).
//! Adding is not idempotent, so a response is counted once, under its last revision: the earlier contribution is
//! subtracted first.
//!
//! Not here: the partition by survey, day, proof and channel, which is the store's key.

mod bytes;
mod counts;
mod fold;
mod key;
mod verdict;

use trente_survey::response_id::SurveyId;
use trente_survey::score::ELAPSED_UNKNOWN;

use self::counts::Counts;
use self::key::{split_survey_key, survey_key};
use crate::histogram::Histogram;

pub use self::bytes::BytesError;
pub use self::key::{Contribution, KEY_BITS, Kind, MISMATCH, NOTED, key, question_key, unpack, unpack_question};
pub(crate) use self::verdict::KeyVerdict;

/// Responses in one aggregate at most: up to here every count is an exact float.
pub const COUNT_MAX: u64 = 1 << 53;

/// Elapsed buckets.
pub const BUCKETS: usize = ELAPSED_UNKNOWN as usize + 1;

/// Why counts cannot be added, subtracted or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// The sum is above [`COUNT_MAX`].
    #[error("a count is above its maximum")]
    TooMany,
    /// More is taken away than is there.
    #[error("more is taken away than was counted")]
    TooFew,
    /// No response has this key.
    #[error("key `{0}` is not one of a response")]
    Key(u32),
    /// Some responses are counted by one property and not by another that every response has.
    #[error("the counts are not all of the same responses")]
    Parts,
}

/// One count of an aggregate, as a store keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// What it is of.
    pub kind: Kind,
    /// The survey, for [`Kind::Question`]; zeros for every other kind, whose counts of all surveys are one.
    pub survey: SurveyId,
    /// The key, within its kind.
    pub key: u32,
    /// How many responses.
    pub n: u64,
}

/// Counts of responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    n: u64,
    answers: Counts<u32>,
    elapsed: [u64; BUCKETS],
    noted: u64,
    mismatches: u64,
    questions: Counts<u64>,
}

impl Default for Aggregate {
    fn default() -> Self {
        Self {
            n: 0,
            answers: Counts::default(),
            elapsed: [0; BUCKETS],
            noted: 0,
            mismatches: 0,
            questions: Counts::default(),
        }
    }
}

/// The answers to one extra question, of the daily counts of its survey: keys of [`question_key`] with their numbers.
/// Those of its other questions are left out.
///
/// # Errors
/// [`CountError::Key`] for a key that no answer has.
pub fn question_histogram(question: u8, counts: impl Iterator<Item = (u32, u64)>) -> Result<Histogram, CountError> {
    let mut found = Vec::new();
    for (key, n) in counts {
        let (of, code) = unpack_question(key)?;
        if of == question && n > 0 {
            found.push((code, n));
        }
    }
    found.sort_unstable();
    Ok(Histogram::of(found.into_iter()))
}

impl Aggregate {
    /// The aggregate of many responses, in any order: much quicker than one [`Aggregate::record`] after the other.
    ///
    /// # Errors
    /// [`CountError`], at the first response that cannot be counted.
    pub fn of(responses: impl IntoIterator<Item = Contribution>) -> Result<Self, CountError> {
        fold::fold(responses)
    }

    /// How many responses.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// Responses with a verbatim.
    pub const fn noted(&self) -> u64 {
        self.noted
    }

    /// Responses whose client computed another score than ours.
    pub const fn mismatches(&self) -> u64 {
        self.mismatches
    }

    /// Responses by elapsed bucket, see [`trente_survey::score::elapsed_bucket`].
    pub const fn elapsed(&self) -> &[u64; BUCKETS] {
        &self.elapsed
    }

    /// How many responses have each key of [`key`], ascending; none of 0.
    pub fn answers(&self) -> impl ExactSizeIterator<Item = (u32, u64)> + '_ {
        self.answers.iter()
    }

    /// The answers to one extra question of one survey; `question` is its index in the definition, 0..=2.
    pub fn question(&self, survey: SurveyId, question: u8) -> Histogram {
        let (low, high) = (question_key(question, 0), question_key(question.saturating_add(1), 0));
        let found = self.questions.range(survey_key(survey, low), survey_key(survey, high));
        Histogram::of(found.map(|(key, count)| (key as u16, count)))
    }

    /// Counts one response.
    ///
    /// # Errors
    /// [`CountError`]; nothing is counted then.
    pub fn record(&mut self, response: &Contribution) -> Result<(), CountError> {
        unpack(response.key)?;
        for key in response.questions() {
            unpack_question(key)?;
        }
        let bucket = self.elapsed.get_mut(usize::from(response.elapsed));
        let bucket = bucket.ok_or(CountError::Key(response.elapsed.into()))?;
        self.n = bounded(self.n, 1)?;
        *bucket += 1;
        self.noted += u64::from(response.noted);
        self.mismatches += u64::from(response.mismatch);
        self.answers.raise(response.key);
        for key in response.questions() {
            self.questions.raise(survey_key(response.survey, key));
        }
        Ok(())
    }

    /// Adds the counts of another aggregate.
    ///
    /// # Errors
    /// [`CountError::TooMany`]; nothing is added then.
    pub fn merge(&mut self, other: &Self) -> Result<(), CountError> {
        // No count is above the number of responses, so this bounds them all.
        self.n = bounded(self.n, other.n)?;
        self.answers = self.answers.merged(&other.answers);
        for (sum, more) in self.elapsed.iter_mut().zip(other.elapsed) {
            *sum += more;
        }
        self.noted += other.noted;
        self.mismatches += other.mismatches;
        self.questions = self.questions.merged(&other.questions);
        Ok(())
    }

    /// Takes the counts of another aggregate away, as when a revision replaces a response.
    ///
    /// # Errors
    /// [`CountError::TooFew`] or [`CountError::Parts`]; nothing is taken away then.
    pub fn subtract(&mut self, other: &Self) -> Result<(), CountError> {
        let less = |left: u64, right: u64| left.checked_sub(right).ok_or(CountError::TooFew);
        let mut rest = Self {
            n: less(self.n, other.n)?,
            answers: self.answers.without(&other.answers)?,
            elapsed: self.elapsed,
            noted: less(self.noted, other.noted)?,
            mismatches: less(self.mismatches, other.mismatches)?,
            questions: self.questions.without(&other.questions)?,
        };
        for (count, taken) in rest.elapsed.iter_mut().zip(other.elapsed) {
            *count = less(*count, taken)?;
        }
        *self = rest.checked()?;
        Ok(())
    }

    /// Every count above 0, by kind, survey and key.
    pub fn counts(&self) -> impl Iterator<Item = Count> + '_ {
        let core = |kind, key, n| Count { kind, survey: SurveyId([0; 4]), key, n };
        let answers = self.answers.iter().map(move |(key, n)| core(Kind::Answers, key, n));
        let elapsed = (0u32..).zip(self.elapsed).map(move |(key, n)| core(Kind::Elapsed, key, n));
        let extra = [(NOTED, self.noted), (MISMATCH, self.mismatches)];
        let extra = extra.into_iter().map(move |(key, n)| core(Kind::Extra, key, n));
        let questions = self.questions.iter().map(|(key, n)| {
            let (survey, key) = split_survey_key(key);
            Count { kind: Kind::Question, survey, key, n }
        });
        answers.chain(elapsed).chain(extra).chain(questions).filter(|count| count.n > 0)
    }

    /// The inverse of [`Aggregate::counts`], in any order; a count that is listed twice is added.
    ///
    /// # Errors
    /// [`CountError`]
    pub fn from_counts(counts: impl IntoIterator<Item = Count>) -> Result<Self, CountError> {
        let mut aggregate = Self::default();
        let (mut answers, mut questions) = (Vec::new(), Vec::new());
        for count in counts {
            match count.kind {
                Kind::Answers => {
                    unpack(count.key)?;
                    answers.push((count.key, count.n));
                }
                Kind::Question => {
                    unpack_question(count.key)?;
                    questions.push((survey_key(count.survey, count.key), count.n));
                }
                Kind::Elapsed | Kind::Extra => {
                    let slot = match (count.kind, count.key) {
                        (Kind::Elapsed, bucket) => aggregate.elapsed.get_mut(bucket as usize),
                        (_, NOTED) => Some(&mut aggregate.noted),
                        (_, MISMATCH) => Some(&mut aggregate.mismatches),
                        _ => None,
                    };
                    let slot = slot.ok_or(CountError::Key(count.key))?;
                    *slot = bounded(*slot, count.n)?;
                }
            }
        }
        aggregate.answers = Counts::from_unordered(answers)?;
        aggregate.questions = Counts::from_unordered(questions)?;
        aggregate.n = aggregate.answers.total()?;
        aggregate.checked()
    }

    /// The counts as they are, when all are of the same responses: every response has one elapsed bucket, and at most
    /// one verbatim, one other score and one answer to each extra question.
    fn checked(self) -> Result<Self, CountError> {
        let elapsed = self.elapsed.iter().try_fold(0, |sum, &count| bounded(sum, count))?;
        if elapsed != self.n || self.noted > self.n || self.mismatches > self.n {
            return Err(CountError::Parts);
        }
        let mut last = (None, 0);
        for (key, count) in self.questions.iter() {
            let (survey, key) = split_survey_key(key);
            let question = Some((survey, unpack_question(key)?.0));
            let before = if last.0 == question { last.1 } else { 0 };
            last = (question, bounded(before, count)?);
            if last.1 > self.n {
                return Err(CountError::Parts);
            }
        }
        Ok(self)
    }
}

fn bounded(left: u64, right: u64) -> Result<u64, CountError> {
    left.checked_add(right).filter(|&sum| sum <= COUNT_MAX).ok_or(CountError::TooMany)
}
