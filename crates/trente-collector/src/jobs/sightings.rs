//! Background job that stores when pages of the sites last asked for their survey.

use std::sync::Weak;

use crate::app::App;
use crate::limits::SIGHTINGS_INTERVAL;

/// Tells it for as long as the service is there.
pub async fn follow(app: Weak<App>) {
    loop {
        tokio::time::sleep(SIGHTINGS_INTERVAL).await;
        let Some(app) = app.upgrade() else { return };
        let seen = app.sightings.take();
        if seen.is_empty() {
            continue;
        }
        if let Err(error) = app.store.note_sightings(seen.clone()).await {
            tracing::warn!(%error, "the last-seen times of snippets were not stored; the job tries again");
            app.sightings.give_back(seen);
        }
    }
}
