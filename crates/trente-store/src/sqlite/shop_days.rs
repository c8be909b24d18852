//! Shop days in SQLite: annotations, and how many orders were asked.

use std::ops::RangeInclusive;

use rusqlite::{Connection, Transaction, params};

use crate::StoreError;
use crate::limits::ANNOTATIONS_MAX;
use crate::model::shop_day::{Annotation, OrdersAsked};

/// Adds an annotation of a day.
///
/// # Errors
/// [`StoreError::TooMany`], [`StoreError::Sqlite`].
pub(super) fn annotate(transaction: &Transaction<'_>, site: i64, day: u32, text: &str) -> Result<(), StoreError> {
    let (there, next): (usize, i64) = transaction.query_row(
        "select count(*), coalesce(max(id), 0) + 1 from annotation where site = ?1 and day = ?2",
        params![site, day],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if there >= ANNOTATIONS_MAX {
        return Err(StoreError::TooMany("annotations of one day", ANNOTATIONS_MAX));
    }
    transaction.execute(
        "insert into annotation (site, day, id, text) values (?1, ?2, ?3, ?4)",
        params![site, day, next, text],
    )?;
    Ok(())
}

/// Removes an annotation; 0 when there is none such.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub(super) fn remove(transaction: &Transaction<'_>, site: i64, day: u32, id: i64) -> Result<usize, StoreError> {
    let sql = "delete from annotation where site = ?1 and day = ?2 and id = ?3";
    Ok(transaction.execute(sql, params![site, day, id])?)
}

/// Says how many orders were asked on each of these days, from the first on.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub(super) fn set_orders(transaction: &Transaction<'_>, site: i64, first: u32, each: &[u64]) -> Result<(), StoreError> {
    let mut statement = transaction.prepare_cached(
        "insert into orders_asked (site, day, n) values (?1, ?2, ?3)
         on conflict (site, day) do update set n = excluded.n",
    )?;
    for (day, n) in (first..).zip(each) {
        statement.execute(params![site, day, n])?;
    }
    Ok(())
}

/// Forgets what was said of these days; 0 when nothing was.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub(super) fn forget_orders(
    transaction: &Transaction<'_>,
    site: i64,
    first: u32,
    last: u32,
) -> Result<usize, StoreError> {
    let sql = "delete from orders_asked where site = ?1 and day between ?2 and ?3";
    Ok(transaction.execute(sql, params![site, first, last])?)
}

/// The orders that were asked on each of these days, as far as it is known, oldest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn orders_by_day(
    connection: &Connection,
    site: i64,
    days: &RangeInclusive<u32>,
) -> Result<Vec<(u32, u64)>, StoreError> {
    let mut statement = connection
        .prepare_cached("select day, n from orders_asked where site = ?1 and day between ?2 and ?3 order by day")?;
    let rows = statement.query_map(params![site, days.start(), days.end()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The annotations of these days, oldest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn annotations(
    connection: &Connection,
    site: i64,
    days: &RangeInclusive<u32>,
) -> Result<Vec<Annotation>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select day, id, text from annotation where site = ?1 and day between ?2 and ?3 order by day, id",
    )?;
    let rows = statement.query_map(params![site, days.start(), days.end()], |row| {
        Ok(Annotation { day: row.get(0)?, id: row.get(1)?, text: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The orders that were asked on these days.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn orders_asked(connection: &Connection, site: i64, days: &RangeInclusive<u32>) -> Result<OrdersAsked, StoreError> {
    let mut statement = connection.prepare_cached(
        "select count(*), coalesce(sum(n), 0) from orders_asked where site = ?1 and day between ?2 and ?3",
    )?;
    let row = |row: &rusqlite::Row<'_>| Ok(OrdersAsked { days: row.get(0)?, n: row.get(1)? });
    Ok(statement.query_row(params![site, days.start(), days.end()], row)?)
}
