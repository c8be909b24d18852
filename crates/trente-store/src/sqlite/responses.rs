//! Queries of responses in SQLite, folded or not.

use rusqlite::{Connection, OptionalExtension, params};
use trente_survey::response_id::{ResponseId, SurveyId};

use super::asides;
use crate::StoreError;
use crate::fold::RawResponse;
use crate::fold::lookup::RawFrame;
use crate::fold::merge::Asides;
use crate::key::ResponseKey;
use crate::limits::INBOX_SEARCH_MAX;
use crate::model::site::Lag;

/// How far the fold is behind.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn lag(connection: &Connection) -> Result<Lag, StoreError> {
    let mut statement = connection
        .prepare_cached("select (select count(*) from inbox), (select received_ms from inbox order by id limit 1)")?;
    Ok(statement.query_row([], |row| Ok(Lag { frames: row.get(0)?, oldest_ms: row.get(1)? }))?)
}

/// The newest time, not after another, that something in the store bears; none where nothing does.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn newest_ms(connection: &Connection, until_ms: u64) -> Result<Option<u64>, StoreError> {
    let sql = "select max(at_ms) from (
                   select day * 86400000 as at_ms from daily
                   union all select received_ms from inbox
                   union all select at_ms from audit
                   union all select seen_ms from session
               ) where at_ms <= ?1";
    Ok(connection.query_row(sql, [until_ms], |row| row.get(0))?)
}

/// Up to `rows_max` folded responses of a site after a place, in the order of their places.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn responses(
    connection: &Connection,
    site: i64,
    after: Option<ResponseKey>,
    rows_max: usize,
) -> Result<Vec<RawResponse>, StoreError> {
    // Survey after survey: asked for all of them at once, SQLite would sort what is left of them for every page.
    let after_survey = after.map_or(Vec::new(), |after| after.survey.to_vec());
    let surveys: Vec<[u8; 4]> = connection
        .prepare_cached("select id from survey where site = ?1 and id >= ?2 order by id")?
        .query_map(params![site, after_survey], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(
        "select rid, day, verified, frame, aside, asides from response where survey = ?1 and rid > ?2
         order by rid limit ?3",
    )?;
    let mut page: Vec<RawResponse> = Vec::new();
    for survey in surveys {
        // An empty blob is before every other.
        let rid = after.filter(|after| after.survey == survey).map_or(Vec::new(), |after| after.rid.to_vec());
        let rows = statement.query_map(params![survey, rid, rows_max - page.len()], |row| {
            Ok(RawResponse {
                place: ResponseKey { survey, rid: row.get(0)? },
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

/// The response at a place.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn stored(connection: &Connection, place: ResponseKey) -> Result<Option<RawResponse>, StoreError> {
    let mut statement = connection
        .prepare_cached("select day, verified, frame, aside, asides from response where survey = ?1 and rid = ?2")?;
    let row = statement.query_row(params![place.survey, place.rid], |row| {
        Ok(RawResponse {
            place,
            day: row.get(0)?,
            verified: row.get(1)?,
            bytes: row.get(2)?,
            aside: row.get(3)?,
            asides_n: row.get(4)?,
            asides: Asides::new(),
        })
    });
    row.optional()?.map(|stored| asides::read(connection, stored)).transpose()
}

/// One statement, so that a frame that is being folded is seen in one place or the other. Survey and response are the
/// 12 bytes after a frame's first; the inbox has no index on them and is searched from its newest row.
const FRAMES: &str = "
    select verified, aside, frame from response where survey = ?1 and rid = ?2
    union all
    select verified, aside, frame from (select verified, aside, frame from inbox order by id desc limit ?4)
    where substr(frame, 2, 12) = ?3";

/// Every frame that is kept of a response.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn frames(connection: &Connection, survey: SurveyId, response: ResponseId) -> Result<Vec<RawFrame>, StoreError> {
    let place = [&survey.0[..], &response.0].concat();
    let mut statement = connection.prepare_cached(FRAMES)?;
    let rows = statement.query_map(params![survey.0, response.0, place, INBOX_SEARCH_MAX], |row| {
        Ok(RawFrame { verified: row.get(0)?, aside: row.get(1)?, bytes: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
