//! Last-seen times of snippets, in PostgreSQL.

use super::Postgres;
use super::rows::{signed, unsigned};
use crate::StoreError;

/// Notes when pages of sites asked.
///
/// # Errors
/// [`StoreError`]
pub async fn note(store: &Postgres, seen: &[(i64, u64)]) -> Result<(), StoreError> {
    let transaction = store.begin().await?;
    let sites: Vec<i64> = seen.iter().map(|(site, _)| *site).collect();
    let times = seen.iter().map(|(_, seen_ms)| signed(*seen_ms)).collect::<Result<Vec<_>, _>>()?;
    transaction
        .execute(
            "insert into site_seen (site, seen_ms) select * from unnest($1::bigint[], $2::bigint[])
             on conflict (site) do update set seen_ms = greatest(site_seen.seen_ms, excluded.seen_ms)",
            &[&sites, &times],
        )
        .await?;
    transaction.commit().await
}

/// When a page of a site last asked.
///
/// # Errors
/// [`StoreError`]
pub async fn last(store: &Postgres, site: i64) -> Result<Option<u64>, StoreError> {
    let rows = store.query("select seen_ms from site_seen where site = $1", &[&site]).await?;
    rows.first().map(|row| unsigned(row.try_get(0)?)).transpose()
}
