//! Daily counts in PostgreSQL.

use std::ops::RangeInclusive;

use tokio_postgres::Row;
use trente_stats::CountError;
use trente_survey::limits::VERSION;

use super::Postgres;
use super::connector::Transaction;
use super::rows::{array, unsigned};
use crate::StoreError;
use crate::fold::counts::{CountDeltas, CountRow};

/// The key of a row, joined to the columns of [`Columns`].
const PLACE: &str = "daily.survey = changed.survey and daily.ver = changed.ver and daily.day = changed.day
    and daily.verified = changed.verified and daily.channel = changed.channel and daily.kind = changed.kind
    and daily.key = changed.key";
/// The columns of [`Columns`].
const CHANGED: &str = "unnest($1::bytea[], $2::smallint[], $3::bigint[], $4::boolean[], $5::smallint[], $6::smallint[],
    $7::bigint[], $8::bigint[]) as changed (survey, ver, day, verified, channel, kind, key, n)";

#[derive(Default)]
struct Columns {
    surveys: Vec<Vec<u8>>,
    versions: Vec<i16>,
    days: Vec<i64>,
    verified: Vec<bool>,
    channels: Vec<i16>,
    kinds: Vec<i16>,
    keys: Vec<i64>,
    amounts: Vec<i64>,
}

impl Columns {
    fn of(changes: &CountDeltas, wanted: impl Fn(i64) -> bool) -> Self {
        let mut columns = Self::default();
        for (at, kind, key, by) in changes.rows().filter(|(.., by)| wanted(*by)) {
            columns.surveys.push(at.survey.to_vec());
            columns.versions.push(at.version.into());
            columns.days.push(at.day.into());
            columns.verified.push(at.verified);
            columns.channels.push(at.channel.into());
            columns.kinds.push(kind.into());
            columns.keys.push(key.into());
            columns.amounts.push(by.saturating_abs());
        }
        columns
    }

    async fn run(&self, transaction: &Transaction, sql: &str) -> Result<u64, StoreError> {
        let Self { surveys, versions, days, verified, channels, kinds, keys, amounts } = self;
        transaction.execute(sql, &[surveys, versions, days, verified, channels, kinds, keys, amounts]).await
    }
}

/// Writes what a fold changes.
///
/// # Errors
/// [`StoreError::Count`] when a count would fall below 0; why the store fails.
pub async fn write(transaction: &Transaction, changes: &CountDeltas) -> Result<(), StoreError> {
    let raised = Columns::of(changes, |by| by > 0);
    if !raised.amounts.is_empty() {
        let raise = format!(
            "insert into daily (survey, ver, day, verified, channel, kind, key, n) select * from {CHANGED}
             on conflict (survey, ver, day, verified, channel, kind, key) do update set n = daily.n + excluded.n"
        );
        raised.run(transaction, &raise).await?;
    }
    let lowered = Columns::of(changes, |by| by < 0);
    if !lowered.amounts.is_empty() {
        let lower =
            format!("update daily set n = daily.n - changed.n from {CHANGED} where {PLACE} and daily.n >= changed.n");
        if lowered.run(transaction, &lower).await? != lowered.amounts.len() as u64 {
            return Err(CountError::TooFew.into());
        }
        lowered.run(transaction, &format!("delete from daily using {CHANGED} where {PLACE} and daily.n = 0")).await?;
    }
    Ok(())
}

/// Whether a site has a proven response, or had one that retention has deleted.
///
/// # Errors
/// [`StoreError`]
pub async fn signs(store: &Postgres, site: i64) -> Result<bool, StoreError> {
    let sql =
        "select exists (select 1 from daily where survey in (select id from survey where site = $1) and verified)";
    let found = store.query(sql, &[&site]).await?;
    Ok(found.first().ok_or(StoreError::Ended)?.try_get(0)?)
}

/// Unsigned responses of a site by day, in days since 1970; days without any are left out.
///
/// # Errors
/// [`StoreError`]
pub async fn unsigned_by_day(
    store: &Postgres,
    site: i64,
    days: &RangeInclusive<u32>,
) -> Result<Vec<(u32, u64)>, StoreError> {
    // Every response has one elapsed bucket, which is kind 1.
    let sql = "select day, sum(n)::bigint from daily
               where survey in (select id from survey where site = $1) and ver = $2 and day between $3 and $4
               and not verified and kind = 1 group by day order by day";
    let (version, first, last) = (i16::from(VERSION), i64::from(*days.start()), i64::from(*days.end()));
    let found = store.query(sql, &[&site, &version, &first, &last]).await?;
    found.iter().map(|row| Ok((unsigned(row.try_get(0)?)?, unsigned(row.try_get(1)?)?))).collect()
}

/// The sums of the answers to a site's extra questions over these days, by survey.
///
/// # Errors
/// [`StoreError`]
pub async fn of_questions(
    store: &Postgres,
    site: i64,
    days: &RangeInclusive<u32>,
) -> Result<Vec<CountRow>, StoreError> {
    let sql = "select verified, kind, survey, key, sum(n)::bigint from daily
               where survey in (select id from survey where site = $1) and ver = $2 and day between $3 and $4
               and kind = 3 group by verified, kind, survey, key";
    let (version, first, last) = (i16::from(VERSION), i64::from(*days.start()), i64::from(*days.end()));
    let found = store.query(sql, &[&site, &version, &first, &last]).await?;
    found.iter().map(count).collect()
}

/// The sums of a site's counts over these days and every survey that it published.
///
/// # Errors
/// [`StoreError`]
pub async fn of_site(store: &Postgres, site: i64, days: &RangeInclusive<u32>) -> Result<Vec<CountRow>, StoreError> {
    // Questions of different surveys have nothing in common but their place, so their counts stay apart.
    let sql = "select verified, kind, case kind when 3 then survey else '\\x00000000'::bytea end as of_survey, key,
                   sum(n)::bigint
               from daily where survey in (select id from survey where site = $1) and day between $2 and $3
               group by verified, kind, of_survey, key";
    let (first, last) = (i64::from(*days.start()), i64::from(*days.end()));
    let found = store.query(sql, &[&site, &first, &last]).await?;
    found.iter().map(count).collect()
}

fn count(row: &Row) -> Result<CountRow, StoreError> {
    Ok(CountRow {
        verified: row.try_get(0)?,
        kind: unsigned(row.try_get::<_, i16>(1)?.into())?,
        survey: array(row.try_get(2)?)?,
        key: unsigned(row.try_get(3)?)?,
        n: unsigned(row.try_get(4)?)?,
    })
}
