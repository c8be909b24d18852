//! Sums and words of the responses that a filter wants, in PostgreSQL.

use tokio_postgres::types::ToSql;
use trente_survey::limits::VERSION;

use super::Postgres;
use super::rows::{array, unsigned};
use crate::StoreError;
use crate::wanted::{After, Dialect, Split, SumRow, VoiceRow, Wanted, pattern};

const DIALECT: Dialect =
    Dialect { mark: '$', casts: ["::boolean", "::smallint", "::bytea", "::bigint"], big: "::bigint" };

/// Parameters 1 to 10.
struct Values {
    site: i64,
    first: i64,
    last: i64,
    verified: Option<bool>,
    channel: Option<i16>,
    survey: Option<Vec<u8>>,
    locale: Option<i16>,
    classes: Option<i64>,
    cause: Option<i16>,
    flags: Option<i64>,
}

impl Values {
    fn of(site: i64, wanted: &Wanted) -> Self {
        Self {
            site,
            first: (*wanted.days.start()).into(),
            last: (*wanted.days.end()).into(),
            verified: wanted.verified,
            channel: wanted.channel.map(Into::into),
            survey: wanted.survey.map(|survey| survey.0.to_vec()),
            locale: wanted.locale.map(Into::into),
            classes: wanted.class_bits().map(Into::into),
            cause: wanted.cause.map(Into::into),
            flags: wanted.flags.map(Into::into),
        }
    }

    fn bound(&self, response: bool) -> Vec<&(dyn ToSql + Sync)> {
        let mut bound: Vec<&(dyn ToSql + Sync)> =
            vec![&self.site, &self.first, &self.last, &self.verified, &self.channel, &self.survey];
        if response {
            bound.extend([&self.locale as &(dyn ToSql + Sync), &self.classes, &self.cause, &self.flags]);
        }
        bound
    }
}

/// The sums of the responses that are wanted.
///
/// # Errors
/// [`StoreError`]
pub async fn sums(store: &Postgres, site: i64, wanted: &Wanted, split: Split) -> Result<Vec<SumRow>, StoreError> {
    let response = !wanted.is_in_counts() || split == Split::Language;
    let values = Values::of(site, wanted);
    let mut bound = values.bound(response);
    let until = match split {
        Split::Weeks(last) => i64::from(last),
        _ => 0,
    };
    if matches!(split, Split::Weeks(_)) {
        bound.push(&until);
    }
    let rows = store.query(&DIALECT.sums(split, response), &bound).await?;
    rows.iter()
        .map(|row| {
            let part = match split {
                Split::Survey => u32::from_be_bytes(array(row.try_get(0)?)?),
                _ => unsigned(row.try_get(0)?)?,
            };
            Ok(SumRow {
                part,
                verified: row.try_get(1)?,
                kind: unsigned(row.try_get(2)?)?,
                key: unsigned(row.try_get(3)?)?,
                n: unsigned(row.try_get(4)?)?,
            })
        })
        .collect()
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
    search: Option<&str>,
    after: Option<After>,
    most: usize,
) -> Result<Vec<VoiceRow>, StoreError> {
    let values = Values::of(site, wanted);
    let mut bound = values.bound(true);
    let search = search.map(pattern);
    let day = after.map(|after| i64::from(after.day));
    let (survey, rid) = (after.map(|after| after.survey.to_vec()), after.map(|after| after.rid.to_vec()));
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    bound.extend([&search as &(dyn ToSql + Sync), &day, &survey, &rid, &most]);
    let rows = store.query(&DIALECT.voices("ilike"), &bound).await?;
    let small = |value: i16| unsigned(i64::from(value));
    rows.iter()
        .map(|row| {
            Ok(VoiceRow {
                at: After {
                    survey: array(row.try_get(0)?)?,
                    rid: array(row.try_get(1)?)?,
                    day: unsigned(row.try_get(2)?)?,
                },
                verified: row.try_get(3)?,
                channel: small(row.try_get(4)?)?,
                locale: small(row.try_get(5)?)?,
                key: unsigned(row.try_get(6)?)?,
                elapsed: small(row.try_get(7)?)?,
                verbatim: row.try_get(8)?,
            })
        })
        .collect()
}
