//! What is read about responses in SQLite.

use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::fold::{Place, Stored};
use crate::store::rows::Lag;

/// How far the fold is behind.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn lag(connection: &Connection) -> Result<Lag, StoreError> {
    let mut statement = connection
        .prepare_cached("select (select count(*) from inbox), (select received_ms from inbox order by id limit 1)")?;
    Ok(statement.query_row([], |row| Ok(Lag { frames: row.get(0)?, oldest_ms: row.get(1)? }))?)
}

/// Up to `rows_max` folded responses of a site after a place, in the order of their places.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn responses(
    connection: &Connection,
    site: i64,
    after: Option<Place>,
    rows_max: usize,
) -> Result<Vec<Stored>, StoreError> {
    // An empty blob is before every other.
    let (survey, rid) = after.map_or((Vec::new(), Vec::new()), |(survey, rid)| (survey.to_vec(), rid.to_vec()));
    let mut statement = connection.prepare_cached(
        "select survey, rid, day, verified, frame from response
         where survey in (select id from survey where site = ?1) and (survey, rid) > (?2, ?3)
         order by survey, rid limit ?4",
    )?;
    let rows = statement.query_map(params![site, survey, rid, rows_max], |row| {
        let place = (row.get(0)?, row.get(1)?);
        Ok(Stored { place, day: row.get(2)?, verified: row.get(3)?, bytes: row.get(4)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
