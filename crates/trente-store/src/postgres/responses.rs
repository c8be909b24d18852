//! Queries of responses in PostgreSQL, folded or not.

use trente_survey::response_id::{ResponseId, SurveyId};

use super::connector::Transaction;
use super::rows::{array, columns, signed, stored as stored_row, unsigned};
use super::{Postgres, asides};
use crate::StoreError;
use crate::fold::RawResponse;
use crate::fold::lookup::RawFrame;
use crate::key::ResponseKey;
use crate::model::site::Lag;

/// How far the fold is behind.
///
/// # Errors
/// [`StoreError`]
pub async fn lag(store: &Postgres) -> Result<Lag, StoreError> {
    let sql = "select (select count(*) from inbox), (select received_ms from inbox order by id limit 1)";
    let rows = store.query(sql, &[]).await?;
    let row = rows.first().ok_or(StoreError::Ended)?;
    let oldest: Option<i64> = row.try_get(1)?;
    Ok(Lag { frames: unsigned(row.try_get(0)?)?, oldest_ms: oldest.map(unsigned).transpose()? })
}

/// The newest time, not after another, that something in the store bears; none where nothing does.
///
/// # Errors
/// [`StoreError`]
pub async fn newest_ms(store: &Postgres, until_ms: u64) -> Result<Option<u64>, StoreError> {
    let sql = "select max(at_ms) from (
                   select day::bigint * 86400000 as at_ms from daily
                   union all select received_ms from inbox
                   union all select at_ms from audit
                   union all select seen_ms from session
               ) as stamp where at_ms <= $1";
    let rows = store.query(sql, &[&signed(until_ms)?]).await?;
    let newest: Option<i64> = rows.first().ok_or(StoreError::Ended)?.try_get(0)?;
    newest.map(unsigned).transpose()
}

/// Up to `rows_max` folded responses of a site after a place, in the order of their places.
///
/// # Errors
/// [`StoreError`]
pub async fn responses(
    store: &Postgres,
    site: i64,
    after: Option<ResponseKey>,
    rows_max: usize,
) -> Result<Vec<RawResponse>, StoreError> {
    // Survey after survey, so that each page is one range of the key whatever the planner thinks of the rest.
    let after_survey = after.map_or(Vec::new(), |after| after.survey.to_vec());
    let sql = "select id from survey where site = $1 and id >= $2 order by id";
    let surveys = store.query(sql, &[&site, &after_survey]).await?;
    let mut page: Vec<RawResponse> = Vec::new();
    for row in &surveys {
        let survey: [u8; 4] = array(row.try_get(0)?)?;
        // Empty bytes are before all others.
        let rid = after.filter(|after| after.survey == survey).map_or(Vec::new(), |after| after.rid.to_vec());
        let limit = i64::try_from(rows_max - page.len()).unwrap_or(i64::MAX);
        let sql = "select survey, rid, day, verified, frame, aside, asides from response
                   where survey = $1 and rid > $2
                   order by rid limit $3";
        for row in &store.query(sql, &[&&survey[..], &rid, &limit]).await? {
            page.push(stored_row(row)?);
        }
        if page.len() >= rows_max {
            break;
        }
    }
    asides::read(store, page).await
}

/// The folded response at a place.
///
/// # Errors
/// [`StoreError`]
pub async fn at(store: &Postgres, place: ResponseKey) -> Result<Option<RawResponse>, StoreError> {
    let sql = "select survey, rid, day, verified, frame, aside, asides from response
               where survey = $1 and rid = $2";
    let found = store.query(sql, &[&&place.survey[..], &&place.rid[..]]).await?;
    Ok(asides::read(store, found.iter().map(stored_row).collect::<Result<_, _>>()?).await?.pop())
}

/// Every frame that is kept of a response. One statement, so that a frame that is being folded is seen in one place
/// or the other.
///
/// # Errors
/// [`StoreError`]
pub async fn frames(store: &Postgres, survey: SurveyId, response: ResponseId) -> Result<Vec<RawFrame>, StoreError> {
    let sql = "select verified, aside, frame from response where survey = $1 and rid = $2
               union all
               select verified, aside, frame from inbox where survey = $1 and rid = $2";
    let found = store.query(sql, &[&&survey.0[..], &&response.0[..]]).await?;
    found
        .iter()
        .map(|row| Ok(RawFrame { verified: row.try_get(0)?, aside: row.try_get(1)?, bytes: row.try_get(2)? }))
        .collect()
}

/// The folded responses at many places, in the order of their places.
///
/// # Errors
/// [`StoreError`]
pub async fn at_all(store: &Postgres, places: &[ResponseKey]) -> Result<Vec<RawResponse>, StoreError> {
    let (surveys, rids) = columns(places);
    let sql = "select response.survey, response.rid, day, verified, frame, aside, asides
               from unnest($1::bytea[], $2::bytea[]) as wanted (survey, rid)
               join response on response.survey = wanted.survey and response.rid = wanted.rid
               order by response.survey, response.rid";
    let found = store.query(sql, &[&surveys, &rids]).await?;
    asides::read(store, found.iter().map(stored_row).collect::<Result<_, _>>()?).await
}

/// The responses at these places, in any order.
///
/// # Errors
/// [`StoreError`]
pub async fn stored(transaction: &Transaction, places: Vec<ResponseKey>) -> Result<Vec<RawResponse>, StoreError> {
    let (surveys, rids) = columns(&places);
    let found = transaction
        .query(
            "select response.survey, response.rid, day, verified, frame, aside, asides
             from unnest($1::bytea[], $2::bytea[]) as wanted (survey, rid)
             join response on response.survey = wanted.survey and response.rid = wanted.rid",
            &[&surveys, &rids],
        )
        .await?;
    let mut stored = found.iter().map(stored_row).collect::<Result<Vec<_>, _>>()?;
    if let Some(places) = asides::wanted(&stored) {
        asides::fill(&mut stored, &transaction.query(asides::OF, &[&places.0, &places.1]).await?)?;
    }
    Ok(stored)
}
