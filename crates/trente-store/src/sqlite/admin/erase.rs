//! Deletion of responses in SQLite: by erasure, or because their retention is over.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use trente_survey::response_id::SurveyId;

use super::{bulletins, ledger};
use crate::StoreError;
use crate::fold::Layouts;
use crate::fold::counts::CountDeltas;
use crate::key::ResponseKey;
use crate::model::erasure::Erasure;
use crate::sqlite::rows::response_key;
use crate::sqlite::{catalog, contact, counts, parts, responses, tombstones};

/// Erases responses of a site, or of every site, wherever they are: folded, in the inbox, set aside, and as a message
/// that is due. Their counts are taken back, a tombstone keeps a replayed frame from bringing them back, and the ledger
/// names them. Tells how many there were.
pub(super) fn erase(
    transaction: &Transaction<'_>,
    site: Option<i64>,
    erasures: impl Iterator<Item = Erasure>,
    until_ms: u64,
) -> Result<u64, StoreError> {
    let (mut layouts, mut changes, mut erased) = (Layouts::default(), CountDeltas::default(), 0);
    for erasure in erasures {
        let place = erasure.place;
        if let Some(site) = site
            && !owns(transaction, site, place.survey)?
        {
            continue;
        }
        let mut there = false;
        if let Some(stored) = responses::stored(transaction, place)? {
            let survey = SurveyId(place.survey);
            if let (None, Some(document)) = (layouts.get(survey), catalog::document(transaction, survey)?) {
                layouts.learn(survey, &document);
            }
            let layout = layouts.get(survey).ok_or(StoreError::Unreadable("survey definition"))?;
            let stored = stored.read(layout)?;
            changes.subtract(&stored, &stored.verdict()?);
            delete(transaction, place)?;
            there = true;
        }
        let key = [&place.survey[..], &place.rid].concat();
        for table in ["inbox", "stray"] {
            let gone = transaction.execute(&format!("delete from {table} where substr(frame, 2, 12) = ?1"), [&key])?;
            there |= gone > 0;
        }
        let gone = transaction
            .prepare_cached("delete from recovery where survey = ?1 and rid = ?2")?
            .execute(params![place.survey, place.rid])?;
        there |= gone > 0;
        transaction
            .prepare_cached("delete from notice where survey = ?1 and rid = ?2")?
            .execute(params![place.survey, place.rid])?;
        // Also of a response that waits in the inbox.
        contact::delete(transaction, place)?;
        bulletins::forget(transaction, place)?;
        tombstones::insert(transaction, place, until_ms)?;
        ledger::note(transaction, erasure)?;
        erased += u64::from(there);
    }
    parts::write(transaction, changes.parts())?;
    counts::write(transaction, &changes)?;
    Ok(erased)
}

fn owns(transaction: &Transaction<'_>, site: i64, survey: [u8; 4]) -> Result<bool, StoreError> {
    let mut statement =
        transaction.prepare_cached("select exists (select 1 from survey where id = ?1 and site = ?2)")?;
    Ok(statement.query_row(params![survey, site], |row| row.get(0))?)
}

/// Deletes a folded response, what was to be told of it, and its customer's contact.
fn delete(transaction: &Transaction<'_>, place: ResponseKey) -> Result<usize, StoreError> {
    transaction
        .prepare_cached("delete from delivery where survey = ?1 and rid = ?2")?
        .execute(params![place.survey, place.rid])?;
    transaction
        .prepare_cached("delete from aside where survey = ?1 and rid = ?2")?
        .execute(params![place.survey, place.rid])?;
    contact::delete(transaction, place)?;
    let mut statement = transaction.prepare_cached("delete from response where survey = ?1 and rid = ?2")?;
    Ok(statement.execute(params![place.survey, place.rid])?)
}

/// Up to `rows_max` responses after a place whose sites keep them no longer, in the order of their places; fewer only
/// at the end.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn expired(
    connection: &Connection,
    today: u32,
    after: Option<ResponseKey>,
    rows_max: u32,
) -> Result<Vec<ResponseKey>, StoreError> {
    // An empty blob is before every other.
    let (survey, rid) = after.map_or((Vec::new(), Vec::new()), |after| (after.survey.to_vec(), after.rid.to_vec()));
    let mut statement = connection.prepare_cached(
        "select response.survey, rid from response
         join survey on survey.id = response.survey join site on site.id = survey.site
         where site.retention_days is not null and response.day < ?1 - site.retention_days
         and (response.survey, rid) > (?2, ?3) order by response.survey, rid limit ?4",
    )?;
    let rows = statement.query_map(params![today, survey, rid, rows_max], |row| response_key(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes responses whose time is over; their counts stay, and a tombstone keeps them from being counted again. Tells
/// how many there were.
///
/// # Errors
/// [`StoreError::Sqlite`]; nothing is deleted then.
pub fn delete_expired(connection: &mut Connection, places: &[ResponseKey], until_ms: u64) -> Result<u64, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut retired = 0;
    for &place in places {
        retired += delete(&transaction, place)? as u64;
        tombstones::insert(&transaction, place, until_ms)?;
    }
    transaction.commit()?;
    Ok(retired)
}
