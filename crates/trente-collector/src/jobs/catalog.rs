//! Background refresh of the catalog, and of the usual number of unsigned responses at each site.

use std::sync::Weak;
use std::time::Instant;

use trente_store::StoreError;
use trente_store::clock::now_ms;

use crate::app::App;
use crate::domain::throttle::spike;
use crate::limits::{CATALOG_REFRESH, TIME_LABEL_REFRESH};

/// Keeps the catalog of a service up to date for as long as the service is there.
pub async fn follow(app: Weak<App>) {
    let mut judged = Instant::now();
    if let Some(app) = app.upgrade() {
        learn(&app).await;
    }
    loop {
        tokio::time::sleep(CATALOG_REFRESH).await;
        let Some(app) = app.upgrade() else { return };
        app.catalog.refresh().await;
        if judged.elapsed() >= TIME_LABEL_REFRESH {
            app.catalog.refresh_time_labels().await;
            learn(&app).await;
            judged = Instant::now();
        }
    }
}

/// Tells the throttle how many unsigned responses are usual at each site. While the store cannot be read, what it knows
/// stays.
async fn learn(app: &App) {
    let read = async || -> Result<(), StoreError> {
        for site in app.store.sites().await? {
            let spikes = &app.throttle.spikes;
            spikes.learn_zone(site.id, site.zone());
            let today = spikes.today(site.id, now_ms());
            spikes.learn(site.id, today, &app.store.unsigned_by_day(site.id, spike::days(today)).await?);
        }
        Ok(())
    };
    if let Err(error) = read().await {
        tracing::error!(%error, "the usual number of responses cannot be read");
    }
}
