//! Daily counts by language, class and cause, in SQLite.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use trente_survey::limits::VERSION;

use crate::StoreError;
use crate::fold::parts::{Act, Due, Part, PartChange, PartKey, Sheet, SurveyDay, moved};

/// The surveys whose responses are not all moved.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn due(connection: &Connection) -> Result<Due, StoreError> {
    let mut statement = connection.prepare_cached("select survey, rid from part_due")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes what a fold or an erasure changes, before the rows of `daily` are changed.
///
/// # Errors
/// [`StoreError`]
pub fn write(connection: &Connection, changes: &[PartChange]) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let due = due(connection)?;
    let mut sheet = sheet(connection, &due, changes)?;
    for change in changes {
        sheet.apply(change, moved(&due, &change.at.survey, &change.rid))?;
    }
    save(connection, &sheet)
}

/// The parts of the days that are to be changed. A day of an earlier survey that has none yet gets them from `daily`.
fn sheet(connection: &Connection, due: &Due, changes: &[PartChange]) -> Result<Sheet, StoreError> {
    let days: BTreeSet<SurveyDay> = changes.iter().map(|change| (change.at.survey, change.at.day)).collect();
    let mut sheet = Sheet::default();
    let mut statement = connection.prepare_cached(
        "select verified, channel, locale, counts from daily_part where survey = ?1 and ver = ?2 and day = ?3",
    )?;
    for &(survey, day) in &days {
        let mut rows = statement.query(params![survey, VERSION, day])?;
        while let Some(row) = rows.next()? {
            let at = PartKey { survey, day, verified: row.get(0)?, channel: row.get(1)?, locale: row.get(2)? };
            sheet.load(at, Part::from_bytes(row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?)?);
        }
    }
    for day in sheet.bare(days.into_iter().filter(|(survey, _)| due.contains_key(survey))) {
        convert(connection, &mut sheet, day)?;
    }
    Ok(sheet)
}

fn convert(connection: &Connection, sheet: &mut Sheet, (survey, day): SurveyDay) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "select verified, channel, kind, key, n from daily where survey = ?1 and ver = ?2 and day = ?3 and kind < 3",
    )?;
    let mut rows = statement.query(params![survey, VERSION, day])?;
    while let Some(row) = rows.next()? {
        let at = PartKey { survey, day, verified: row.get(0)?, channel: row.get(1)?, locale: 0 };
        sheet.convert(at, row.get(2)?, row.get(3)?, row.get(4)?)?;
    }
    Ok(())
}

fn save(connection: &Connection, sheet: &Sheet) -> Result<(), StoreError> {
    let mut put = connection.prepare_cached(
        "insert into daily_part (survey, ver, day, verified, channel, locale, counts) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         on conflict do update set counts = excluded.counts",
    )?;
    let mut clear = connection.prepare_cached(
        "delete from daily_part where survey = ?1 and ver = ?2 and day = ?3 and verified = ?4 and channel = ?5
         and locale = ?6",
    )?;
    for (at, part) in sheet.written() {
        match part {
            Some(part) => {
                put.execute(params![at.survey, VERSION, at.day, at.verified, at.channel, at.locale, part.to_bytes()])?
            }
            None => clear.execute(params![at.survey, VERSION, at.day, at.verified, at.channel, at.locale])?,
        };
    }
    for &(survey, day) in sheet.broken() {
        tracing::error!(day, "counts of a day by language are not what was counted, and are made again");
        reset(connection, survey, day)?;
    }
    Ok(())
}

/// Has the parts of a day made again from `daily`, and its responses moved.
fn reset(connection: &Connection, survey: [u8; 4], day: u32) -> Result<(), StoreError> {
    connection
        .prepare_cached("delete from daily_part where survey = ?1 and ver = ?2 and day = ?3")?
        .execute(params![survey, VERSION, day])?;
    connection.prepare_cached("insert or replace into part_due (survey, rid) values (?1, x'')")?.execute([survey])?;
    Ok(())
}

/// Moves up to `rows_max` earlier responses to their language; false when there is none left.
///
/// # Errors
/// [`StoreError`]; nothing is moved then.
pub fn move_some(connection: &mut Connection, rows_max: usize) -> Result<bool, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let next: Option<([u8; 4], Vec<u8>)> = transaction
        .query_row("select survey, rid from part_due order by survey limit 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((survey, last)) = next else { return Ok(false) };
    let changes: Vec<PartChange> = transaction
        .prepare_cached(
            "select rid, day, verified, channel, locale, key, elapsed, flags & 128 <> 0, flags & 512 <> 0 from response
             where survey = ?1 and rid > ?2 order by rid limit ?3",
        )?
        .query_map(params![survey, last, rows_max], |row| {
            let (day, verified) = (row.get(1)?, row.get(2)?);
            Ok(PartChange {
                at: PartKey { survey, day, verified, channel: row.get(3)?, locale: row.get(4)? },
                rid: row.get(0)?,
                key: row.get(5)?,
                elapsed: row.get(6)?,
                noted: row.get(7)?,
                mismatch: row.get(8)?,
                act: Act::Move,
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut sheet = sheet(&transaction, &due(&transaction)?, &changes)?;
    for change in &changes {
        sheet.apply(change, false)?;
    }
    if changes.len() < rows_max {
        // Days of which no response is left have parts only from here on.
        let days: Vec<u32> = transaction
            .prepare_cached("select distinct day from daily where survey = ?1 and ver = ?2")?
            .query_map(params![survey, VERSION], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for day in days {
            let there: bool = transaction
                .prepare_cached("select exists (select 1 from daily_part where survey = ?1 and ver = ?2 and day = ?3)")?
                .query_row(params![survey, VERSION, day], |row| row.get(0))?;
            if !there && !sheet.bare(std::iter::once((survey, day))).is_empty() {
                convert(&transaction, &mut sheet, (survey, day))?;
            }
        }
        transaction.execute("delete from part_due where survey = ?1", [survey])?;
    } else if let Some(change) = changes.last() {
        transaction.execute("update part_due set rid = ?2 where survey = ?1", params![survey, change.rid])?;
    }
    save(&transaction, &sheet)?;
    transaction.commit()?;
    Ok(true)
}
