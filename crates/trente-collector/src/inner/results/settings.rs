//! Settings pages of a site, for its owners: a list with the current values, and a short page for each setting.
//!
//! In reading order: `opened` is what every page begins with, and how it answers; `hub` is the list. `origins`,
//! `zone`, `retention` and `keys` are of the site itself, `people` and `tokens` of those who may do something,
//! `webhooks` of receivers and the delivery log, `days` of what the shop says of its days; `audit` shows who did what.
//!
//! Every act is a form that works without a script, and one function of [`crate::domain::ops`]. What cannot be undone
//! is asked about on a page of its own; what would give a passer-by at an unattended browser lasting access asks for
//! the password once more.

mod audit;
mod days;
mod done;
mod hub;
mod keys;
pub mod opened;
mod origins;
mod people;
mod retention;
mod tokens;
mod webhooks;
mod zone;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The routes of the settings.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/sites/{name}/settings", get(hub::show_settings))
        .route("/sites/{name}/settings/origins", get(origins::show_origins).post(origins::save))
        .route("/sites/{name}/settings/zone", get(zone::show_time_zone).post(zone::save))
        .route("/sites/{name}/settings/retention", get(retention::show_retention).post(retention::save))
        .route("/sites/{name}/settings/keys", get(keys::show_keys).post(keys::act))
        .route("/sites/{name}/settings/people", get(people::show_people).post(people::act))
        .route("/sites/{name}/settings/tokens", get(tokens::show_tokens).post(tokens::act))
        .route("/sites/{name}/settings/webhooks", get(webhooks::show_webhooks).post(webhooks::act))
        .route("/sites/{name}/settings/days", get(days::show_shop_days).post(days::act))
        .route("/sites/{name}/settings/audit", get(audit::show_audit_log))
}
