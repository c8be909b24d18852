//! The fold: inbox → response and daily counts, in one transaction.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use trente_survey::Cause;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::SurveyId;

use super::merge::Candidate;
use super::rollup::Changes;
use super::{StoreError, surveys};

/// Layouts of the surveys seen so far: a published definition never changes.
#[derive(Debug, Default)]
pub struct Layouts(BTreeMap<SurveyId, Layout>);

impl Layouts {
    fn of(&mut self, connection: &Connection, survey: SurveyId) -> Result<Option<Layout>, StoreError> {
        let slot = match self.0.entry(survey) {
            Entry::Occupied(known) => return Ok(Some(*known.get())),
            Entry::Vacant(slot) => slot,
        };
        let definition = surveys::definition(connection, survey)?;
        Ok(definition.map(|definition| *slot.insert(definition.layout())))
    }
}

/// Folds up to `rows_max` rows of the inbox and tells how many it took; 0 when the inbox is empty.
///
/// The result does not depend on the order, on repetition, or on where a fold ends and the next begins.
///
/// # Errors
/// [`StoreError`]; the transaction has no effect then.
pub fn fold(connection: &mut Connection, layouts: &mut Layouts, rows_max: usize) -> Result<usize, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut fresh: BTreeMap<([u8; 4], [u8; 8]), Candidate> = BTreeMap::new();
    let (mut taken, mut last) = (0, 0i64);
    {
        let mut statement =
            transaction.prepare_cached("select id, received_ms, verified, frame from inbox order by id limit ?1")?;
        let mut rows = statement.query([rows_max])?;
        while let Some(row) = rows.next()? {
            (taken, last) = (taken + 1, row.get(0)?);
            let (received_ms, verified, bytes): (u64, bool, Vec<u8>) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let Some((layout, frame)) = decode(&transaction, layouts, &bytes)? else {
                set_aside(&transaction, received_ms, verified, &bytes)?;
                continue;
            };
            let candidate = Candidate::new(layout, frame, bytes, verified, received_ms);
            match fresh.entry((candidate.frame.survey.0, candidate.frame.response.0)) {
                Entry::Occupied(mut slot) => {
                    let merged = slot.get().clone().merge(candidate);
                    slot.insert(merged);
                }
                Entry::Vacant(slot) => {
                    slot.insert(candidate);
                }
            }
        }
    }
    if taken == 0 {
        return Ok(0);
    }
    let mut changes = Changes::default();
    for ((survey, response), candidate) in fresh {
        let stored = stored(&transaction, layouts, survey, response)?;
        let merged = match &stored {
            Some(stored) => stored.clone().merge(candidate),
            None => candidate,
        };
        if stored.as_ref() == Some(&merged) {
            continue;
        }
        if let Some(stored) = &stored {
            changes.take_back(stored.partition(), &stored.contribution(&verdict(stored)?));
        }
        changes.add(merged.partition(), &merged.contribution(&verdict(&merged)?));
        put(&transaction, &merged)?;
    }
    changes.write(&transaction)?;
    transaction.prepare_cached("delete from inbox where id <= ?1")?.execute([last])?;
    transaction.commit()?;
    Ok(taken)
}

fn verdict(candidate: &Candidate) -> Result<trente_survey::Verdict, StoreError> {
    candidate.verdict().map_err(|_| StoreError::Unreadable("frame without a verdict"))
}

fn decode(connection: &Connection, layouts: &mut Layouts, bytes: &[u8]) -> Result<Option<(Layout, Frame)>, StoreError> {
    let Some(survey) = bytes.get(1..).and_then(|rest| rest.first_chunk()) else { return Ok(None) };
    let Some(layout) = layouts.of(connection, SurveyId(*survey))? else { return Ok(None) };
    let whole = Frame::decode(bytes, &layout).ok().filter(|(_, length)| *length == bytes.len());
    Ok(whole.map(|(frame, _)| (layout, frame)))
}

/// Keeps a frame that was accepted and yet cannot be folded: it was promised not to be lost.
fn set_aside(connection: &Connection, received_ms: u64, verified: bool, bytes: &[u8]) -> Result<(), StoreError> {
    tracing::error!("an inbox frame cannot be folded and was set aside in table stray");
    connection
        .prepare_cached("insert into stray (received_ms, verified, frame) values (?1, ?2, ?3)")?
        .execute(params![received_ms, verified, bytes])?;
    Ok(())
}

/// The response as it is stored.
fn stored(
    connection: &Connection,
    layouts: &mut Layouts,
    survey: [u8; 4],
    response: [u8; 8],
) -> Result<Option<Candidate>, StoreError> {
    let row: Option<(u32, bool, Vec<u8>)> = connection
        .prepare_cached("select day, verified, frame from response where survey = ?1 and rid = ?2")?
        .query_row(params![survey, response], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((day, verified, bytes)) = row else { return Ok(None) };
    let (layout, frame) = decode(connection, layouts, &bytes)?.ok_or(StoreError::Unreadable("frame of a response"))?;
    Ok(Some(Candidate { verified, layout, frame, bytes, day }))
}

fn put(connection: &Connection, candidate: &Candidate) -> Result<(), StoreError> {
    let verdict = verdict(candidate)?;
    let frame = &candidate.frame;
    let cause = |cause: Option<Cause>| cause.map(Cause::family);
    connection
        .prepare_cached(
            "insert or replace into response (survey, rid, day, verified, rev, key, elapsed, locale, score, class, flags,
                primary_cause, secondary_cause, channel, verbatim, frame)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(params![
            frame.survey.0,
            frame.response.0,
            candidate.day,
            candidate.verified,
            frame.rev,
            candidate.contribution(&verdict).key,
            frame.elapsed,
            frame.locale,
            verdict.score_byte(),
            verdict.class as u8,
            verdict.flags,
            cause(verdict.diagnosis.primary),
            cause(verdict.diagnosis.secondary),
            candidate.channel(),
            frame.verbatim,
            candidate.bytes,
        ])?;
    Ok(())
}
