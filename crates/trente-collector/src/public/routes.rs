//! Routing table of the public listener, as docs/embed.md#files lists it.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::{contacts, cors, health, hosted, responses, surveys, widget_files};
use crate::app::App;
use crate::web::error::wrong_method;

/// Everything that the public listener answers.
pub fn router(state: Arc<App>) -> Router {
    Router::new()
        .route("/v1/surveys/{languages}/{origin}/{site}", get(surveys::get))
        .route("/v1/surveys/{site}", get(surveys::get_by_query))
        .route(responses::PATH, post(responses::post))
        .route(contacts::PATH, post(contacts::post))
        .merge(hosted::routes())
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(widget_files::fallback)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(&state), cors::layer))
        .with_state(state)
}
