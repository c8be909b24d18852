//! Acts of administration with an outcome of their own, in PostgreSQL: a publication, a new webhook, erasures.

use super::super::rows::signed;
use super::super::{Postgres, catalog};
use super::{erase as responses, finish, raise_version};
use crate::StoreError;
use crate::change::{AddWebhook, Erase, EraseAgain, Publish};
use crate::clock::now_ms;
use crate::limits::WEBHOOKS_MAX;
use crate::model::audit::Actor;
use crate::model::erasure::{Erasure, FOREVER_MS};
use crate::model::site::Published;

/// Publishes a survey, and writes down who did; or does neither.
///
/// # Errors
/// [`StoreError`]
pub async fn publish(store: &Postgres, actor: &Actor, act: &Publish) -> Result<Published, StoreError> {
    let transaction = catalog::begin(store).await?;
    let now = signed(now_ms())?;
    let id = catalog::number(&transaction, &act.site).await?;
    let published = catalog::choose(&transaction, id, &act.publication).await?;
    raise_version(&transaction).await?;
    finish(transaction, actor, act, now).await?;
    Ok(published)
}

/// Adds a webhook, and writes down who did; or does neither. Tells its number.
///
/// # Errors
/// [`StoreError`]
pub async fn add_webhook(store: &Postgres, actor: &Actor, act: &AddWebhook) -> Result<i64, StoreError> {
    let transaction = catalog::begin(store).await?;
    let now = signed(now_ms())?;
    let site = catalog::number(&transaction, &act.site).await?;
    let rows = transaction.query("select count(*) from webhook where site = $1", &[&site]).await?;
    let there: i64 = rows.first().ok_or(StoreError::Ended)?.try_get(0)?;
    if usize::try_from(there).is_ok_and(|there| there >= WEBHOOKS_MAX) {
        return Err(StoreError::TooMany("webhooks", WEBHOOKS_MAX));
    }
    let sql = "insert into webhook (id, site, url, secret, created_ms, events)
               select coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5 from webhook returning id";
    let events = i16::from(act.events.number());
    let rows = transaction.query(sql, &[&site, &act.url, &&act.secret.0[..], &now, &events]).await?;
    let id = rows.first().ok_or(StoreError::Ended)?.try_get(0)?;
    finish(transaction, actor, act, now).await?;
    Ok(id)
}

/// Erases responses, and writes down who did; or does neither. Tells how many were there.
///
/// # Errors
/// [`StoreError`]
pub async fn erase(store: &Postgres, actor: &Actor, act: &Erase) -> Result<u64, StoreError> {
    let transaction = catalog::begin(store).await?;
    let at_ms = now_ms();
    let now = signed(at_ms)?;
    let site = catalog::number(&transaction, &act.site).await?;
    let erasures: Vec<_> = act.places.iter().map(|&place| Erasure { place, at_ms }).collect();
    let erased = responses::erase(&transaction, Some(site), &erasures, act.until_ms).await?;
    finish(transaction, actor, act, now).await?;
    Ok(erased)
}

/// Repeats erasures, of every site, and writes down who did; or does neither. Tells how many responses were there.
///
/// # Errors
/// [`StoreError`]
pub async fn erase_again(store: &Postgres, actor: &Actor, act: &EraseAgain) -> Result<u64, StoreError> {
    let transaction = catalog::begin(store).await?;
    let now = signed(now_ms())?;
    let erased = responses::erase(&transaction, None, &act.erasures, FOREVER_MS).await?;
    finish(transaction, actor, act, now).await?;
    Ok(erased)
}
