//! Integrity check of the database file, before and after the service starts to answer.
//!
//! SQLite's quick check reads the whole file, which takes seconds for millions of responses. So of a large database
//! only what answers are taken with is looked through before it is served, and the rest on a thread of its own. Damage that
//! is found there ends the process: what cannot be read must not go on being counted.

use std::path::Path;
use std::thread;
use std::time::Instant;

use rusqlite::Connection;

use super::{schema, wal};
use crate::StoreError;
use crate::limits::{CHECK_BYTES_MAX, READER_CACHE_KB};

/// The exit code for a damaged database: `EX_DATAERR` of sysexits.h.
const EXIT_DATA: i32 = 65;

/// The tables that every answer goes through. They are small whatever the store holds.
const SMALL: [&str; 4] = ["site", "site_origin", "survey", "inbox"];

/// Looks for a hole in the write-ahead log that a former process left.
///
/// # Errors
/// [`StoreError::Damaged`]; [`StoreError::Thread`] when it cannot be read.
pub fn log(path: &Path) -> Result<(), StoreError> {
    match wal::hole(path)? {
        None => Ok(()),
        Some(frame) => Err(StoreError::Damaged(format!(
            "frame {frame} of its write-ahead log is wrong and hides acknowledged responses behind it"
        ))),
    }
}

/// Looks through a database that is about to be served; the larger part of a large one while it is.
///
/// # Errors
/// [`StoreError::Damaged`], [`StoreError::Sqlite`], [`StoreError::Thread`].
pub fn database(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    if std::fs::metadata(path)?.len() <= CHECK_BYTES_MAX {
        return quick(connection, None);
    }
    for table in SMALL {
        quick(connection, Some(table))?;
    }
    let path = path.to_owned();
    thread::Builder::new().name("check".into()).spawn(move || beside(&path))?;
    Ok(())
}

/// Looks through every page and every index, which takes long: for a backup.
///
/// # Errors
/// [`StoreError::Damaged`], [`StoreError::Sqlite`].
pub fn whole(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection.query_row("pragma integrity_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged(found)) }
}

/// Looks through everything and ends the process if it is damaged.
fn beside(path: &Path) {
    let start = Instant::now();
    let outcome = schema::connect(path, false).and_then(|connection| {
        connection.pragma_update(None, "query_only", true)?;
        // It reads every page once.
        connection.pragma_update(None, "cache_size", -READER_CACHE_KB)?;
        quick(&connection, None)
    });
    let seconds = start.elapsed().as_secs();
    match outcome {
        Ok(()) => tracing::info!(seconds, "the database is intact"),
        Err(error @ StoreError::Damaged(_)) => {
            tracing::error!(%error, "the process ends");
            std::process::exit(EXIT_DATA);
        }
        Err(error) if is_damage(&error) => {
            tracing::error!(%error, "the database is damaged, so the process ends");
            std::process::exit(EXIT_DATA);
        }
        Err(error) => tracing::error!(%error, "the database could not be checked"),
    }
}

fn is_damage(error: &StoreError) -> bool {
    let StoreError::Sqlite(error) = error else { return false };
    matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase))
}

fn quick(connection: &Connection, table: Option<&str>) -> Result<(), StoreError> {
    let check = match table {
        // Our own names, so nothing in them needs to be quoted.
        Some(table) => format!("pragma quick_check('{table}')"),
        None => "pragma quick_check(1)".to_owned(),
    };
    let found: String = connection.query_row(&check, [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged(found)) }
}
