//! Ledger of erasures in PostgreSQL: an append-only table.

use crate::StoreError;
use crate::key::ResponseKey;
use crate::model::erasure::Erasure;
use crate::postgres::Postgres;
use crate::postgres::connector::Transaction;
use crate::postgres::rows::{columns, response_key, signed, unsigned};

/// Appends to the ledger; a response that was erased before keeps its first line.
pub(super) async fn note(transaction: &Transaction, erasures: &[Erasure]) -> Result<(), StoreError> {
    let places: Vec<ResponseKey> = erasures.iter().map(|erasure| erasure.place).collect();
    let (surveys, rids) = columns(&places);
    let times: Vec<i64> = erasures.iter().map(|erasure| signed(erasure.at_ms)).collect::<Result<_, _>>()?;
    let sql = "insert into erasure (survey, rid, at_ms)
               select survey, rid, min(at_ms) from unnest($1::bytea[], $2::bytea[], $3::bigint[]) as gone (survey, rid, at_ms)
               group by survey, rid on conflict (survey, rid) do nothing";
    transaction.execute(sql, &[&surveys, &rids, &times]).await?;
    Ok(())
}

/// Every erasure since a time, the oldest first.
///
/// # Errors
/// [`StoreError`]
pub async fn since(store: &Postgres, since_ms: u64) -> Result<Vec<Erasure>, StoreError> {
    let sql = "select survey, rid, at_ms from erasure where at_ms >= $1 order by at_ms, survey, rid";
    let rows = store.query(sql, &[&i64::try_from(since_ms).unwrap_or(i64::MAX)]).await?;
    let read =
        |row: &tokio_postgres::Row| Ok(Erasure { place: response_key(row, 0)?, at_ms: unsigned(row.try_get(2)?)? });
    rows.iter().map(read).collect()
}
