//! The fold in SQLite: inbox → response and daily counts, in one transaction.

use rusqlite::{Connection, TransactionBehavior, params};

use super::admin::deliveries;
use super::{asides, catalog, contact, counts, parts, recovery, responses, tombstones};
use crate::StoreError;
use crate::clock::now_ms;
use crate::fold::{Batch, Layouts, ResponseRow};
use crate::inbound::Inbound;

/// What a fold has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Rows of the inbox; 0 when it was empty.
    pub rows: usize,
    /// See [`crate::fold::Outcome::discards_words`].
    pub discards_words: bool,
}

/// Folds up to `rows_max` rows of the inbox.
///
/// # Errors
/// [`StoreError`]; the transaction has no effect then.
pub fn fold(connection: &mut Connection, layouts: &mut Layouts, rows_max: usize) -> Result<Folded, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some((last, rows)) = inbox(&transaction, rows_max)? else { return Ok(Folded::default()) };
    let taken = rows.len();
    for survey in layouts.missing(rows.iter().map(|row| &row.bytes[..])) {
        if let Some(document) = catalog::document(&transaction, survey)? {
            layouts.learn(survey, &document);
        }
    }
    let (mut batch, now_ms) = (Batch::read(rows, layouts, &catalog::zones(&transaction)?), now_ms());
    for place in tombstones::find(&transaction, batch.places(), now_ms)? {
        batch.forget(place);
    }
    let stored = batch.places().filter_map(|place| responses::stored(&transaction, place).transpose());
    let stored = stored.collect::<Result<_, _>>()?;
    let outcome = batch.apply(stored)?;
    for row in &outcome.rows {
        put(&transaction, row)?;
        recovery::follow(&transaction, row)?;
        contact::follow(&transaction, row)?;
    }
    if deliveries::wanted(&transaction)? {
        for row in &outcome.rows {
            deliveries::enqueue(&transaction, row.place(), now_ms)?;
        }
    }
    parts::write(&transaction, outcome.changes.parts())?;
    counts::write(&transaction, &outcome.changes)?;
    for letter in &outcome.dead_letters {
        transaction
            .prepare_cached("insert into stray (received_ms, verified, frame) values (?1, ?2, ?3)")?
            .execute(params![letter.received_ms, letter.verified, letter.bytes])?;
    }
    transaction.prepare_cached("delete from inbox where id <= ?1")?.execute([last])?;
    transaction.commit()?;
    Ok(Folded { rows: taken, discards_words: outcome.discards_words })
}

/// The oldest rows of the inbox and the number of the last of them.
fn inbox(connection: &Connection, rows_max: usize) -> Result<Option<(i64, Vec<Inbound>)>, StoreError> {
    let mut statement =
        connection.prepare_cached("select id, received_ms, verified, aside, frame from inbox order by id limit ?1")?;
    let mut found = statement.query([rows_max])?;
    let (mut last, mut rows) = (None, Vec::new());
    while let Some(row) = found.next()? {
        last = Some(row.get(0)?);
        rows.push(Inbound { received_ms: row.get(1)?, verified: row.get(2)?, aside: row.get(3)?, bytes: row.get(4)? });
    }
    Ok(last.map(|last| (last, rows)))
}

fn put(connection: &Connection, row: &ResponseRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "insert or replace into response (survey, rid, day, verified, rev, key, elapsed, locale, score, class, flags,
                primary_cause, secondary_cause, channel, verbatim, frame, aside, asides)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        )?
        .execute(params![
            row.survey,
            row.rid,
            row.day,
            row.verified,
            row.rev,
            row.key,
            row.elapsed,
            row.locale,
            row.score,
            row.class,
            row.flags,
            row.primary,
            row.secondary,
            row.channel,
            row.verbatim,
            row.frame,
            row.aside,
            row.asides.len(),
        ])?;
    asides::put(connection, row)
}
