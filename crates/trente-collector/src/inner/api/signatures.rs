//! API that signs orders, for a shop that does not hold the site's key.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use trente_store::model::scope::Scope;
use trente_store::{StoreError, encoding};
use trente_survey::order;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder};

use super::caller::Caller;
use super::input;
use super::input::Named;
use super::problem::ApiProblem;
use super::schema;
use crate::app::App;
use crate::domain::ops::signatures;
use crate::limits::SIGNATURES_MAX;
use crate::web::respond;

fn orders_schema() -> Array {
    ArrayBuilder::new().items(schema::order()).min_items(Some(1)).max_items(Some(1000)).build()
}

/// Orders to sign.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    /// 1 to 1000 order references. They are neither stored nor logged.
    #[schema(schema_with = orders_schema)]
    orders: Vec<String>,
}

/// Signed orders.
#[derive(Serialize, ToSchema)]
pub struct Signatures {
    /// The survey that they are for, which is the one that the site asks now: 8 hexadecimal digits.
    survey: String,
    /// One for each order, in the same sequence.
    signatures: Vec<SignedOrder>,
}

/// A signed order.
#[derive(Serialize, ToSchema)]
pub struct SignedOrder {
    /// The order as it counts, without the white space around it.
    order: String,
    /// For `data-signature`, and for `g` in a link to the hosted page.
    signature: String,
}

/// Signs orders, as `trente sign` does. A signature is valid for three months, and for the survey that is asked now.
#[utoipa::path(post, path = "/api/v1/sites/{site}/signatures", tag = "sites", request_body = Orders,
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = Signatures)))]
pub async fn sign_orders(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Sign, &site)?;
    let Orders { orders } = input::json(&app, &headers, body).await?;
    if orders.is_empty() || orders.len() > SIGNATURES_MAX {
        return Err(ApiProblem::Input(format!("`orders` has 1 to {SIGNATURES_MAX} order references")));
    }
    let clean = |(index, given): (usize, &String)| match order::clean(given) {
        Ok(order) => Ok(order.to_owned()),
        Err(error) => Err(ApiProblem::Input(format!("`orders[{index}]`: {error}"))),
    };
    let orders = orders.iter().enumerate().map(clean).collect::<Result<Vec<_>, _>>()?;
    let none = || ApiProblem::Missing(StoreError::Unknown("survey", site.clone()).to_string());
    let signer = signatures::signer(&app.store, &site).await?.ok_or_else(none)?;
    // Written down before anything is handed out.
    signatures::note_signed(&app.store, caller.actor, site, orders.len()).await?;
    let signed = |order: String| SignedOrder { signature: signer.sign(&order), order };
    let signatures = orders.into_iter().map(signed).collect();
    Ok(respond::json(StatusCode::OK, &Signatures { survey: encoding::hex(&signer.survey.0), signatures }))
}
