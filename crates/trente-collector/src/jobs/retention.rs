//! Retention: the hourly job that purges expired sessions and tombstones, and deletes responses after their time.

pub mod clock_check;

use std::sync::Weak;

use metrics::gauge;
use trente_store::clock::{DAY_MS, day, format_minute};
use trente_store::model::account::Ages;
use trente_store::{Store, StoreError};

use self::clock_check::{ClockCheck, Reading};
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
    // At once: what comes in from now on bears the time of a clock that may be wrong.
    let mut check = loop {
        let Some(app) = app.upgrade() else { return };
        match ClockCheck::begin(&app.store, Reading::now()).await {
            Ok(check) => break check,
            Err(error) => tracing::error!(%error, "the retention job failed; it begins again in a minute"),
        }
        drop(app);
        tokio::time::sleep(RETENTION_FIRST).await;
    };
    // Not at start-up: the service warms up first.
    tokio::time::sleep(RETENTION_FIRST).await;
    loop {
        let Some(app) = app.upgrade() else { return };
        if let Err(error) = run(&app.store, &mut check, Reading::now()).await {
            tracing::error!(%error, "the retention job failed; it runs again in an hour");
        }
        drop(app);
        tokio::time::sleep(RETENTION_INTERVAL).await;
    }
}

/// One round: deletes what is expired, unless the clock is in doubt; tells how many responses were deleted.
///
/// # Errors
/// [`StoreError`]
pub async fn run(store: &Store, check: &mut ClockCheck, now: Reading) -> Result<u64, StoreError> {
    let is_plausible = check.is_plausible(now);
    gauge!("trente_clock_doubtful").set(if is_plausible { 0.0 } else { 1.0 });
    if is_plausible {
        return delete_expired(store, now.wall_ms).await;
    }
    tracing::warn!(
        clock = %format_minute(now.wall_ms),
        "the clock has jumped, or is far ahead of what is stored: retention deletes nothing until it has run on for a \
         day; set the clock if it is wrong"
    );
    Ok(0)
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
