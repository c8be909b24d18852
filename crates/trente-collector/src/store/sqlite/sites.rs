//! Sites in SQLite.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::surveys;
use crate::clock::now_ms;
use crate::store::StoreError;
use crate::store::rows::{NewSite, Publication, SiteRow};

/// Creates a site with this key and this first survey.
///
/// # Errors
/// [`StoreError::SiteExists`], [`StoreError::SurveyClash`], [`StoreError::Sqlite`].
pub(super) fn add(
    transaction: &Transaction<'_>,
    site: &NewSite,
    key: &[u8; 32],
    publication: &Publication,
) -> Result<(), StoreError> {
    if find(transaction, &site.name)?.is_some() {
        return Err(StoreError::SiteExists(site.name.clone()));
    }
    transaction.execute(
        "insert into site (name, key, created_ms, any_origin) values (?1, ?2, ?3, ?4)",
        params![site.name, key, now_ms(), site.any_origin],
    )?;
    let number = transaction.last_insert_rowid();
    for origin in &site.origins {
        transaction
            .execute("insert or ignore into site_origin (site, origin) values (?1, ?2)", params![number, origin])?;
    }
    surveys::choose(transaction, number, publication)?;
    Ok(())
}

/// The number of the site of this name.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn find(connection: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    let mut statement = connection.prepare_cached("select id from site where name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// The number of the site of this name, which there must be.
///
/// # Errors
/// [`StoreError::SiteUnknown`], [`StoreError::Sqlite`].
pub(super) fn number(connection: &Connection, name: &str) -> Result<i64, StoreError> {
    find(connection, name)?.ok_or_else(|| StoreError::SiteUnknown(name.to_owned()))
}

/// Every site, by name.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn list(connection: &Connection) -> Result<Vec<SiteRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select id, name, key, former_key, created_ms, any_origin, retention_days from site order by name",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(SiteRow {
            id: row.get(0)?,
            name: row.get(1)?,
            key: row.get(2)?,
            former_key: row.get(3)?,
            created_ms: row.get(4)?,
            origins: Vec::new(),
            any_origin: row.get(5)?,
            retention_days: row.get(6)?,
        })
    })?;
    let mut sites = rows.collect::<Result<Vec<_>, _>>()?;
    let mut statement = connection.prepare_cached("select origin from site_origin where site = ?1 order by origin")?;
    for site in &mut sites {
        site.origins = statement.query_map([site.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    }
    Ok(sites)
}

/// A number that every change of a site, its origins or its surveys raises.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached("select version from catalog")?.query_row([], |row| row.get(0))?)
}
