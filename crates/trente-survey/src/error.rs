use thiserror::Error;

/// Why answers or a frame are refused; the first that applies, in the order of docs/wire-format.md#errors.
///
/// `Copy` and without text of its own, so that it costs the widget nothing; [`Error::code`] is stable and goes
/// on the wire and into logs.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// The high nibble of the first byte is not a version that we know.
    #[error("frame version `{found}` is not known")]
    Version {
        /// Version found, 0..=15.
        found: u8,
    },
    /// Too short, too long, or a length that does not fit what follows.
    #[error("frame ends or goes on where it should not, at byte `{offset}`")]
    Length {
        /// Where in the frame, in bytes.
        offset: u32,
    },
    /// A reserved bit is set.
    #[error("a reserved bit is set in byte `{offset}`")]
    Reserved {
        /// Where in the frame, in bytes.
        offset: u32,
    },
    /// A value is off its scale.
    #[error("value `{found}` is off its scale, which ends at `{max}`")]
    Range {
        /// Value found.
        found: u32,
        /// Largest valid value.
        max: u32,
    },
    /// An incident was rated although the answers tell of none.
    #[error("forgiveness is answered off the incident branch")]
    Branch,
    /// A moment that only an incident can have.
    #[error("moment `9` is answered off the incident branch")]
    Moment,
    /// The verbatim is not UTF-8 in normalisation form C, or has a control character other than a line feed.
    #[error("the verbatim is not plain text in NFC")]
    Utf8,
    /// An extension that may not be ignored is not known.
    #[error("extension `{kind}` is critical and not known")]
    Extension {
        /// Type byte.
        kind: u8,
    },
    /// No survey of this hash is published here.
    #[error("the survey is not known")]
    Survey,
    /// The tag does not prove the order.
    #[error("the tag does not verify")]
    Tag,
}

impl Error {
    /// The code of docs/wire-format.md#errors, as sent in error bodies.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Version { .. } => "E_VERSION",
            Self::Length { .. } => "E_LEN",
            Self::Reserved { .. } => "E_RESERVED",
            Self::Range { .. } => "E_RANGE",
            Self::Branch => "E_BRANCH",
            Self::Moment => "E_MOMENT",
            Self::Utf8 => "E_UTF8",
            Self::Extension { .. } => "E_EXT",
            Self::Survey => "E_SURVEY",
            Self::Tag => "E_TAG",
        }
    }

    #[cold]
    #[inline(never)]
    pub(crate) const fn range(found: u32, max: u32) -> Self {
        Self::Range { found, max }
    }

    #[cold]
    #[inline(never)]
    pub(crate) const fn length(offset: usize) -> Self {
        Self::Length { offset: offset as u32 }
    }
}
