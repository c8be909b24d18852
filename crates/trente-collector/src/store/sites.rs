//! Sites and their surveys.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use trente_survey::definition::Definition;
use trente_survey::response_id::SurveyId;

use super::StoreError;
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
}

/// A survey as it is stored.
#[derive(Clone, Debug)]
pub struct SurveyRow {
    /// Its name on the wire.
    pub id: SurveyId,
    /// The site that published it.
    pub site: i64,
    /// Canonical JSON.
    pub definition: String,
    /// Whether the widget shows it now.
    pub current: bool,
}

/// Creates a site with a key of its own and the default survey.
///
/// # Errors
/// [`StoreError::SiteExists`], [`StoreError::Random`], [`StoreError::Sqlite`].
pub fn add(connection: &mut Connection, name: &str, origins: &[String]) -> Result<(), StoreError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key)?;
    let unreadable = |_| StoreError::Unreadable("default survey");
    let canonical = Definition::default_for(name).canonical().map_err(unreadable)?;
    let survey = Definition::id(&canonical);
    let definition = String::from_utf8(canonical).map_err(|_| StoreError::Unreadable("default survey"))?;

    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if find(&transaction, name)?.is_some() {
        return Err(StoreError::SiteExists(name.to_owned()));
    }
    let now = now_ms();
    transaction.execute("insert into site (name, key, created_ms) values (?1, ?2, ?3)", params![name, key, now])?;
    let site = transaction.last_insert_rowid();
    for origin in origins {
        transaction
            .execute("insert or ignore into site_origin (site, origin) values (?1, ?2)", params![site, origin])?;
    }
    transaction.execute(
        "insert into survey (id, site, definition, current, created_ms) values (?1, ?2, ?3, 1, ?4)",
        params![survey.0, site, definition, now],
    )?;
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
    let mut statement = connection.prepare_cached("select id, name, key, created_ms from site order by name")?;
    let rows = statement.query_map([], |row| {
        Ok(SiteRow {
            id: row.get(0)?,
            name: row.get(1)?,
            key: row.get(2)?,
            created_ms: row.get(3)?,
            origins: Vec::new(),
        })
    })?;
    let mut sites = rows.collect::<Result<Vec<_>, _>>()?;
    let mut statement = connection.prepare_cached("select origin from site_origin where site = ?1 order by origin")?;
    for site in &mut sites {
        site.origins = statement.query_map([site.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    }
    Ok(sites)
}

/// Every survey that was ever published.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn surveys(connection: &Connection) -> Result<Vec<SurveyRow>, StoreError> {
    let mut statement = connection.prepare_cached("select id, site, definition, current from survey order by id")?;
    let rows = statement.query_map([], |row| {
        Ok(SurveyRow { id: SurveyId(row.get(0)?), site: row.get(1)?, definition: row.get(2)?, current: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
