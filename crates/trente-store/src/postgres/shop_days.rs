//! Shop days in PostgreSQL: annotations, and how many orders were asked.

use std::ops::RangeInclusive;

use tokio_postgres::Row;

use super::Postgres;
use super::connector::Transaction;
use super::rows::{signed, unsigned};
use crate::StoreError;
use crate::limits::ANNOTATIONS_MAX;
use crate::model::shop_day::{Annotation, OrdersAsked};

/// Adds an annotation of a day. Acts of administration come one at a time, so the number is new.
///
/// # Errors
/// [`StoreError::TooMany`], or why the store fails.
pub(super) async fn annotate(transaction: &Transaction, site: i64, day: u32, text: &str) -> Result<(), StoreError> {
    let day = i64::from(day);
    let sql = "select count(*), coalesce(max(id), 0) + 1 from annotation where site = $1 and day = $2";
    let rows = transaction.query(sql, &[&site, &day]).await?;
    let row = rows.first().ok_or(StoreError::Ended)?;
    let (there, next): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if usize::try_from(there).is_ok_and(|there| there >= ANNOTATIONS_MAX) {
        return Err(StoreError::TooMany("annotations of one day", ANNOTATIONS_MAX));
    }
    let sql = "insert into annotation (site, day, id, text) values ($1, $2, $3, $4)";
    transaction.execute(sql, &[&site, &day, &next, &text]).await?;
    Ok(())
}

/// Removes an annotation; 0 when there is none such.
///
/// # Errors
/// [`StoreError`]
pub(super) async fn remove(transaction: &Transaction, site: i64, day: u32, id: i64) -> Result<u64, StoreError> {
    let sql = "delete from annotation where site = $1 and day = $2 and id = $3";
    transaction.execute(sql, &[&site, &i64::from(day), &id]).await
}

/// Says how many orders were asked on each of these days, from the first on.
///
/// # Errors
/// [`StoreError`]
pub(super) async fn set_orders(
    transaction: &Transaction,
    site: i64,
    first: u32,
    each: &[u64],
) -> Result<(), StoreError> {
    let days: Vec<i64> = (i64::from(first)..).take(each.len()).collect();
    let each = each.iter().map(|n| signed(*n)).collect::<Result<Vec<i64>, _>>()?;
    let sql = "insert into orders_asked (site, day, n)
               select $1, told.day, told.n from unnest($2::bigint[], $3::bigint[]) as told (day, n)
               on conflict (site, day) do update set n = excluded.n";
    transaction.execute(sql, &[&site, &days, &each]).await?;
    Ok(())
}

/// Forgets what was said of these days; 0 when nothing was.
///
/// # Errors
/// [`StoreError`]
pub(super) async fn forget_orders(
    transaction: &Transaction,
    site: i64,
    first: u32,
    last: u32,
) -> Result<u64, StoreError> {
    let sql = "delete from orders_asked where site = $1 and day between $2 and $3";
    transaction.execute(sql, &[&site, &i64::from(first), &i64::from(last)]).await
}

/// The orders that were asked on each of these days, as far as it is known, oldest first.
///
/// # Errors
/// [`StoreError`]
pub async fn orders_by_day(
    store: &Postgres,
    site: i64,
    days: &RangeInclusive<u32>,
) -> Result<Vec<(u32, u64)>, StoreError> {
    let sql = "select day, n from orders_asked where site = $1 and day between $2 and $3 order by day";
    let rows = store.query(sql, &[&site, &i64::from(*days.start()), &i64::from(*days.end())]).await?;
    rows.iter().map(|row| Ok((unsigned(row.try_get(0)?)?, unsigned(row.try_get(1)?)?))).collect()
}

/// The annotations of these days, oldest first.
///
/// # Errors
/// [`StoreError`]
pub async fn annotations(
    store: &Postgres,
    site: i64,
    days: &RangeInclusive<u32>,
) -> Result<Vec<Annotation>, StoreError> {
    let sql = "select day, id, text from annotation where site = $1 and day between $2 and $3 order by day, id";
    let rows = store.query(sql, &[&site, &i64::from(*days.start()), &i64::from(*days.end())]).await?;
    let annotation =
        |row: &Row| Ok(Annotation { day: unsigned(row.try_get(0)?)?, id: row.try_get(1)?, text: row.try_get(2)? });
    rows.iter().map(annotation).collect()
}

/// The orders that were asked on these days.
///
/// # Errors
/// [`StoreError`]
pub async fn orders_asked(store: &Postgres, site: i64, days: &RangeInclusive<u32>) -> Result<OrdersAsked, StoreError> {
    let sql = "select count(*), coalesce(sum(n), 0)::bigint from orders_asked
               where site = $1 and day between $2 and $3";
    let rows = store.query(sql, &[&site, &i64::from(*days.start()), &i64::from(*days.end())]).await?;
    let row = rows.first().ok_or(StoreError::Ended)?;
    Ok(OrdersAsked { days: unsigned(row.try_get(0)?)?, n: unsigned(row.try_get(1)?)? })
}
