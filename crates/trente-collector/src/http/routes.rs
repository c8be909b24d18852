//! The table of embed.md, “Files and routes of the collector”: what the public listener knows.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::error::ApiError;
use super::{files, health, responses, surveys};
use crate::app::App;
use crate::hosted;

/// Everything that the public listener answers.
pub fn app(state: Arc<App>) -> Router {
    Router::new()
        .route("/v1/surveys/{site}", get(surveys::get))
        .route("/v1/responses", post(responses::post).options(responses::options))
        .merge(hosted::routes())
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(files::fallback)
        .method_not_allowed_fallback(wrong_method)
        .with_state(state)
        .layer(from_fn(only_known_methods))
}

/// Refuses a method that no path here knows before it is asked which path.
async fn only_known_methods(request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD | Method::POST | Method::OPTIONS => next.run(request).await,
        _ => ApiError::Method.into_response(),
    }
}

/// A path that is known, under a method that is not.
pub async fn wrong_method() -> Response {
    ApiError::Method.into_response()
}
