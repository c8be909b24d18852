//! Queues of webhooks and mails after a wrong clock, in PostgreSQL.

use super::Postgres;
use super::rows::signed;
use crate::StoreError;
use crate::model::queue::QUEUES;

/// Makes due what is due later than a time; tells how much that was.
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
    transaction.commit().await?;
    Ok(recalled)
}
