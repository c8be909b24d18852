//! Planning of webhook messages: queues the alerts and digests.
//!
//! Customers to put right as they come, and at eight o'clock of each site what left its usual course on the day before and,
//! on Mondays, the digest of the week. The times and rules are those of mails ([`crate::jobs::mail::plan`]). Planning again
//! changes nothing.

use std::collections::HashMap;
use std::sync::Weak;
use std::time::Instant;

use trente_store::clock::now_ms;
use trente_store::model::mail::Notice;
use trente_store::model::site::SiteRow;
use trente_store::model::webhook::{Events, NewBulletin, WebhookRow};
use trente_store::{Store, StoreError};

use crate::app::App;
use crate::domain::digest;
use crate::jobs::mail::plan::{Monday, digest_goes, turn};
use crate::limits::{CUSTOMER_LATE, MAIL_HOUR, UNTOLD_MAX};

/// How many looks for customers one look for what is sent at an hour is.
const LOOKS: u32 = 12;

/// Plans for as long as the service is there.
pub async fn follow(app: Weak<App>) {
    let (mut planned, mut looked) = (HashMap::new(), None::<Instant>);
    loop {
        let Some(app) = app.upgrade() else { return };
        let look = app.limits.mail_look;
        let mut outcome = customers(&app.store, now_ms()).await;
        if outcome.is_ok() && looked.is_none_or(|at| at.elapsed() >= look * LOOKS) {
            looked = Some(Instant::now());
            outcome = scheduled(&app.store, now_ms(), &mut planned).await;
        }
        if let Err(error) = outcome {
            tracing::error!(%error, "alerts and digests for webhooks cannot be planned");
        }
        drop(app);
        tokio::time::sleep(look).await;
    }
}

/// Each customer to put right, for each webhook that gets alerts.
async fn customers(store: &Store, now_ms: u64) -> Result<(), StoreError> {
    let since_ms = now_ms.saturating_sub(CUSTOMER_LATE.as_millis() as u64);
    let untold = store.untold_webhooks(since_ms, UNTOLD_MAX).await?.into_iter();
    let bulletins =
        untold.map(|(webhook, place)| NewBulletin { webhook, notice: Notice::Customer(place), due_ms: now_ms });
    store.add_bulletins(bulletins.collect(), now_ms).await?;
    Ok(())
}

/// Plans what is sent at an hour. `planned` holds for which day each site was last planned.
///
/// # Errors
/// Why the store fails.
pub async fn scheduled(store: &Store, now_ms: u64, planned: &mut HashMap<i64, u32>) -> Result<(), StoreError> {
    for site in store.sites().await? {
        let turn = turn(&site.zone(), now_ms);
        if planned.get(&site.id) == Some(&turn) {
            continue;
        }
        let webhooks = store.webhooks(&site.name).await?;
        let bulletins = of_site(store, &site, turn, &webhooks, now_ms).await?;
        store.add_bulletins(bulletins, now_ms).await?;
        planned.insert(site.id, turn);
    }
    Ok(())
}

async fn of_site(
    store: &Store,
    site: &SiteRow,
    turn: u32,
    webhooks: &[WebhookRow],
    now_ms: u64,
) -> Result<Vec<NewBulletin>, StoreError> {
    let told = |kind: Events, since_ms: u64| {
        let wants = move |webhook: &&WebhookRow| {
            webhook.gone_ms.is_none() && webhook.events.has(kind) && webhook.created_ms <= since_ms
        };
        webhooks.iter().filter(wants).map(|webhook| webhook.id).collect::<Vec<_>>()
    };
    let mut bulletins = Vec::new();
    let (at_ms, day) = (site.zone().at(turn, MAIL_HOUR), turn.saturating_sub(1));
    let alerted = told(Events::ALERT, at_ms);
    if !alerted.is_empty() && !digest::news(store, site, day).await?.is_empty() {
        let notice = Notice::Day(day);
        bulletins.extend(alerted.into_iter().map(|webhook| NewBulletin { webhook, notice, due_ms: at_ms }));
    }
    let Monday { until, at_ms } = Monday::before(&site.zone(), turn);
    let reading = told(Events::DIGEST, at_ms);
    if !reading.is_empty() && digest_goes(store, site, &Monday { until, at_ms }, now_ms).await? {
        let notice = Notice::Digest(until);
        bulletins.extend(reading.into_iter().map(|webhook| NewBulletin { webhook, notice, due_ms: at_ms }));
    }
    Ok(bulletins)
}
