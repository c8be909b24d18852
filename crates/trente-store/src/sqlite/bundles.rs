//! Storage of the widget's files in SQLite.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::StoreError;
use crate::model::bundle::{BUNDLES_KEPT, BundleFile, BundleId};

/// See [`crate::Store::touch_bundle`].
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn see(connection: &mut Connection, bundle: BundleId, now_ms: u64) -> Result<bool, StoreError> {
    let sql = "update bundle_file set seen_ms = (select max(?2, max(seen_ms) + 1) from bundle_file) where bundle = ?1";
    let seen = connection.execute(sql, params![bundle, now_ms])?;
    Ok(seen > 0)
}

/// See [`crate::Store::keep_bundle`].
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn keep(
    connection: &mut Connection,
    bundle: BundleId,
    files: &[BundleFile],
    now_ms: u64,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Later than all others, whatever the clock says.
    let sql = "select max(?1, coalesce(max(seen_ms) + 1, 0)) from bundle_file";
    let seen_ms: u64 = transaction.query_row(sql, [now_ms], |row| row.get(0))?;
    for file in files {
        transaction
            .prepare_cached(
                "insert or ignore into bundle_file (bundle, path, seen_ms, content) values (?1, ?2, ?3, ?4)",
            )?
            .execute(params![bundle, file.path, seen_ms, file.content])?;
    }
    transaction.execute(
        "delete from bundle_file where bundle not in
             (select bundle from bundle_file group by bundle order by max(seen_ms) desc, bundle limit ?1)",
        [BUNDLES_KEPT],
    )?;
    Ok(transaction.commit()?)
}

/// See [`crate::Store::bundle_paths`].
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn paths(connection: &Connection) -> Result<Vec<(String, BundleId)>, StoreError> {
    let mut statement = connection.prepare_cached("select path, bundle from bundle_file order by seen_ms, bundle")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`crate::Store::bundle_file`].
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn file(connection: &Connection, bundle: BundleId, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = connection.prepare_cached("select content from bundle_file where bundle = ?1 and path = ?2")?;
    Ok(statement.query_row(params![bundle, path], |row| row.get(0)).optional()?)
}
