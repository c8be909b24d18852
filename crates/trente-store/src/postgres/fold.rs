//! The fold in PostgreSQL: inbox → response and daily counts, in one transaction, by one collector at a time.

use deadpool_postgres::Pool;
use tokio_postgres::Row;
use trente_survey::response_id::SurveyId;

use super::admin::deliveries;
use super::connector::{Connector, Transaction};
use super::{asides, contact, counts, fold_lock, parts, recovery, responses, rows, tombstones};
use crate::StoreError;
use crate::clock::now_ms;
use crate::fold::{Batch, Layouts, ResponseRow, Zones};
use crate::inbound::Inbound;

/// What a fold has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// It took so many rows; 0 when the inbox was empty.
    Rows(usize),
    /// Another collector folds at this moment.
    Elsewhere,
}

/// Folds up to `rows_max` rows of the inbox.
///
/// The lock goes with the transaction, so the next to have it sees all that this one has committed.
///
/// # Errors
/// [`StoreError`]; the transaction has no effect then, or its outcome is unknown, which the next fold finds out.
pub async fn fold(
    connector: &Connector,
    pool: &Pool,
    layouts: &mut Layouts,
    rows_max: usize,
) -> Result<Folded, StoreError> {
    let transaction = connector.begin(pool).await?;
    if !fold_lock::try_take(&transaction).await? {
        transaction.commit().await?;
        return Ok(Folded::Elsewhere);
    }
    let (keys, frames) = inbox(&transaction, rows_max).await?;
    let taken = frames.len();
    if taken == 0 {
        transaction.commit().await?;
        return Ok(Folded::Rows(0));
    }
    learn(&transaction, layouts, &frames).await?;
    let (mut batch, now_ms) = (Batch::read(frames, layouts, &zones(&transaction).await?), now_ms());
    for place in tombstones::find(&transaction, &batch.places().collect::<Vec<_>>(), now_ms).await? {
        batch.forget(place);
    }
    let stored = responses::stored(&transaction, batch.places().collect()).await?;
    let outcome = batch.apply(stored)?;
    put(&transaction, &outcome.rows).await?;
    recovery::follow(&transaction, &outcome.rows).await?;
    contact::follow(&transaction, &outcome.rows).await?;
    deliveries::enqueue(&transaction, &outcome.rows, now_ms).await?;
    parts::write(&transaction, outcome.changes.parts()).await?;
    counts::write(&transaction, &outcome.changes).await?;
    set_aside(&transaction, &outcome.dead_letters, keys.ids.first().copied().unwrap_or_default()).await?;
    let deleted = transaction
        .execute(
            "delete from inbox using unnest($1::bytea[], $2::bytea[], $3::bigint[]) as gone (survey, rid, id)
             where inbox.survey = gone.survey and inbox.rid = gone.rid and inbox.id = gone.id",
            &[&keys.surveys, &keys.rids, &keys.ids],
        )
        .await?;
    if deleted != taken as u64 {
        // Another collector has taken rows of ours: then we may not count them.
        return Err(StoreError::Unreadable("inbox that changes under its lock"));
    }
    transaction.commit().await?;
    Ok(Folded::Rows(taken))
}

#[derive(Default)]
struct Keys {
    surveys: Vec<Vec<u8>>,
    rids: Vec<Vec<u8>>,
    ids: Vec<i64>,
}

async fn inbox(transaction: &Transaction, rows_max: usize) -> Result<(Keys, Vec<Inbound>), StoreError> {
    let limit = i64::try_from(rows_max).unwrap_or(i64::MAX);
    let found = transaction
        .query("select survey, rid, id, received_ms, verified, aside, frame from inbox order by id limit $1", &[&limit])
        .await?;
    let (mut keys, mut frames) = (Keys::default(), Vec::with_capacity(found.len()));
    for row in found {
        keys.surveys.push(row.try_get(0)?);
        keys.rids.push(row.try_get(1)?);
        keys.ids.push(row.try_get(2)?);
        let received_ms = rows::unsigned(row.try_get(3)?)?;
        frames.push(Inbound { received_ms, verified: row.try_get(4)?, aside: row.try_get(5)?, bytes: row.try_get(6)? });
    }
    Ok((keys, frames))
}

async fn learn(transaction: &Transaction, layouts: &mut Layouts, frames: &[Inbound]) -> Result<(), StoreError> {
    for survey in layouts.missing(frames.iter().map(|frame| &frame.bytes[..])) {
        let found = transaction.query("select definition from survey where id = $1", &[&&survey.0[..]]).await?;
        if let Some(row) = found.first() {
            layouts.learn(survey, row.try_get(0)?);
        }
    }
    Ok(())
}

/// The time zones of the sites, by their surveys.
async fn zones(transaction: &Transaction) -> Result<Zones, StoreError> {
    let sql = "select survey.id, site.time_zone from survey join site on site.id = survey.site
               where site.time_zone <> 'UTC'";
    let found = transaction.query(sql, &[]).await?;
    let row = |row: &Row| Ok((SurveyId(rows::array(row.try_get(0)?)?), row.try_get(1)?));
    Ok(Zones::of(found.iter().map(row).collect::<Result<Vec<_>, StoreError>>()?))
}

async fn put(transaction: &Transaction, rows: &[ResponseRow]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    // Columns in the order of the statement.
    let surveys: Vec<&[u8]> = rows.iter().map(|row| &row.survey[..]).collect();
    let rids: Vec<&[u8]> = rows.iter().map(|row| &row.rid[..]).collect();
    let days: Vec<i64> = rows.iter().map(|row| row.day.into()).collect();
    let verified: Vec<bool> = rows.iter().map(|row| row.verified).collect();
    let small = |of: fn(&ResponseRow) -> u8| -> Vec<i16> { rows.iter().map(|row| of(row).into()).collect() };
    let cause = |of: fn(&ResponseRow) -> Option<u8>| -> Vec<Option<i16>> {
        rows.iter().map(|row| of(row).map(i16::from)).collect()
    };
    let keys: Vec<i64> = rows.iter().map(|row| row.key.into()).collect();
    let flags: Vec<i32> = rows.iter().map(|row| row.flags.into()).collect();
    let verbatims: Vec<Option<&str>> = rows.iter().map(|row| row.verbatim.as_deref()).collect();
    let frames: Vec<&[u8]> = rows.iter().map(|row| &row.frame[..]).collect();
    let aside: Vec<bool> = rows.iter().map(|row| row.aside).collect();
    let asides: Vec<i64> = rows.iter().map(|row| i64::try_from(row.asides.len()).unwrap_or(i64::MAX)).collect();
    transaction
        .execute(
            "insert into response (survey, rid, day, verified, rev, key, elapsed, locale, score, class, flags,
                 primary_cause, secondary_cause, channel, verbatim, frame, aside, asides)
             select * from unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::boolean[], $5::smallint[], $6::bigint[],
                 $7::smallint[], $8::smallint[], $9::smallint[], $10::smallint[], $11::integer[], $12::smallint[],
                 $13::smallint[], $14::smallint[], $15::text[], $16::bytea[], $17::boolean[], $18::bigint[])
             on conflict (survey, rid) do update set
                 day = excluded.day, verified = excluded.verified, rev = excluded.rev, key = excluded.key,
                 elapsed = excluded.elapsed, locale = excluded.locale, score = excluded.score, class = excluded.class,
                 flags = excluded.flags, primary_cause = excluded.primary_cause,
                 secondary_cause = excluded.secondary_cause, channel = excluded.channel,
                 verbatim = excluded.verbatim, frame = excluded.frame, aside = excluded.aside,
                 asides = excluded.asides",
            &[
                &surveys,
                &rids,
                &days,
                &verified,
                &small(|row| row.rev),
                &keys,
                &small(|row| row.elapsed),
                &small(|row| row.locale),
                &small(|row| row.score),
                &small(|row| row.class),
                &flags,
                &cause(|row| row.primary),
                &cause(|row| row.secondary),
                &small(|row| row.channel),
                &verbatims,
                &frames,
                &aside,
                &asides,
            ],
        )
        .await?;
    asides::put(transaction, rows).await
}

/// Keeps what cannot be folded. The numbers go on from that of the fold's first row, so that they are new.
async fn set_aside(transaction: &Transaction, dead_letters: &[Inbound], first: i64) -> Result<(), StoreError> {
    for (id, letter) in (first..).zip(dead_letters) {
        let (survey, rid) = rows::key_of_frame(&letter.bytes);
        let received = i64::try_from(letter.received_ms).unwrap_or(i64::MAX);
        transaction
            .execute(
                "insert into stray (survey, rid, id, received_ms, verified, frame) values ($1, $2, $3, $4, $5, $6)",
                &[&survey, &rid, &id, &received, &letter.verified, &letter.bytes],
            )
            .await?;
    }
    Ok(())
}
