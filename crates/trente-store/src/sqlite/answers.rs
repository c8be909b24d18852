//! Daily counts of answers, in SQLite.

use std::ops::RangeInclusive;

use rusqlite::{Connection, params};

use crate::StoreError;
use crate::model::answers::AnswersRow;

/// The answers of a site on these days.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn of_days(connection: &Connection, site: i64, days: &RangeInclusive<u32>) -> Result<Vec<AnswersRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select day, channel, key, verified, sum(n) from daily
         where survey in (select id from survey where site = ?1) and day between ?2 and ?3 and kind = 0
         group by day, channel, key, verified",
    )?;
    let rows = statement.query_map(params![site, days.start(), days.end()], |row| {
        Ok(AnswersRow {
            day: row.get(0)?,
            channel: row.get(1)?,
            key: row.get(2)?,
            verified: row.get(3)?,
            n: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
