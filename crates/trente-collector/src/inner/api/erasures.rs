//! API of erasure: deletes the responses of an order, or one response.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use trente_store::model::scope::Scope;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::caller::Caller;
use super::input;
use super::input::Named;
use super::problem::ApiProblem;
use super::schema;
use crate::app::App;
use crate::domain::ops::erasure;
use crate::domain::ops::erasure::Erased;
use crate::domain::ops::subject::{ErasureTarget, TargetError};
use crate::web::respond;

/// What to erase: a response, or what an order has answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// 16 hexadecimal digits, as exports name it.
    response: Option<String>,
    /// The merchant's order reference. It is neither stored nor logged.
    order: Option<String>,
}

impl utoipa::PartialSchema for Erasure {
    fn schema() -> RefOr<Schema> {
        schema::subject("What to erase: a response, or what an order has answered")
    }
}

impl ToSchema for Erasure {}

/// Erases a response, or whatever an order has answered, in every survey of the site. A tombstone of its key alone
/// keeps it from coming back, out of a customer's browser or otherwise, for ever.
#[utoipa::path(post, path = "/api/v1/sites/{site}/erasures", tag = "results", request_body = Erasure,
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = Erased)))]
pub async fn erase_responses(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Erase, &site)?;
    let Erasure { response, order } = input::json(&app, &headers, body).await?;
    let what = ErasureTarget::named(response, order)?;
    let erased = erasure::erase(&app.store, caller.actor, site, what, None).await?;
    Ok(respond::json(StatusCode::OK, &erased))
}

impl From<TargetError> for ApiProblem {
    fn from(error: TargetError) -> Self {
        Self::Input(match error {
            TargetError::Response(_) => "`response` is 16 hexadecimal digits".to_owned(),
            other => other.to_string(),
        })
    }
}
