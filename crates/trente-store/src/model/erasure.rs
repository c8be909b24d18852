//! Line of the ledger of erasures: which response was erased, and when. It holds keys alone, no personal data.
//!
//! As text a line is one JSON object: `{"survey":"…","response":"…","at_ms":…}`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::encoding;
use crate::key::ResponseKey;

/// The end of a tombstone that has none: the end of the year 9999, in milliseconds since 1970. A frame can be replayed
/// however old it is, and a tombstone takes a few bytes.
pub const FOREVER_MS: u64 = 253_402_300_799_999;

/// An erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The key of the response.
    pub place: ResponseKey,
    /// When it was erased, in milliseconds since 1970.
    pub at_ms: u64,
}

/// Why a person erased a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The customer asked for it.
    Asked,
    /// It names a person.
    Names,
    /// Another one.
    Other,
}

impl Reason {
    /// All of them, with their names in a form.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Asked, "asked"), (Self::Names, "names"), (Self::Other, "other")];
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Asked => "the customer asked for it",
            Self::Names => "it names a person",
            Self::Other => "another reason",
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    survey: String,
    response: String,
    at_ms: u64,
}

impl Erasure {
    /// Its line, with the line feed.
    pub fn line(&self) -> String {
        let (survey, response) = (encoding::hex(&self.place.survey), encoding::hex(&self.place.rid));
        format!("{{\"survey\":\"{survey}\",\"response\":\"{response}\",\"at_ms\":{}}}\n", self.at_ms)
    }

    /// Of a line; none when it names no erasure.
    pub fn of_line(line: &str) -> Option<Self> {
        let line: Line = serde_json::from_str(line).ok()?;
        let (survey, rid) = (encoding::array_from_hex(&line.survey)?, encoding::array_from_hex(&line.response)?);
        let place = ResponseKey { survey, rid };
        (line.at_ms <= FOREVER_MS).then_some(Self { place, at_ms: line.at_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written_and_what_is_none_is_refused() {
        let erasure = Erasure { place: ResponseKey { survey: [1, 2, 3, 0xff], rid: [9; 8] }, at_ms: 1_795_305_600_000 };
        assert_eq!(Erasure::of_line(&erasure.line()), Some(erasure));
        for line in ["", "{}", "[]", r#"{"survey":"01","response":"0909090909090909","at_ms":1}"#] {
            assert_eq!(Erasure::of_line(line), None, "{line}");
        }
        let late = Erasure { at_ms: FOREVER_MS + 1, ..erasure };
        assert_eq!(Erasure::of_line(&late.line()), None);
    }
}
