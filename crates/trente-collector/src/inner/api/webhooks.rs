//! Who is told of responses.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::input;
use super::input::Named;
use super::problem::ApiProblem;
use crate::app::App;
use crate::domain::ops::webhooks;
use crate::views::webhook::Webhook;
use crate::web::respond;

/// A new receiver.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// https://…, without a name or a password in it.
    #[schema(pattern = "^https://[a-z0-9]{1,40}(\\.[a-z]{2,12}){1,3}/[a-z0-9/]{0,60}$", max_length = 2000)]
    url: String,
}

/// A new receiver with its secret, which is told this once.
#[derive(Serialize, ToSchema)]
pub struct AddedWebhook {
    /// Its number.
    id: i64,
    /// `whsec_…`, for the receiver: messages are signed with it as standardwebhooks.com says.
    secret: String,
}

/// The receivers of a site, oldest first.
#[utoipa::path(get, path = "/api/v1/sites/{site}/webhooks", tag = "webhooks",
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = [Webhook])))]
pub async fn list(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, ApiProblem> {
    caller.may_end(&site)?;
    let rows = app.store.webhooks(&site).await?;
    Ok(respond::json(StatusCode::OK, &rows.into_iter().map(Webhook::of).collect::<Vec<_>>()))
}

/// Tells a receiver of every response from now on, some seconds after it has come, and again when it changes.
///
/// It needs the scope `webhook`, or `admin` and `export` together, because single responses are sent.
#[utoipa::path(post, path = "/api/v1/sites/{site}/webhooks", tag = "webhooks", request_body = NewWebhook,
    params(("site" = String, Path, description = "Public name")),
    responses((status = 201, body = AddedWebhook)))]
pub async fn add(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may_send(&site)?;
    let NewWebhook { url } = input::json(&app, &headers, body).await?;
    let (id, secret) = webhooks::add_webhook(&app.store, &app.sender, caller.actor, site, url).await?;
    Ok(respond::json(StatusCode::CREATED, &AddedWebhook { id, secret: secret.reveal() }))
}

/// Tells a receiver nothing more.
#[utoipa::path(delete, path = "/api/v1/sites/{site}/webhooks/{id}", tag = "webhooks",
    params(("site" = String, Path, description = "Public name"), ("id" = i64, Path, description = "Its number")),
    responses((status = 204)))]
pub async fn remove(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named((site, id)): Named<(String, i64)>,
) -> Result<Response, ApiProblem> {
    caller.may_end(&site)?;
    webhooks::remove_webhook(&app.store, caller.actor, site, id).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}
