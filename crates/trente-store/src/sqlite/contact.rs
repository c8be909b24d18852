//! Encrypted customer contacts, in SQLite.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use trente_survey::score::flag;

use super::rows::response_key;
use super::tombstones;
use crate::StoreError;
use crate::clock::DAY_MS;
use crate::fold::ResponseRow;
use crate::key::ResponseKey;
use crate::model::contact::{KeyId, SETTLED_MS, SealedContact};

/// Keeps a contact, or that there is none any more, in the place of the one before, where its response may have one: a
/// late contact of an earlier revision changes nothing.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn put(connection: &mut Connection, contact: &SealedContact, now_ms: u64) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !tombstones::has(&transaction, contact.place, now_ms)? {
        let SealedContact { place, received_ms, rev, verified, key, sealed } = contact;
        // A response that is folded may be an earlier revision: the one that the contact came with waits in the inbox.
        transaction
            .prepare_cached(
                "insert into contact (survey, rid, received_ms, verified, key, sealed, rev)
                 select ?1, ?2, ?3, ?4, ?5, ?6, ?8
                 where not exists (select 1 from response where survey = ?1 and rid = ?2
                     and (flags & ?7 = 0 and rev > ?8 or verified > ?4))
                 on conflict (survey, rid) do update set received_ms = excluded.received_ms, rev = excluded.rev,
                     verified = excluded.verified, key = excluded.key, sealed = excluded.sealed
                 where (excluded.verified, excluded.rev) >= (contact.verified, contact.rev)",
            )?
            .execute(params![place.survey, place.rid, received_ms, verified, key, sealed, flag::RECOVER, rev])?;
    }
    Ok(transaction.commit()?)
}

/// Takes the contact away of a response that was folded and does not ask to be put right any more.
pub(super) fn follow(transaction: &Transaction<'_>, row: &ResponseRow) -> Result<(), StoreError> {
    if row.flags & flag::RECOVER == 0 && row.rev > 0 {
        transaction
            .prepare_cached("delete from contact where survey = ?1 and rid = ?2 and rev < ?3")?
            .execute(params![row.survey, row.rid, row.rev])?;
    }
    Ok(())
}

/// Deletes the contact of a response that goes.
pub(super) fn delete(transaction: &Transaction<'_>, place: ResponseKey) -> Result<usize, StoreError> {
    let mut statement = transaction.prepare_cached("delete from contact where survey = ?1 and rid = ?2")?;
    Ok(statement.execute(params![place.survey, place.rid])?)
}

/// The contacts of responses that ask to be put right.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn at(connection: &Connection, places: &[ResponseKey]) -> Result<Vec<SealedContact>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select contact.survey, contact.rid, received_ms, contact.verified, contact.key, sealed, contact.rev from contact
         join response on response.survey = contact.survey and response.rid = contact.rid
         where contact.survey = ?1 and contact.rid = ?2 and flags & ?3 <> 0 and length(sealed) > 0",
    )?;
    let contact = |row: &Row<'_>| {
        Ok(SealedContact {
            place: response_key(row, 0)?,
            received_ms: row.get(2)?,
            verified: row.get(3)?,
            key: row.get(4)?,
            sealed: row.get(5)?,
            rev: row.get(6)?,
        })
    };
    let found = places
        .iter()
        .map(|place| statement.query_row(params![place.survey, place.rid, flag::RECOVER], contact).optional());
    Ok(found.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// Which keys the contacts need, and how many each.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn keys(connection: &Connection) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let mut statement = connection
        .prepare_cached("select key, count(*) from contact where length(sealed) > 0 group by key order by key")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes the contacts that the sites keep no longer, or that are asked for no more.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn purge(connection: &Connection, now_ms: u64) -> Result<u64, StoreError> {
    let deleted = connection.execute(
        "delete from contact
         where received_ms < ?1 - ?2 * (select contact_days from survey join site on site.id = survey.site
             where survey.id = contact.survey)
         or received_ms < ?1 - ?4 and exists (select 1 from response where response.survey = contact.survey
             and response.rid = contact.rid and flags & ?3 = 0)",
        params![now_ms, DAY_MS, flag::RECOVER, SETTLED_MS],
    )?;
    Ok(deleted as u64)
}
