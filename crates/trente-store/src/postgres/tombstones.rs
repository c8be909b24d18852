//! Tombstones in PostgreSQL: the keys of responses that are gone and may not come back.

use super::connector::Transaction;
use super::rows::{columns, response_key, signed};
use crate::StoreError;
use crate::key::ResponseKey;

/// Keeps responses from coming back until `until_ms`.
///
/// # Errors
/// [`StoreError`]
pub async fn insert(transaction: &Transaction, places: &[ResponseKey], until_ms: u64) -> Result<(), StoreError> {
    let (surveys, rids) = columns(places);
    let sql = "insert into tombstone (survey, rid, until_ms)
               select distinct survey, rid, $3::bigint from unnest($1::bytea[], $2::bytea[]) as gone (survey, rid)
               on conflict (survey, rid) do update set until_ms = greatest(tombstone.until_ms, excluded.until_ms)";
    transaction.execute(sql, &[&surveys, &rids, &signed(until_ms)?]).await?;
    Ok(())
}

/// Which of these responses are gone and may not come back.
///
/// # Errors
/// [`StoreError`]
pub async fn find(
    transaction: &Transaction,
    places: &[ResponseKey],
    now_ms: u64,
) -> Result<Vec<ResponseKey>, StoreError> {
    let (surveys, rids) = columns(places);
    let sql = "select tombstone.survey, tombstone.rid
               from unnest($1::bytea[], $2::bytea[]) as wanted (survey, rid)
               join tombstone on tombstone.survey = wanted.survey and tombstone.rid = wanted.rid
               where until_ms >= $3";
    let rows = transaction.query(sql, &[&surveys, &rids, &signed(now_ms)?]).await?;
    rows.iter().map(|row| response_key(row, 0)).collect()
}
