//! Queues of webhooks and mails after a wrong clock, in SQLite.

use rusqlite::{Connection, TransactionBehavior, params};

use crate::StoreError;
use crate::model::queue::QUEUES;

/// Whether anything is due later than a time.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn is_any_after(connection: &Connection, latest_ms: u64) -> Result<bool, StoreError> {
    let exists = QUEUES.map(|queue| format!("exists (select 1 from {queue} where due_ms > ?1)")).join(" or ");
    Ok(connection.prepare_cached(&format!("select {exists}"))?.query_row([latest_ms], |row| row.get(0))?)
}

/// Makes due what is due later than a time; tells how much that was.
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
    transaction.commit()?;
    Ok(recalled as u64)
}
