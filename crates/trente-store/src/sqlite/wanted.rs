//! Queries with a filter in SQLite: daily counts and verbatims of the responses that it selects.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};
use trente_survey::limits::VERSION;
use trente_survey::response_id::SurveyId;

use super::parts;
use crate::StoreError;
use crate::cells::{Cells, Gathered};
use crate::fold::parts::{LOCALE_UNKNOWN, PartKey};
use crate::key::ResponseKey;
use crate::search::{Search, rows_at_once};
use crate::wanted::{After, Dialect, VoiceRow, Wanted, newest};

const DIALECT: Dialect = Dialect { mark: '?', casts: ["", "", "", ""] };

fn number(value: Option<impl Into<i64>>) -> Value {
    value.map_or(Value::Null, |value| Value::Integer(value.into()))
}

/// The daily counts of the responses that are wanted.
///
/// # Errors
/// [`StoreError`]
pub fn cells(connection: &Connection, site: i64, wanted: Wanted) -> Result<Cells, StoreError> {
    // One moment: an earlier response is in one of the two tables at every moment.
    let moment = connection.unchecked_transaction()?;
    let (first, last) = (*wanted.days.start(), *wanted.days.end());
    let surveys = surveys(&moment, site, wanted.survey)?;
    let due = parts::due(&moment)?;
    let mut cells = Cells::new(wanted);
    let mut counted = moment.prepare_cached(
        "select day, verified, channel, locale, counts from daily_part
         where survey = ?1 and ver = ?2 and day between ?3 and ?4",
    )?;
    let mut before = moment.prepare_cached(
        "select day, verified, channel, kind, key, n from daily
         where survey = ?1 and ver = ?2 and day between ?3 and ?4 and kind < 3 and not exists
         (select 1 from daily_part part where part.survey = ?1 and part.ver = ?2 and part.day = daily.day)
         order by day, verified, channel",
    )?;
    for survey in surveys {
        let mut rows = counted.query(params![survey, VERSION, first, last])?;
        while let Some(row) = rows.next()? {
            let (day, verified, channel, locale) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let counts = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
            cells.read(PartKey { survey, day, verified, channel, locale }, counts)?;
        }
        if due.contains_key(&survey) {
            let mut rows = before.query(params![survey, VERSION, first, last])?;
            let mut gathered = Gathered::default();
            while let Some(row) = rows.next()? {
                let at = PartKey {
                    survey,
                    day: row.get(0)?,
                    verified: row.get(1)?,
                    channel: row.get(2)?,
                    locale: LOCALE_UNKNOWN,
                };
                gathered.add(&mut cells, at, row.get(3)?, row.get(4)?, row.get(5)?)?;
            }
            gathered.end(&mut cells)?;
        }
    }
    Ok(cells)
}

/// The surveys of a site, or the one of them that is wanted.
fn surveys(connection: &Connection, site: i64, wanted: Option<SurveyId>) -> Result<Vec<[u8; 4]>, StoreError> {
    let mut statement =
        connection.prepare_cached("select id from survey where site = ?1 and (?2 is null or id = ?2)")?;
    let rows = statement.query_map(params![site, wanted.map(|survey| survey.0)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The last day on which a site has a response.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn last_day(connection: &Connection, site: i64) -> Result<Option<u32>, StoreError> {
    // Each survey from the end of its key: a site has few of them.
    let mut statement = connection.prepare_cached(
        "select max((select max(day) from daily where survey = survey.id and ver = ?2)) from survey where site = ?1",
    )?;
    Ok(statement.query_row([site, VERSION.into()], |row| row.get(0))?)
}

/// Up to `most` words of customers after a place, newest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn voices(
    connection: &Connection,
    site: i64,
    wanted: &Wanted,
    search: Option<&Search>,
    after: Option<After>,
    most: usize,
) -> Result<Vec<VoiceRow>, StoreError> {
    let mut statement = connection.prepare_cached(&DIALECT.voices())?;
    let (at_once, last) = (rows_at_once(search, most), *wanted.days.end());
    let mut found = Vec::new();
    for survey in surveys(connection, site, wanted.survey)? {
        // The order is by day, then by survey, then by response: on the day of the place, a survey before its own is done
        // with, and one after it is not begun.
        let (mut day, mut rid) = after.map_or((None, None), |after| after.within(survey));
        let until = found.len().saturating_add(most);
        loop {
            // The index leads to the day at which the list goes on, not to the newest.
            let until_day = day.map_or(last, |day| last.min(day));
            let place = [
                number(day),
                rid.take().map_or(Value::Null, Value::Blob),
                Value::Integer(i64::try_from(at_once).unwrap_or(i64::MAX)),
            ];
            let values = condition(survey, wanted, until_day).into_iter().chain(place);
            let mut read = 0;
            for row in statement.query_map(params_from_iter(values), |row| voice(row, survey))? {
                let row = row?;
                read += 1;
                (day, rid) = (Some(row.at.day), Some(row.at.place.rid.to_vec()));
                if search.is_none_or(|search| search.finds(&row.verbatim)) {
                    found.push(row);
                }
            }
            if read < at_once || found.len() >= until {
                break;
            }
        }
    }
    Ok(newest(found, most))
}

/// How many of the words of customers are wanted.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn voices_count(connection: &Connection, site: i64, wanted: &Wanted) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(&DIALECT.voices_count())?;
    let mut n = 0;
    for survey in surveys(connection, site, wanted.survey)? {
        let values = condition(survey, wanted, *wanted.days.end());
        n += statement.query_row(params_from_iter(values), |row| row.get::<_, u64>(0))?;
    }
    Ok(n)
}

/// The first nine parameters of [`Dialect::voices`].
fn condition(survey: [u8; 4], wanted: &Wanted, last: u32) -> [Value; 9] {
    [
        Value::Blob(survey.to_vec()),
        Value::Integer((*wanted.days.start()).into()),
        Value::Integer(last.into()),
        number(wanted.verified),
        number(wanted.channel),
        number(wanted.locale),
        number(wanted.class_bits()),
        number(wanted.cause),
        number(wanted.flags),
    ]
}

fn voice(row: &Row<'_>, survey: [u8; 4]) -> rusqlite::Result<VoiceRow> {
    Ok(VoiceRow {
        at: After { day: row.get(1)?, place: ResponseKey { survey, rid: row.get(0)? } },
        verified: row.get(2)?,
        channel: row.get(3)?,
        locale: row.get(4)?,
        key: row.get(5)?,
        elapsed: row.get(6)?,
        verbatim: row.get(7)?,
    })
}
