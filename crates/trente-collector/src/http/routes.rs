//! The table of docs/embed.md#files: what the public listener knows.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::error::ApiError;
use super::{cors, files, health, responses, surveys};
use crate::app::App;
use crate::hosted;

/// Everything that the public listener answers.
pub fn app(state: Arc<App>) -> Router {
    Router::new()
        .route("/v1/surveys/{languages}/{origin}/{site}", get(surveys::get))
        .route("/v1/surveys/{site}", get(surveys::get_by_query))
        .route(responses::PATH, post(responses::post))
        .merge(hosted::routes())
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(files::fallback)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(&state), cors::layer))
        .with_state(state)
}

/// A path that is known, under a method that is not.
pub async fn wrong_method() -> Response {
    ApiError::Method.into_response()
}
