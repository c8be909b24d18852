//! Binary encoding of one response on the wire, version 1. **Source**: docs/wire-format.md#layout and #errors.
//!
//! | byte | holds |
//! |---|---|
//! | 0 | version 4, then PREVIEW, EXT, VERBATIM, TAG |
//! | 1..=4 | survey |
//! | 5..=12 | response id |
//! | 13.. | answers, 3 bytes for the default survey |
//! | then | elapsed 6, revision 2 |
//! | then | locale 5, epoch 3 |
//! | then | score |
//! | if TAG | tag, 10 bytes |
//! | if VERBATIM | LEB128 length, UTF-8 |
//! | if EXT | total length, then type, length, value … |
//!
//! A frame is complete, not a delta, and delimits itself, so a body is frames one after the other.
//!
//! Not here: whether survey and tag are known (the collector), which needs a store.

mod parts;

use alloc::string::String;
use alloc::vec::Vec;

use unicode_normalization::is_nfc;

use self::parts::{Extension, Parts, push_leb128};
use crate::extra::Layout;
use crate::limits::{
    EXTRA_MAX, FRAMES_MAX, OUTBOX_AGE_MS_MAX, REV_MAX, TAG_BYTES, VERBATIM_BYTES_MAX, VERBATIM_CHARS_MAX, VERSION,
};
use crate::response_id::{ResponseId, SurveyId};
use crate::score::{ELAPSED_UNKNOWN, SCORE_NONE, Verdict};
use crate::{Answers, Error};

const FLAG_TAG: u8 = 1;
const FLAG_VERBATIM: u8 = 1 << 1;
const FLAG_EXT: u8 = 1 << 2;
const FLAG_PREVIEW: u8 = 1 << 3;

/// Where the answers section starts.
const ANSWERS_AT: usize = 13;
const EPOCH_LOW_MAX: u8 = 7;
const LOCALE_MAX: u8 = 31;
const SCORE_MAX: u8 = 100;

/// One response, or a later revision of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The survey that was answered.
    pub survey: SurveyId,
    /// The response that this frame tells of.
    pub response: ResponseId,
    /// The core answers.
    pub answers: Answers,
    /// Codes of the extra questions, in the order of the definition; 0 is missing.
    pub extra: [u16; EXTRA_MAX],
    /// Answers to the extra questions of kind `text`, in the same order, in NFC and never empty.
    pub extra_text: [Option<String>; EXTRA_MAX],
    /// Bucket of the visible time, 0..=63, see [`crate::score::elapsed_bucket`].
    pub elapsed: u8,
    /// Revision, 0..=3.
    pub rev: u8,
    /// Number of [`crate::locale`], 0..=31.
    pub locale: u8,
    /// A rehearsal by the merchant: checked like any other, never counted.
    pub preview: bool,
    /// The client's score, 0..=100 or 255: a hint and a checksum, never trusted.
    pub score: u8,
    /// The proof of the purchase, if any.
    pub proof: Option<Proof>,
    /// The customer's own words, 1..=500 Unicode scalar values in NFC, so at most 2,000 bytes.
    pub verbatim: Option<String>,
    /// Minutes that the frame waited in the browser.
    pub age_minutes: Option<u16>,
    /// 0 web, 1 shop, 2 phone, 3 delivery, else the merchant's own.
    pub channel: Option<u8>,
}

/// A truncated HMAC over survey and response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Epoch modulo 8.
    pub epoch_low: u8,
    /// 80 bits.
    pub tag: [u8; TAG_BYTES],
}

/// Why a body is refused: all of it, at its first bad frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// More frames than [`FRAMES_MAX`].
    TooMany,
    /// The first bad frame.
    Frame {
        /// Its index, from 0.
        index: usize,
        /// What is wrong with it.
        error: Error,
    },
}

impl Frame {
    /// A frame of revision 0 without any answer, text, proof or score, of unknown duration and language.
    pub fn new(survey: SurveyId, response: ResponseId) -> Self {
        Self {
            survey,
            response,
            answers: Answers::default(),
            extra: [0; EXTRA_MAX],
            extra_text: [const { None }; EXTRA_MAX],
            elapsed: ELAPSED_UNKNOWN,
            rev: 0,
            locale: 0,
            preview: false,
            score: SCORE_NONE,
            proof: None,
            verbatim: None,
            age_minutes: None,
            channel: None,
        }
    }

    /// What the answers say, recomputed, in a survey of this layout.
    ///
    /// # Errors
    /// Those of [`Verdict::of`].
    pub fn verdict(&self, layout: &Layout) -> Result<Verdict, Error> {
        Verdict::of(&self.answers, layout.family(self.response), self.elapsed, self.verbatim.is_some())
    }

    /// When it was answered, in milliseconds since 1970: before it waited in the browser, if it did; no widget keeps
    /// it for longer than [`OUTBOX_AGE_MS_MAX`].
    pub fn answered_ms(&self, received_ms: u64) -> u64 {
        let age_ms = u64::from(self.age_minutes.unwrap_or(0)) * 60_000;
        received_ms.saturating_sub(age_ms.min(OUTBOX_AGE_MS_MAX))
    }

    /// The frame in bytes, for a survey of this layout.
    ///
    /// # Errors
    /// - those of [`Answers::check`];
    /// - [`Error::Range`]: another field is off its range, a text is empty or too long;
    /// - [`Error::Utf8`]: a text has a control character. Whether it is in NFC is checked when decoding;
    /// - [`Error::Extension`]: text for a question that takes none, or more than an extension holds.
    pub fn encode(&self, layout: &Layout) -> Result<Vec<u8>, Error> {
        let section = layout.pack(&self.answers, &self.extra)?;
        at_most(self.elapsed, ELAPSED_UNKNOWN)?;
        at_most(self.rev, REV_MAX)?;
        at_most(self.locale, LOCALE_MAX)?;
        check_score(self.score)?;

        let mut extension = Extension::default();
        extension.push_age(self.age_minutes);
        extension.push_channel(self.channel);
        for (index, text) in self.extra_text.iter().enumerate() {
            let Some(text) = text else { continue };
            check_characters(text)?;
            extension.push_text(layout, index, text)?;
        }

        let mut bytes = Vec::with_capacity(64);
        let flags = bit(self.proof.is_some(), FLAG_TAG)
            | bit(self.verbatim.is_some(), FLAG_VERBATIM)
            | bit(!extension.is_empty(), FLAG_EXT)
            | bit(self.preview, FLAG_PREVIEW);
        bytes.push(VERSION << 4 | flags);
        bytes.extend_from_slice(&self.survey.0);
        bytes.extend_from_slice(&self.response.0);
        bytes.extend(section.to_be_bytes().iter().skip(8 - layout.bytes()));
        bytes.push(self.elapsed << 2 | self.rev);
        let epoch_low = self.proof.map_or(0, |proof| proof.epoch_low);
        at_most(epoch_low, EPOCH_LOW_MAX)?;
        bytes.push(self.locale << 3 | epoch_low);
        bytes.push(self.score);
        if let Some(proof) = &self.proof {
            bytes.extend_from_slice(&proof.tag);
        }
        if let Some(verbatim) = &self.verbatim {
            check_verbatim_length(verbatim.as_bytes())?;
            check_characters(verbatim)?;
            push_leb128(&mut bytes, verbatim.len());
            bytes.extend_from_slice(verbatim.as_bytes());
        }
        extension.append_to(&mut bytes)?;
        Ok(bytes)
    }

    /// The first frame of `bytes` and its length.
    ///
    /// # Errors
    /// The first of docs/wire-format.md#errors that applies, up to [`Error::Extension`].
    pub fn decode(bytes: &[u8], layout: &Layout) -> Result<(Self, usize), Error> {
        let parts = Parts::split(bytes, layout.bytes())?;
        if !layout.padding_is_zero(parts.section) {
            return Err(Error::Reserved { offset: (ANSWERS_AT + layout.bytes() - 1) as u32 });
        }
        if parts.tag.is_none() && parts.epoch_low != 0 {
            return Err(Error::Reserved { offset: (ANSWERS_AT + layout.bytes() + 1) as u32 });
        }
        check_score(parts.score)?;
        if let Some(verbatim) = parts.verbatim {
            check_verbatim_length(verbatim)?;
        }
        let extension = Extension::of(parts.extension);
        let texts: [Vec<u8>; EXTRA_MAX] = core::array::from_fn(|index| extension.text(layout, index));
        for text in &texts {
            at_most_of(text.len(), layout.text_bytes_max())?;
        }
        let (answers, extra) = layout.unpack(parts.section)?;
        let verbatim = parts.verbatim.map(check_text).transpose()?;
        let mut extra_text = [const { None }; EXTRA_MAX];
        for (slot, text) in extra_text.iter_mut().zip(&texts).filter(|(_, text)| !text.is_empty()) {
            *slot = Some(check_text(text)?.into());
        }
        extension.check(layout)?;
        let (age_minutes, channel) = (extension.age(), extension.channel());
        let frame = Self {
            survey: parts.survey,
            response: parts.response,
            answers,
            extra,
            extra_text,
            elapsed: parts.elapsed,
            rev: parts.rev,
            locale: parts.locale,
            preview: parts.flags & FLAG_PREVIEW != 0,
            score: parts.score,
            proof: parts.tag.map(|tag| Proof { epoch_low: parts.epoch_low, tag }),
            verbatim: verbatim.map(String::from),
            age_minutes,
            channel,
        };
        Ok((frame, parts.length))
    }

    /// Every frame of a body with its bytes; `layout` gives the layout of a survey, none if it is not known.
    ///
    /// # Errors
    /// [`BodyError`]: the first bad frame rejects the whole body; an empty body is [`Error::Length`].
    pub fn decode_body(
        body: &[u8],
        layout: impl Fn(SurveyId) -> Option<Layout>,
    ) -> Result<Vec<(Self, &[u8])>, BodyError> {
        let mut frames = Vec::new();
        let mut rest = body;
        loop {
            let index = frames.len();
            if index == FRAMES_MAX {
                return Err(BodyError::TooMany);
            }
            let refuse = |error| BodyError::Frame { index, error };
            let known = survey_of(rest).and_then(&layout);
            let (frame, length) = Self::decode(rest, &known.unwrap_or(Layout::CORE)).map_err(refuse)?;
            if known.is_none() {
                return Err(refuse(Error::Survey));
            }
            let (bytes, tail) = rest.split_at_checked(length).ok_or(refuse(Error::length(length)))?;
            frames.push((frame, bytes));
            rest = tail;
            if rest.is_empty() {
                return Ok(frames);
            }
        }
    }
}

/// The survey that a frame names, before anything of it is checked.
fn survey_of(bytes: &[u8]) -> Option<SurveyId> {
    bytes.get(1..)?.first_chunk().copied().map(SurveyId)
}

/// Writes into an encoded frame how many minutes it waited, in place of an earlier statement of it.
///
/// `answers_bytes` is the length of its answers section, [`Layout::bytes`]. Every other extension is kept.
///
/// # Errors
/// [`Error::Version`] and [`Error::Length`] as [`Frame::decode`], [`Error::Extension`] when there is no room left;
/// the frame is left as it was.
pub fn set_age(frame: &mut Vec<u8>, answers_bytes: usize, age_minutes: u16) -> Result<(), Error> {
    let parts = Parts::split(frame, answers_bytes)?;
    let mut extension = Extension::default();
    extension.push_age(Some(age_minutes));
    extension.push_all_but_age(parts.extension);
    let body_length = parts.length - parts.extension.map_or(0, |extension| extension.len() + 1);
    let mut aged: Vec<u8> = frame.iter().take(body_length).copied().collect();
    if let Some(first) = aged.first_mut() {
        *first |= FLAG_EXT;
    }
    extension.append_to(&mut aged)?;
    *frame = aged;
    Ok(())
}

const fn bit(set: bool, flag: u8) -> u8 {
    if set { flag } else { 0 }
}

const fn at_most(value: u8, max: u8) -> Result<(), Error> {
    if value <= max { Ok(()) } else { Err(Error::range(value as u32, max as u32)) }
}

const fn at_most_of(length: usize, max: usize) -> Result<(), Error> {
    if length <= max { Ok(()) } else { Err(Error::range(length as u32, max as u32)) }
}

const fn check_score(score: u8) -> Result<(), Error> {
    if score == SCORE_NONE { Ok(()) } else { at_most(score, SCORE_MAX) }
}

/// Whether the verbatim has 1 to 500 Unicode scalar values; it need not be valid UTF-8 yet.
fn check_verbatim_length(bytes: &[u8]) -> Result<(), Error> {
    if !(1..=VERBATIM_BYTES_MAX).contains(&bytes.len()) {
        return Err(Error::range(bytes.len() as u32, VERBATIM_BYTES_MAX as u32));
    }
    // Every scalar value has exactly one byte that is no continuation byte, 0b10xx_xxxx.
    let characters = bytes.iter().filter(|&&byte| byte >> 6 != 0b10).count();
    at_most_of(characters, VERBATIM_CHARS_MAX)
}

fn check_characters(text: &str) -> Result<(), Error> {
    if text.chars().any(|character| character.is_control() && character != '\n') { Err(Error::Utf8) } else { Ok(()) }
}

fn check_text(bytes: &[u8]) -> Result<&str, Error> {
    let text = core::str::from_utf8(bytes).map_err(|_| Error::Utf8)?;
    check_characters(text)?;
    if is_nfc(text) { Ok(text) } else { Err(Error::Utf8) }
}
