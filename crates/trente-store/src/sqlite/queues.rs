//! Queues of webhooks and mails after a wrong clock, in SQLite.

use rusqlite::{Connection, TransactionBehavior, params};

use crate::StoreError;
use crate::model::queue::{QUEUES, TOLD_SINCE};

/// Whether a message is due, or a receiver is told of anything, only from a later time on.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn is_any_after(connection: &Connection, latest_ms: u64) -> Result<bool, StoreError> {
    let times = QUEUES.map(|queue| (queue, "due_ms")).into_iter().chain(TOLD_SINCE);
    let exists: Vec<String> =
        times.map(|(table, column)| format!("exists (select 1 from {table} where {column} > ?1)")).collect();
    let exists = exists.join(" or ");
    Ok(connection.prepare_cached(&format!("select {exists}"))?.query_row([latest_ms], |row| row.get(0))?)
}

/// Makes due what is due later than a time, and has receivers told from now on that would be told from a later time on; tells
/// how many messages became due.
///
/// # Errors
/// [`StoreError::Sqlite`]; nothing is changed then.
pub fn recall(connection: &mut Connection, now_ms: u64, latest_ms: u64) -> Result<u64, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut recalled = 0;
    for queue in QUEUES {
        let sql = format!("update {queue} set due_ms = ?1 where due_ms > ?2");
        recalled += transaction.execute(&sql, params![now_ms, latest_ms])?;
    }
    for (table, column) in TOLD_SINCE {
        transaction
            .execute(&format!("update {table} set {column} = ?1 where {column} > ?2"), params![now_ms, latest_ms])?;
    }
    transaction.commit()?;
    Ok(recalled as u64)
}
