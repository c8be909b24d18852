//! Queues of webhooks and mails after a wrong clock: what a clock that ran ahead has put off for too long is due now.

use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// Makes due what is due later than `latest_ms`, which is further ahead than a queue ever puts anything off: it was
    /// written, or leased, while the clock was ahead. A webhook that was added, and a reader of mails who chose, while it was
    /// ahead are told from now on. Tells how many messages there were. Both times are in milliseconds
    /// since 1970.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn recall_queues(&self, now_ms: u64, latest_ms: u64) -> Result<u64, StoreError> {
        // Looked for by a reader: no answer waits behind a look that finds nothing, as almost every one.
        match self {
            Self::Sqlite(store) => {
                if store.read(move |connection| sqlite::queues::is_any_after(connection, latest_ms)).await? {
                    store.write(move |connection| sqlite::queues::recall(connection, now_ms, latest_ms)).await
                } else {
                    Ok(0)
                }
            }
            Self::Postgres(store) => postgres::queues::recall(store, now_ms, latest_ms).await,
        }
    }
}
