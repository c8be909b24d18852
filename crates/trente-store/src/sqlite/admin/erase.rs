//! Deletion of responses in SQLite: by erasure, or because their retention is over.

use std::collections::BTreeSet;

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
    let erasures: Vec<Erasure> = match site {
        Some(site) => {
            let owned = owned(transaction, site)?;
            erasures.filter(|erasure| owned.contains(&erasure.place.survey)).collect()
        }
        None => erasures.collect(),
    };
    let mut waited = delete_waiting(transaction, &erasures.iter().map(|erasure| erasure.place).collect())?;
    for erasure in erasures {
        let place = erasure.place;
        let mut there = waited.remove(&place);
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

/// The surveys of a site.
fn owned(transaction: &Transaction<'_>, site: i64) -> Result<BTreeSet<[u8; 4]>, StoreError> {
    let mut statement = transaction.prepare_cached("select id from survey where site = ?1")?;
    let rows = statement.query_map([site], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes frames of these responses that wait in the inbox, or could not be folded; tells of which responses there were
/// any. Both tables have no index of responses, so each is read once, whatever the number of places: an order has some
/// hundreds, and with a hundred surveys tens of thousands, because each id is looked for in each survey.
fn delete_waiting(
    transaction: &Transaction<'_>,
    places: &BTreeSet<ResponseKey>,
) -> Result<BTreeSet<ResponseKey>, StoreError> {
    let mut waited = BTreeSet::new();
    for table in ["inbox", "stray"] {
        let mut found = Vec::new();
        let sql = format!("select substr(frame, 2, 4), substr(frame, 6, 8), id from {table} where length(frame) >= 13");
        let mut statement = transaction.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let place = response_key(row, 0)?;
            if places.contains(&place) {
                found.push((place, row.get::<_, i64>(2)?));
            }
        }
        let mut delete = transaction.prepare_cached(&format!("delete from {table} where id = ?1"))?;
        for (place, id) in found {
            delete.execute([id])?;
            waited.insert(place);
        }
    }
    Ok(waited)
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
