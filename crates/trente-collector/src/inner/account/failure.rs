//! The answer to a request that the store cannot serve.

use axum::response::{IntoResponse, Response};
use trente_store::StoreError;

use crate::web::error::RequestError;

/// The store cannot be asked.
pub fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "administration cannot reach the store");
    RequestError::Store.into_response()
}
