//! Retention: the hourly job that purges expired sessions and tombstones, and deletes responses after their time.

use std::sync::Weak;

use trente_store::clock::{DAY_MS, day, now_ms};
use trente_store::model::account::Ages;
use trente_store::{Store, StoreError};

use crate::app::App;
use crate::limits::{
    CLOCK_AHEAD, DEVICE_MAX, NOTICE_DAYS, RETENTION_FIRST, RETENTION_INTERVAL, RETIRE_ROWS, SESSION_IDLE,
    SESSION_LASTING, SESSION_MAX,
};

/// How long the key of a response that retention has deleted stays, so that it is not counted a second time: longer
/// than a signature lives, which is three months (docs/wire-format.md#which-response), and than an outbox, which is
/// seven days.
const RETIRED_MS: u64 = 100 * DAY_MS;

/// Keeps the store tidy for as long as the service is there.
pub async fn follow(app: Weak<App>) {
    // Not at start-up: the service warms up first.
    tokio::time::sleep(RETENTION_FIRST).await;
    loop {
        let Some(app) = app.upgrade() else { return };
        if let Err(error) = delete_expired(&app.store, now_ms()).await {
            tracing::error!(%error, "the retention job failed; it runs again in an hour");
        }
        drop(app);
        tokio::time::sleep(RETENTION_INTERVAL).await;
    }
}

/// Forgets sessions and tombstones whose time is over, and deletes the responses that their sites keep no longer; tells
/// how many. Their counts stay.
///
/// # Errors
/// [`StoreError`]
pub async fn delete_expired(store: &Store, now_ms: u64) -> Result<u64, StoreError> {
    let before = |age: std::time::Duration| now_ms.saturating_sub(age.as_millis() as u64);
    let ages = Ages {
        began_ms: before(SESSION_MAX),
        seen_ms: before(SESSION_IDLE),
        lasting_ms: before(SESSION_LASTING),
        device_ms: before(DEVICE_MAX),
        ahead_ms: now_ms.saturating_add(CLOCK_AHEAD.as_millis() as u64),
        now_ms,
    };
    store.purge_expired(ages).await?;
    store.purge_notices(now_ms.saturating_sub(NOTICE_DAYS * DAY_MS)).await?;
    let notes = store.purge_recoveries(now_ms).await?;
    let contacts = store.purge_contacts(now_ms).await?;
    let mut retired = 0;
    let mut after = None;
    loop {
        // Looked for by a reader and deleted by their keys: the search is long and holds up no writer.
        let keys = store.expired(day(now_ms), after, RETIRE_ROWS).await?;
        let Some(last) = keys.last().copied() else { break };
        retired += store.delete_expired(keys, now_ms + RETIRED_MS).await?;
        after = Some(last);
    }
    if retired + notes + contacts > 0 {
        tracing::info!(
            retired,
            notes,
            contacts,
            "responses, lines of desks and contacts were deleted because their sites keep them no longer"
        );
        if !store.overwrite().await? {
            tracing::warn!("former pages with deleted words stay in the write-ahead log until a reader ends");
        }
    }
    Ok(retired)
}
