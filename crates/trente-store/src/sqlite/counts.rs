//! Daily counts in SQLite.

use std::ops::RangeInclusive;

use rusqlite::{Connection, Row, params};
use trente_stats::CountError;
use trente_survey::limits::VERSION;

use crate::StoreError;
use crate::fold::counts::{CountDeltas, CountRow};

/// Writes what a fold changes.
///
/// # Errors
/// [`StoreError::Count`] when a count would fall below 0, [`StoreError::Sqlite`].
pub fn write(connection: &Connection, changes: &CountDeltas) -> Result<(), StoreError> {
    let place = "survey = ?1 and ver = ?2 and day = ?3 and verified = ?4 and channel = ?5 and kind = ?6 and key = ?7";
    let mut raise = connection.prepare_cached(
        "insert into daily (survey, ver, day, verified, channel, kind, key, n) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict do update set n = n + excluded.n",
    )?;
    let mut lower = connection.prepare_cached(&format!("update daily set n = n - ?8 where {place} and n >= ?8"))?;
    let mut clear = connection.prepare_cached(&format!("delete from daily where {place} and n = 0"))?;
    for (at, kind, key, by) in changes.rows() {
        let amount = by.saturating_abs();
        let row = params![at.survey, at.version, at.day, at.verified, at.channel, kind, key, amount];
        if by > 0 {
            raise.execute(row)?;
        } else {
            if lower.execute(row)? == 0 {
                return Err(CountError::TooFew.into());
            }
            clear.execute(params![at.survey, at.version, at.day, at.verified, at.channel, kind, key])?;
        }
    }
    Ok(())
}

/// Whether a site has a proven response, or had one that retention has deleted.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn signs(connection: &Connection, site: i64) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "select exists (select 1 from daily where survey in (select id from survey where site = ?1) and verified = 1)",
    )?;
    Ok(statement.query_row([site], |row| row.get(0))?)
}

/// Unsigned responses of a site by day, in days since 1970; days without any are left out.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn unsigned_by_day(
    connection: &Connection,
    site: i64,
    days: &RangeInclusive<u32>,
) -> Result<Vec<(u32, u64)>, StoreError> {
    // Every response has one elapsed bucket, which is kind 1.
    let mut statement = connection.prepare_cached(
        "select day, sum(n) from daily
         where survey in (select id from survey where site = ?1) and ver = ?2 and day between ?3 and ?4
         and verified = 0 and kind = 1 group by day order by day",
    )?;
    let rows =
        statement.query_map(params![site, VERSION, days.start(), days.end()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The sums of the answers to a site's extra questions over these days, by survey.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn of_questions(
    connection: &Connection,
    site: i64,
    days: &RangeInclusive<u32>,
) -> Result<Vec<CountRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select verified, kind, survey, key, sum(n) from daily
         where survey in (select id from survey where site = ?1) and ver = ?2 and day between ?3 and ?4 and kind = 3
         group by verified, survey, key",
    )?;
    let rows = statement.query_map(params![site, VERSION, days.start(), days.end()], count)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The sums of a site's counts over these days and every survey that it published.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn of_site(connection: &Connection, site: i64, days: &RangeInclusive<u32>) -> Result<Vec<CountRow>, StoreError> {
    // Questions of different surveys have nothing in common but their place, so their counts stay apart.
    let mut statement = connection.prepare_cached(
        "select verified, kind, case kind when 3 then survey else x'00000000' end as of_survey, key, sum(n) from daily
         where survey in (select id from survey where site = ?1) and day between ?2 and ?3
         group by verified, kind, of_survey, key",
    )?;
    let rows = statement.query_map(params![site, days.start(), days.end()], count)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn count(row: &Row<'_>) -> rusqlite::Result<CountRow> {
    Ok(CountRow { verified: row.get(0)?, kind: row.get(1)?, survey: row.get(2)?, key: row.get(3)?, n: row.get(4)? })
}
