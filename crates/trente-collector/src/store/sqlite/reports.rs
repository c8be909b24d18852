//! What is read about responses in SQLite.

use rusqlite::{Connection, params};

use super::asides;
use crate::store::StoreError;
use crate::store::fold::{Place, Stored};
use crate::store::merge::Asides;
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
    // Survey after survey: asked for all of them at once, SQLite would sort what is left of them for every page.
    let after_survey = after.map_or(Vec::new(), |(survey, _)| survey.to_vec());
    let surveys: Vec<[u8; 4]> = connection
        .prepare_cached("select id from survey where site = ?1 and id >= ?2 order by id")?
        .query_map(params![site, after_survey], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(
        "select rid, day, verified, frame, aside, asides from response where survey = ?1 and rid > ?2
         order by rid limit ?3",
    )?;
    let mut page: Vec<Stored> = Vec::new();
    for survey in surveys {
        // An empty blob is before every other.
        let rid = after.filter(|after| after.0 == survey).map_or(Vec::new(), |(_, rid)| rid.to_vec());
        let rows = statement.query_map(params![survey, rid, rows_max - page.len()], |row| {
            Ok(Stored {
                place: (survey, row.get(0)?),
                day: row.get(1)?,
                verified: row.get(2)?,
                bytes: row.get(3)?,
                aside: row.get(4)?,
                asides_n: row.get(5)?,
                asides: Asides::new(),
            })
        })?;
        for row in rows {
            page.push(asides::read(connection, row?)?);
        }
        if page.len() >= rows_max {
            break;
        }
    }
    Ok(page)
}
