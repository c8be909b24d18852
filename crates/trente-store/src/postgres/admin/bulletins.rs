//! Queue of alerts and digests for webhooks, in PostgreSQL: messages that belong to no single revision of a response.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::deliveries::{fails, log};
use super::read::webhook_row;
use crate::StoreError;
use crate::key::ResponseKey;
use crate::model::mail::Notice;
use crate::model::webhook::{DeliveryOutcome, NewBulletin, PendingBulletin};
use crate::postgres::Postgres;
use crate::postgres::rows::{response_key, response_key_or_null, signed, unsigned};

/// Customers who came since a time, of whom webhooks that get alerts were not told, oldest first.
///
/// # Errors
/// [`StoreError`]
pub async fn untold(store: &Postgres, since_ms: u64, most: usize) -> Result<Vec<(i64, ResponseKey)>, StoreError> {
    let sql = "select webhook.id, recovery.survey, recovery.rid from webhook
               join recovery on recovery.site = webhook.site
                   and recovery.received_ms >= greatest(webhook.created_ms, $1)
               where webhook.events & 2 <> 0 and webhook.gone_ms is null
               and not exists (
                   select from bulletin where bulletin.webhook = webhook.id
                   and bulletin.survey = recovery.survey and bulletin.rid = recovery.rid
               )
               order by recovery.received_ms limit $2";
    let rows = store.query(sql, &[&signed(since_ms)?, &signed(most as u64)?]).await?;
    let row = |row: &Row| Ok((row.try_get(0)?, response_key(row, 1)?));
    rows.iter().map(row).collect()
}

/// Puts messages into the queue that were never there; tells how many.
///
/// # Errors
/// [`StoreError`]; then none is in the queue.
pub async fn add(store: &Postgres, bulletins: &[(NewBulletin, String)], now_ms: u64) -> Result<u64, StoreError> {
    let transaction = store.begin().await?;
    let mut added = 0;
    for (new, message) in bulletins {
        let (kind, day, place) = new.notice.parts();
        let (survey, rid) = (place.map(|place| place.survey.to_vec()), place.map(|place| place.rid.to_vec()));
        let sql = "insert into bulletin (webhook, id, message, kind, day, survey, rid, created_ms, due_ms, tries)
                   select id, $2, $9, $3, $4, $5, $6, $7, $8, 0 from webhook where id = $1 and gone_ms is null
                   on conflict (webhook, id) do nothing";
        let values: [&(dyn ToSql + Sync); 9] = [
            &new.webhook,
            &new.notice.id(),
            &i16::from(kind),
            &i64::from(day),
            &survey,
            &rid,
            &signed(now_ms)?,
            &signed(new.due_ms)?,
            message,
        ];
        added += transaction.execute(sql, &values).await?;
    }
    transaction.commit().await?;
    Ok(added)
}

/// Takes up to `limit` messages of a webhook that are due, and leaves them to the taker until `lease_ms`. What another
/// collector is taking at this moment is left to it.
///
/// # Errors
/// [`StoreError`]
pub async fn lease(
    store: &Postgres,
    webhook: i64,
    now_ms: u64,
    lease_ms: u64,
    limit: u32,
) -> Result<Vec<PendingBulletin>, StoreError> {
    let transaction = store.begin().await?;
    let sql = "with taken as (
                   select webhook, id from bulletin where webhook = $4 and due_ms <= $1
                   order by due_ms, id limit $2 for update skip locked
               ), leased as (
                   update bulletin set due_ms = $3 from taken
                   where bulletin.webhook = taken.webhook and bulletin.id = taken.id
                   returning bulletin.webhook, bulletin.tries, bulletin.kind, bulletin.day, bulletin.survey, bulletin.rid,
                       bulletin.message
               )
               select webhook.id, site.name, url, secret, webhook.created_ms, failing_ms, gone_ms, events,
                   leased.tries, leased.kind, leased.day, leased.survey, leased.rid, leased.message
               from leased join webhook on webhook.id = leased.webhook join site on site.id = webhook.site";
    let given: [&(dyn ToSql + Sync); 4] = [&signed(now_ms)?, &i64::from(limit), &signed(lease_ms)?, &webhook];
    let rows = transaction.query(sql, &given).await?;
    let taken = rows.iter().map(|row| pending(row, lease_ms)).collect::<Result<_, StoreError>>()?;
    transaction.commit().await?;
    Ok(taken)
}

fn pending(row: &Row, lease_ms: u64) -> Result<PendingBulletin, StoreError> {
    let kind = unsigned(row.try_get::<_, i16>(9)?.into())?;
    let notice = Notice::from_parts(kind, unsigned(row.try_get(10)?)?, response_key_or_null(row, 11)?);
    Ok(PendingBulletin {
        webhook: webhook_row(row)?,
        notice: notice.ok_or(StoreError::Unreadable("kind of a message"))?,
        message: row.try_get(13)?,
        tries: unsigned(row.try_get::<_, i32>(8)?.into())?,
        lease_ms,
    })
}

/// Writes down how a delivery went. One that is to be sent again meanwhile stays so.
///
/// # Errors
/// [`StoreError`]
pub async fn finish(
    store: &Postgres,
    due: &PendingBulletin,
    outcome: DeliveryOutcome,
    said: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    let transaction = store.begin().await?;
    let (id, now) = (due.webhook.id, signed(now_ms)?);
    let next = match outcome {
        DeliveryOutcome::RetryAt(at) => Some(signed(at)?),
        DeliveryOutcome::Delivered | DeliveryOutcome::GaveUp => None,
    };
    let sql = "update bulletin set due_ms = $4, tries = tries + 1 where webhook = $1 and id = $2 and due_ms = $3";
    transaction.execute(sql, &[&id, &due.notice.id(), &signed(due.lease_ms)?, &next]).await?;
    if outcome == DeliveryOutcome::Delivered {
        transaction.execute("update webhook set failing_ms = null where id = $1", &[&id]).await?;
    } else {
        fails(&transaction, id, now).await?;
    }
    log(&transaction, (id, due.tries), outcome.ended(), said, now).await?;
    transaction.commit().await
}
