//! Delivery queue of webhooks, for responses, alerts and digests, and the delivery log.

use crate::encoding;
use crate::key::ResponseKey;
use crate::model::webhook::{Attempt, DeliveryOutcome, NewBulletin, PendingBulletin, PendingDelivery, Queue};
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// The webhooks for which something is due, by their numbers, the longest waiting first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn due_webhooks(&self, now_ms: u64) -> Result<Vec<i64>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::admin::deliveries::due_webhooks(connection, now_ms)).await
            }
            Self::Postgres(store) => postgres::admin::deliveries::due_webhooks(store, now_ms).await,
        }
    }

    /// Takes up to `limit` messages of a webhook that are due and leaves them to the taker until `lease_ms`.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn lease_due(
        &self,
        webhook: i64,
        now_ms: u64,
        lease_ms: u64,
        limit: u32,
    ) -> Result<Vec<PendingDelivery>, StoreError> {
        let store = match self {
            Self::Sqlite(store) => store,
            Self::Postgres(store) => {
                return postgres::admin::deliveries::lease(store, webhook, now_ms, lease_ms, limit).await;
            }
        };
        let places =
            store.read(move |connection| sqlite::admin::deliveries::due(connection, webhook, now_ms, limit)).await?;
        if places.is_empty() {
            return Ok(Vec::new());
        }
        store
            .write(move |connection| sqlite::admin::deliveries::lease(connection, webhook, &places, now_ms, lease_ms))
            .await
    }

    /// Writes down how a delivery went, and what the receiver `said`: its status, or what kept it from answering.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn finish_delivery(
        &self,
        due: PendingDelivery,
        outcome: DeliveryOutcome,
        said: String,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => {
                store
                    .write(move |connection| {
                        sqlite::admin::deliveries::finish(connection, &due, outcome, &said, now_ms)
                    })
                    .await
            }
            Self::Postgres(store) => postgres::admin::deliveries::finish(store, &due, outcome, &said, now_ms).await,
        }
    }

    /// Up to `most` customers to put right who came since `since_ms`, oldest first, each with the number of a webhook that
    /// gets alerts and was not told.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn untold_webhooks(&self, since_ms: u64, most: usize) -> Result<Vec<(i64, ResponseKey)>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::admin::bulletins::untold(connection, since_ms, most)).await
            }
            Self::Postgres(store) => postgres::admin::bulletins::untold(store, since_ms, most).await,
        }
    }

    /// Puts messages of alerts and digests into the queue, all or none; one that was ever there is left as it is. Tells
    /// how many are new.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn add_bulletins(&self, bulletins: Vec<NewBulletin>, now_ms: u64) -> Result<u64, StoreError> {
        if bulletins.is_empty() {
            return Ok(0);
        }
        let drawn = |new: NewBulletin| -> Result<(NewBulletin, String), StoreError> {
            let mut message = [0; 16];
            getrandom::fill(&mut message)?;
            Ok((new, encoding::hex(&message)))
        };
        let bulletins = bulletins.into_iter().map(drawn).collect::<Result<Vec<_>, _>>()?;
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::bulletins::add(connection, &bulletins, now_ms)).await
            }
            Self::Postgres(store) => postgres::admin::bulletins::add(store, &bulletins, now_ms).await,
        }
    }

    /// Takes up to `limit` messages of alerts and digests that are due for a webhook, and leaves them to the taker until
    /// `lease_ms`.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn lease_bulletins(
        &self,
        webhook: i64,
        now_ms: u64,
        lease_ms: u64,
        limit: u32,
    ) -> Result<Vec<PendingBulletin>, StoreError> {
        match self {
            // Looked for by a reader: no answer waits behind a look that finds nothing.
            Self::Sqlite(store) => {
                if !store.read(move |connection| sqlite::admin::bulletins::is_due(connection, webhook, now_ms)).await? {
                    return Ok(Vec::new());
                }
                store
                    .write(move |connection| {
                        sqlite::admin::bulletins::lease(connection, webhook, now_ms, lease_ms, limit)
                    })
                    .await
            }
            Self::Postgres(store) => postgres::admin::bulletins::lease(store, webhook, now_ms, lease_ms, limit).await,
        }
    }

    /// Writes down how the delivery of an alert or a digest went, as [`Store::finish_delivery`] does.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn finish_bulletin(
        &self,
        due: PendingBulletin,
        outcome: DeliveryOutcome,
        said: String,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => {
                store
                    .write(move |connection| sqlite::admin::bulletins::finish(connection, &due, outcome, &said, now_ms))
                    .await
            }
            Self::Postgres(store) => postgres::admin::bulletins::finish(store, &due, outcome, &said, now_ms).await,
        }
    }

    /// What waits to be sent to a webhook.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn webhook_queue(&self, webhook: i64) -> Result<Queue, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::admin::deliveries::queue(connection, webhook)).await
            }
            Self::Postgres(store) => postgres::admin::deliveries::queue(store, webhook).await,
        }
    }

    /// The delivery log of a webhook, the newest try first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn webhook_attempts(&self, webhook: i64) -> Result<Vec<Attempt>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::admin::deliveries::attempts(connection, webhook)).await
            }
            Self::Postgres(store) => postgres::admin::deliveries::attempts(store, webhook).await,
        }
    }
}
