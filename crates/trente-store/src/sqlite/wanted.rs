//! Sums and words of the responses that a filter wants, in SQLite.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use trente_survey::limits::VERSION;

use crate::StoreError;
use crate::wanted::{After, Dialect, Split, SumRow, VoiceRow, Wanted, pattern};

const DIALECT: Dialect = Dialect { mark: '?', casts: ["", "", "", ""], big: "" };

fn number(value: Option<impl Into<i64>>) -> Value {
    value.map_or(Value::Null, |value| Value::Integer(value.into()))
}

/// Parameters 1 to 6, and to 10 for single responses.
fn values(site: i64, wanted: &Wanted, response: bool) -> Vec<Value> {
    let mut values = vec![
        Value::Integer(site),
        Value::Integer((*wanted.days.start()).into()),
        Value::Integer((*wanted.days.end()).into()),
        number(wanted.verified),
        number(wanted.channel),
        wanted.survey.map_or(Value::Null, |survey| Value::Blob(survey.0.to_vec())),
    ];
    if response {
        values.extend([number(wanted.locale), number(wanted.class_bits()), number(wanted.cause), number(wanted.flags)]);
    }
    values
}

/// The sums of the responses that are wanted.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn sums(connection: &Connection, site: i64, wanted: &Wanted, split: Split) -> Result<Vec<SumRow>, StoreError> {
    let response = !wanted.is_in_counts() || split == Split::Language;
    let mut values = values(site, wanted, response);
    if let Split::Weeks(last) = split {
        values.push(Value::Integer(last.into()));
    }
    let mut statement = connection.prepare_cached(&DIALECT.sums(split, response))?;
    let rows = statement.query_map(params_from_iter(values), |row| {
        let part = match split {
            Split::Survey => u32::from_be_bytes(row.get(0)?),
            _ => row.get(0)?,
        };
        Ok(SumRow { part, verified: row.get(1)?, kind: row.get(2)?, key: row.get(3)?, n: row.get(4)? })
    })?;
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
    search: Option<&str>,
    after: Option<After>,
    most: usize,
) -> Result<Vec<VoiceRow>, StoreError> {
    let mut values = values(site, wanted, true);
    values.extend([
        search.map_or(Value::Null, |search| Value::Text(pattern(search))),
        number(after.map(|after| after.day)),
        after.map_or(Value::Null, |after| Value::Blob(after.survey.to_vec())),
        after.map_or(Value::Null, |after| Value::Blob(after.rid.to_vec())),
        Value::Integer(i64::try_from(most).unwrap_or(i64::MAX)),
    ]);
    let mut statement = connection.prepare_cached(&DIALECT.voices("like"))?;
    let rows = statement.query_map(params_from_iter(values), |row| {
        Ok(VoiceRow {
            at: After { survey: row.get(0)?, rid: row.get(1)?, day: row.get(2)? },
            verified: row.get(3)?,
            channel: row.get(4)?,
            locale: row.get(5)?,
            key: row.get(6)?,
            elapsed: row.get(7)?,
            verbatim: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
