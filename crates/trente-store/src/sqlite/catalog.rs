//! Sites and published surveys in SQLite: lists them, tells which one a site asks now, and publishes another.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use trente_survey::response_id::SurveyId;

use crate::clock::now_ms;
use crate::fold::Zones;
use crate::model::site::{NewSite, Publication, Published, SiteRow, SurveyRow};
use crate::{StoreError, encoding};

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
    choose(transaction, number, publication)?;
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

/// The time zones of the sites, by their surveys.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub(super) fn zones(connection: &Connection) -> Result<Zones, StoreError> {
    let mut statement = connection.prepare_cached(
        "select survey.id, site.time_zone from survey join site on site.id = survey.site where site.time_zone <> 'UTC'",
    )?;
    let rows = statement.query_map([], |row| Ok((SurveyId(row.get(0)?), row.get(1)?)))?;
    Ok(Zones::of(rows.collect::<Result<Vec<_>, _>>()?))
}

/// Every site, by name.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn sites(connection: &Connection) -> Result<Vec<SiteRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select id, name, key, former_key, created_ms, any_origin, retention_days, time_zone, demonstration, desk_days,
             contact_days, closed_ms
         from site order by name",
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
            time_zone: row.get(7)?,
            demonstration: row.get(8)?,
            desk_days: row.get(9)?,
            contact_days: row.get(10)?,
            closed_ms: row.get(11)?,
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

/// Makes a survey the one that a site asks, and publishes it where it is not. Those before it stay, and so do their
/// frames.
///
/// # Errors
/// [`StoreError::SurveyClash`] when another document has the same id; [`StoreError::Sqlite`].
pub(super) fn choose(
    transaction: &Transaction<'_>,
    site: i64,
    publication: &Publication,
) -> Result<Published, StoreError> {
    let Publication { id, document } = publication;
    let known: Option<(i64, String, bool)> = transaction
        .prepare_cached("select site, definition, current from survey where id = ?1")?
        .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let published = match &known {
        Some((owner, other, _)) if *owner != site || other != document => {
            return Err(StoreError::SurveyClash(encoding::hex(&id.0)));
        }
        Some((_, _, true)) => return Ok(Published::Unchanged),
        Some(_) => Published::Again,
        None => Published::New,
    };
    transaction.execute("update survey set current = 0 where site = ?1 and current = 1", [site])?;
    if published == Published::Again {
        transaction.execute("update survey set current = 1 where id = ?1", [id.0])?;
    } else {
        transaction.execute(
            "insert into survey (id, site, definition, current, created_ms) values (?1, ?2, ?3, 1, ?4)",
            params![id.0, site, document, now_ms()],
        )?;
    }
    Ok(published)
}

/// Every survey that was ever published, by site, oldest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn surveys(connection: &Connection) -> Result<Vec<SurveyRow>, StoreError> {
    let mut statement =
        connection.prepare_cached("select id, site, current, created_ms from survey order by site, created_ms, id")?;
    let rows = statement.query_map([], |row| {
        Ok(SurveyRow { id: SurveyId(row.get(0)?), site: row.get(1)?, current: row.get(2)?, created_ms: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The survey that a site asks now.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn current(connection: &Connection, site: i64) -> Result<Option<SurveyId>, StoreError> {
    let mut statement = connection.prepare_cached("select id from survey where site = ?1 and current = 1")?;
    Ok(statement.query_row([site], |row| row.get(0)).optional()?.map(SurveyId))
}

/// The canonical document of a survey.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn document(connection: &Connection, id: SurveyId) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("select definition from survey where id = ?1")?;
    Ok(statement.query_row([id.0], |row| row.get(0)).optional()?)
}
