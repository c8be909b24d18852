//! Error response of the pages of the inner listener when the store fails.

use axum::response::{IntoResponse, Response};
use trente_store::StoreError;

use crate::web::error::RequestError;

/// The store cannot be asked.
pub fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "the store failed a page of the inner listener");
    RequestError::Store.into_response()
}
