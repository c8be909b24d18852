//! Schema of the PostgreSQL database: its version and its migrations.

use std::time::Duration;

use deadpool_postgres::Pool;

use super::connector::{Connector, Transaction};
use crate::StoreError;

/// Every migration by its number, in order; the last that was run is the database's version. Both stores share one
/// series of numbers, so a number may be another store's alone. Additive only: an older collector goes on next to it.
const MIGRATIONS: [(i64, &str); 18] = [
    (3, include_str!("../../migrations/postgres/0003_first.sql")),
    (4, include_str!("../../migrations/postgres/0004_administration.sql")),
    (5, include_str!("../../migrations/postgres/0005_erasures.sql")),
    (8, include_str!("../../migrations/postgres/0008_bundles.sql")),
    (9, include_str!("../../migrations/postgres/0009_aside.sql")),
    (12, include_str!("../../migrations/postgres/0012_devices.sql")),
    (13, include_str!("../../migrations/postgres/0013_rights.sql")),
    (14, include_str!("../../migrations/postgres/0014_second_factor.sql")),
    (15, include_str!("../../migrations/postgres/0015_zone.sql")),
    (16, include_str!("../../migrations/postgres/0016_recovery.sql")),
    (17, include_str!("../../migrations/postgres/0017_shop_days.sql")),
    (18, include_str!("../../migrations/postgres/0018_parts.sql")),
    (19, include_str!("../../migrations/postgres/0019_mail.sql")),
    (20, include_str!("../../migrations/postgres/0020_attempts.sql")),
    (21, include_str!("../../migrations/postgres/0021_gone.sql")),
    (22, include_str!("../../migrations/postgres/0022_events.sql")),
    (23, include_str!("../../migrations/postgres/0023_contact.sql")),
    (24, include_str!("../../migrations/postgres/0024_closed.sql")),
];

/// The advisory lock under which a database is migrated. `TRNT`, then a number of its own.
const LOCK: i64 = 0x5452_4e54_0000_0001;

/// How often a migration that waits too long for a table begins again.
const ATTEMPTS: u32 = 10;

/// Looks whether the database is one that we can use, and brings it to the newest version; `create` makes the tables
/// where there are none.
///
/// # Errors
/// [`StoreError::Missing`], [`StoreError::Foreign`], [`StoreError::Newer`], [`StoreError::Server`],
/// [`StoreError::Postgres`].
pub async fn open(connector: &Connector, pool: &Pool, create: bool) -> Result<(), StoreError> {
    let transaction = connector.acquire(pool).await?;
    check_server(&transaction).await?;
    let known = MIGRATIONS.last().map_or(0, |(number, _)| *number);
    let found = version(&transaction).await?;
    transaction.release()?;
    match found {
        Some(found) if found == known => return Ok(()),
        Some(found) if found > known => return Err(StoreError::Newer { found, known }),
        None if !create => return Err(StoreError::Empty),
        _ => {}
    }
    for attempt in 1.. {
        match migrate(connector, pool, known).await {
            // Those who write go on between the attempts: a lock that waits makes all behind it wait.
            Err(StoreError::Postgres(error)) if attempt < ATTEMPTS && is_lock_timeout(&error) => {
                tracing::warn!(attempt, "a migration waits for a table that is in use");
                tokio::time::sleep(Duration::from_millis(200) * attempt).await;
            }
            outcome => return outcome,
        }
    }
    Ok(())
}

async fn migrate(connector: &Connector, pool: &Pool, known: i64) -> Result<(), StoreError> {
    let transaction = connector.begin(pool).await?;
    transaction.run_long(&format!("select pg_advisory_xact_lock({LOCK})")).await?;
    transaction.run("set local lock_timeout = '2s'").await?;
    // Asked again under the lock: another collector may have been first.
    let found = version(&transaction).await?;
    if found.is_some_and(|found| found > known) {
        return Err(StoreError::Newer { found: found.unwrap_or_default(), known });
    }
    if found.is_none() {
        if has(&transaction, &["site", "survey", "inbox", "response", "daily"]).await? {
            return Err(StoreError::Foreign);
        }
        transaction
            .run("create table trente (version bigint not null); insert into trente (version) values (0)")
            .await?;
    }
    let found = found.unwrap_or(0);
    for (_, migration) in MIGRATIONS.iter().filter(|(number, _)| *number > found) {
        transaction.run_long(migration).await?;
    }
    transaction.execute("update trente set version = $1", &[&known]).await?;
    transaction.commit().await
}

/// The version of the database; none when it has no tables of ours.
async fn version(transaction: &Transaction) -> Result<Option<i64>, StoreError> {
    if !has(transaction, &["trente"]).await? {
        return Ok(None);
    }
    Ok(Some(first(transaction, "select version from trente").await?))
}

/// Whether there is a table of one of these names. Asked of the catalog itself: the server remembers that a name was
/// not there, and an advisory lock does not make it look again.
async fn has(transaction: &Transaction, names: &[&str]) -> Result<bool, StoreError> {
    let sql = "select exists (select from pg_class
               where relname = any ($1) and relnamespace = current_schema()::regnamespace)";
    let rows = transaction.query(sql, &[&names]).await?;
    Ok(rows.first().ok_or(StoreError::Ended)?.try_get(0)?)
}

/// A server that forgets what it has committed, or that holds other letters than ours, is not used.
async fn check_server(transaction: &Transaction) -> Result<(), StoreError> {
    let encoding: String = first(transaction, "select current_setting('server_encoding')").await?;
    if encoding != "UTF8" {
        return Err(StoreError::Server(format!("its encoding is {encoding}, not UTF8")));
    }
    for name in ["fsync", "full_page_writes"] {
        let rows = transaction.query("select current_setting($1)", &[&name]).await?;
        let value: String = rows.first().ok_or(StoreError::Ended)?.try_get(0)?;
        if value != "on" {
            return Err(StoreError::Server(format!("{name} is {value}, so it may lose what it has committed")));
        }
    }
    Ok(())
}

async fn first<T>(transaction: &Transaction, sql: &str) -> Result<T, StoreError>
where
    T: for<'a> tokio_postgres::types::FromSql<'a>,
{
    let rows = transaction.query(sql, &[]).await?;
    Ok(rows.first().ok_or(StoreError::Ended)?.try_get(0)?)
}

fn is_lock_timeout(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&tokio_postgres::error::SqlState::LOCK_NOT_AVAILABLE)
}
