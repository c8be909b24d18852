//! API of webhooks: adds, lists and removes the receivers that are told of responses.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use trente_store::model::webhook::Events;
use utoipa::ToSchema;

use super::caller::Caller;
use super::input;
use super::input::Named;
use super::problem::ApiProblem;
use crate::app::App;
use crate::domain::ops::error::OpsError;
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
    /// What it is told: every `response`, alerts (`alert`), the weekly `digest`. Every response, if absent.
    #[serde(default = "responses")]
    #[schema(min_items = 1, max_items = 3, value_type = Vec<EventName>)]
    events: Vec<String>,
}

fn responses() -> Vec<String> {
    vec!["response".to_owned()]
}

/// What a receiver may be told.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum EventName {
    /// Every response, when it comes and when it changes.
    Response,
    /// Customers to put right, and what left its usual course: the rules A1 to A6.
    Alert,
    /// The digest of each week.
    Digest,
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
pub async fn list_webhooks(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, ApiProblem> {
    caller.may_end(&site)?;
    let rows = app.store.webhooks(&site).await?;
    Ok(respond::json(StatusCode::OK, &rows.into_iter().map(Webhook::of).collect::<Vec<_>>()))
}

/// Tells a receiver of what `events` names from now on: of every response some seconds after it has come, and again when
/// it changes; of alerts; of the digest of each week.
///
/// It needs the scope `webhook`, or `admin` and a right to what is sent: `export` for single responses, `read` for alerts
/// and digests.
#[utoipa::path(post, path = "/api/v1/sites/{site}/webhooks", tag = "webhooks", request_body = NewWebhook,
    params(("site" = String, Path, description = "Public name")),
    responses((status = 201, body = AddedWebhook)))]
pub async fn add_webhook(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may_tell(&site).or_else(|_| caller.may_send(&site))?;
    let NewWebhook { url, events } = input::json(&app, &headers, body).await?;
    let events = Events::named(events.iter().map(String::as_str)).ok_or(OpsError::Events)?;
    if events.has(Events::RESPONSE) {
        caller.may_send(&site)?;
    }
    if events.has(Events::ALERT) || events.has(Events::DIGEST) {
        caller.may_tell(&site)?;
    }
    let (id, secret) = webhooks::add_webhook(&app.store, &app.sender, caller.actor, site, url, events).await?;
    Ok(respond::json(StatusCode::CREATED, &AddedWebhook { id, secret: secret.reveal() }))
}

/// Tells a receiver nothing more.
#[utoipa::path(delete, path = "/api/v1/sites/{site}/webhooks/{id}", tag = "webhooks",
    params(("site" = String, Path, description = "Public name"), ("id" = i64, Path, description = "Its number")),
    responses((status = 204)))]
pub async fn remove_webhook(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named((site, id)): Named<(String, i64)>,
) -> Result<Response, ApiProblem> {
    caller.may_end(&site)?;
    webhooks::remove_webhook(&app.store, caller.actor, site, id).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}
