//! Administration API, `/api/v1` of the inner listener: what the pages and the command line do, for programs.
//!
//! A caller is a token or an account that has signed in ([`caller`]); every refusal is a [`problem`]; [`document`] is the
//! description that is served at `/api/v1/openapi.json` and kept in docs/openapi.json.
//!
//! Not here, on purpose: a badge, a ranking of people, a reward. Results are for those who can mend things, not for a
//! wall (docs/metrics.md).

pub mod audit;
pub mod caller;
pub mod document;
pub mod erasures;
pub mod exports;
mod input;
pub mod lookups;
pub mod problem;
pub mod responses;
mod schema;
pub mod signatures;
pub mod sites;
pub mod summary;
pub mod surveys;
pub mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};

use self::problem::ApiProblem;
use crate::app::App;

/// Everything below `/api/`.
pub fn routes(state: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/sites", get(sites::list_sites).post(sites::add_site))
        .route("/api/v1/sites/{site}", get(sites::show_site))
        .route("/api/v1/sites/{site}/origins", put(sites::set_origins))
        .route("/api/v1/sites/{site}/key/rotate", post(sites::rotate_key))
        .route("/api/v1/sites/{site}/key/former", delete(sites::retire_key))
        .route("/api/v1/sites/{site}/retention", put(sites::set_retention))
        .route("/api/v1/sites/{site}/close", post(sites::close_site))
        .route("/api/v1/sites/{site}/reopen", post(sites::reopen_site))
        .route("/api/v1/sites/{site}/signatures", post(signatures::sign_orders))
        .route("/api/v1/sites/{site}/surveys", get(surveys::list_surveys).post(surveys::publish_survey))
        .route("/api/v1/sites/{site}/surveys/{survey}", get(surveys::show_survey))
        .route("/api/v1/sites/{site}/summary", get(summary::show_summary))
        .route("/api/v1/sites/{site}/responses", get(responses::list_responses))
        .route("/api/v1/sites/{site}/export", get(exports::export_responses))
        .route("/api/v1/sites/{site}/lookups", post(lookups::look_up_responses))
        .route("/api/v1/sites/{site}/erasures", post(erasures::erase_responses))
        .route("/api/v1/sites/{site}/webhooks", get(webhooks::list_webhooks).post(webhooks::add_webhook))
        .route("/api/v1/sites/{site}/webhooks/{id}", delete(webhooks::remove_webhook))
        .route("/api/v1/surveys/check", post(surveys::check_survey))
        .route("/api/v1/audit", get(audit::list_audit_lines))
        .route_layer(from_fn_with_state(Arc::clone(state), caller::require_caller))
        // The description holds no personal data, and developers of a client want it first.
        .route(document::PATH, get(document::show_document))
        .route("/api/{*path}", axum::routing::any(async || ApiProblem::Path))
        .method_not_allowed_fallback(async || ApiProblem::Method)
}
