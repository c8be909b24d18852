//! Ledger of erasures: which responses were erased, and when. It holds keys alone, no personal data.
//!
//! A backup that is older than an erasure still has the response. So every erasure is appended to the table `erasure`,
//! which is kept for ever, and, for SQLite, to a file next to the database that outlives the loss of the database. A
//! restore reads the list and erases again what it names.

use std::io::{self, BufRead, Write};
use std::path::Path;

use thiserror::Error;

use crate::model::erasure::Erasure;
use crate::postgres::admin::ledger as postgres_ledger;
use crate::sqlite::admin::ledger;
use crate::{Store, StoreError};

/// The first bytes of every SQLite file.
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";

/// Why a list of erasures cannot be read.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The file cannot be read.
    #[error("{0}")]
    File(String, #[source] io::Error),
    /// A line names no erasure.
    #[error("line {line} of `{file}` is not an erasure; `trente erasures` writes such lines")]
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
            Self::Postgres(store) => postgres_ledger::since(store, since_ms).await,
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
