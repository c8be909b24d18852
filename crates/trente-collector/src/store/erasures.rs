//! The ledger of erasures: which responses were erased, and when. Keys alone, no personal data.
//!
//! A backup that is older than an erasure still has the response. So every erasure is appended to the table `erasure`,
//! which is kept for ever, and, for SQLite, to a file beside the database that outlives the loss of the database. A
//! restore reads the list and erases again what it names.
//!
//! As text a line is one JSON object: `{"survey":"…","response":"…","at_ms":…}`.

use std::io::{self, BufRead, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::fold::Place;
use super::sqlite::admin::ledger;
use super::{Store, StoreError};
use crate::store::postgres::admin::erase as theirs;
use crate::text;

/// The end of a tombstone that has none: the end of the year 9999, in milliseconds since 1970. A frame can be replayed
/// however old it is, and a tombstone takes a few bytes.
pub const FOREVER_MS: u64 = 253_402_300_799_999;

/// The first bytes of every SQLite file.
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";

/// An erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The key of the response.
    pub place: Place,
    /// When it was erased, in milliseconds since 1970.
    pub at_ms: u64,
}

/// Why a list of erasures cannot be read.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The file cannot be read.
    #[error("{0}")]
    File(String, #[source] io::Error),
    /// A line names no erasure.
    #[error("line {line} of `{file}` names no erasure; `trente erasures` writes such lines")]
    Line {
        /// The file.
        file: String,
        /// The number of the line, from 1.
        line: usize,
    },
    /// The database that it is to be read from fails.
    #[error(transparent)]
    Store(#[from] StoreError),
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
        let (survey, response) = (text::hex(&self.place.0), text::hex(&self.place.1));
        format!("{{\"survey\":\"{survey}\",\"response\":\"{response}\",\"at_ms\":{}}}\n", self.at_ms)
    }

    /// Of a line; none when it names no erasure.
    pub fn of_line(line: &str) -> Option<Self> {
        let line: Line = serde_json::from_str(line).ok()?;
        let place = (text::array_from_hex(&line.survey)?, text::array_from_hex(&line.response)?);
        (line.at_ms <= FOREVER_MS).then_some(Self { place, at_ms: line.at_ms })
    }
}

/// Reads a list out of a file of lines, or out of a SQLite database of ours of whichever version.
///
/// # Errors
/// [`LedgerError`]
pub fn read(file: &Path) -> Result<Vec<Erasure>, LedgerError> {
    let failed = |error| LedgerError::File(file.display().to_string(), error);
    let bytes = std::fs::File::open(file).map_err(failed)?;
    let mut reader = io::BufReader::new(bytes);
    if reader.fill_buf().map_err(failed)?.starts_with(SQLITE_MAGIC) {
        return Ok(ledger::of_file(file)?);
    }
    let mut erasures = Vec::new();
    for (index, line) in reader.lines().enumerate() {
        let line = line.map_err(failed)?;
        if line.trim().is_empty() {
            continue;
        }
        let wrong = || LedgerError::Line { file: file.display().to_string(), line: index + 1 };
        erasures.push(Erasure::of_line(&line).ok_or_else(wrong)?);
    }
    Ok(erasures)
}

impl Store {
    /// Every erasure since a time, the oldest first. `since_ms` is in milliseconds since 1970.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn erasures(&self, since_ms: u64) -> Result<Vec<Erasure>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| ledger::since(connection, since_ms)).await,
            Self::Postgres(store) => theirs::ledger(store, since_ms).await,
        }
    }
}

/// Writes a list as lines.
///
/// # Errors
/// Those of the output.
pub fn write(output: &mut impl Write, erasures: &[Erasure]) -> io::Result<()> {
    erasures.iter().try_for_each(|erasure| output.write_all(erasure.line().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written_and_what_is_none_is_refused() {
        let erasure = Erasure { place: ([1, 2, 3, 0xff], [9; 8]), at_ms: 1_795_305_600_000 };
        assert_eq!(Erasure::of_line(&erasure.line()), Some(erasure));
        for line in ["", "{}", "[]", r#"{"survey":"01","response":"0909090909090909","at_ms":1}"#] {
            assert_eq!(Erasure::of_line(line), None, "{line}");
        }
        let late = Erasure { at_ms: FOREVER_MS + 1, ..erasure };
        assert_eq!(Erasure::of_line(&late.line()), None);
    }
}
