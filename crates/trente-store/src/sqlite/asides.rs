//! Frames that contradict a stored response and are kept aside, in SQLite.

use rusqlite::{Connection, params};

use crate::StoreError;
use crate::fold::{RawResponse, ResponseRow};
use crate::limits::ASIDES_MAX;

/// A response with what was kept aside of it.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn read(connection: &Connection, mut stored: RawResponse) -> Result<RawResponse, StoreError> {
    if stored.asides_n > 0 {
        let mut statement =
            connection.prepare_cached("select frame, day from aside where survey = ?1 and rid = ?2 order by frame")?;
        let rows = statement
            .query_map(params![stored.place.survey, stored.place.rid], |row| Ok((row.get(0)?, row.get(1)?)))?;
        stored.asides = rows.collect::<Result<_, _>>()?;
    }
    Ok(stored)
}

/// Writes what was kept aside of a response that has changed, and deletes what is left out of it.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn put(connection: &Connection, row: &ResponseRow) -> Result<(), StoreError> {
    for (frame, day) in &row.asides {
        connection
            .prepare_cached(
                "insert into aside (survey, rid, frame, day) values (?1, ?2, ?3, ?4)
                 on conflict (survey, rid, frame) do update set day = min(day, excluded.day)",
            )?
            .execute(params![row.survey, row.rid, frame, day])?;
    }
    if row.asides.len() >= ASIDES_MAX {
        connection
            .prepare_cached(
                "delete from aside where survey = ?1 and rid = ?2 and frame not in (
                     select frame from aside where survey = ?1 and rid = ?2 order by day, frame limit ?3
                 )",
            )?
            .execute(params![row.survey, row.rid, ASIDES_MAX])?;
    }
    Ok(())
}

/// Responses of a site that a frame which was kept aside contradicts.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn disputed(connection: &Connection, site: i64) -> Result<u64, StoreError> {
    // What was kept aside is looked through, not the responses, which are many more.
    let mut statement = connection.prepare_cached(
        "select count(*) from (
             select distinct survey, rid from aside where survey in (select id from survey where site = ?1)
         ) as contradicted
         join response on response.survey = contradicted.survey and response.rid = contradicted.rid
         where exists (
             select 1 from aside where aside.survey = response.survey and aside.rid = response.rid
             and aside.frame <> response.frame
         )",
    )?;
    Ok(statement.query_row([site], |row| row.get(0))?)
}
