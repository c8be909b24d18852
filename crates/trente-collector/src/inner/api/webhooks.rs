//! Who is told of responses.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use trente_store::change::{Change, Changed};
use trente_store::clock::minute_text;
use trente_store::model::webhook::WebhookRow;
use trente_store::model::webhook_secret::WebhookSecret;
use utoipa::ToSchema;

use super::caller::Caller;
use super::input;
use super::input::Named;
use super::problem::Problem;
use crate::app::App;
use crate::web::respond;
use crate::webhooks::address::host_of;

/// A receiver.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Its number.
    pub id: i64,
    /// Where messages go.
    pub url: String,
    /// When it was added.
    pub created: String,
    /// Since when no message has been delivered; null while all is well.
    pub failing_since: Option<String>,
}

impl Webhook {
    /// As it is told, without its secret.
    pub fn of(row: WebhookRow) -> Self {
        Self {
            id: row.id,
            url: row.url,
            created: minute_text(row.created_ms),
            failing_since: row.failing_ms.map(minute_text),
        }
    }
}

/// A new receiver.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// https://…, without a name or a password in it.
    #[schema(pattern = "^https?://", max_length = 2000)]
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
) -> Result<Response, Problem> {
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
) -> Result<Response, Problem> {
    caller.may_send(&site)?;
    let NewWebhook { url } = input::json(&app, &headers, body).await?;
    app.sender.check(&url).map_err(|error| Problem::Input(error.to_string()))?;
    let secret = WebhookSecret::new().map_err(|_| Problem::Store)?;
    let Changed::Webhook(id) =
        app.store.change(caller.actor, Change::AddWebhook { site, host: host_of(&url), url, secret }).await?
    else {
        return Err(Problem::Store);
    };
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
) -> Result<Response, Problem> {
    caller.may_end(&site)?;
    app.store.change(caller.actor, Change::RemoveWebhook { site, id }).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}
