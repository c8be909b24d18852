//! Queries with a filter in PostgreSQL: daily counts and verbatims of the responses that it selects.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use trente_survey::limits::VERSION;
use trente_survey::response_id::SurveyId;

use super::rows::{array, unsigned};
use super::{Postgres, parts};
use crate::StoreError;
use crate::cells::{Cells, Gathered};
use crate::fold::parts::{LOCALE_UNKNOWN, PartKey};
use crate::key::ResponseKey;
use crate::search::{Search, rows_at_once};
use crate::wanted::{After, Dialect, VoiceRow, Wanted, newest};

const DIALECT: Dialect = Dialect { mark: '$', casts: ["::boolean", "::smallint", "::bytea", "::bigint"] };

/// The daily counts of the responses that are wanted.
///
/// # Errors
/// [`StoreError`]
pub async fn cells(store: &Postgres, site: i64, wanted: Wanted) -> Result<Cells, StoreError> {
    let transaction = store.begin().await?;
    // One moment: an earlier response is in one of the two tables at every moment.
    transaction.run("set transaction isolation level repeatable read, read only").await?;
    let sql = "select id from survey where site = $1 and ($2::bytea is null or id = $2)";
    let surveys = transaction.query(sql, &[&site, &wanted.survey.map(|survey| survey.0.to_vec())]).await?;
    let surveys: Vec<Vec<u8>> = surveys.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let due = parts::due(&transaction).await?;
    let due: Vec<&Vec<u8>> = surveys.iter().filter(|survey| due.keys().any(|due| due[..] == survey[..])).collect();
    let (ver, first, last) = (i16::from(VERSION), i64::from(*wanted.days.start()), i64::from(*wanted.days.end()));
    let mut cells = Cells::new(wanted);
    let sql = "select survey, day, verified, channel, locale, counts from daily_part
               where survey = any ($1) and ver = $2 and day between $3 and $4";
    for row in transaction.query(sql, &[&surveys, &ver, &first, &last]).await? {
        let locale = unsigned(row.try_get::<_, i16>(4)?.into())?;
        cells.read(at(&row, locale)?, row.try_get(5)?)?;
    }
    if !due.is_empty() {
        let sql = "select survey, day, verified, channel, kind, key, n from daily
                   where survey = any ($1) and ver = $2 and day between $3 and $4 and kind < 3 and not exists
                   (select 1 from daily_part part
                    where part.survey = daily.survey and part.ver = $2 and part.day = daily.day)
                   order by survey, day, verified, channel";
        let mut gathered = Gathered::default();
        for row in transaction.query(sql, &[&due, &ver, &first, &last]).await? {
            let kind = unsigned(row.try_get::<_, i16>(4)?.into())?;
            let (key, n) = (unsigned(row.try_get(5)?)?, unsigned(row.try_get(6)?)?);
            gathered.add(&mut cells, at(&row, LOCALE_UNKNOWN)?, kind, key, n)?;
        }
        gathered.end(&mut cells)?;
    }
    transaction.commit().await?;
    Ok(cells)
}

fn at(row: &Row, locale: u8) -> Result<PartKey, StoreError> {
    Ok(PartKey {
        survey: array(row.try_get(0)?)?,
        day: unsigned(row.try_get(1)?)?,
        verified: row.try_get(2)?,
        channel: unsigned(row.try_get::<_, i16>(3)?.into())?,
        locale,
    })
}

/// The last day on which a site has a response.
///
/// # Errors
/// [`StoreError`]
pub async fn last_day(store: &Postgres, site: i64) -> Result<Option<u32>, StoreError> {
    let sql = "select max((select max(day) from daily where survey = survey.id and ver = $2)) from survey
               where site = $1";
    let rows = store.query(sql, &[&site, &i16::from(VERSION)]).await?;
    let day: Option<i64> = rows.first().ok_or(StoreError::Ended)?.try_get(0)?;
    day.map(unsigned).transpose()
}

/// Up to `most` words of customers after a place, newest first.
///
/// # Errors
/// [`StoreError`]
pub async fn voices(
    store: &Postgres,
    site: i64,
    wanted: &Wanted,
    search: Option<&Search>,
    after: Option<After>,
    most: usize,
) -> Result<Vec<VoiceRow>, StoreError> {
    let (condition, last) = (Condition::of(wanted), i64::from(*wanted.days.end()));
    let (statement, at_once) = (DIALECT.voices(), rows_at_once(search, most));
    let limit = i64::try_from(at_once).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for survey in surveys(store, site, wanted.survey).await? {
        let (day, mut rid) = after.map_or((None, None), |after| after.within(survey));
        let mut day = day.map(i64::from);
        let until = found.len().saturating_add(most);
        loop {
            // The index leads to the day at which the list goes on, not to the newest.
            let until_day = day.map_or(last, |day| last.min(day));
            let id = &survey[..];
            let place: [&(dyn ToSql + Sync); 3] = [&day, &rid, &limit];
            let values: Vec<_> = condition.values(&id, &until_day).into_iter().chain(place).collect();
            let rows = store.query(&statement, &values).await?;
            for row in &rows {
                let row = voice(row, survey)?;
                (day, rid) = (Some(row.at.day.into()), Some(row.at.place.rid.to_vec()));
                if search.is_none_or(|search| search.finds(&row.verbatim)) {
                    found.push(row);
                }
            }
            if rows.len() < at_once || found.len() >= until {
                break;
            }
        }
    }
    Ok(newest(found, most))
}

/// How many of the words of customers are wanted.
///
/// # Errors
/// [`StoreError`]
pub async fn voices_count(store: &Postgres, site: i64, wanted: &Wanted) -> Result<u64, StoreError> {
    let (condition, last) = (Condition::of(wanted), i64::from(*wanted.days.end()));
    let statement = DIALECT.voices_count();
    let mut n = 0;
    for survey in surveys(store, site, wanted.survey).await? {
        let rows = store.query(&statement, &condition.values(&&survey[..], &last)).await?;
        n += unsigned::<u64>(rows.first().ok_or(StoreError::Ended)?.try_get(0)?)?;
    }
    Ok(n)
}

async fn surveys(store: &Postgres, site: i64, survey: Option<SurveyId>) -> Result<Vec<[u8; 4]>, StoreError> {
    let sql = "select id from survey where site = $1 and ($2::bytea is null or id = $2)";
    let rows = store.query(sql, &[&site, &survey.map(|SurveyId(survey)| survey.to_vec())]).await?;
    rows.iter().map(|row| array(row.try_get(0)?)).collect()
}

/// The parameters of [`Dialect::voices`] that are alike for all surveys and places.
struct Condition {
    first: i64,
    verified: Option<bool>,
    small: [Option<i16>; 3],
    bits: [Option<i64>; 2],
}

impl Condition {
    fn of(wanted: &Wanted) -> Self {
        Self {
            first: (*wanted.days.start()).into(),
            verified: wanted.verified,
            small: [wanted.channel, wanted.locale, wanted.cause].map(|value| value.map(i16::from)),
            bits: [wanted.class_bits().map(i64::from), wanted.flags.map(i64::from)],
        }
    }

    /// The first nine, of this survey and up to this day.
    fn values<'a>(&'a self, survey: &'a &'a [u8], last: &'a i64) -> [&'a (dyn ToSql + Sync); 9] {
        let Self { first, verified, small: [channel, locale, cause], bits: [classes, flags] } = self;
        [survey, first, last, verified, channel, locale, classes, cause, flags]
    }
}

fn voice(row: &Row, survey: [u8; 4]) -> Result<VoiceRow, StoreError> {
    let number = |value: i16| unsigned(i64::from(value));
    Ok(VoiceRow {
        at: After { day: unsigned(row.try_get(1)?)?, place: ResponseKey { survey, rid: array(row.try_get(0)?)? } },
        verified: row.try_get(2)?,
        channel: number(row.try_get(3)?)?,
        locale: number(row.try_get(4)?)?,
        key: unsigned(row.try_get(5)?)?,
        elapsed: number(row.try_get(6)?)?,
        verbatim: row.try_get(7)?,
    })
}
