//! Where the answers to a merchant's extra questions stand in a frame. **Source**: frame.md 5.9.
//!
//! Not here: extra questions of kind `text`, which travel as extensions of the frame.

use crate::limits::EXTRA_MAX;
use crate::{Answers, Error};

/// Bits of the core answers, which come first in the answers section.
pub const CORE_BITS: u32 = 19;

/// Kind of an extra question whose answer is a number.
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
    /// One answered bit, then one bit for each of k options; k is 2..=12.
    Choices(u8),
}

impl ExtraKind {
    const fn valid(self) -> bool {
        match self {
            Self::Stars | Self::YesNo => true,
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
        }
    }

    /// # Errors
    /// [`Error::Range`] when `code` is not an answer to a question of this kind.
    const fn check(self, code: u16) -> Result<(), Error> {
        let max = match self {
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

/// The answers section of one survey's frames.
///
/// **Shape**: 19 core bits, then one field for each extra question, padded with zero bits to a whole byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    kinds: [Option<ExtraKind>; EXTRA_MAX],
}

impl Layout {
    /// No extra question: the default survey.
    pub const CORE: Self = Self { kinds: [None; EXTRA_MAX] };

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
