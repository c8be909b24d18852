//! Parts of a frame: splits the bytes at their lengths, and joins them; [`super`] interprets the fields.

use alloc::vec::Vec;

use super::{FLAG_EXT, FLAG_TAG, FLAG_VERBATIM};
use crate::Error;
use crate::limits::{TAG_BYTES, VERSION};
use crate::response_id::{ResponseId, SurveyId};

mod extension;

pub(super) use self::extension::Extension;

/// A frame cut into its fields; only its version and its lengths are checked.
pub(super) struct Parts<'a> {
    pub(super) flags: u8,
    pub(super) survey: SurveyId,
    pub(super) response: ResponseId,
    pub(super) section: u64,
    pub(super) elapsed: u8,
    pub(super) rev: u8,
    pub(super) locale: u8,
    pub(super) epoch_low: u8,
    pub(super) score: u8,
    pub(super) tag: Option<[u8; TAG_BYTES]>,
    pub(super) verbatim: Option<&'a [u8]>,
    pub(super) extension: Option<&'a [u8]>,
    pub(super) length: usize,
}

impl<'a> Parts<'a> {
    /// `answers_bytes` is the length of the answers section.
    pub(super) fn split(bytes: &'a [u8], answers_bytes: usize) -> Result<Self, Error> {
        let first = *bytes.first().ok_or(Error::length(0))?;
        if first >> 4 != VERSION {
            return Err(Error::Version { found: first >> 4 });
        }
        let mut reader = Reader { bytes, at: 1 };
        let survey = SurveyId(reader.array()?);
        let response = ResponseId(reader.array()?);
        let section = reader.take(answers_bytes)?.iter().fold(0, |bits, &byte| bits << 8 | u64::from(byte));
        let [timing, origin, score] = reader.array()?;
        let tag = if first & FLAG_TAG != 0 { Some(reader.array()?) } else { None };
        let verbatim = if first & FLAG_VERBATIM != 0 {
            let length = reader.leb128()?;
            Some(reader.take(length)?)
        } else {
            None
        };
        let extension = if first & FLAG_EXT != 0 {
            let [length] = reader.array()?;
            Some(reader.take(length.into())?)
        } else {
            None
        };
        // Lengths inside the extension are lengths too: they come before every other check.
        if !Extension::of(extension).has_sound_lengths() {
            return Err(Error::length(reader.at));
        }
        Ok(Self {
            flags: first,
            survey,
            response,
            section,
            elapsed: timing >> 2,
            rev: timing & 3,
            locale: origin >> 3,
            epoch_low: origin & 7,
            score,
            tag,
            verbatim,
            extension,
            length: reader.at,
        })
    }
}

/// Reads forward; every step past the end is [`Error::Length`].
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (taken, _) = rest.split_at_checked(length).ok_or(Error::length(self.bytes.len()))?;
        self.at += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let at = self.at;
        self.take(N)?.try_into().map_err(|_| Error::length(at))
    }

    /// An unsigned LEB128 number of at most 21 bits in its shortest form.
    fn leb128(&mut self) -> Result<usize, Error> {
        let start = self.at;
        let mut value = 0;
        for shift in [0, 7, 14] {
            let [byte] = self.array()?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let overlong = byte == 0 && shift > 0;
                return if overlong { Err(Error::length(start)) } else { Ok(value) };
            }
        }
        Err(Error::length(start))
    }
}

pub(super) fn push_leb128(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
