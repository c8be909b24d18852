//! Last-seen times of snippets, in SQLite.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::StoreError;

/// Notes when pages of sites asked.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn note(connection: &mut Connection, seen: &[(i64, u64)]) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (site, seen_ms) in seen {
        transaction
            .prepare_cached(
                "insert into site_seen (site, seen_ms) values (?1, ?2)
                 on conflict do update set seen_ms = max(seen_ms, excluded.seen_ms)",
            )?
            .execute(params![site, seen_ms])?;
    }
    Ok(transaction.commit()?)
}

/// When a page of a site last asked.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn last(connection: &Connection, site: i64) -> Result<Option<u64>, StoreError> {
    let mut statement = connection.prepare_cached("select seen_ms from site_seen where site = ?1")?;
    Ok(statement.query_row([site], |row| row.get(0)).optional()?)
}
