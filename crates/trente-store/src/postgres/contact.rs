//! Encrypted customer contacts, in PostgreSQL.

use tokio_postgres::Row;
use trente_survey::score::flag;

use super::Postgres;
use super::connector::Transaction;
use super::rows::{array, columns, response_key, signed, unsigned};
use crate::StoreError;
use crate::clock::DAY_MS;
use crate::fold::ResponseRow;
use crate::key::ResponseKey;
use crate::model::contact::{KeyId, SETTLED_MS, SealedContact};

/// The flag of a response that asks to be put right, as the column has it.
const RECOVER: i32 = flag::RECOVER as i32;

/// Keeps a contact, or that there is none any more, in the place of the one before, where its response may have one: a
/// late contact of an earlier revision changes nothing.
///
/// # Errors
/// [`StoreError`]
pub async fn put(store: &Postgres, contact: &SealedContact, now_ms: u64) -> Result<(), StoreError> {
    let transaction = store.begin().await?;
    // Of a response that is erased or folded in this very moment the hourly job takes what is left.
    // A response that is folded may be an earlier revision: the one that the contact came with waits in the inbox.
    let sql = "insert into contact (survey, rid, received_ms, verified, key, sealed, rev)
               select $1, $2, $3, $4, $5, $6, $9
               where not exists (select from tombstone where survey = $1 and rid = $2 and until_ms >= $7)
               and not exists (select from response where survey = $1 and rid = $2
                   and (flags & $8 = 0 and rev > $9 or verified and not $4))
               on conflict (survey, rid) do update set received_ms = excluded.received_ms, rev = excluded.rev,
                   verified = excluded.verified, key = excluded.key, sealed = excluded.sealed
               where (excluded.verified, excluded.rev) >= (contact.verified, contact.rev)";
    let SealedContact { place, received_ms, rev, verified, key, sealed } = contact;
    let (survey, rid, key) = (&place.survey[..], &place.rid[..], &key[..]);
    let (received, now) = (signed(*received_ms)?, signed(now_ms)?);
    let rev = i16::from(*rev);
    transaction.execute(sql, &[&survey, &rid, &received, verified, &key, sealed, &now, &RECOVER, &rev]).await?;
    transaction.commit().await
}

/// Takes the contacts away of responses that were folded and do not ask to be put right any more.
pub(super) async fn follow(transaction: &Transaction, rows: &[ResponseRow]) -> Result<(), StoreError> {
    let calmed = rows.iter().filter(|row| row.flags & flag::RECOVER == 0 && row.rev > 0);
    let calmed: Vec<(ResponseKey, i16)> = calmed.map(|row| (row.place(), row.rev.into())).collect();
    if !calmed.is_empty() {
        let (places, revs): (Vec<ResponseKey>, Vec<i16>) = calmed.into_iter().unzip();
        let (surveys, rids) = columns(&places);
        let sql =
            "delete from contact using unnest($1::bytea[], $2::bytea[], $3::smallint[]) as gone (survey, rid, rev)
                   where contact.survey = gone.survey and contact.rid = gone.rid and contact.rev < gone.rev";
        transaction.execute(sql, &[&surveys, &rids, &revs]).await?;
    }
    Ok(())
}

/// The contacts of responses that ask to be put right.
///
/// # Errors
/// [`StoreError`]
pub async fn at(store: &Postgres, places: &[ResponseKey]) -> Result<Vec<SealedContact>, StoreError> {
    let (surveys, rids) = columns(places);
    let sql = "select contact.survey, contact.rid, received_ms, contact.verified, contact.key, sealed,
                   contact.rev
               from unnest($1::bytea[], $2::bytea[]) as wanted (survey, rid)
               join contact on contact.survey = wanted.survey and contact.rid = wanted.rid
               join response on response.survey = wanted.survey and response.rid = wanted.rid
               where flags & $3 <> 0 and length(sealed) > 0";
    let contact = |row: &Row| {
        Ok(SealedContact {
            place: response_key(row, 0)?,
            received_ms: unsigned(row.try_get(2)?)?,
            verified: row.try_get(3)?,
            key: array(row.try_get(4)?)?,
            sealed: row.try_get(5)?,
            rev: unsigned(row.try_get::<_, i16>(6)?.into())?,
        })
    };
    store.query(sql, &[&surveys, &rids, &RECOVER]).await?.iter().map(contact).collect()
}

/// Which keys the contacts need, and how many each.
///
/// # Errors
/// [`StoreError`]
pub async fn keys(store: &Postgres) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let sql = "select key, count(*) from contact where length(sealed) > 0 group by key order by key";
    let rows = store.query(sql, &[]).await?;
    rows.iter().map(|row| Ok((array(row.try_get(0)?)?, unsigned(row.try_get(1)?)?))).collect()
}

/// Deletes the contacts that the sites keep no longer, that are asked for no more, or whose response was erased.
///
/// # Errors
/// [`StoreError`]
pub async fn purge(store: &Postgres, now_ms: u64) -> Result<u64, StoreError> {
    let transaction = store.begin().await?;
    let sql = "delete from contact using survey, site
               where survey.id = contact.survey and site.id = survey.site and (
                   contact.received_ms < $1 - $2 * site.contact_days
                   or contact.received_ms < $1 - $4 and exists (select from response
                       where response.survey = contact.survey and response.rid = contact.rid and flags & $3 = 0)
                   or exists (select from tombstone where tombstone.survey = contact.survey
                       and tombstone.rid = contact.rid and until_ms >= $1))";
    let deleted =
        transaction.execute(sql, &[&signed(now_ms)?, &signed(DAY_MS)?, &RECOVER, &signed(SETTLED_MS)?]).await?;
    transaction.commit().await?;
    Ok(deleted)
}
