//! Binary encoding of an aggregate, version 1.
//!
//! | part | content |
//! |---|---|
//! | `TRA`, 1 | what it is, and its version |
//! | answers | how many keys; for each, ascending, the key less the one before it, and its count |
//! | elapsed | 64 counts |
//! | noted, mismatches | two counts |
//! | questions | how many keys of survey, question and code; for each as for answers |
//!
//! Every number is an unsigned LEB128 in its shortest form. The difference of the first key is from 0. The number of
//! responses is not written: it is the sum of the answers, and the sum of the elapsed buckets.
//! Equal aggregates have equal bytes, and nothing else has: what is not in this form is refused.

use super::counts::Counts;
use super::key::{split_survey_key, unpack, unpack_question};
use super::{Aggregate, CountError};

const HEAD: [u8; 4] = *b"TRA\x01";

/// Why bytes are no aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BytesError {
    /// They begin in another way.
    #[error("this is not an aggregate, or one of a newer version")]
    Head,
    /// They end too early, go on after the end, or are not in their shortest form.
    #[error("the aggregate is damaged at byte `{offset}`")]
    Form {
        /// Where.
        offset: usize,
    },
    /// The counts are of no aggregate.
    #[error(transparent)]
    Count(#[from] CountError),
}

impl Aggregate {
    /// The aggregate in its compact form: 4 bytes, then some 2 to 4 bytes a key.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = HEAD.to_vec();
        push_counts(&mut bytes, &self.answers);
        for &count in self.elapsed.iter().chain([&self.noted, &self.mismatches]) {
            push(&mut bytes, count);
        }
        push_counts(&mut bytes, &self.questions);
        bytes
    }

    /// The inverse of [`Aggregate::to_bytes`].
    ///
    /// # Errors
    /// [`BytesError`]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BytesError> {
        let mut reader = Reader { rest: bytes.strip_prefix(&HEAD).ok_or(BytesError::Head)?, length: bytes.len() };
        let answers: Counts<u32> = reader.counts(|key| unpack(key).map(drop))?;
        let mut aggregate = Self { n: answers.total()?, answers, ..Self::default() };
        for bucket in &mut aggregate.elapsed {
            *bucket = reader.number()?;
        }
        aggregate.noted = reader.number()?;
        aggregate.mismatches = reader.number()?;
        aggregate.questions = reader.counts(|key| unpack_question(split_survey_key(key).1).map(drop))?;
        if !reader.rest.is_empty() {
            return Err(reader.wrong());
        }
        Ok(aggregate.checked()?)
    }
}

fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn push_counts<K: Copy + Ord + Into<u64>>(bytes: &mut Vec<u8>, counts: &Counts<K>) {
    push(bytes, counts.iter().len() as u64);
    let mut before = 0;
    for (key, count) in counts.iter() {
        let key = key.into();
        push(bytes, key - before);
        push(bytes, count);
        before = key;
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
}

impl Reader<'_> {
    const fn wrong(&self) -> BytesError {
        BytesError::Form { offset: self.length - self.rest.len() }
    }

    fn number(&mut self) -> Result<u64, BytesError> {
        let wrong = self.wrong();
        let mut value = 0u64;
        for shift in (0..u64::BITS).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or(wrong)?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(wrong);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let overlong = byte == 0 && shift > 0;
                return if overlong { Err(wrong) } else { Ok(value) };
            }
        }
        Err(wrong)
    }

    fn counts<K: Copy + Ord + TryFrom<u64>>(
        &mut self,
        valid: impl Fn(K) -> Result<(), CountError>,
    ) -> Result<Counts<K>, BytesError> {
        let keys = self.number()?;
        let mut counts = Counts::default();
        let mut before = 0u64;
        for index in 0..keys {
            let wrong = self.wrong();
            let step = self.number()?;
            if step == 0 && index > 0 {
                return Err(wrong);
            }
            before = before.checked_add(step).ok_or(wrong)?;
            let key = K::try_from(before).map_err(|_| wrong)?;
            valid(key)?;
            let wrong = self.wrong();
            let count = self.number()?;
            if count == 0 {
                return Err(wrong);
            }
            counts.push(key, count);
        }
        Ok(counts)
    }
}
