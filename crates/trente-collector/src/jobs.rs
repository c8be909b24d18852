//! Background jobs of the service: each holds the service weakly, and ends when the service is dropped.
//!
//! `catalog` refreshes sites and surveys, `webhooks` and [`mail`] deliver, `queues` sends
//! what a wrong clock has put off, `retention` deletes what is too old, `parts`
//! counts an older database by language and class, `sightings` says when pages asked, and failed sign-ins are written
//! into the audit log.

mod catalog;
pub mod mail;
mod parts;
mod queues;
pub mod retention;
mod sightings;
pub mod webhooks;

use std::sync::{Arc, Weak};
use std::time::Duration;

use trente_store::clock::now_ms;

use crate::app::App;
use crate::telemetry;

/// How often the service looks whether that is over.
const FLUSH_FAILURES_EVERY: Duration = Duration::from_secs(5);

/// How long to wait after each failure of a delivery, in multiples of [`crate::limits::Limits::webhook_retry`] or
/// [`crate::limits::Limits::mail_retry`], which are 5 s: then 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. **Source**:
/// Standard Webhooks, “Deliverability and reliability”; RFC 5321, 4.5.4.1, asks as much patience of those who send mail.
const WAITS: [u32; 9] = [1, 60, 360, 1440, 3600, 7200, 10_080, 14_400, 17_280];

/// Starts them all.
pub fn spawn(app: &Arc<App>) {
    tokio::spawn(telemetry::run_maintenance());
    tokio::spawn(catalog::follow(Arc::downgrade(app)));
    tokio::spawn(webhooks::follow(Arc::downgrade(app)));
    tokio::spawn(webhooks::plan::follow(Arc::downgrade(app)));
    tokio::spawn(mail::follow(Arc::downgrade(app)));
    tokio::spawn(queues::follow(Arc::downgrade(app)));
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

/// Writes down everything that is gathered, after the mail that is under way; called before the store is closed.
pub async fn finish(app: &Arc<App>) {
    // One that takes longer is sent again by the next service, as the same mail. The guard is kept, so none begins.
    match tokio::time::timeout(app.limits.drain, app.mailing.lock()).await {
        Ok(guard) => std::mem::forget(guard),
        Err(_) => tracing::warn!("a mail was under way; it is handed over again after the next start"),
    }
    app.failures.flush(&app.store, now_ms(), true).await;
}
