//! Queue of alerts and digests for webhooks, in SQLite: messages that belong to no single revision of a response.

use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};

use super::deliveries::{fails, log};
use super::read::webhook_row;
use crate::StoreError;
use crate::key::ResponseKey;
use crate::model::mail::Notice;
use crate::model::webhook::{DeliveryOutcome, NewBulletin, PendingBulletin};
use crate::sqlite::rows::{response_key, response_key_or_null};

/// Customers who came since a time, of whom webhooks that get alerts were not told, oldest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn untold(connection: &Connection, since_ms: u64, most: usize) -> Result<Vec<(i64, ResponseKey)>, StoreError> {
    // A cross join is not reordered: without a webhook that gets alerts, no customer is read.
    let mut statement = connection.prepare_cached(
        "select webhook.id, recovery.survey, recovery.rid from webhook
         cross join recovery on recovery.site = webhook.site and recovery.received_ms >= max(webhook.created_ms, ?1)
         where webhook.events & 2 <> 0 and webhook.gone_ms is null
         and not exists (
             select 1 from bulletin where bulletin.webhook = webhook.id
             and bulletin.survey = recovery.survey and bulletin.rid = recovery.rid
         )
         order by recovery.received_ms limit ?2",
    )?;
    let rows = statement.query_map(params![since_ms, most], |row| Ok((row.get(0)?, response_key(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts messages into the queue that were never there; tells how many.
///
/// # Errors
/// [`StoreError::Sqlite`]; then none is in the queue.
pub fn add(connection: &mut Connection, bulletins: &[(NewBulletin, String)], now_ms: u64) -> Result<u64, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut added = 0;
    for (new, message) in bulletins {
        let (kind, day, place) = new.notice.parts();
        let (survey, rid) = (place.map(|place| place.survey), place.map(|place| place.rid));
        added += transaction
            .prepare_cached(
                "insert into bulletin (webhook, id, message, kind, day, survey, rid, created_ms, due_ms, tries)
                 select id, ?2, ?9, ?3, ?4, ?5, ?6, ?7, ?8, 0 from webhook where id = ?1 and gone_ms is null
                 on conflict (webhook, id) do nothing",
            )?
            .execute(params![new.webhook, new.notice.id(), kind, day, survey, rid, now_ms, new.due_ms, message])?;
    }
    transaction.commit()?;
    Ok(added as u64)
}

/// Whether a message is due for a webhook.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn is_due(connection: &Connection, webhook: i64, now_ms: u64) -> Result<bool, StoreError> {
    let sql = "select exists (select 1 from bulletin where webhook = ?1 and due_ms <= ?2)";
    Ok(connection.prepare_cached(sql)?.query_row(params![webhook, now_ms], |row| row.get(0))?)
}

/// Takes up to `limit` messages of a webhook that are due, the longest waiting first, and leaves them to the taker until
/// `lease_ms`.
///
/// # Errors
/// [`StoreError::Sqlite`], [`StoreError::Unreadable`].
pub fn lease(
    connection: &mut Connection,
    webhook: i64,
    now_ms: u64,
    lease_ms: u64,
    limit: u32,
) -> Result<Vec<PendingBulletin>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken = {
        let mut statement = transaction.prepare_cached(
            "select webhook.id, site.name, url, secret, webhook.created_ms, failing_ms, gone_ms, events, tries, kind, day,
                    survey, rid, message
             from bulletin join webhook on webhook.id = bulletin.webhook join site on site.id = webhook.site
             where bulletin.webhook = ?1 and due_ms <= ?2 order by due_ms, bulletin.id limit ?3",
        )?;
        let row = |row: &Row<'_>| {
            let place = response_key_or_null(row, 11)?;
            Ok((webhook_row(row)?, row.get(8)?, Notice::from_parts(row.get(9)?, row.get(10)?, place), row.get(13)?))
        };
        let rows = statement.query_map(params![webhook, now_ms, limit], row)?;
        rows.map(|row| {
            let (webhook, tries, notice, message) = row?;
            let notice = notice.ok_or(StoreError::Unreadable("kind of a message"))?;
            Ok(PendingBulletin { webhook, notice, message, tries, lease_ms })
        })
        .collect::<Result<Vec<_>, StoreError>>()?
    };
    for one in &taken {
        transaction
            .prepare_cached("update bulletin set due_ms = ?3 where webhook = ?1 and id = ?2")?
            .execute(params![webhook, one.notice.id(), lease_ms])?;
    }
    transaction.commit()?;
    Ok(taken)
}

/// Writes down how a delivery went. One that is to be sent again meanwhile stays so.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn finish(
    connection: &mut Connection,
    due: &PendingBulletin,
    outcome: DeliveryOutcome,
    said: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let next: Option<u64> = match outcome {
        DeliveryOutcome::RetryAt(at) => Some(at),
        DeliveryOutcome::Delivered | DeliveryOutcome::GaveUp => None,
    };
    transaction
        .prepare_cached(
            "update bulletin set due_ms = ?4, tries = tries + 1 where webhook = ?1 and id = ?2 and due_ms = ?3",
        )?
        .execute(params![due.webhook.id, due.notice.id(), due.lease_ms, next])?;
    if outcome == DeliveryOutcome::Delivered {
        transaction.execute("update webhook set failing_ms = null where id = ?1", [due.webhook.id])?;
    } else {
        fails(&transaction, due.webhook.id, now_ms)?;
    }
    log(&transaction, (due.webhook.id, due.tries), outcome.ended(), said, now_ms)?;
    Ok(transaction.commit()?)
}

/// Forgets what was told of a response that is erased.
pub(super) fn forget(transaction: &Transaction<'_>, place: ResponseKey) -> Result<(), StoreError> {
    transaction
        .prepare_cached("delete from bulletin where survey = ?1 and rid = ?2")?
        .execute(params![place.survey, place.rid])?;
    Ok(())
}
