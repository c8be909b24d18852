//! Backfill of the daily counts by language and class: counts an older database again, step by step, and days that an
//! older collector on the same database has counted.

use std::sync::Weak;

use trente_store::clock::{day, now_ms};
use trente_store::{Store, StoreError};

use crate::app::App;
use crate::limits::{MEND_DAYS, MEND_INTERVAL, MOVE_PAUSE, MOVE_ROWS};

/// Counts for as long as the service is there.
pub async fn follow(app: Weak<App>) {
    loop {
        let Some(current) = app.upgrade() else { return };
        let pause = match step(&current.store).await {
            Ok(true) => MOVE_PAUSE,
            Ok(false) => MEND_INTERVAL,
            Err(StoreError::Ended) => return,
            Err(error) => {
                tracing::error!(%error, "responses were not counted by language; the job tries again later");
                MEND_INTERVAL
            }
        };
        drop(current);
        tokio::time::sleep(pause).await;
    }
}

/// One step; whether there is another one to be made at once.
async fn step(store: &Store) -> Result<bool, StoreError> {
    if store.move_some(MOVE_ROWS).await? {
        return Ok(true);
    }
    Ok(store.mend_counts(day(now_ms()).saturating_sub(MEND_DAYS)).await? > 0)
}
