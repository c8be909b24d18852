//! Deletion of responses in PostgreSQL: by erasure, or because their retention is over.
//!
//! Both under the lock of the fold, so that no response comes back in the same moment.

use std::collections::BTreeSet;

use trente_survey::response_id::SurveyId;

use super::ledger;
use crate::StoreError;
use crate::fold::Layouts;
use crate::fold::counts::CountDeltas;
use crate::key::ResponseKey;
use crate::limits::VACUUM_WAIT;
use crate::model::erasure::Erasure;
use crate::postgres::connector::Transaction;
use crate::postgres::rows::{array, columns, response_key};
use crate::postgres::{Postgres, counts, fold_lock, parts, responses, tombstones};

/// Erases responses of a site, or of every site, wherever they are: folded, in the inbox, set aside, and as a message
/// that is due. Their counts are taken back, a tombstone keeps a replayed frame from bringing them back, and the ledger
/// names them. Tells how many there were.
pub(super) async fn erase(
    transaction: &Transaction,
    site: Option<i64>,
    erasures: &[Erasure],
    until_ms: u64,
) -> Result<u64, StoreError> {
    fold_lock::wait(transaction).await?;
    let sql = "select id, definition from survey where $1::bigint is null or site = $1";
    let rows = transaction.query(sql, &[&site]).await?;
    let (mut layouts, mut changes) = (Layouts::default(), CountDeltas::default());
    let mut owned = Vec::with_capacity(rows.len());
    for row in &rows {
        let survey: [u8; 4] = array(row.try_get(0)?)?;
        layouts.learn(SurveyId(survey), row.try_get(1)?);
        owned.push(survey);
    }
    // What every site asked may include a survey that was published after a backup: its key still gets a tombstone.
    let wanted: Vec<Erasure> =
        erasures.iter().copied().filter(|erasure| site.is_none() || owned.contains(&erasure.place.survey)).collect();
    // Each once, or the counts of a response would be taken back twice.
    let places: BTreeSet<ResponseKey> = wanted.iter().map(|erasure| erasure.place).collect();
    let places: Vec<ResponseKey> = places.into_iter().collect();
    for stored in responses::stored(transaction, places.clone()).await? {
        let layout = layouts.get(SurveyId(stored.place.survey)).ok_or(StoreError::Unreadable("survey definition"))?;
        let stored = stored.read(layout)?;
        changes.subtract(&stored, &stored.verdict()?);
    }
    // One statement for each table, however many places there are: an order has some hundreds, and with a hundred surveys
    // tens of thousands, because each id is looked for in each survey.
    let (surveys, rids) = columns(&places);
    let mut there = BTreeSet::new();
    for table in ["response", "aside", "inbox", "stray", "delivery", "recovery"] {
        let sql = format!("{} returning {table}.survey, {table}.rid", delete_from(table));
        for row in transaction.query(&sql, &[&surveys, &rids]).await? {
            there.insert(response_key(&row, 0)?);
        }
    }
    for table in ["notice", "bulletin", "contact"] {
        transaction.execute(&delete_from(table), &[&surveys, &rids]).await?;
    }
    tombstones::insert(transaction, &places, until_ms).await?;
    ledger::note(transaction, &wanted).await?;
    parts::write(transaction, changes.parts()).await?;
    counts::write(transaction, &changes).await?;
    Ok(there.len() as u64)
}

/// A statement that deletes the rows of responses from a table: $1 are their surveys, $2 their ids.
fn delete_from(table: &str) -> String {
    format!(
        "delete from {table} using unnest($1::bytea[], $2::bytea[]) as gone (survey, rid)
         where {table}.survey = gone.survey and {table}.rid = gone.rid"
    )
}

/// Runs `vacuum`, so that the space of deleted rows is used again.
///
/// False when that takes too long or a table is locked: autovacuum does it then. docs/storage.md says what remains in
/// the files.
///
/// # Errors
/// [`StoreError`]
pub async fn overwrite(store: &Postgres) -> Result<bool, StoreError> {
    let work = async {
        let connection = store.connection().await?;
        for table in ["response", "inbox", "stray", "aside", "recovery", "contact"] {
            connection.run_long(&format!("vacuum (skip_locked) {table}")).await?;
        }
        // A warning, such as that a table was skipped, is told to who asks for it.
        Ok::<bool, StoreError>(connection.release().is_ok())
    };
    tokio::time::timeout(VACUUM_WAIT, work).await.unwrap_or(Ok(false))
}

/// Up to `rows_max` responses after a place whose sites keep them no longer, in the order of their places; fewer only
/// at the end.
///
/// # Errors
/// [`StoreError`]
pub async fn expired(
    store: &Postgres,
    today: u32,
    after: Option<ResponseKey>,
    rows_max: u32,
) -> Result<Vec<ResponseKey>, StoreError> {
    // Empty bytes are before all others.
    let (survey, rid) = after.map_or((Vec::new(), Vec::new()), |after| (after.survey.to_vec(), after.rid.to_vec()));
    let sql = "select response.survey, rid from response
               join survey on survey.id = response.survey join site on site.id = survey.site
               where site.retention_days is not null and response.day < $1 - site.retention_days
               and (response.survey, rid) > ($2, $3) order by response.survey, rid limit $4";
    let rows = store.query(sql, &[&i64::from(today), &survey, &rid, &i64::from(rows_max)]).await?;
    rows.iter().map(|row| response_key(row, 0)).collect()
}

/// Deletes responses whose time is over; their counts stay, and a tombstone keeps them from being counted again. Tells
/// how many there were.
///
/// # Errors
/// [`StoreError`]; nothing is deleted then.
pub async fn delete_expired(store: &Postgres, places: &[ResponseKey], until_ms: u64) -> Result<u64, StoreError> {
    let transaction = store.begin().await?;
    fold_lock::wait(&transaction).await?;
    let (surveys, rids) = columns(places);
    for table in ["delivery", "aside", "contact"] {
        transaction.execute(&delete_from(table), &[&surveys, &rids]).await?;
    }
    let retired = transaction.execute(&delete_from("response"), &[&surveys, &rids]).await?;
    tombstones::insert(&transaction, places, until_ms).await?;
    transaction.commit().await?;
    Ok(retired)
}
