//! Messages that are due: written down with the response that they tell of, taken on a lease, and struck off.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::read::webhook_row;
use crate::store::StoreError;
use crate::store::administration::{Delivered, Due};
use crate::store::fold::Place;

/// Whether anybody is to be told of anything.
pub(in crate::store::sqlite) fn wanted(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached("select exists (select 1 from webhook)")?.query_row([], |row| row.get(0))?)
}

/// Writes down that the receivers of its site are to be told of a response, once more if they were told already.
pub(in crate::store::sqlite) fn note(
    transaction: &Transaction<'_>,
    place: Place,
    due_ms: u64,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "insert into delivery (webhook, survey, rid, due_ms, tries)
             select webhook.id, ?1, ?2, ?3, 0 from webhook join survey on survey.site = webhook.site
             where survey.id = ?1
             on conflict (webhook, survey, rid) do update set due_ms = excluded.due_ms, tries = 0",
        )?
        .execute(params![place.0, place.1, due_ms])?;
    Ok(())
}

/// Whether anything is due.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn has_due(connection: &Connection, now_ms: u64) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("select exists (select 1 from delivery where due_ms <= ?1)")?;
    Ok(statement.query_row([now_ms], |row| row.get(0))?)
}

/// Takes up to `limit` messages that are due, and leaves them to the taker until `lease_ms`.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn take(connection: &mut Connection, now_ms: u64, lease_ms: u64, limit: u32) -> Result<Vec<Due>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let due: Vec<Due> = {
        let mut statement = transaction.prepare_cached(
            "select webhook.id, site.name, url, secret, webhook.created_ms, failing_ms, survey, rid, tries
             from delivery join webhook on webhook.id = delivery.webhook join site on site.id = webhook.site
             where due_ms <= ?1 order by due_ms limit ?2",
        )?;
        let rows = statement.query_map(params![now_ms, limit], |row| {
            Ok(Due { webhook: webhook_row(row)?, place: (row.get(6)?, row.get(7)?), tries: row.get(8)?, lease_ms })
        })?;
        rows.collect::<Result<_, _>>()?
    };
    for due in &due {
        transaction
            .prepare_cached("update delivery set due_ms = ?4 where webhook = ?1 and survey = ?2 and rid = ?3")?
            .execute(params![due.webhook.id, due.place.0, due.place.1, lease_ms])?;
    }
    transaction.commit()?;
    Ok(due)
}

/// Writes down how a delivery went. A response that has changed since it was taken is due again and stays so.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn settle(connection: &mut Connection, due: &Due, outcome: Delivered, now_ms: u64) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let place = params![due.webhook.id, due.place.0, due.place.1, due.lease_ms];
    let strike = "delete from delivery where webhook = ?1 and survey = ?2 and rid = ?3 and due_ms = ?4";
    match outcome {
        Delivered::Done => {
            transaction.execute(strike, place)?;
            transaction.execute("update webhook set failing_ms = null where id = ?1", [due.webhook.id])?;
        }
        Delivered::Again(due_ms) => {
            transaction.execute(
                "update delivery set due_ms = ?5, tries = tries + 1
                 where webhook = ?1 and survey = ?2 and rid = ?3 and due_ms = ?4",
                params![due.webhook.id, due.place.0, due.place.1, due.lease_ms, due_ms],
            )?;
            fails(&transaction, due, now_ms)?;
        }
        Delivered::Never => {
            transaction.execute(strike, place)?;
            fails(&transaction, due, now_ms)?;
        }
        Delivered::Gone => {
            transaction.execute("delete from webhook where id = ?1", [due.webhook.id])?;
        }
    }
    Ok(transaction.commit()?)
}

fn fails(transaction: &Transaction<'_>, due: &Due, now_ms: u64) -> Result<(), StoreError> {
    transaction.execute(
        "update webhook set failing_ms = coalesce(failing_ms, ?2) where id = ?1",
        params![due.webhook.id, now_ms],
    )?;
    Ok(())
}
