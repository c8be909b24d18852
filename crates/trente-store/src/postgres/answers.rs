//! Daily counts of answers, in PostgreSQL.

use std::ops::RangeInclusive;

use tokio_postgres::Row;

use super::Postgres;
use super::rows::unsigned;
use crate::StoreError;
use crate::model::answers::AnswersRow;

/// The answers of a site on these days.
///
/// # Errors
/// [`StoreError`]
pub async fn of_days(store: &Postgres, site: i64, days: &RangeInclusive<u32>) -> Result<Vec<AnswersRow>, StoreError> {
    let sql = "select day::bigint, channel::bigint, key::bigint, verified, sum(n)::bigint from daily
               where survey in (select id from survey where site = $1) and day between $2 and $3 and kind = 0
               group by day, channel, key, verified";
    let rows = store.query(sql, &[&site, &i64::from(*days.start()), &i64::from(*days.end())]).await?;
    let row = |row: &Row| {
        Ok(AnswersRow {
            day: unsigned(row.try_get(0)?)?,
            channel: unsigned(row.try_get(1)?)?,
            key: unsigned(row.try_get(2)?)?,
            verified: row.try_get(3)?,
            n: unsigned(row.try_get(4)?)?,
        })
    };
    rows.iter().map(row).collect()
}
