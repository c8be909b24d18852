//! Sites.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use trente_survey::definition::Definition;

use super::{StoreError, surveys};
use crate::clock::now_ms;

/// A site as it is stored.
#[derive(Clone, Debug)]
pub struct SiteRow {
    /// Its number in this database.
    pub id: i64,
    /// Its public name.
    pub name: String,
    /// Its secret key.
    pub key: [u8; 32],
    /// Milliseconds since 1970.
    pub created_ms: u64,
    /// Exact origins, in alphabetical order.
    pub origins: Vec<String>,
    /// Whether the widget may stand on pages of any other origin too.
    pub any_origin: bool,
}

/// Creates a site with a key of its own and the default survey; `any_origin` lets the widget stand anywhere.
///
/// # Errors
/// [`StoreError::SiteExists`], [`StoreError::Random`], [`StoreError::Sqlite`].
pub fn add(connection: &mut Connection, name: &str, origins: &[String], any_origin: bool) -> Result<(), StoreError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if find(&transaction, name)?.is_some() {
        return Err(StoreError::SiteExists(name.to_owned()));
    }
    transaction.execute(
        "insert into site (name, key, created_ms, any_origin) values (?1, ?2, ?3, ?4)",
        params![name, key, now_ms(), any_origin],
    )?;
    let site = transaction.last_insert_rowid();
    for origin in origins {
        transaction
            .execute("insert or ignore into site_origin (site, origin) values (?1, ?2)", params![site, origin])?;
    }
    surveys::choose(&transaction, site, &Definition::default_for(name))?;
    Ok(transaction.commit()?)
}

/// The number of the site of this name.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn find(connection: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    let mut statement = connection.prepare_cached("select id from site where name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Every site, by name.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn list(connection: &Connection) -> Result<Vec<SiteRow>, StoreError> {
    let mut statement =
        connection.prepare_cached("select id, name, key, created_ms, any_origin from site order by name")?;
    let rows = statement.query_map([], |row| {
        Ok(SiteRow {
            id: row.get(0)?,
            name: row.get(1)?,
            key: row.get(2)?,
            created_ms: row.get(3)?,
            origins: Vec::new(),
            any_origin: row.get(4)?,
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
