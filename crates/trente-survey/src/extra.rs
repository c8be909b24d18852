//! Layout of a survey's frames: where the answers to a merchant's extra questions are, and which lens was asked.
//! **Source**: docs/wire-format.md#extra-questions, docs/default-survey.md#lenses.
//!
//! Not here: what the questions say ([`crate::definition`]).

use crate::limits::{EXTENSION_BYTES_MAX, EXTRA_MAX};
use crate::response_id::ResponseId;
use crate::{Answers, Cause, Error};

/// Bits of the core answers, which come first in the answers section.
pub const CORE_BITS: u32 = 19;
/// What an extension leaves for text after an age (4 bytes) and a channel (3 bytes).
const EXTENSION_TEXT_BYTES: usize = EXTENSION_BYTES_MAX - 4 - 3;

/// Kind of an extra question, with what bounds its answers.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtraKind {
    /// 0 missing, 1..=5.
    Stars,
    /// 0 missing, 1 yes, 2 no.
    YesNo,
    /// 0 missing, 1..=k; k is 2..=11.
    Scale(u8),
    /// 0 missing, 1..=k; k is 2..=15, “other” last.
    Choice(u8),
    /// One answered bit, then one bit for each of k options, the first option first; k is 2..=12.
    Choices(u8),
    /// No code: its answer is text and travels as an extension of the frame.
    Text,
}

impl ExtraKind {
    /// The code of `choices` with the options in `ticks` ticked: bit 0 is option 1.
    pub const fn choices_code(options: u8, ticks: u16) -> u16 {
        let mut code = 1;
        let mut option = 0;
        while option < options {
            code = code << 1 | (ticks >> option & 1);
            option += 1;
        }
        code
    }

    /// Whether `code` says that option or point `answer`, from 1, was chosen.
    pub const fn holds(self, code: u16, answer: u8) -> bool {
        match self {
            Self::Choices(options) => 1 <= answer && answer <= options && code >> (options - answer) & 1 == 1,
            _ => code != 0 && code == answer as u16,
        }
    }

    const fn valid(self) -> bool {
        match self {
            Self::Stars | Self::YesNo | Self::Text => true,
            Self::Scale(points) => 2 <= points && points <= 11,
            Self::Choice(options) => 2 <= options && options <= 15,
            Self::Choices(options) => 2 <= options && options <= 12,
        }
    }

    /// Width in bits.
    const fn bits(self) -> u32 {
        match self {
            Self::Stars => 3,
            Self::YesNo => 2,
            Self::Scale(points) | Self::Choice(points) => u8::BITS - points.leading_zeros(),
            Self::Choices(options) => options as u32 + 1,
            Self::Text => 0,
        }
    }

    /// # Errors
    /// [`Error::Range`] when `code` is not an answer to a question of this kind.
    pub const fn check(self, code: u16) -> Result<(), Error> {
        let max = match self {
            Self::Text => 0,
            Self::Stars => 5,
            Self::YesNo => 2,
            Self::Scale(points) | Self::Choice(points) => points as u16,
            Self::Choices(options) => {
                let answered = 1 << options;
                // Without the answered bit nothing is ticked; with it, anything may be, even nothing.
                if code == 0 || (code >= answered && code < 2 * answered) {
                    return Ok(());
                }
                return Err(Error::range(code as u32, 2 * answered as u32 - 1));
            }
        };
        if code <= max { Ok(()) } else { Err(Error::range(code as u32, max as u32)) }
    }
}

/// The families that a survey's lens asks about, in their fixed order: one bit each, the lowest is family 0.
///
/// **Source**: docs/default-survey.md#lenses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lenses(u8);

impl Lenses {
    /// All eight.
    pub const ALL: Self = Self(u8::MAX);

    /// These families, each once, in whatever order they come; all eight where there is none.
    pub fn new(families: impl IntoIterator<Item = Cause>) -> Self {
        let bits = families.into_iter().fold(0, |bits, cause| bits | 1 << cause.family());
        if bits == 0 { Self::ALL } else { Self(bits) }
    }

    /// The family that the lens of a response asks about: with n families the one at `(rid[0] · n) >> 8`, uniform over
    /// random ids, and known to the collector without a byte.
    pub fn family(self, response: ResponseId) -> Cause {
        let [first, ..] = response.0;
        let place = (u32::from(first) * self.0.count_ones()) >> 8;
        let mut asked = (0..8).filter(|family| self.0 >> family & 1 == 1);
        Cause::from_family(asked.nth(place as usize).unwrap_or(0))
    }
}

impl Default for Lenses {
    fn default() -> Self {
        Self::ALL
    }
}

/// The answers section of one survey's frames, and the lens that it asks.
///
/// **Shape**: 19 core bits, then one field for each extra question, padded with zero bits to a whole byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    kinds: [Option<ExtraKind>; EXTRA_MAX],
    lenses: Lenses,
}

impl Layout {
    /// No extra question, a lens by the response: the default survey.
    pub const CORE: Self = Self { kinds: [None; EXTRA_MAX], lenses: Lenses::ALL };

    /// The same layout with the families that its lens asks about.
    #[must_use]
    pub const fn with_lenses(self, lenses: Lenses) -> Self {
        Self { lenses, ..self }
    }

    /// The family that this response's lens asks about.
    pub fn family(&self, response: ResponseId) -> Cause {
        self.lenses.family(response)
    }

    /// Kinds of the extra questions, in the order of the definition.
    pub fn kinds(&self) -> impl Iterator<Item = ExtraKind> {
        self.kinds.into_iter().flatten()
    }

    /// Bytes that the answer to one extra question of kind `text` may take, so that all of them fit with age and
    /// channel into one extension: 245, 121 or 79 for one, two or three such questions.
    pub fn text_bytes_max(&self) -> usize {
        let texts = self.kinds().filter(|kind| *kind == ExtraKind::Text).count();
        // Type, length and index of each.
        EXTENSION_TEXT_BYTES.checked_div(texts).map_or(0, |share| share - 3)
    }

    /// Whether question `index` takes text.
    pub(crate) fn takes_text(&self, index: usize) -> bool {
        matches!(self.kinds.get(index), Some(Some(ExtraKind::Text)))
    }

    /// The layout of extra questions in the order of the definition.
    ///
    /// # Errors
    /// [`Error::Range`] for more than [`EXTRA_MAX`] questions, or a number of points or options off its range.
    pub fn new(kinds: &[ExtraKind]) -> Result<Self, Error> {
        let mut layout = Self::CORE;
        if kinds.len() > EXTRA_MAX {
            return Err(Error::range(kinds.len() as u32, EXTRA_MAX as u32));
        }
        for (slot, &kind) in layout.kinds.iter_mut().zip(kinds) {
            if !kind.valid() {
                return Err(Error::range(0, 0));
            }
            *slot = Some(kind);
        }
        Ok(layout)
    }

    /// Length of the answers section in bytes, 3..=8.
    pub fn bytes(&self) -> usize {
        let extra: u32 = self.kinds.iter().flatten().map(|kind| kind.bits()).sum();
        (CORE_BITS + extra).div_ceil(u8::BITS) as usize
    }

    /// The answers section, in the low [`Layout::bytes`] bytes.
    ///
    /// # Errors
    /// Those of [`Answers::check`]; [`Error::Range`] for an extra code off its scale or without a question.
    pub(crate) fn pack(&self, answers: &Answers, extra: &[u16; EXTRA_MAX]) -> Result<u64, Error> {
        answers.check()?;
        let (mut section, mut used) = (u64::from(answers.to_bits()), CORE_BITS);
        for (kind, &code) in self.kinds.iter().zip(extra) {
            match kind {
                Some(kind) => {
                    kind.check(code)?;
                    section = (section << kind.bits()) | u64::from(code);
                    used += kind.bits();
                }
                None if code != 0 => return Err(Error::range(code.into(), 0)),
                None => {}
            }
        }
        Ok(section << (self.bytes() as u32 * u8::BITS - used))
    }

    /// Whether the padding bits are zero, as they must be.
    pub(crate) fn padding_is_zero(&self, section: u64) -> bool {
        section & ((1 << self.padding()) - 1) == 0
    }

    /// The inverse of [`Layout::pack`].
    ///
    /// # Errors
    /// [`Error::Range`], [`Error::Branch`] and [`Error::Moment`], in this order over the whole section.
    pub(crate) fn unpack(&self, section: u64) -> Result<(Answers, [u16; EXTRA_MAX]), Error> {
        let mut extra = [0; EXTRA_MAX];
        let mut rest = section >> self.padding();
        for (kind, code) in self.kinds.iter().zip(&mut extra).rev() {
            if let Some(kind) = kind {
                *code = (rest & ((1 << kind.bits()) - 1)) as u16;
                kind.check(*code)?;
                rest >>= kind.bits();
            }
        }
        Ok((Answers::from_bits(rest as u32)?, extra))
    }

    fn padding(&self) -> u32 {
        let extra: u32 = self.kinds.iter().flatten().map(|kind| kind.bits()).sum();
        self.bytes() as u32 * u8::BITS - CORE_BITS - extra
    }
}
