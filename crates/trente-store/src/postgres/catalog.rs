//! Sites and surveys in PostgreSQL.
//!
//! Without triggers, so whatever changes a site, an origin or a survey raises the catalog's version in the same
//! transaction ([`super::admin`]), and nothing changes a published document.

use tokio_postgres::Row;
use trente_survey::response_id::SurveyId;

use super::Postgres;
use super::connector::Transaction;
use super::rows::{array, signed, unsigned};
use crate::clock::now_ms;
use crate::model::site::{NewSite, Publication, Published, SiteRow, SurveyRow};
use crate::{StoreError, encoding};

/// The advisory lock of changes to sites or surveys. `TRNT`, then a number of its own.
const LOCK: i64 = 0x5452_4e54_0000_0003;

/// A number that every change of a site, its origins or its surveys raises.
///
/// # Errors
/// [`StoreError`]
pub async fn version(store: &Postgres) -> Result<i64, StoreError> {
    let rows = store.query("select version from catalog", &[]).await?;
    Ok(rows.first().ok_or(StoreError::Ended)?.try_get(0)?)
}

/// Every site, by name.
///
/// # Errors
/// [`StoreError`]
pub async fn sites(store: &Postgres) -> Result<Vec<SiteRow>, StoreError> {
    // Bytes and not the letters of a locale decide the order, as in SQLite.
    let sql = "select id, name, key, created_ms, any_origin, former_key, retention_days, time_zone, demonstration,
                   desk_days, contact_days, closed_ms,
                   array(select origin from site_origin where site = site.id order by origin collate \"C\")
               from site order by name collate \"C\"";
    let site = |row: &Row| {
        Ok(SiteRow {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            key: array(row.try_get(2)?)?,
            created_ms: unsigned(row.try_get(3)?)?,
            any_origin: row.try_get(4)?,
            former_key: row.try_get::<_, Option<&[u8]>>(5)?.map(array).transpose()?,
            retention_days: row.try_get::<_, Option<i64>>(6)?.map(unsigned).transpose()?,
            time_zone: row.try_get(7)?,
            demonstration: row.try_get(8)?,
            desk_days: unsigned(row.try_get(9)?)?,
            contact_days: unsigned(row.try_get(10)?)?,
            closed_ms: row.try_get::<_, Option<i64>>(11)?.map(unsigned).transpose()?,
            origins: row.try_get(12)?,
        })
    };
    store.query(sql, &[]).await?.iter().map(site).collect()
}

/// The number of the site of this name.
///
/// # Errors
/// [`StoreError`]
pub async fn find(store: &Postgres, name: &str) -> Result<Option<i64>, StoreError> {
    let rows = store.query("select id from site where name = $1", &[&name]).await?;
    Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
}

/// Begins an act of administration: one at a time.
///
/// # Errors
/// [`StoreError`]
pub async fn begin(store: &Postgres) -> Result<Transaction, StoreError> {
    let transaction = store.begin().await?;
    transaction.query("select pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    Ok(transaction)
}

/// The number of the site of this name, which there must be.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub(super) async fn number(transaction: &Transaction, name: &str) -> Result<i64, StoreError> {
    let rows = transaction.query("select id from site where name = $1", &[&name]).await?;
    Ok(rows.first().ok_or_else(|| StoreError::SiteUnknown(name.to_owned()))?.try_get(0)?)
}

/// Creates a site with this key and this first survey.
///
/// # Errors
/// [`StoreError::SiteExists`], [`StoreError::SurveyClash`], or why the store fails.
pub(super) async fn add(
    transaction: &Transaction,
    site: &NewSite,
    key: &[u8; 32],
    publication: &Publication,
) -> Result<(), StoreError> {
    if !transaction.query("select 1 from site where name = $1", &[&site.name]).await?.is_empty() {
        return Err(StoreError::SiteExists(site.name.clone()));
    }
    let rows = transaction
        .query(
            "insert into site (id, name, key, created_ms, any_origin)
             select coalesce(max(id), 0) + 1, $1, $2, $3, $4 from site returning id",
            &[&site.name, &&key[..], &signed(now_ms())?, &site.any_origin],
        )
        .await?;
    let number: i64 = rows.first().ok_or(StoreError::Ended)?.try_get(0)?;
    for origin in &site.origins {
        let sql = "insert into site_origin (site, origin) values ($1, $2) on conflict do nothing";
        transaction.execute(sql, &[&number, origin]).await?;
    }
    choose(transaction, number, publication).await?;
    Ok(())
}

/// Makes a survey the one that a site asks, and publishes it where it is not. Those before it stay, and so do their
/// frames.
///
/// # Errors
/// [`StoreError::SurveyClash`], or why the store fails.
pub(super) async fn choose(
    transaction: &Transaction,
    site: i64,
    publication: &Publication,
) -> Result<Published, StoreError> {
    let Publication { id, document } = publication;
    let id = &id.0[..];
    let known = transaction.query("select site, definition, current from survey where id = $1", &[&id]).await?;
    let published = match known.first() {
        Some(row) if row.try_get::<_, i64>(0)? != site || row.try_get::<_, &str>(1)? != document => {
            return Err(StoreError::SurveyClash(encoding::hex(id)));
        }
        Some(row) if row.try_get(2)? => return Ok(Published::Unchanged),
        Some(_) => Published::Again,
        None => Published::New,
    };
    transaction.execute("update survey set current = false where site = $1 and current", &[&site]).await?;
    if published == Published::Again {
        transaction.execute("update survey set current = true where id = $1", &[&id]).await?;
    } else {
        let sql = "insert into survey (id, site, definition, current, created_ms) values ($1, $2, $3, true, $4)";
        transaction.execute(sql, &[&id, &site, document, &signed(now_ms())?]).await?;
    }
    Ok(published)
}

/// Every survey that was ever published, by site, oldest first.
///
/// # Errors
/// [`StoreError`]
pub async fn surveys(store: &Postgres) -> Result<Vec<SurveyRow>, StoreError> {
    let sql = "select id, site, current, created_ms from survey order by site, created_ms, id";
    let survey = |row: &Row| {
        Ok(SurveyRow {
            id: SurveyId(array(row.try_get(0)?)?),
            site: row.try_get(1)?,
            current: row.try_get(2)?,
            created_ms: unsigned(row.try_get(3)?)?,
        })
    };
    store.query(sql, &[]).await?.iter().map(survey).collect()
}

/// The survey that a site asks now.
///
/// # Errors
/// [`StoreError`]
pub async fn current(store: &Postgres, site: i64) -> Result<Option<SurveyId>, StoreError> {
    let rows = store.query("select id from survey where site = $1 and current", &[&site]).await?;
    rows.first().map(|row| Ok(SurveyId(array(row.try_get(0)?)?))).transpose()
}

/// The canonical document of a survey.
///
/// # Errors
/// [`StoreError`]
pub async fn document(store: &Postgres, id: SurveyId) -> Result<Option<String>, StoreError> {
    let rows = store.query("select definition from survey where id = $1", &[&&id.0[..]]).await?;
    Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
}
