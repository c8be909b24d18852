//! Background jobs of the service. Each holds the service weakly, and ends when it is dropped.
//!
//! `catalog` refreshes sites and surveys, `webhooks` delivers, `retention` deletes what is too old, `parts`
//! counts a database of before by language and class, `sightings` says when
//! pages asked, and failed
//! sign-ins are written into the audit log.

mod catalog;
mod parts;
pub mod retention;
mod sightings;
mod webhooks;

use std::sync::{Arc, Weak};
use std::time::Duration;

use trente_store::clock::now_ms;

use crate::app::App;
use crate::telemetry;

/// How often the service looks whether that is over.
const FLUSH_FAILURES_EVERY: Duration = Duration::from_secs(5);

/// Starts them all.
pub fn spawn(app: &Arc<App>) {
    tokio::spawn(telemetry::run_maintenance());
    tokio::spawn(catalog::follow(Arc::downgrade(app)));
    tokio::spawn(webhooks::follow(Arc::downgrade(app)));
    tokio::spawn(retention::follow(Arc::downgrade(app)));
    tokio::spawn(sightings::follow(Arc::downgrade(app)));
    tokio::spawn(parts::follow(Arc::downgrade(app)));
    tokio::spawn(flush_failures(Arc::downgrade(app)));
}

/// Writes down what is gathered for as long as the service is there.
async fn flush_failures(app: Weak<App>) {
    loop {
        tokio::time::sleep(FLUSH_FAILURES_EVERY).await;
        let Some(app) = app.upgrade() else { return };
        app.failures.flush(&app.store, now_ms(), false).await;
    }
}

/// Writes down everything that is gathered; called before the store is closed.
pub async fn finish(app: &Arc<App>) {
    app.failures.flush(&app.store, now_ms(), true).await;
}
