//! Conversion of SQLite rows that several statements share.

use rusqlite::Row;

use crate::key::ResponseKey;

/// The key of a response: its survey in column `first`, its rid in the next.
///
/// # Errors
/// [`rusqlite::Error`]
pub(super) fn response_key(row: &Row<'_>, first: usize) -> rusqlite::Result<ResponseKey> {
    Ok(ResponseKey { survey: row.get(first)?, rid: row.get(first + 1)? })
}

/// The same of columns that may be null.
///
/// # Errors
/// [`rusqlite::Error`]
pub(super) fn response_key_or_null(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<ResponseKey>> {
    row.get::<_, Option<[u8; 4]>>(first)?.map(|survey| Ok(ResponseKey { survey, rid: row.get(first + 1)? })).transpose()
}
