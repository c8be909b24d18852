//! API of the right of access: what is stored of an order, for a customer who asks.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use trente_store::model::scope::Scope;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::caller::Caller;
use super::input;
use super::input::Named;
use super::problem::ApiProblem;
use super::schema;
use crate::app::App;
use crate::domain::ops::lookup;
use crate::domain::ops::subject::ErasureTarget;
use crate::views::kept::KeptRecord;
use crate::web::respond;

/// What to look up: a response, or what an order has answered. In the body and not in the address, which proxies log.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// 16 hexadecimal digits, as exports name it.
    response: Option<String>,
    /// The merchant's order reference. It is neither stored nor logged.
    order: Option<String>,
}

impl utoipa::PartialSchema for Lookup {
    fn schema() -> RefOr<Schema> {
        schema::subject("What to look up: a response, or what an order has answered")
    }
}

impl ToSchema for Lookup {}

/// What is kept.
#[derive(Serialize, ToSchema)]
pub struct Kept {
    /// Responses, over every survey of the site, as `trente responses` prints them, and the contacts of their customers.
    responses: Vec<KeptRecord>,
}

/// Tells what is kept of an order, or of a response, in every survey of the site: what an erasure would erase.
#[utoipa::path(post, path = "/api/v1/sites/{site}/lookups", tag = "results", request_body = Lookup,
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = Kept)))]
pub async fn look_up_responses(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Export, &site)?;
    let Lookup { response, order } = input::json(&app, &headers, body).await?;
    let keys = app.contact_keys.as_ref();
    let found = lookup::find(&app.store, caller.actor, site, ErasureTarget::named(response, order)?, keys).await?;
    let responses = found.iter().map(KeptRecord::of).collect::<Result<_, _>>()?;
    Ok(respond::json(StatusCode::OK, &Kept { responses }))
}
