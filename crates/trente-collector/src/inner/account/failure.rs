//! Error response of the sign-in and account pages when the store fails.

use axum::response::{IntoResponse, Response};
use trente_store::StoreError;

use crate::web::error::RequestError;

/// The store cannot be asked.
pub fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "administration cannot reach the store");
    RequestError::Store.into_response()
}
