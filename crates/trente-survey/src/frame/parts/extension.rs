//! Extensions of a frame: type, length and value of each optional field.
//!
//! An even type may be ignored by a reader that does not know it, an odd one may not (docs/wire-format.md#layout).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::Error;
use crate::extra::Layout;
use crate::limits::EXTENSION_BYTES_MAX;

/// Minutes that the frame waited: u16.
const AGE: u8 = 0x02;
/// Channel: u8.
const CHANNEL: u8 = 0x04;
/// Text of an extra question: its index, then UTF-8. Several of one index are joined.
const TEXT: u8 = 0x06;

/// The bytes after the length byte, read or being written.
#[derive(Default)]
pub(in crate::frame) struct Extension<'a>(Cow<'a, [u8]>);

impl<'a> Extension<'a> {
    pub(in crate::frame) fn of(bytes: Option<&'a [u8]>) -> Self {
        Self(bytes.unwrap_or_default().into())
    }

    pub(in crate::frame) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::frame) fn push_age(&mut self, age_minutes: Option<u16>) {
        if let Some(age) = age_minutes {
            self.push(AGE, &age.to_be_bytes());
        }
    }

    pub(in crate::frame) fn push_channel(&mut self, channel: Option<u8>) {
        if let Some(channel) = channel {
            self.push(CHANNEL, &[channel]);
        }
    }

    /// # Errors
    /// - [`Error::Range`]: the text is empty or longer than [`Layout::text_bytes_max`];
    /// - [`Error::Extension`]: the question takes no text.
    pub(in crate::frame) fn push_text(&mut self, layout: &Layout, index: usize, text: &str) -> Result<(), Error> {
        if !layout.takes_text(index) {
            return Err(Error::Extension { kind: TEXT });
        }
        let max = layout.text_bytes_max();
        if text.is_empty() || text.len() > max {
            return Err(Error::range(text.len() as u32, max as u32));
        }
        let mut value = Vec::with_capacity(text.len() + 1);
        value.push(index as u8);
        value.extend_from_slice(text.as_bytes());
        self.push(TEXT, &value);
        Ok(())
    }

    /// Takes over what another extension says, but for its age.
    pub(in crate::frame) fn push_all_but_age(&mut self, other: Option<&[u8]>) {
        for (kind, value) in fields(other.unwrap_or_default()) {
            if kind != AGE {
                self.push(kind, value);
            }
        }
    }

    /// Values are shorter than 256 bytes: what is too long in all is refused by [`Extension::append_to`].
    fn push(&mut self, kind: u8, value: &[u8]) {
        let bytes = self.0.to_mut();
        bytes.push(kind);
        bytes.push(value.len() as u8);
        bytes.extend_from_slice(value);
    }

    /// Ends a frame with this extension, if it says anything.
    ///
    /// # Errors
    /// [`Error::Extension`] when it is too long; the frame is left as it was.
    pub(in crate::frame) fn append_to(&self, frame: &mut Vec<u8>) -> Result<(), Error> {
        if self.0.len() > EXTENSION_BYTES_MAX {
            return Err(Error::Extension { kind: TEXT });
        }
        if !self.0.is_empty() {
            frame.push(self.0.len() as u8);
            frame.extend_from_slice(&self.0);
        }
        Ok(())
    }

    /// Whether the fields fill the extension, and those that we know have a length of theirs.
    pub(super) fn has_sound_lengths(&self) -> bool {
        let mut length = 0;
        for (kind, value) in fields(&self.0) {
            length += 2 + value.len();
            if matches!((kind, value.len()), (AGE, 0 | 1 | 3..) | (CHANNEL, 0 | 2..) | (TEXT, 0 | 1)) {
                return false;
            }
        }
        length == self.0.len()
    }

    /// Whether nothing critical is unknown, nothing is said twice and every text has its question.
    ///
    /// # Errors
    /// [`Error::Extension`]
    pub(in crate::frame) fn check(&self, layout: &Layout) -> Result<(), Error> {
        let (mut ages, mut channels) = (0, 0);
        for (kind, value) in fields(&self.0) {
            let sound = match kind {
                AGE => {
                    ages += 1;
                    ages == 1
                }
                CHANNEL => {
                    channels += 1;
                    channels == 1
                }
                TEXT => value.first().is_some_and(|&index| layout.takes_text(index.into())),
                other => other % 2 == 0,
            };
            if !sound {
                return Err(Error::Extension { kind });
            }
        }
        Ok(())
    }

    pub(in crate::frame) fn age(&self) -> Option<u16> {
        let value = self.first(AGE)?;
        value.try_into().ok().map(u16::from_be_bytes)
    }

    pub(in crate::frame) fn channel(&self) -> Option<u8> {
        self.first(CHANNEL)?.first().copied()
    }

    /// The answer to a question that takes text, its pieces joined; empty when there is none.
    pub(in crate::frame) fn text(&self, layout: &Layout, index: usize) -> Vec<u8> {
        let mut joined = Vec::new();
        for (kind, value) in fields(&self.0) {
            if let (TEXT, Some((&of, text))) = (kind, value.split_first())
                && usize::from(of) == index
                && layout.takes_text(index)
            {
                joined.extend_from_slice(text);
            }
        }
        joined
    }

    fn first(&self, wanted: u8) -> Option<&[u8]> {
        fields(&self.0).find(|(kind, _)| *kind == wanted).map(|(_, value)| value)
    }
}

/// Type and value of each field, up to the first that does not fit.
fn fields(mut bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    core::iter::from_fn(move || {
        let (&[kind, length], rest) = bytes.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(length.into())?;
        bytes = rest;
        Some((kind, value))
    })
}
