//! Published surveys: which there are, which one a site asks now, and publishing another.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use trente_survey::definition::Definition;
use trente_survey::response_id::SurveyId;

use super::{StoreError, sites};
use crate::clock::now_ms;
use crate::text;

/// A published survey without its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurveyRow {
    /// Its name on the wire.
    pub id: SurveyId,
    /// The site that published it.
    pub site: i64,
    /// Whether the site asks it now.
    pub current: bool,
    /// When it was published, in milliseconds since 1970.
    pub created_ms: u64,
}

/// What publishing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// The survey is new, and current.
    New,
    /// The site had published it before and asks it again.
    Again,
    /// The site asks it already: nothing has changed.
    Unchanged,
}

/// Publishes a survey, which the site asks from now on. Those before it stay, and so do their frames.
///
/// # Errors
/// [`StoreError::SiteUnknown`]; [`StoreError::SurveyClash`] when another document has the same id;
/// [`StoreError::Unreadable`], [`StoreError::Sqlite`]. Nothing is changed then.
pub fn publish(
    connection: &mut Connection,
    site: &str,
    definition: &Definition,
) -> Result<(SurveyId, Published), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = sites::find(&transaction, site)?.ok_or_else(|| StoreError::SiteUnknown(site.to_owned()))?;
    let outcome = choose(&transaction, number, definition)?;
    transaction.commit()?;
    Ok(outcome)
}

/// Makes a survey the one that a site asks, and publishes it where it is not.
pub(super) fn choose(
    transaction: &Transaction<'_>,
    site: i64,
    definition: &Definition,
) -> Result<(SurveyId, Published), StoreError> {
    let canonical = definition.canonical().map_err(|_| StoreError::Unreadable("survey definition"))?;
    let id = Definition::id(&canonical);
    let document = String::from_utf8(canonical).map_err(|_| StoreError::Unreadable("survey definition"))?;
    let known: Option<(i64, String, bool)> = transaction
        .prepare_cached("select site, definition, current from survey where id = ?1")?
        .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let published = match &known {
        Some((owner, other, _)) if *owner != site || *other != document => {
            return Err(StoreError::SurveyClash(text::hex(&id.0)));
        }
        Some((_, _, true)) => return Ok((id, Published::Unchanged)),
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
    Ok((id, published))
}

/// Every survey that was ever published, by site, oldest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn list(connection: &Connection) -> Result<Vec<SurveyRow>, StoreError> {
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

/// The document of a survey as this version reads it; none when there is no such survey, or it cannot be read.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn definition(connection: &Connection, id: SurveyId) -> Result<Option<Definition>, StoreError> {
    Ok(document(connection, id)?.and_then(|json| Definition::from_published(&json).ok()))
}
