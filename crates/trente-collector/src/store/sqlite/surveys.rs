//! Published surveys in SQLite: which there are, which one a site asks now, and publishing another.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use trente_survey::response_id::SurveyId;

use crate::clock::now_ms;
use crate::store::StoreError;
use crate::store::rows::{Publication, Published, SurveyRow};
use crate::text;

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
            return Err(StoreError::SurveyClash(text::hex(&id.0)));
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
