//! Tombstones in SQLite: the keys of responses that are gone and may not come back.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::StoreError;
use crate::key::ResponseKey;

/// Keeps a response from coming back until `until_ms`.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub(super) fn insert(transaction: &Transaction<'_>, place: ResponseKey, until_ms: u64) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "insert into tombstone (survey, rid, until_ms) values (?1, ?2, ?3)
             on conflict (survey, rid) do update set until_ms = max(until_ms, excluded.until_ms)",
        )?
        .execute(params![place.survey, place.rid, until_ms])?;
    Ok(())
}

/// Which of these responses are gone and may not come back.
pub(super) fn find(
    connection: &Connection,
    places: impl Iterator<Item = ResponseKey>,
    now_ms: u64,
) -> Result<Vec<ResponseKey>, StoreError> {
    if !any(connection)? {
        return Ok(Vec::new());
    }
    let mut buried = Vec::new();
    for place in places {
        if has(connection, place, now_ms)? {
            buried.push(place);
        }
    }
    Ok(buried)
}

/// Whether anything is gone. Mostly nothing is, and then no response need be looked for.
pub(super) fn any(connection: &Connection) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("select exists (select 1 from tombstone)")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Whether a response is gone and may not come back.
pub(super) fn has(connection: &Connection, place: ResponseKey, now_ms: u64) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("select until_ms >= ?3 from tombstone where survey = ?1 and rid = ?2")?;
    let found = statement.query_row(params![place.survey, place.rid, now_ms], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(false))
}
