//! Everything that is due, again and again until it has arrived.

use std::sync::{Arc, Weak};
use std::time::Duration;

use serde::Serialize;
use tokio::task::JoinSet;

use crate::app::App;
use crate::clock::{now_ms, second_text};
use crate::limits::Limits;
use crate::store::StoreError;
use crate::store::administration::{Delivered, Due};
use crate::store::records::ResponseRecord;

/// How often it is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Messages under way at one time.
const AT_ONCE: u32 = 16;
/// How long whoever has taken a message may be busy with it: several times the deadline of a receiver.
const LEASE_MS: u64 = 90_000;

/// How long to wait after each failure, in multiples of [`crate::limits::Limits::webhook_retry`], which is 5 s: then
/// 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. **Source**: Standard Webhooks, “Deliverability and reliability”.
const WAITS: [u32; 9] = [1, 60, 360, 1440, 3600, 7200, 10_080, 14_400, 17_280];

/// A message. **Source**: Standard Webhooks, “Payload structure”.
#[derive(Serialize)]
struct Message<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    site: &'a str,
    #[serde(flatten)]
    response: &'a ResponseRecord,
}

/// Delivers what is due for as long as the service is there.
pub async fn follow(app: Weak<App>) {
    loop {
        let Some(app) = app.upgrade() else { return };
        let wait = app.limits.webhook_retry.min(LOOK_EVERY);
        if let Err(error) = round(&app).await {
            tracing::error!(%error, "webhooks cannot be looked up");
        }
        drop(app);
        tokio::time::sleep(wait).await;
    }
}

async fn round(app: &Arc<App>) -> Result<(), StoreError> {
    loop {
        // The store has when a response changed; the customer may still be at it.
        let now_ms = now_ms().saturating_sub(app.limits.webhook_settle.as_millis() as u64);
        // A look is cheap; only what is due is worth a transaction.
        if !app.store.has_due(now_ms).await? {
            return Ok(());
        }
        let due = app.store.take_due(now_ms, now_ms + LEASE_MS, AT_ONCE).await?;
        let mut under_way = JoinSet::new();
        for one in due {
            under_way.spawn(settle(Arc::clone(app), one));
        }
        while let Some(settled) = under_way.join_next().await {
            settled.unwrap_or(Err(StoreError::Unreadable("outcome of a delivery")))?;
        }
    }
}

async fn settle(app: Arc<App>, due: Due) -> Result<(), StoreError> {
    let outcome = deliver(&app, &due).await?;
    app.store.settle(due, outcome, now_ms()).await
}

async fn deliver(app: &App, due: &Due) -> Result<Delivered, StoreError> {
    // It may have been erased meanwhile.
    let Some(response) = app.store.response(due.place).await? else { return Ok(Delivered::Done) };
    let response = ResponseRecord::of(&response)?;
    // One message for each revision: a receiver that has seen the id has seen this message.
    let message_id = format!("msg_{}_{}{}_{}", due.webhook.id, response.survey, response.response, response.rev);
    let message = Message {
        r#type: "response.stored",
        timestamp: second_text(now_ms()),
        data: Data { site: &due.webhook.site, response: &response },
    };
    let body = serde_json::to_vec(&message).map_err(|_| StoreError::Unreadable("message of a webhook"))?;
    let sent = app.sender.send(&due.webhook.url, &due.webhook.secret, &message_id, body).await;
    Ok(match sent {
        Ok(()) => Delivered::Done,
        Err(error) => {
            // Neither the address, which may hold a secret of the receiver's, nor what the customer said.
            let (webhook, site) = (due.webhook.id, due.webhook.site.as_str());
            let kind = if error.is_gone() { "gone" } else { error.kind() };
            tracing::warn!(webhook, site, tries = due.tries + 1, kind, "a webhook was not delivered");
            after(error.is_gone(), due.tries, &app.limits)
        }
    })
}

/// What follows a failure after `tries` earlier ones.
fn after(gone: bool, tries: u32, limits: &Limits) -> Delivered {
    let (settle_ms, retry) = (limits.webhook_settle.as_millis() as u64, limits.webhook_retry);
    match WAITS.get(tries as usize) {
        _ if gone => Delivered::Gone,
        // Taken off here, as it is added to everything that is due.
        Some(&times) => Delivered::Again((now_ms() + (retry * times).as_millis() as u64).saturating_sub(settle_ms)),
        None => Delivered::Never,
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
                Delivered::Again(at) => (at - now_ms()).div_ceil(1000),
                _ => 0,
            })
            .collect();
        assert_eq!(waits, [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
        assert_eq!(after(false, WAITS.len() as u32, &limits), Delivered::Never);
        assert_eq!(after(true, 0, &limits), Delivered::Gone);
    }
}
