//! Health checks. `GET /healthz`: the process lives. `GET /readyz`: the store answers and its fold is not far behind.
//!
//! Both tell strangers no more than that; the numbers are on the inner listener's `/metrics`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::app::App;
use crate::limits::INBOX_READY_MAX;
use crate::web::respond;

/// The process lives.
pub async fn live() -> Response {
    respond::json(StatusCode::OK, &json!({ "live": true }))
}

/// The store answers and keeps up.
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    let lag = app.store.lag().await;
    if let Err(error) = &lag {
        tracing::error!(%error, "the store cannot be read");
    }
    let inbox = lag.ok().map(|lag| lag.frames);
    let ready = app.store.healthy() && inbox.is_some_and(|frames| frames <= INBOX_READY_MAX);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    respond::json(status, &json!({ "ready": ready }))
}
