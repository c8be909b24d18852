//! Queues of webhooks and mails after a wrong clock, in PostgreSQL.

use super::Postgres;
use super::rows::signed;
use crate::StoreError;
use crate::model::queue::{QUEUES, TOLD_SINCE};

/// Makes due what is due later than a time, and has receivers told from now on that would be told from a later time on; tells
/// how many messages became due.
///
/// # Errors
/// [`StoreError`]; nothing is changed then.
pub async fn recall(store: &Postgres, now_ms: u64, latest_ms: u64) -> Result<u64, StoreError> {
    let (now, latest) = (signed(now_ms)?, signed(latest_ms)?);
    let transaction = store.begin().await?;
    let mut recalled = 0;
    for queue in QUEUES {
        let sql = format!("update {queue} set due_ms = $1 where due_ms > $2");
        recalled += transaction.execute(&sql, &[&now, &latest]).await?;
    }
    for (table, column) in TOLD_SINCE {
        let sql = format!("update {table} set {column} = $1 where {column} > $2");
        transaction.execute(&sql, &[&now, &latest]).await?;
    }
    transaction.commit().await?;
    Ok(recalled)
}
