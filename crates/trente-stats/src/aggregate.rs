//! Counts of responses that add up: a commutative monoid. **Source**: score.md 4.8.
//!
//! Adding is not idempotent, so a response is counted once, under its last revision: the earlier contribution is
//! subtracted first.
//!
//! Not here: the partition by survey, day, proof and channel, which is the store's key.

use std::collections::BTreeMap;

use trente_survey::score::ELAPSED_UNKNOWN;
use trente_survey::{Answers, Cause};

/// Responses in one aggregate at most: up to here every count is an exact float.
pub const COUNT_MAX: u64 = 1 << 53;

const FAMILY_SHIFT: u32 = 19;
const FAST_SHIFT: u32 = 22;

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
}

/// What a count is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// Responses with one key.
    Answers = 0,
    /// Responses in one elapsed bucket.
    Elapsed = 1,
    /// Responses with a property: see [`NOTED`] and [`MISMATCH`].
    Extra = 2,
}

/// Key of the responses with a verbatim, of kind [`Kind::Extra`].
pub const NOTED: u32 = 0;
/// Key of the responses whose client computed another score, of kind [`Kind::Extra`].
pub const MISMATCH: u32 = 1;

impl Kind {
    /// The kind of a stored number.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Answers),
            1 => Some(Self::Elapsed),
            2 => Some(Self::Extra),
            _ => None,
        }
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

impl Contribution {
    /// The counts that it raises by one.
    pub fn counts(&self) -> impl Iterator<Item = (Kind, u32)> + use<> {
        let extra = |set: bool, key| set.then_some((Kind::Extra, key));
        [
            Some((Kind::Answers, self.key)),
            Some((Kind::Elapsed, u32::from(self.elapsed))),
            extra(self.noted, NOTED),
            extra(self.mismatch, MISMATCH),
        ]
        .into_iter()
        .flatten()
    }
}

/// Counts of responses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aggregate {
    counts: BTreeMap<(Kind, u32), u64>,
    n: u64,
}

impl Aggregate {
    /// How many responses.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// Counts one response.
    ///
    /// # Errors
    /// [`CountError`]; nothing is counted then.
    pub fn record(&mut self, response: &Contribution) -> Result<(), CountError> {
        let one = Self::from_counts(response.counts().map(|(kind, key)| (kind, key, 1)))?;
        self.merge(&one)
    }

    /// Adds the counts of another aggregate.
    ///
    /// # Errors
    /// [`CountError::TooMany`]; nothing is added then.
    pub fn merge(&mut self, other: &Self) -> Result<(), CountError> {
        let mut sum = self.clone();
        for (kind, key, count) in other.counts() {
            sum.add(kind, key, count)?;
        }
        *self = sum;
        Ok(())
    }

    /// Takes the counts of another aggregate away, as when a revision replaces a response.
    ///
    /// # Errors
    /// [`CountError::TooFew`]; nothing is taken away then.
    pub fn subtract(&mut self, other: &Self) -> Result<(), CountError> {
        let mut rest = self.clone();
        for (kind, key, count) in other.counts() {
            let slot = rest.counts.get_mut(&(kind, key)).ok_or(CountError::TooFew)?;
            *slot = slot.checked_sub(count).ok_or(CountError::TooFew)?;
        }
        rest.counts.retain(|_, count| *count > 0);
        rest.n = rest.n.checked_sub(other.n).ok_or(CountError::TooFew)?;
        *self = rest;
        Ok(())
    }

    /// Every count above 0, by kind and key.
    pub fn counts(&self) -> impl Iterator<Item = (Kind, u32, u64)> + '_ {
        self.counts.iter().map(|(&(kind, key), &count)| (kind, key, count))
    }

    /// The inverse of [`Aggregate::counts`]; a count that is listed twice is added.
    ///
    /// # Errors
    /// [`CountError`].
    pub fn from_counts(counts: impl IntoIterator<Item = (Kind, u32, u64)>) -> Result<Self, CountError> {
        let mut aggregate = Self::default();
        for (kind, key, count) in counts {
            match kind {
                Kind::Answers => unpack(key).map(drop)?,
                Kind::Elapsed if key > u32::from(ELAPSED_UNKNOWN) => return Err(CountError::Key(key)),
                Kind::Extra if key > MISMATCH => return Err(CountError::Key(key)),
                Kind::Elapsed | Kind::Extra => {}
            }
            aggregate.add(kind, key, count)?;
        }
        Ok(aggregate)
    }

    /// How many responses have this count's property.
    pub fn count(&self, kind: Kind, key: u32) -> u64 {
        self.counts.get(&(kind, key)).copied().unwrap_or(0)
    }

    fn add(&mut self, kind: Kind, key: u32, count: u64) -> Result<(), CountError> {
        if count == 0 {
            return Ok(());
        }
        let slot = self.counts.entry((kind, key)).or_default();
        *slot = bounded(*slot, count)?;
        if kind == Kind::Answers {
            self.n = bounded(self.n, count)?;
        }
        Ok(())
    }
}

fn bounded(left: u64, right: u64) -> Result<u64, CountError> {
    left.checked_add(right).filter(|&sum| sum <= COUNT_MAX).ok_or(CountError::TooMany)
}
