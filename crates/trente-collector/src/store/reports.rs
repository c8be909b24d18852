//! What is read about responses.

use rusqlite::Connection;
use serde::Serialize;
use trente_survey::definition::Definition;
use trente_survey::frame::Frame;
use trente_survey::response_id::SurveyId;

use super::StoreError;
use super::merge::Candidate;
use crate::clock::day_text;
use crate::record::{AnswersRecord, Locale, VerdictRecord};
use crate::text;

/// One folded response.
#[derive(Debug, Serialize)]
pub struct ResponseRecord {
    survey: String,
    response: String,
    received: String,
    verified: bool,
    rev: u8,
    lang: Locale,
    channel: u8,
    #[serde(flatten)]
    answers: AnswersRecord,
    #[serde(flatten)]
    verdict: VerdictRecord,
}

/// What is accepted but not folded yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    /// Frames in the inbox.
    pub frames: u64,
    /// When the oldest of them came.
    pub oldest_ms: Option<u64>,
}

/// How far the fold is behind.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn lag(connection: &Connection) -> Result<Lag, StoreError> {
    let mut statement = connection
        .prepare_cached("select (select count(*) from inbox), (select received_ms from inbox order by id limit 1)")?;
    Ok(statement.query_row([], |row| Ok(Lag { frames: row.get(0)?, oldest_ms: row.get(1)? }))?)
}

/// Hands every folded response of a site to `each`, by survey and id.
///
/// # Errors
/// [`StoreError::Sqlite`], [`StoreError::Unreadable`], and those of `each`.
pub fn responses<E: From<StoreError>>(
    connection: &Connection,
    site: i64,
    mut each: impl FnMut(ResponseRecord) -> Result<(), E>,
) -> Result<(), E> {
    let sqlite = |error: rusqlite::Error| E::from(StoreError::from(error));
    let mut statement = connection
        .prepare_cached(
            "select response.survey, definition, day, verified, frame from response
             join survey on survey.id = response.survey where survey.site = ?1 order by response.survey, rid",
        )
        .map_err(sqlite)?;
    let mut rows = statement.query([site]).map_err(sqlite)?;
    let mut layout = None;
    while let Some(row) = rows.next().map_err(sqlite)? {
        let survey = SurveyId(row.get(0).map_err(sqlite)?);
        let known = match layout {
            Some((of, known)) if of == survey => known,
            _ => {
                let json: String = row.get(1).map_err(sqlite)?;
                let unreadable = |_| StoreError::Unreadable("survey definition");
                Definition::from_published(&json).map_err(unreadable)?.layout()
            }
        };
        layout = Some((survey, known));
        let bytes: Vec<u8> = row.get(4).map_err(sqlite)?;
        let unreadable = |_| StoreError::Unreadable("frame of a response");
        let (frame, _) = Frame::decode(&bytes, &known).map_err(unreadable)?;
        let (day, verified) = (row.get(2).map_err(sqlite)?, row.get(3).map_err(sqlite)?);
        let candidate = Candidate { verified, layout: known, frame, bytes, day };
        each(record(&candidate)?)?;
    }
    Ok(())
}

fn record(candidate: &Candidate) -> Result<ResponseRecord, StoreError> {
    let verdict = candidate.verdict().map_err(|_| StoreError::Unreadable("frame without a verdict"))?;
    let frame = &candidate.frame;
    Ok(ResponseRecord {
        survey: text::hex(&frame.survey.0),
        response: text::hex(&frame.response.0),
        received: day_text(candidate.day),
        verified: candidate.verified,
        rev: frame.rev,
        lang: Locale::of(frame.locale),
        channel: candidate.channel(),
        answers: AnswersRecord::of(frame, &candidate.layout),
        verdict: VerdictRecord::of(&verdict, verdict.flags),
    })
}
