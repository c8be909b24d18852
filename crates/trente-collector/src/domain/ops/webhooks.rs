//! Use cases of webhooks: add one, remove it, and retry its waiting messages at once.

use trente_store::change::{AddWebhook, Change};
use trente_store::model::audit::Actor;
use trente_store::model::webhook::{Events, WebhookRow};
use trente_store::model::webhook_secret::WebhookSecret;
use trente_store::{Store, StoreError};

use super::error::OpsError;
use crate::webhooks::address::host_of;
use crate::webhooks::send::Sender;

/// Adds a receiver, where `sender` may send to; tells its number and its secret.
///
/// # Errors
/// [`OpsError::Webhook`] (SSRF), [`OpsError::Store`]
pub async fn add_webhook(
    store: &Store,
    sender: &Sender,
    actor: Actor,
    site: String,
    url: String,
    events: Events,
) -> Result<(i64, WebhookSecret), OpsError> {
    sender.check(&url)?;
    let secret = WebhookSecret::new().map_err(StoreError::from)?;
    let host = host_of(&url);
    let id = store.add_webhook(actor, AddWebhook { site, url, host, secret, events }).await?;
    Ok((id, secret))
}

/// Removes a receiver, by its number.
///
/// # Errors
/// [`StoreError`]
pub async fn remove_webhook(store: &Store, actor: Actor, site: String, id: i64) -> Result<(), StoreError> {
    store.change(actor, Change::RemoveWebhook { site, id }).await?;
    Ok(())
}

/// Ends a webhook whose receiver answered 410 Gone. One that has ended or was removed meanwhile stays as it is.
///
/// # Errors
/// [`StoreError`]
pub async fn end(store: &Store, webhook: &WebhookRow) -> Result<(), StoreError> {
    let (site, id, host) = (webhook.site.clone(), webhook.id, host_of(&webhook.url));
    match store.change(Actor::service(), Change::EndWebhook { site, id, host }).await {
        Ok(()) | Err(StoreError::Unknown(..) | StoreError::SiteUnknown(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Has every message that waits for a receiver sent now, as if for the first time.
///
/// # Errors
/// [`StoreError::Unknown`] where the site has no such receiver, or why the store fails.
pub async fn send_again(store: &Store, actor: Actor, site: String, id: i64) -> Result<(), StoreError> {
    store.change(actor, Change::SendAgain { site, id }).await?;
    Ok(())
}
