//! Daily counts by language, class and cause, in PostgreSQL.
//!
//! An older collector that runs next to this one folds into `daily` alone; [`mend`] finds the days where it did.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::Row;
use trente_survey::limits::VERSION;

use super::connector::Transaction;
use super::rows::{array, unsigned};
use super::{Postgres, fold_lock};
use crate::StoreError;
use crate::fold::parts::{Act, Due, LOCALE_UNKNOWN, Part, PartChange, PartKey, Sheet, SurveyDay, moved};

const VER: i16 = VERSION as i16;

/// The surveys whose responses are not all moved.
///
/// # Errors
/// [`StoreError`]
pub async fn due(transaction: &Transaction) -> Result<Due, StoreError> {
    let rows = transaction.query("select survey, rid from part_due", &[]).await?;
    rows.iter().map(|row| Ok((array(row.try_get(0)?)?, row.try_get(1)?))).collect()
}

/// Writes what a fold or an erasure changes, before the rows of `daily` are changed and under the lock of the fold.
///
/// # Errors
/// [`StoreError`]
pub async fn write(transaction: &Transaction, changes: &[PartChange]) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let due = due(transaction).await?;
    let mut sheet = sheet(transaction, &due, changes).await?;
    for change in changes {
        sheet.apply(change, moved(&due, &change.at.survey, &change.rid))?;
    }
    save(transaction, &sheet).await
}

/// Columns of survey and day.
fn columns(days: &BTreeSet<SurveyDay>) -> (Vec<&[u8]>, Vec<i64>) {
    days.iter().map(|(survey, day)| (&survey[..], i64::from(*day))).unzip()
}

/// A row of survey, day, verified and channel.
fn at(row: &Row, locale: u8) -> Result<PartKey, StoreError> {
    Ok(PartKey {
        survey: array(row.try_get(0)?)?,
        day: unsigned(row.try_get(1)?)?,
        verified: row.try_get(2)?,
        channel: unsigned(row.try_get::<_, i16>(3)?.into())?,
        locale,
    })
}

/// The parts of the days that are to be changed. A day of an earlier survey that has none yet gets them from `daily`.
async fn sheet(transaction: &Transaction, due: &Due, changes: &[PartChange]) -> Result<Sheet, StoreError> {
    let days: BTreeSet<SurveyDay> = changes.iter().map(|change| (change.at.survey, change.at.day)).collect();
    let mut sheet = Sheet::default();
    let (surveys, numbers) = columns(&days);
    let rows = transaction
        .query(
            "select part.survey, part.day, verified, channel, locale, counts from daily_part part
             join unnest($1::bytea[], $2::bigint[]) as wanted (survey, day)
             on part.survey = wanted.survey and part.day = wanted.day where part.ver = $3",
            &[&surveys, &numbers, &VER],
        )
        .await?;
    for row in &rows {
        let locale = unsigned(row.try_get::<_, i16>(4)?.into())?;
        sheet.load(at(row, locale)?, Part::from_bytes(row.try_get(5)?)?);
    }
    let bare = sheet.bare(days.iter().copied().filter(|(survey, _)| due.contains_key(survey)));
    convert(transaction, &mut sheet, &bare.into_iter().collect()).await?;
    Ok(sheet)
}

async fn convert(transaction: &Transaction, sheet: &mut Sheet, days: &BTreeSet<SurveyDay>) -> Result<(), StoreError> {
    if days.is_empty() {
        return Ok(());
    }
    let (surveys, numbers) = columns(days);
    let rows = transaction
        .query(
            "select daily.survey, daily.day, verified, channel, kind, key, n from daily
             join unnest($1::bytea[], $2::bigint[]) as wanted (survey, day)
             on daily.survey = wanted.survey and daily.day = wanted.day where daily.ver = $3 and kind < 3",
            &[&surveys, &numbers, &VER],
        )
        .await?;
    for row in &rows {
        let kind = unsigned(row.try_get::<_, i16>(4)?.into())?;
        sheet.convert(at(row, LOCALE_UNKNOWN)?, kind, unsigned(row.try_get(5)?)?, unsigned(row.try_get(6)?)?)?;
    }
    Ok(())
}

#[derive(Default)]
struct Columns {
    surveys: Vec<Vec<u8>>,
    days: Vec<i64>,
    verified: Vec<bool>,
    channels: Vec<i16>,
    locales: Vec<i16>,
    counts: Vec<Vec<u8>>,
}

async fn save(transaction: &Transaction, sheet: &Sheet) -> Result<(), StoreError> {
    let (mut put, mut clear) = (Columns::default(), Columns::default());
    for (at, part) in sheet.written() {
        let columns = if part.is_some() { &mut put } else { &mut clear };
        columns.surveys.push(at.survey.to_vec());
        columns.days.push(at.day.into());
        columns.verified.push(at.verified);
        columns.channels.push(at.channel.into());
        columns.locales.push(at.locale.into());
        columns.counts.extend(part.map(Part::to_bytes));
    }
    if !put.days.is_empty() {
        transaction
            .execute(
                "insert into daily_part (survey, ver, day, verified, channel, locale, counts)
                 select survey, $7, day, verified, channel, locale, counts
                 from unnest($1::bytea[], $2::bigint[], $3::boolean[], $4::smallint[], $5::smallint[], $6::bytea[])
                     as changed (survey, day, verified, channel, locale, counts)
                 on conflict (survey, ver, day, verified, channel, locale) do update set counts = excluded.counts",
                &[&put.surveys, &put.days, &put.verified, &put.channels, &put.locales, &put.counts, &VER],
            )
            .await?;
    }
    if !clear.days.is_empty() {
        transaction
            .execute(
                "delete from daily_part part
                 using unnest($1::bytea[], $2::bigint[], $3::boolean[], $4::smallint[], $5::smallint[])
                     as gone (survey, day, verified, channel, locale)
                 where part.survey = gone.survey and part.ver = $6 and part.day = gone.day
                 and part.verified = gone.verified and part.channel = gone.channel and part.locale = gone.locale",
                &[&clear.surveys, &clear.days, &clear.verified, &clear.channels, &clear.locales, &VER],
            )
            .await?;
    }
    reset(transaction, sheet.broken()).await
}

/// Has the parts of days made again from `daily`, and their responses moved.
async fn reset(transaction: &Transaction, days: &BTreeSet<SurveyDay>) -> Result<(), StoreError> {
    if days.is_empty() {
        return Ok(());
    }
    tracing::warn!(days = days.len(), "an older collector counted some days, whose counts by language are made again");
    let (surveys, numbers) = columns(days);
    transaction
        .execute(
            "delete from daily_part part using unnest($1::bytea[], $2::bigint[]) as gone (survey, day)
             where part.survey = gone.survey and part.ver = $3 and part.day = gone.day",
            &[&surveys, &numbers, &VER],
        )
        .await?;
    transaction
        .execute(
            "insert into part_due (survey, rid) select distinct survey, ''::bytea from unnest($1::bytea[]) as due (survey)
             on conflict (survey) do update set rid = excluded.rid",
            &[&surveys],
        )
        .await?;
    Ok(())
}

/// Moves up to `rows_max` earlier responses to their language; false when there is none left.
///
/// # Errors
/// [`StoreError`]; nothing is moved then.
pub async fn move_some(store: &Postgres, rows_max: usize) -> Result<bool, StoreError> {
    let transaction = store.begin().await?;
    fold_lock::wait(&transaction).await?;
    let due = due(&transaction).await?;
    let Some((&survey, last)) = due.first_key_value() else {
        transaction.commit().await?;
        return Ok(false);
    };
    let limit = i64::try_from(rows_max).unwrap_or(i64::MAX);
    let rows = transaction
        .query(
            "select survey, day, verified, channel, locale, rid, key, elapsed, flags & 128 <> 0, flags & 512 <> 0
             from response where survey = $1 and rid > $2 order by rid limit $3",
            &[&&survey[..], last, &limit],
        )
        .await?;
    let changes: Vec<PartChange> = rows
        .iter()
        .map(|row| {
            Ok(PartChange {
                at: at(row, unsigned(row.try_get::<_, i16>(4)?.into())?)?,
                rid: array(row.try_get(5)?)?,
                key: unsigned(row.try_get(6)?)?,
                elapsed: unsigned(row.try_get::<_, i16>(7)?.into())?,
                noted: row.try_get(8)?,
                mismatch: row.try_get(9)?,
                act: Act::Move,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let mut sheet = sheet(&transaction, &due, &changes).await?;
    for change in &changes {
        sheet.apply(change, false)?;
    }
    match changes.last() {
        Some(change) if changes.len() == rows_max => {
            let sql = "update part_due set rid = $2 where survey = $1";
            transaction.execute(sql, &[&&survey[..], &&change.rid[..]]).await?;
        }
        _ => {
            // Days of which no response is left have parts only from here on.
            let sql = "select distinct day from daily where survey = $1 and ver = $2 and not exists
                       (select 1 from daily_part part where part.survey = $1 and part.ver = $2 and part.day = daily.day)";
            let days = transaction.query(sql, &[&&survey[..], &VER]).await?;
            let days = days.iter().map(|row| Ok((survey, unsigned(row.try_get(0)?)?)));
            let days = sheet.bare(days.collect::<Result<BTreeSet<_>, StoreError>>()?.into_iter());
            convert(&transaction, &mut sheet, &days.into_iter().collect()).await?;
            transaction.execute("delete from part_due where survey = $1", &[&&survey[..]]).await?;
        }
    }
    save(&transaction, &sheet).await?;
    transaction.commit().await?;
    Ok(true)
}

/// The numbers of a day: by verified, channel and key, those of the answers first.
type Counted = BTreeMap<(bool, u8, u8, u32), u64>;

/// Has the parts of days from `first` on made again where they are not what `daily` says; tells how many days.
///
/// # Errors
/// [`StoreError`]
pub async fn mend(store: &Postgres, first: u32) -> Result<usize, StoreError> {
    let transaction = store.begin().await?;
    fold_lock::wait(&transaction).await?;
    let due = due(&transaction).await?;
    let mut days: BTreeMap<SurveyDay, [Counted; 2]> = BTreeMap::new();
    let sql =
        "select survey, day, verified, channel, kind, key, n from daily where ver = $1 and day >= $2 and kind < 3";
    for row in transaction.query(sql, &[&VER, &i64::from(first)]).await? {
        let at = at(&row, LOCALE_UNKNOWN)?;
        let (kind, key) = (unsigned(row.try_get::<_, i16>(4)?.into())?, unsigned(row.try_get(5)?)?);
        let [counted, _] = days.entry((at.survey, at.day)).or_default();
        counted.insert((at.verified, at.channel, kind, key), unsigned(row.try_get(6)?)?);
    }
    let sql = "select survey, day, verified, channel, counts from daily_part where ver = $1 and day >= $2";
    let mut bare: BTreeSet<SurveyDay> = days.keys().copied().collect();
    for row in transaction.query(sql, &[&VER, &i64::from(first)]).await? {
        let at = at(&row, LOCALE_UNKNOWN)?;
        bare.remove(&(at.survey, at.day));
        let [_, parts] = days.entry((at.survey, at.day)).or_default();
        for (kind, key, n) in Part::from_bytes(row.try_get(4)?)?.daily() {
            *parts.entry((at.verified, at.channel, kind, key)).or_default() += n;
        }
    }
    // A day of an earlier survey that has no part is in `daily` alone.
    let differs = |(day, [counted, parts]): &(SurveyDay, [Counted; 2])| {
        counted != parts && !(bare.contains(day) && due.contains_key(&day.0))
    };
    let wrong: BTreeSet<SurveyDay> = days.into_iter().filter(differs).map(|(day, _)| day).collect();
    reset(&transaction, &wrong).await?;
    transaction.commit().await?;
    Ok(wrong.len())
}
