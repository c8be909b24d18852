//! Delivery queue of webhooks in PostgreSQL: a message is queued in the transaction of its response, leased by one
//! collector, and deleted when it is finished.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::read::webhook_row;
use crate::StoreError;
use crate::fold::ResponseRow;
use crate::limits::ATTEMPTS_MAX;
use crate::model::webhook::{Attempt, AttemptEnd, DeliveryOutcome, PendingDelivery, Queue};
use crate::postgres::Postgres;
use crate::postgres::connector::Transaction;
use crate::postgres::rows::{response_key, signed, unsigned};

/// Enqueues a message about each response for the receivers of its site, once more if they were told already.
pub(in crate::postgres) async fn enqueue(
    transaction: &Transaction,
    rows: &[ResponseRow],
    due_ms: u64,
) -> Result<(), StoreError> {
    let wanted = transaction.query("select exists (select from webhook)", &[]).await?;
    if rows.is_empty() || !wanted.first().ok_or(StoreError::Ended)?.try_get::<_, bool>(0)? {
        return Ok(());
    }
    let surveys: Vec<&[u8]> = rows.iter().map(|row| &row.survey[..]).collect();
    let rids: Vec<&[u8]> = rows.iter().map(|row| &row.rid[..]).collect();
    let sql = "insert into delivery (survey, rid, webhook, due_ms, tries)
               select told.survey, told.rid, webhook.id, $3::bigint, 0
               from unnest($1::bytea[], $2::bytea[]) as told (survey, rid)
               join survey on survey.id = told.survey join webhook on webhook.site = survey.site and webhook.gone_ms is null
                   and webhook.events & 1 <> 0
               on conflict (survey, rid, webhook) do update set due_ms = excluded.due_ms, tries = 0";
    transaction.execute(sql, &[&surveys, &rids, &signed(due_ms)?]).await?;
    Ok(())
}

/// The webhooks for which something is due, the longest waiting first.
///
/// # Errors
/// [`StoreError`]
pub async fn due_webhooks(store: &Postgres, now_ms: u64) -> Result<Vec<i64>, StoreError> {
    let sql = "select webhook from (
                   select webhook, due_ms from delivery where due_ms <= $1
                   union all select webhook, due_ms from bulletin where due_ms <= $1
               ) as due group by webhook order by min(due_ms)";
    let rows = store.query(sql, &[&signed(now_ms)?]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
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
) -> Result<Vec<PendingDelivery>, StoreError> {
    let transaction = store.begin().await?;
    let sql = "with taken as (
                   select survey, rid, webhook from delivery where webhook = $4 and due_ms <= $1
                   order by due_ms limit $2 for update skip locked
               ), leased as (
                   update delivery set due_ms = $3 from taken
                   where delivery.survey = taken.survey and delivery.rid = taken.rid
                       and delivery.webhook = taken.webhook
                   returning delivery.survey, delivery.rid, delivery.webhook, delivery.tries
               )
               select webhook.id, site.name, url, secret, webhook.created_ms, failing_ms, gone_ms, events,
                   leased.survey, leased.rid, leased.tries
               from leased join webhook on webhook.id = leased.webhook join site on site.id = webhook.site";
    let given: [&(dyn ToSql + Sync); 4] = [&signed(now_ms)?, &i64::from(limit), &signed(lease_ms)?, &webhook];
    let rows = transaction.query(sql, &given).await?;
    let due = rows.iter().map(|row| {
        Ok(PendingDelivery {
            webhook: webhook_row(row)?,
            place: response_key(row, 8)?,
            tries: unsigned(row.try_get::<_, i32>(10)?.into())?,
            lease_ms,
        })
    });
    let due = due.collect::<Result<_, StoreError>>()?;
    transaction.commit().await?;
    Ok(due)
}

/// Writes down how a delivery went. A response that has changed since it was taken is due again and stays so.
///
/// # Errors
/// [`StoreError`]
pub async fn finish(
    store: &Postgres,
    due: &PendingDelivery,
    outcome: DeliveryOutcome,
    said: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    let transaction = store.begin().await?;
    let (survey, rid, id) = (&due.place.survey[..], &due.place.rid[..], due.webhook.id);
    let (lease, now) = (signed(due.lease_ms)?, signed(now_ms)?);
    let strike = "delete from delivery where survey = $1 and rid = $2 and webhook = $3 and due_ms = $4";
    match outcome {
        DeliveryOutcome::Delivered => {
            transaction.execute(strike, &[&survey, &rid, &id, &lease]).await?;
            transaction.execute("update webhook set failing_ms = null where id = $1", &[&id]).await?;
        }
        DeliveryOutcome::RetryAt(due_ms) => {
            let sql = "update delivery set due_ms = $5, tries = tries + 1
                       where survey = $1 and rid = $2 and webhook = $3 and due_ms = $4";
            transaction.execute(sql, &[&survey, &rid, &id, &lease, &signed(due_ms)?]).await?;
            fails(&transaction, id, now).await?;
        }
        DeliveryOutcome::GaveUp => {
            transaction.execute(strike, &[&survey, &rid, &id, &lease]).await?;
            fails(&transaction, id, now).await?;
        }
    }
    log(&transaction, (id, due.tries), outcome.ended(), said, now).await?;
    transaction.commit().await
}

/// Writes down that nothing is delivered to a webhook.
pub(super) async fn fails(transaction: &Transaction, webhook: i64, now: i64) -> Result<(), StoreError> {
    let sql = "update webhook set failing_ms = coalesce(failing_ms, $2) where id = $1";
    transaction.execute(sql, &[&webhook, &now]).await?;
    Ok(())
}

/// Adds a line to the delivery log of a webhook that is still there, and drops those that are too many. The statement
/// before has locked the row of the webhook, so of two collectors one waits and then sees the line of the other.
pub(super) async fn log(
    transaction: &Transaction,
    (id, tries): (i64, u32),
    ended: AttemptEnd,
    said: &str,
    now: i64,
) -> Result<(), StoreError> {
    let (tries, ended) = (i32::try_from(tries).unwrap_or(i32::MAX), i16::from(ended.number()));
    let sql = "insert into attempt (webhook, number, at_ms, tries, outcome, said)
               select id, (select coalesce(max(number), 0) + 1 from attempt where webhook = id), $2, $3, $4, $5
               from webhook where id = $1";
    transaction.execute(sql, &[&id, &now, &tries, &ended, &said]).await?;
    let sql = "delete from attempt where webhook = $1
               and number <= (select max(number) from attempt where webhook = $1) - $2";
    transaction.execute(sql, &[&id, &i64::from(ATTEMPTS_MAX)]).await?;
    Ok(())
}

/// What waits to be sent to a webhook.
///
/// # Errors
/// [`StoreError`]
pub async fn queue(store: &Postgres, webhook: i64) -> Result<Queue, StoreError> {
    let sql = "select count(*), min(due_ms) from (
                   select due_ms from delivery where webhook = $1
                   union all select due_ms from bulletin where webhook = $1 and due_ms is not null
               ) as waiting";
    let rows = store.query(sql, &[&webhook]).await?;
    let row = rows.first().ok_or(StoreError::Ended)?;
    let due: Option<i64> = row.try_get(1)?;
    Ok(Queue { waiting: unsigned(row.try_get(0)?)?, due_ms: due.map(unsigned).transpose()? })
}

/// The delivery log of a webhook, the newest try first.
///
/// # Errors
/// [`StoreError`]
pub async fn attempts(store: &Postgres, webhook: i64) -> Result<Vec<Attempt>, StoreError> {
    let sql = "select number, at_ms, tries, outcome, said from attempt where webhook = $1 order by number desc";
    let line = |row: &Row| {
        Ok(Attempt {
            number: row.try_get(0)?,
            at_ms: unsigned(row.try_get(1)?)?,
            tries: unsigned(row.try_get::<_, i32>(2)?.into())?,
            ended: AttemptEnd::from_number(unsigned(row.try_get::<_, i16>(3)?.into())?),
            said: row.try_get(4)?,
        })
    };
    store.query(sql, &[&webhook]).await?.iter().map(line).collect()
}

/// Has every message that waits for a webhook sent now, as if for the first time. One that is under way is sent once
/// more, with the id that it has.
pub(super) async fn again(transaction: &Transaction, webhook: i64) -> Result<(), StoreError> {
    transaction.execute("update delivery set due_ms = 0, tries = 0 where webhook = $1", &[&webhook]).await?;
    let sql = "update bulletin set due_ms = 0, tries = 0 where webhook = $1 and due_ms is not null";
    transaction.execute(sql, &[&webhook]).await?;
    Ok(())
}

/// Ends a webhook whose receiver answered 410 Gone; 0 where it has ended already, or is not there.
pub(super) async fn end(transaction: &Transaction, site: i64, webhook: i64, now: i64) -> Result<u64, StoreError> {
    let sql = "update webhook set gone_ms = $3 where id = $1 and site = $2 and gone_ms is null";
    let ended = transaction.execute(sql, &[&webhook, &site, &now]).await?;
    if ended > 0 {
        transaction.execute("delete from delivery where webhook = $1", &[&webhook]).await?;
        transaction.execute("delete from bulletin where webhook = $1", &[&webhook]).await?;
    }
    Ok(ended)
}
