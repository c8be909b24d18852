//! Frames that contradict a stored response and are kept aside, in PostgreSQL.

use std::collections::BTreeMap;

use tokio_postgres::Row;

use super::Postgres;
use super::connector::Transaction;
use super::rows::{columns, response_key, unsigned};
use crate::StoreError;
use crate::fold::merge::Asides;
use crate::fold::{RawResponse, ResponseRow};
use crate::key::ResponseKey;
use crate::limits::ASIDES_MAX;

/// What was kept aside of responses, whose places are two columns.
pub const OF: &str = "select aside.survey, aside.rid, aside.frame, aside.day
    from unnest($1::bytea[], $2::bytea[]) as wanted (survey, rid)
    join aside on aside.survey = wanted.survey and aside.rid = wanted.rid";

/// Surveys and response ids.
pub type Places = (Vec<Vec<u8>>, Vec<Vec<u8>>);

/// The places of responses of which anything was kept aside; none where there is no such response.
pub fn wanted(stored: &[RawResponse]) -> Option<Places> {
    let some = stored.iter().filter(|stored| stored.asides_n > 0);
    let places: Places = some.map(|stored| (stored.place.survey.to_vec(), stored.place.rid.to_vec())).unzip();
    (!places.0.is_empty()).then_some(places)
}

/// Adds the rows of [`OF`] to their responses.
///
/// # Errors
/// [`StoreError`]
pub fn fill(stored: &mut [RawResponse], rows: &[Row]) -> Result<(), StoreError> {
    let mut found: BTreeMap<ResponseKey, Asides> = BTreeMap::new();
    for row in rows {
        found.entry(response_key(row, 0)?).or_default().insert(row.try_get(2)?, unsigned(row.try_get(3)?)?);
    }
    for stored in stored {
        stored.asides = found.remove(&stored.place).unwrap_or_default();
    }
    Ok(())
}

/// Responses with what was kept aside of them.
///
/// # Errors
/// [`StoreError`]
pub async fn read(store: &Postgres, mut stored: Vec<RawResponse>) -> Result<Vec<RawResponse>, StoreError> {
    if let Some(places) = wanted(&stored) {
        fill(&mut stored, &store.query(OF, &[&places.0, &places.1]).await?)?;
    }
    Ok(stored)
}

/// Writes what was kept aside of responses that have changed, and deletes what is left out of it.
///
/// # Errors
/// [`StoreError`]
pub async fn put(transaction: &Transaction, rows: &[ResponseRow]) -> Result<(), StoreError> {
    let (mut surveys, mut rids, mut frames, mut days) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        for (frame, day) in &row.asides {
            surveys.push(&row.survey[..]);
            rids.push(&row.rid[..]);
            frames.push(&frame[..]);
            days.push(i64::from(*day));
        }
    }
    if !surveys.is_empty() {
        let sql = "insert into aside (survey, rid, frame, day)
                   select * from unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bigint[])
                   on conflict (survey, rid, frame) do update set day = least(aside.day, excluded.day)";
        transaction.execute(sql, &[&surveys, &rids, &frames, &days]).await?;
    }
    let full: Vec<ResponseKey> =
        rows.iter().filter(|row| row.asides.len() >= ASIDES_MAX).map(ResponseRow::place).collect();
    if !full.is_empty() {
        let (surveys, rids) = columns(&full);
        let sql = "delete from aside using (
                       select aside.survey, aside.rid, frame,
                           row_number() over (partition by aside.survey, aside.rid order by day, frame) as place
                       from unnest($1::bytea[], $2::bytea[]) as wanted (survey, rid)
                       join aside on aside.survey = wanted.survey and aside.rid = wanted.rid
                   ) as ranked
                   where ranked.place > $3
                   and aside.survey = ranked.survey and aside.rid = ranked.rid and aside.frame = ranked.frame";
        transaction.execute(sql, &[&surveys, &rids, &(ASIDES_MAX as i64)]).await?;
    }
    Ok(())
}

/// Responses of a site that a frame which was kept aside contradicts.
///
/// # Errors
/// [`StoreError`]
pub async fn disputed(store: &Postgres, site: i64) -> Result<u64, StoreError> {
    // What was kept aside is looked through, not the responses, which are many more.
    let sql = "select count(*) from (
                   select distinct survey, rid from aside where survey in (select id from survey where site = $1)
               ) as contradicted
               join response on response.survey = contradicted.survey and response.rid = contradicted.rid
               where exists (
                   select 1 from aside where aside.survey = response.survey and aside.rid = response.rid
                   and aside.frame <> response.frame
               )";
    let found = store.query(sql, &[&site]).await?;
    unsigned(found.first().ok_or(StoreError::Ended)?.try_get(0)?)
}
