//! Delivery queue of webhooks in SQLite: a message is queued in the transaction of its response, leased, and deleted
//! when it is finished.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::read::webhook_row;
use crate::StoreError;
use crate::key::ResponseKey;
use crate::limits::ATTEMPTS_MAX;
use crate::model::webhook::{Attempt, AttemptEnd, DeliveryOutcome, PendingDelivery, Queue};
use crate::sqlite::rows::response_key;

/// Whether any webhook is to be told of anything.
pub(in crate::sqlite) fn wanted(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached("select exists (select 1 from webhook)")?.query_row([], |row| row.get(0))?)
}

/// Enqueues a message about a response for the receivers of its site, once more if they were told already.
pub(in crate::sqlite) fn enqueue(
    transaction: &Transaction<'_>,
    place: ResponseKey,
    due_ms: u64,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "insert into delivery (webhook, survey, rid, due_ms, tries)
             select webhook.id, ?1, ?2, ?3, 0 from webhook join survey on survey.site = webhook.site
             where survey.id = ?1 and webhook.gone_ms is null and webhook.events & 1 <> 0
             on conflict (webhook, survey, rid) do update set due_ms = excluded.due_ms, tries = 0",
        )?
        .execute(params![place.survey, place.rid, due_ms])?;
    Ok(())
}

/// The webhooks for which something is due, the longest waiting first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn due_webhooks(connection: &Connection, now_ms: u64) -> Result<Vec<i64>, StoreError> {
    let sql = "select webhook from (
                   select webhook, due_ms from delivery where due_ms <= ?1
                   union all select webhook, due_ms from bulletin where due_ms <= ?1
               ) group by webhook order by min(due_ms)";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([now_ms], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Up to `limit` messages of a webhook that are due, the longest waiting first. Only [`lease`] takes them: looking for
/// them may be long, and answers wait while the writer is busy.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn due(connection: &Connection, webhook: i64, now_ms: u64, limit: u32) -> Result<Vec<ResponseKey>, StoreError> {
    let sql = "select survey, rid from delivery where webhook = ?1 and due_ms <= ?2 order by due_ms limit ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![webhook, now_ms, limit], |row| response_key(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes those of these messages of a webhook that are still due, and leaves them to the taker until `lease_ms`.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn lease(
    connection: &mut Connection,
    webhook: i64,
    places: &[ResponseKey],
    now_ms: u64,
    lease_ms: u64,
) -> Result<Vec<PendingDelivery>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut taken = Vec::new();
    for &place in places {
        let due = transaction
            .prepare_cached(
                "select webhook.id, site.name, url, secret, webhook.created_ms, failing_ms, gone_ms,
                    events, tries
                 from delivery join webhook on webhook.id = delivery.webhook join site on site.id = webhook.site
                 where delivery.webhook = ?1 and survey = ?2 and rid = ?3 and due_ms <= ?4",
            )?
            .query_row(params![webhook, place.survey, place.rid, now_ms], |row| {
                Ok(PendingDelivery { webhook: webhook_row(row)?, place, tries: row.get(8)?, lease_ms })
            })
            .optional()?;
        let Some(due) = due else { continue };
        transaction
            .prepare_cached("update delivery set due_ms = ?4 where webhook = ?1 and survey = ?2 and rid = ?3")?
            .execute(params![webhook, place.survey, place.rid, lease_ms])?;
        taken.push(due);
    }
    transaction.commit()?;
    Ok(taken)
}

/// Writes down how a delivery went. A response that has changed since it was taken is due again and stays so.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn finish(
    connection: &mut Connection,
    due: &PendingDelivery,
    outcome: DeliveryOutcome,
    said: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let place = params![due.webhook.id, due.place.survey, due.place.rid, due.lease_ms];
    let strike = "delete from delivery where webhook = ?1 and survey = ?2 and rid = ?3 and due_ms = ?4";
    match outcome {
        DeliveryOutcome::Delivered => {
            transaction.execute(strike, place)?;
            transaction.execute("update webhook set failing_ms = null where id = ?1", [due.webhook.id])?;
        }
        DeliveryOutcome::RetryAt(due_ms) => {
            transaction.execute(
                "update delivery set due_ms = ?5, tries = tries + 1
                 where webhook = ?1 and survey = ?2 and rid = ?3 and due_ms = ?4",
                params![due.webhook.id, due.place.survey, due.place.rid, due.lease_ms, due_ms],
            )?;
            fails(&transaction, due.webhook.id, now_ms)?;
        }
        DeliveryOutcome::GaveUp => {
            transaction.execute(strike, place)?;
            fails(&transaction, due.webhook.id, now_ms)?;
        }
    }
    log(&transaction, (due.webhook.id, due.tries), outcome.ended(), said, now_ms)?;
    Ok(transaction.commit()?)
}

/// Adds a line to the delivery log of a webhook that is still there, and drops those that are too many.
pub(super) fn log(
    transaction: &Transaction<'_>,
    (webhook, tries): (i64, u32),
    ended: AttemptEnd,
    said: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "insert into attempt (webhook, number, at_ms, tries, outcome, said)
             select id, (select coalesce(max(number), 0) + 1 from attempt where webhook = id), ?2, ?3, ?4, ?5
             from webhook where id = ?1",
        )?
        .execute(params![webhook, now_ms, tries, ended.number(), said])?;
    transaction
        .prepare_cached(
            "delete from attempt where webhook = ?1
             and number <= (select max(number) from attempt where webhook = ?1) - ?2",
        )?
        .execute(params![webhook, ATTEMPTS_MAX])?;
    Ok(())
}

/// What waits to be sent to a webhook.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn queue(connection: &Connection, webhook: i64) -> Result<Queue, StoreError> {
    let mut statement = connection.prepare_cached(
        "select count(*), min(due_ms) from (
             select due_ms from delivery where webhook = ?1
             union all select due_ms from bulletin where webhook = ?1 and due_ms is not null
         )",
    )?;
    Ok(statement.query_row([webhook], |row| Ok(Queue { waiting: row.get(0)?, due_ms: row.get(1)? }))?)
}

/// The delivery log of a webhook, the newest try first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn attempts(connection: &Connection, webhook: i64) -> Result<Vec<Attempt>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select number, at_ms, tries, outcome, said from attempt where webhook = ?1 order by number desc",
    )?;
    let rows = statement.query_map([webhook], |row| {
        Ok(Attempt {
            number: row.get(0)?,
            at_ms: row.get(1)?,
            tries: row.get(2)?,
            ended: AttemptEnd::from_number(row.get(3)?),
            said: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Has every message that waits for a webhook sent now, as if for the first time. One that is under way is sent once
/// more, with the id that it has.
pub(super) fn again(transaction: &Transaction<'_>, webhook: i64) -> Result<(), StoreError> {
    transaction.execute("update delivery set due_ms = 0, tries = 0 where webhook = ?1", [webhook])?;
    let sql = "update bulletin set due_ms = 0, tries = 0 where webhook = ?1 and due_ms is not null";
    transaction.execute(sql, [webhook])?;
    Ok(())
}

/// Ends a webhook whose receiver answered 410 Gone; 0 where it has ended already, or is not there.
pub(super) fn end(transaction: &Transaction<'_>, site: i64, webhook: i64, now_ms: u64) -> Result<usize, StoreError> {
    let sql = "update webhook set gone_ms = ?3 where id = ?1 and site = ?2 and gone_ms is null";
    let ended = transaction.execute(sql, params![webhook, site, now_ms])?;
    if ended > 0 {
        transaction.execute("delete from delivery where webhook = ?1", [webhook])?;
        transaction.execute("delete from bulletin where webhook = ?1", [webhook])?;
    }
    Ok(ended)
}

/// Writes down that nothing is delivered to a webhook.
pub(super) fn fails(transaction: &Transaction<'_>, webhook: i64, now_ms: u64) -> Result<(), StoreError> {
    transaction
        .execute("update webhook set failing_ms = coalesce(failing_ms, ?2) where id = ?1", params![webhook, now_ms])?;
    Ok(())
}
