//! Frames of one response in SQLite, be they folded or not.

use rusqlite::{Connection, params};
use trente_survey::response_id::{ResponseId, SurveyId};

use crate::limits::INBOX_SEARCH_MAX;
use crate::store::StoreError;
use crate::store::kept::Kept;

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
pub fn frames(connection: &Connection, survey: SurveyId, response: ResponseId) -> Result<Vec<Kept>, StoreError> {
    let place = [&survey.0[..], &response.0].concat();
    let mut statement = connection.prepare_cached(FRAMES)?;
    let rows = statement.query_map(params![survey.0, response.0, place, INBOX_SEARCH_MAX], |row| {
        Ok(Kept { verified: row.get(0)?, aside: row.get(1)?, bytes: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
