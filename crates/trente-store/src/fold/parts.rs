//! Daily counts by every property that a filter of the results may name: what a fold changes in them.
//!
//! `daily` counts by survey, day, proof and channel; a part counts by language as well, and by class and cause what a key
//! of the answers does not tell. The parts of a day add up to its rows of `daily` exactly, at every moment.
//!
//! A database of an older version has no parts: [`Due`] tells which responses are still counted under [`LOCALE_UNKNOWN`], and a
//! job moves them. Those that retention had deleted before stay there. A day of a due survey without a part is in `daily`
//! alone.

mod bytes;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trente_stats::CountError;
use trente_stats::aggregate::{BUCKETS, Contribution, Kind, MISMATCH, NOTED};
use trente_stats::facts::Facts;

use super::merge::Partition;
use crate::StoreError;

/// Language of responses of which it is not known: deleted, or not moved yet. No frame has it.
pub const LOCALE_UNKNOWN: u8 = u8::MAX;

/// First byte of the encoding.
const ENCODING: u8 = 1;
/// Class and cause of a mark of which they are not known.
const UNKNOWN: u32 = 0x7F;
/// Slots of a mark: elapsed buckets, then a verbatim, then another score.
const SLOT_BITS: u32 = 7;
const SLOT_NOTED: u32 = BUCKETS as u32;
const SLOT_MISMATCH: u32 = SLOT_NOTED + 1;

/// Which part a response is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartKey {
    /// Bytes of the survey id.
    pub survey: [u8; 4],
    /// Days since 1970.
    pub day: u32,
    /// Whether the purchase is proven.
    pub verified: bool,
    /// Channel of the frame, 0 when it names none.
    pub channel: u8,
    /// Number of the language, or [`LOCALE_UNKNOWN`].
    pub locale: u8,
}

/// The counts of one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Responses by the key of their answers, ascending; none of 0.
    answers: Vec<(u32, u64)>,
    /// Responses by class, cause and slot, ascending; none of 0.
    marks: Vec<(u32, u64)>,
}

/// What a [`Mark`] is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// An elapsed bucket.
    Elapsed(u8),
    /// Responses with a verbatim.
    Noted,
    /// Responses whose client computed another score.
    Mismatch,
}

/// A count of a part that does not follow from the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number of the class and family of the primary cause; none where they are not known.
    pub of: Option<(u8, Option<u8>)>,
    /// What is counted.
    pub slot: Slot,
    /// How many.
    pub n: u64,
}

/// A response that is counted, taken back, or moved to its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartChange {
    /// Where it is counted once its language is known.
    pub at: PartKey,
    /// Bytes of the response id.
    pub rid: [u8; 8],
    /// Key of the aggregate.
    pub key: u32,
    /// Bucket of the time that the answers took.
    pub elapsed: u8,
    /// There is a verbatim.
    pub noted: bool,
    /// The client's score differed from ours.
    pub mismatch: bool,
    /// What is done.
    pub act: Act,
}

/// What is done with a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is counted.
    Add,
    /// It is taken back.
    Subtract,
    /// It goes from the unknown language to its own.
    Move,
}

/// Surveys whose responses are not all moved: those up to this id are. Empty bytes are before every id.
pub type Due = BTreeMap<[u8; 4], Vec<u8>>;

/// A day of a survey: the unit in which parts are read for a change.
pub type SurveyDay = ([u8; 4], u32);

impl PartKey {
    /// Of a partition of `daily` and a language.
    pub const fn of(partition: &Partition, locale: u8) -> Self {
        let Partition { survey, day, verified, channel, .. } = *partition;
        Self { survey, day, verified, channel, locale }
    }

    const fn unknown(self) -> Self {
        Self { locale: LOCALE_UNKNOWN, ..self }
    }
}

impl PartChange {
    /// A response that is counted or taken back.
    pub const fn new(partition: &Partition, locale: u8, rid: [u8; 8], contribution: &Contribution, act: Act) -> Self {
        let Contribution { key, elapsed, noted, mismatch, .. } = *contribution;
        Self { at: PartKey::of(partition, locale), rid, key, elapsed, noted, mismatch, act }
    }

    fn marks(&self, of: u32) -> impl Iterator<Item = u32> + use<> {
        let slots =
            [Some(u32::from(self.elapsed)), self.noted.then_some(SLOT_NOTED), self.mismatch.then_some(SLOT_MISMATCH)];
        slots.into_iter().flatten().map(move |slot| of << SLOT_BITS | slot)
    }

    /// Class and cause of its marks in a part.
    fn of(&self, locale: u8) -> Result<u32, CountError> {
        if locale == LOCALE_UNKNOWN {
            return Ok(UNKNOWN);
        }
        let facts = Facts::of(self.key)?;
        let cause = facts.cause.map_or(0, |cause| u32::from(cause.family()) + 1);
        Ok((facts.class as u32) << 4 | cause)
    }
}

impl Part {
    /// Responses.
    pub fn n(&self) -> u64 {
        self.answers.iter().map(|(_, n)| n).sum()
    }

    /// Whether nothing is counted.
    pub const fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Responses by the key of their answers.
    pub fn answers(&self) -> &[(u32, u64)] {
        &self.answers
    }

    /// What does not follow from the answers.
    pub fn marks(&self) -> impl Iterator<Item = Mark> + '_ {
        self.marks.iter().map(|&(code, n)| {
            let of = match code >> SLOT_BITS {
                UNKNOWN => None,
                of => Some(((of >> 4) as u8, (of as u8 & 15).checked_sub(1))),
            };
            let slot = match code & ((1 << SLOT_BITS) - 1) {
                SLOT_NOTED => Slot::Noted,
                SLOT_MISMATCH => Slot::Mismatch,
                bucket => Slot::Elapsed(bucket as u8),
            };
            Mark { of, slot, n }
        })
    }

    /// Adds rows of `daily`, whose classes are not known: kind, key, how many. Questions are no part of it.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn add_daily(&mut self, kind: u8, key: u32, n: u64) -> Result<(), StoreError> {
        let kind = Kind::from_number(kind).ok_or(StoreError::Unreadable("kind of a daily count"))?;
        match (kind, key) {
            (Kind::Answers, key) => raise(&mut self.answers, key, n),
            (Kind::Elapsed, bucket) => raise(&mut self.marks, UNKNOWN << SLOT_BITS | bucket, n),
            (Kind::Extra, NOTED) => raise(&mut self.marks, UNKNOWN << SLOT_BITS | SLOT_NOTED, n),
            (Kind::Extra, MISMATCH) => raise(&mut self.marks, UNKNOWN << SLOT_BITS | SLOT_MISMATCH, n),
            (Kind::Extra, _) => return Err(StoreError::Unreadable("key of a daily count")),
            (Kind::Question, _) => {}
        }
        Ok(())
    }

    /// What `daily` says of the same responses: kind, key, how many. A key comes once for each class and cause.
    pub fn daily(&self) -> impl Iterator<Item = (u8, u32, u64)> + '_ {
        let answers = self.answers.iter().map(|&(key, n)| (Kind::Answers as u8, key, n));
        answers.chain(self.marks().map(|mark| match mark.slot {
            Slot::Elapsed(bucket) => (Kind::Elapsed as u8, bucket.into(), mark.n),
            Slot::Noted => (Kind::Extra as u8, NOTED, mark.n),
            Slot::Mismatch => (Kind::Extra as u8, MISMATCH, mark.n),
        }))
    }

    fn add(&mut self, change: &PartChange, of: u32) {
        raise(&mut self.answers, change.key, 1);
        change.marks(of).for_each(|mark| raise(&mut self.marks, mark, 1));
    }

    /// Takes a response away; false, and nothing is taken, where it is not counted here.
    fn take(&mut self, change: &PartChange, of: u32) -> bool {
        let there = has(&self.answers, change.key) && change.marks(of).all(|mark| has(&self.marks, mark));
        if there {
            lower(&mut self.answers, change.key);
            change.marks(of).for_each(|mark| lower(&mut self.marks, mark));
        }
        there
    }

    /// As it is stored: a byte for the encoding, then the answers and the marks, each as the number of its codes, and for
    /// each of them, ascending, what it is above the one before, and its count. Every number is a LEB128.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![ENCODING];
        bytes::push_counts(&mut bytes, &self.answers);
        bytes::push_counts(&mut bytes, &self.marks);
        bytes
    }

    /// The inverse of [`Part::to_bytes`].
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let read = || {
            let mut rest = bytes.strip_prefix(&[ENCODING])?;
            let part = Self { answers: bytes::pull_counts(&mut rest)?, marks: bytes::pull_counts(&mut rest)? };
            rest.is_empty().then_some(part)
        };
        read().ok_or(StoreError::Unreadable("counts of a day"))
    }
}

fn raise(counts: &mut Vec<(u32, u64)>, code: u32, by: u64) {
    match counts.binary_search_by_key(&code, |(code, _)| *code) {
        Ok(at) => {
            if let Some((_, n)) = counts.get_mut(at) {
                *n = n.saturating_add(by);
            }
        }
        Err(at) if by > 0 => counts.insert(at, (code, by)),
        Err(_) => {}
    }
}

fn has(counts: &[(u32, u64)], code: u32) -> bool {
    counts.binary_search_by_key(&code, |(code, _)| *code).is_ok()
}

fn lower(counts: &mut Vec<(u32, u64)>, code: u32) {
    let Ok(at) = counts.binary_search_by_key(&code, |(code, _)| *code) else { return };
    if let Some((_, n)) = counts.get_mut(at) {
        *n -= 1;
        if *n == 0 {
            counts.remove(at);
        }
    }
}

/// The parts of some days while they are changed.
#[derive(Debug, Default)]
pub struct Sheet {
    parts: HashMap<PartKey, Part>,
    changed: BTreeSet<PartKey>,
    broken: BTreeSet<SurveyDay>,
}

/// What is to be written: a part, or none where nothing is counted any more.
pub type Written<'a> = (PartKey, Option<&'a Part>);

impl Sheet {
    /// A stored part.
    pub fn load(&mut self, key: PartKey, part: Part) {
        self.parts.insert(key, part);
    }

    /// The days that have no part.
    pub fn bare(&self, days: impl Iterator<Item = SurveyDay>) -> Vec<SurveyDay> {
        let there: BTreeSet<SurveyDay> = self.parts.keys().map(|key| (key.survey, key.day)).collect();
        days.filter(|day| !there.contains(day)).collect()
    }

    /// A row of `daily` of a day that had no part: kind, key, how many.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn convert(&mut self, at: PartKey, kind: u8, key: u32, n: u64) -> Result<(), StoreError> {
        self.parts.entry(at.unknown()).or_default().add_daily(kind, key, n)?;
        self.changed.insert(at.unknown());
        Ok(())
    }

    /// Changes the parts. `moved` tells whether a response, if it was there before, is counted under its own language.
    ///
    /// A response that is not where it should be is looked for in the other place: an older collector next to this one
    /// folds without parts. Where it is in neither, the day is [`broken`](Self::broken).
    ///
    /// # Errors
    /// [`StoreError::Count`] for a key that no response has.
    pub fn apply(&mut self, change: &PartChange, moved: bool) -> Result<(), StoreError> {
        let (known, unknown) = (change.at, change.at.unknown());
        let (first, second) = if moved { (known, unknown) } else { (unknown, known) };
        match change.act {
            Act::Add => self.add(first, change)?,
            Act::Subtract => {
                if !self.take(first, change)? && !self.take(second, change)? {
                    self.broken.insert((known.survey, known.day));
                }
            }
            Act::Move => {
                if self.take(unknown, change)? {
                    self.add(known, change)?;
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, at: PartKey, change: &PartChange) -> Result<(), StoreError> {
        self.parts.entry(at).or_default().add(change, change.of(at.locale)?);
        self.changed.insert(at);
        Ok(())
    }

    fn take(&mut self, at: PartKey, change: &PartChange) -> Result<bool, StoreError> {
        let of = change.of(at.locale)?;
        let taken = self.parts.get_mut(&at).is_some_and(|part| part.take(change, of));
        if taken {
            self.changed.insert(at);
        }
        Ok(taken)
    }

    /// The days whose parts are not what `daily` says: they are to be made from it again.
    pub const fn broken(&self) -> &BTreeSet<SurveyDay> {
        &self.broken
    }

    /// What has changed, in the order of the keys, but for days that are broken.
    pub fn written(&self) -> impl Iterator<Item = Written<'_>> {
        let whole = self.changed.iter().filter(|key| !self.broken.contains(&(key.survey, key.day)));
        whole.map(|key| (*key, self.parts.get(key).filter(|part| !part.is_empty())))
    }
}

/// Whether a response is counted under its own language, or would be.
pub fn moved(due: &Due, survey: &[u8; 4], rid: &[u8; 8]) -> bool {
    due.get(survey).is_none_or(|last| rid[..] <= last[..])
}

#[cfg(test)]
mod tests;
