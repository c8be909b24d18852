//! Webhook delivery, at least once: sends every message that is due, with retries and growing delays (backoff).
//!
//! The fold writes down of which responses a receiver is to be told, and [`plan`] which alerts and digests; this file sends
//! both, from one queue for each webhook. An alert or a digest is written when it is sent (`bulletin`).

mod bulletin;
pub mod plan;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::task::JoinSet;
use trente_store::clock::{format_rfc3339, now_ms};
use trente_store::model::webhook::{DeliveryOutcome, PendingBulletin, PendingDelivery, WebhookRow};
use trente_store::{StoreError, encoding};

use super::WAITS;
use crate::app::App;
use crate::domain::ops::webhooks;
use crate::limits::{Limits, WEBHOOK_AT_ONCE, WEBHOOK_QUEUES_MAX};
use crate::views::response::ResponseRecord;

/// How often it is looked whether something is due.
const QUEUE_POLL: Duration = Duration::from_secs(1);
/// How long the worker that has taken a message may be busy with it: several times the deadline of a receiver.
const LEASE_MS: u64 = 90_000;

/// Bytes of the digest of a message's content in its id: among the few contents of one response none is taken for
/// another.
const DIGEST_BYTES: usize = 8;

/// A message. **Source**: Standard Webhooks, “Payload structure”.
#[derive(Serialize)]
struct Message<T> {
    r#type: &'static str,
    timestamp: String,
    data: T,
}

#[derive(Serialize)]
struct Data<'a> {
    site: &'a str,
    #[serde(flatten)]
    response: &'a ResponseRecord,
}

/// The webhooks that are told of something now.
#[derive(Clone, Default)]
struct Queues(Arc<Mutex<HashSet<i64>>>);

/// One of them, until it is dropped.
struct Queue {
    webhook: i64,
    queues: Queues,
}

impl Queues {
    fn lock(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// None where the webhook has a queue, or where there are as many as may be.
    fn begin(&self, webhook: i64) -> Option<Queue> {
        let mut running = self.lock();
        let begins = running.len() < WEBHOOK_QUEUES_MAX && running.insert(webhook);
        begins.then(|| Queue { webhook, queues: self.clone() })
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.queues.lock().remove(&self.webhook);
    }
}

/// Delivers what is due for as long as the service is there.
///
/// Each webhook has a queue of its own, so a receiver that is slow, or never answers, delays nothing but its own
/// messages.
pub async fn follow(app: Weak<App>) {
    let queues = Queues::default();
    loop {
        let Some(app) = app.upgrade() else { return };
        let wait = app.limits.webhook_retry.min(QUEUE_POLL);
        match app.store.due_webhooks(changed_before(&app)).await {
            Ok(due) => {
                for queue in due.into_iter().filter_map(|webhook| queues.begin(webhook)) {
                    tokio::spawn(tell(Arc::clone(&app), queue));
                }
            }
            Err(error) => tracing::error!(%error, "due webhooks cannot be read"),
        }
        drop(app);
        tokio::time::sleep(wait).await;
    }
}

/// The store has when a response changed; the customer may still be at it.
fn changed_before(app: &App) -> u64 {
    now_ms().saturating_sub(app.limits.webhook_settle.as_millis() as u64)
}

/// Tells one webhook of everything that is due for it, a few messages at a time.
async fn tell(app: Arc<App>, queue: Queue) {
    let mut under_way = JoinSet::new();
    loop {
        let room = WEBHOOK_AT_ONCE.saturating_sub(under_way.len());
        let now_ms = changed_before(&app);
        let due = app.store.lease_due(queue.webhook, now_ms, now_ms + LEASE_MS, u32::try_from(room).unwrap_or(1));
        match due.await {
            Ok(due) => due.into_iter().for_each(|one| {
                under_way.spawn(deliver_one(Arc::clone(&app), one));
            }),
            // Those under way end by themselves; the next look begins a new queue.
            Err(error) => {
                tracing::error!(%error, webhook = queue.webhook, "a webhook cannot be looked up");
                under_way.detach_all();
                return;
            }
        }
        let room = WEBHOOK_AT_ONCE.saturating_sub(under_way.len());
        if room > 0 {
            let room = u32::try_from(room).unwrap_or(1);
            match app.store.lease_bulletins(queue.webhook, now_ms, now_ms + LEASE_MS, room).await {
                Ok(due) => due.into_iter().for_each(|one| {
                    under_way.spawn(tell_one(Arc::clone(&app), one));
                }),
                Err(error) => {
                    tracing::error!(%error, webhook = queue.webhook, "a webhook cannot be looked up");
                    under_way.detach_all();
                    return;
                }
            }
        }
        match under_way.join_next().await {
            None => return,
            Some(Ok(Ok(()))) => {}
            // The lease of the message runs out, and it is due again.
            Some(Ok(Err(error))) => tracing::error!(%error, "the outcome of a delivery cannot be written"),
            Some(Err(error)) => tracing::error!(%error, "a delivery broke off"),
        }
    }
}

async fn deliver_one(app: Arc<App>, due: PendingDelivery) -> Result<(), StoreError> {
    let Tried { outcome, said, gone } = deliver(&app, &due).await?;
    let webhook = due.webhook.clone();
    app.store.finish_delivery(due, outcome, said, now_ms()).await?;
    if gone { webhooks::end(&app.store, &webhook).await } else { Ok(()) }
}

/// How a try to deliver a message went.
struct Tried {
    outcome: DeliveryOutcome,
    /// What the receiver said where it was not delivered.
    said: String,
    /// Whether the receiver answered 410 Gone.
    gone: bool,
}

impl Tried {
    const DELIVERED: Self = Self { outcome: DeliveryOutcome::Delivered, said: String::new(), gone: false };
}

/// Tries to deliver an alert or a digest, and writes down how it went.
async fn tell_one(app: Arc<App>, due: PendingBulletin) -> Result<(), StoreError> {
    let tried = match bulletin::written(&app.store, &due).await? {
        None => Tried::DELIVERED,
        // One message for each: a receiver that has seen the id has seen this message.
        Some(body) => {
            send(&app, &due.webhook, &format!("msg_{}_{}", due.webhook.id, due.message), body, due.tries).await
        }
    };
    let (webhook, Tried { outcome, said, gone }) = (due.webhook.clone(), tried);
    app.store.finish_bulletin(due, outcome, said, now_ms()).await?;
    if gone { webhooks::end(&app.store, &webhook).await } else { Ok(()) }
}

/// Tries to deliver a message of a response.
async fn deliver(app: &App, due: &PendingDelivery) -> Result<Tried, StoreError> {
    // It may have been erased meanwhile.
    let Some(response) = app.store.response(due.place).await? else {
        return Ok(Tried::DELIVERED);
    };
    let response = ResponseRecord::of(&response)?;
    let data = Data { site: &due.webhook.site, response: &response };
    let message_id = message_id(due.webhook.id, &data)?;
    Ok(send(app, &due.webhook, &message_id, message("response.stored", data)?, due.tries).await)
}

/// The id of a message about a response: its content decides it, so that a receiver that has seen the id has seen this
/// content. Each try of it has the same; a later revision, a response that was changed within one, as by two tabs, and
/// one with another contradiction have others.
///
/// # Errors
/// [`StoreError::Unreadable`], which does not happen.
fn message_id(webhook: i64, data: &Data<'_>) -> Result<String, StoreError> {
    let content = serde_json::to_vec(data).map_err(|_| StoreError::Unreadable("message of a webhook"))?;
    let digest = Sha256::digest(content);
    let digest = encoding::hex(digest.get(..DIGEST_BYTES).unwrap_or_default());
    let ResponseRecord { survey, response, rev, .. } = data.response;
    Ok(format!("msg_{webhook}_{survey}{response}_{rev}_{digest}"))
}

/// A message as bytes.
///
/// # Errors
/// [`StoreError::Unreadable`], which does not happen.
fn message(kind: &'static str, data: impl Serialize) -> Result<Vec<u8>, StoreError> {
    let message = Message { r#type: kind, timestamp: format_rfc3339(now_ms()), data };
    serde_json::to_vec(&message).map_err(|_| StoreError::Unreadable("message of a webhook"))
}

/// Sends a message after `tries` earlier ones.
async fn send(app: &App, webhook: &WebhookRow, id: &str, body: Vec<u8>, tries: u32) -> Tried {
    let Err(error) = app.sender.send(&webhook.url, &webhook.secret, id, body).await else { return Tried::DELIVERED };
    // Neither the address, which may hold a secret of the receiver's, nor what the customer said.
    let (number, site) = (webhook.id, webhook.site.as_str());
    let gone = error.is_gone();
    let kind = if gone { "gone" } else { error.kind() };
    tracing::warn!(webhook = number, site, tries = tries + 1, kind, "a webhook was not delivered");
    Tried { outcome: after(gone, tries, &app.limits), said: error.said(), gone }
}

/// What follows a failure after `tries` earlier ones.
fn after(gone: bool, tries: u32, limits: &Limits) -> DeliveryOutcome {
    let (settle_ms, retry) = (limits.webhook_settle.as_millis() as u64, limits.webhook_retry);
    match WAITS.get(tries as usize) {
        _ if gone => DeliveryOutcome::GaveUp,
        // Taken off here, as it is added to everything that is due.
        Some(&times) => {
            DeliveryOutcome::RetryAt((now_ms() + (retry * times).as_millis() as u64).saturating_sub(settle_ms))
        }
        None => DeliveryOutcome::GaveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_for_three_days_and_then_no_more() {
        let limits = Limits { webhook_settle: Duration::ZERO, ..Limits::default() };
        let waits: Vec<u64> = (0..WAITS.len() as u32)
            .map(|tries| match after(false, tries, &limits) {
                DeliveryOutcome::RetryAt(at) => (at - now_ms()).div_ceil(1000),
                _ => 0,
            })
            .collect();
        assert_eq!(waits, [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
        assert_eq!(after(false, WAITS.len() as u32, &limits), DeliveryOutcome::GaveUp);
        assert_eq!(after(true, 0, &limits), DeliveryOutcome::GaveUp, "a receiver that is gone");
    }
}
