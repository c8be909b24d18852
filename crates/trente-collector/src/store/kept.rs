//! What is known of one response now, be it folded or not.

use rusqlite::{Connection, params};
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::{ResponseId, SurveyId};

use super::StoreError;
use super::merge::Candidate;
use crate::limits::INBOX_SEARCH_MAX;

/// One statement, so that a frame that is being folded is seen in one place or the other. Survey and response are the
/// 12 bytes after a frame's first; the inbox has no index on them and is searched from its newest row.
const FRAMES: &str = "
    select verified, frame from response where survey = ?1 and rid = ?2
    union all
    select verified, frame from (select verified, frame from inbox order by id desc limit ?4)
    where substr(frame, 2, 12) = ?3";

/// The frame that wins of those that are kept of a response, among the verified ones or among the others: neither may
/// speak for the other.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn frame(
    connection: &Connection,
    layout: Layout,
    survey: SurveyId,
    response: ResponseId,
    verified: bool,
) -> Result<Option<Frame>, StoreError> {
    let place = [&survey.0[..], &response.0].concat();
    let mut statement = connection.prepare_cached(FRAMES)?;
    let rows = statement.query_map(params![survey.0, response.0, place, INBOX_SEARCH_MAX], |row| {
        Ok((row.get::<_, bool>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let mut winner: Option<Candidate> = None;
    for row in rows {
        let (proven, bytes) = row?;
        // What cannot be read will be set aside by the fold and wins nothing.
        let Ok((frame, _)) = Frame::decode(&bytes, &layout) else { continue };
        if proven != verified {
            continue;
        }
        let candidate = Candidate { verified, layout, frame, bytes, day: 0 };
        winner = Some(match winner {
            Some(winner) => winner.merge(candidate),
            None => candidate,
        });
    }
    Ok(winner.map(|winner| winner.frame))
}
