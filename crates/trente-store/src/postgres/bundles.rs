//! Storage of the widget's files in PostgreSQL, for every collector that shares the database.

use super::Postgres;
use super::rows::{array, signed};
use crate::StoreError;
use crate::model::bundle::{BUNDLES_KEPT, BundleFile, BundleId};

/// See [`crate::Store::touch_bundle`].
///
/// # Errors
/// [`StoreError`]
pub async fn see(store: &Postgres, bundle: BundleId, now_ms: u64) -> Result<bool, StoreError> {
    let transaction = store.begin().await?;
    let sql = "update bundle_file
               set seen_ms = greatest($2::bigint, (select max(seen_ms) + 1 from bundle_file)) where bundle = $1";
    let seen = transaction.execute(sql, &[&&bundle[..], &signed(now_ms)?]).await?;
    transaction.commit().await?;
    Ok(seen > 0)
}

/// See [`crate::Store::keep_bundle`].
///
/// # Errors
/// [`StoreError`]
pub async fn keep(store: &Postgres, bundle: BundleId, files: &[BundleFile], now_ms: u64) -> Result<(), StoreError> {
    let transaction = store.begin().await?;
    // Later than all others, whatever the clock says.
    let sql = "select greatest($1::bigint, max(seen_ms) + 1) from bundle_file";
    let rows = transaction.query(sql, &[&signed(now_ms)?]).await?;
    let seen_ms: i64 = rows.first().ok_or(StoreError::Ended)?.try_get(0)?;
    for file in files {
        // Another collector of the same release may start in the same moment.
        let sql = "insert into bundle_file (bundle, path, seen_ms, content) values ($1, $2, $3, $4)
                   on conflict (bundle, path) do nothing";
        transaction.execute(sql, &[&&bundle[..], &file.path, &seen_ms, &file.content]).await?;
    }
    let sql = "delete from bundle_file where bundle not in
                   (select bundle from bundle_file group by bundle order by max(seen_ms) desc, bundle limit $1)";
    transaction.execute(sql, &[&i64::from(BUNDLES_KEPT)]).await?;
    transaction.commit().await
}

/// See [`crate::Store::bundle_paths`].
///
/// # Errors
/// [`StoreError`]
pub async fn paths(store: &Postgres) -> Result<Vec<(String, BundleId)>, StoreError> {
    let rows = store.query("select path, bundle from bundle_file order by seen_ms, bundle", &[]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, array(row.try_get(1)?)?))).collect()
}

/// See [`crate::Store::bundle_file`].
///
/// # Errors
/// [`StoreError`]
pub async fn file(store: &Postgres, bundle: BundleId, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "select content from bundle_file where bundle = $1 and path = $2";
    let rows = store.query(sql, &[&&bundle[..], &path]).await?;
    Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
}
