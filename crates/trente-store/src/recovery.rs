//! Recovery desk: customers to put right, as they arrive. What the shop does about one is a
//! [`Change`](crate::change::Change).

use crate::model::recovery::{AfterRecovery, Queue, RecoveryRow, Waiting};
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// Up to `most` customers of a site who came since `since_ms`, newest first, after a place.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn recoveries(
        &self,
        site: i64,
        since_ms: u64,
        which: Waiting,
        after: Option<AfterRecovery>,
        most: usize,
    ) -> Result<Vec<RecoveryRow>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store
                    .read(move |connection| sqlite::recovery::list(connection, site, since_ms, which, after, most))
                    .await
            }
            Self::Postgres(store) => postgres::recovery::list(store, site, since_ms, which, after, most).await,
        }
    }

    /// The customers of a site without an answer, of those who came since `since_ms`.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn recovery_queue(&self, site: i64, since_ms: u64) -> Result<Queue, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::recovery::queue(connection, site, since_ms)).await
            }
            Self::Postgres(store) => postgres::recovery::queue(store, site, since_ms).await,
        }
    }

    /// When up to `most` of the customers came who can be put right, since `since_ms`, and when each was first answered;
    /// newest first. Lost customers are not among them: they wait for nothing.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn recovery_times(
        &self,
        site: i64,
        since_ms: u64,
        most: usize,
    ) -> Result<Vec<(u64, Option<u64>)>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::recovery::times(connection, site, since_ms, most)).await
            }
            Self::Postgres(store) => postgres::recovery::times(store, site, since_ms, most).await,
        }
    }

    /// Deletes what the desks of the sites keep no longer; tells how many rows that were.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn purge_recoveries(&self, now_ms: u64) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => store.write(move |connection| sqlite::recovery::purge(connection, now_ms)).await,
            Self::Postgres(store) => postgres::recovery::purge(store, now_ms).await,
        }
    }
}
