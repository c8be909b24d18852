//! Acts of administration with an outcome of their own, in SQLite: a publication, a new webhook, erasures.

use std::path::PathBuf;

use rusqlite::{Connection, params};

use super::super::catalog;
use super::{begin, erase as responses, finish, ledger};
use crate::StoreError;
use crate::change::{AddWebhook, Erase, EraseAgain, Publish};
use crate::clock::now_ms;
use crate::limits::WEBHOOKS_MAX;
use crate::model::audit::Actor;
use crate::model::erasure::{Erasure, FOREVER_MS};
use crate::model::site::Published;

/// Publishes a survey, and writes down who did; or does neither.
///
/// # Errors
/// [`StoreError`]
pub fn publish(connection: &mut Connection, actor: &Actor, act: &Publish) -> Result<Published, StoreError> {
    let transaction = begin(connection)?;
    let id = catalog::number(&transaction, &act.site)?;
    let published = catalog::choose(&transaction, id, &act.publication)?;
    finish(transaction, actor, act, now_ms())?;
    Ok(published)
}

/// Adds a webhook, and writes down who did; or does neither. Tells its number.
///
/// # Errors
/// [`StoreError`]
pub fn add_webhook(connection: &mut Connection, actor: &Actor, act: &AddWebhook) -> Result<i64, StoreError> {
    let transaction = begin(connection)?;
    let now_ms = now_ms();
    let site = catalog::number(&transaction, &act.site)?;
    let there: usize =
        transaction.query_row("select count(*) from webhook where site = ?1", [site], |row| row.get(0))?;
    if there >= WEBHOOKS_MAX {
        return Err(StoreError::TooMany("webhooks", WEBHOOKS_MAX));
    }
    transaction.execute(
        "insert into webhook (site, url, secret, created_ms, events) values (?1, ?2, ?3, ?4, ?5)",
        params![site, act.url, act.secret.0, now_ms, act.events.number()],
    )?;
    let id = transaction.last_insert_rowid();
    finish(transaction, actor, act, now_ms)?;
    Ok(id)
}

/// Erases responses, and writes down who did; or does neither. Tells how many were there.
///
/// # Errors
/// [`StoreError`]
pub fn erase(connection: &mut Connection, actor: &Actor, act: &Erase) -> Result<u64, StoreError> {
    let transaction = begin(connection)?;
    let now_ms = now_ms();
    let site = catalog::number(&transaction, &act.site)?;
    let erasures: Vec<_> = act.places.iter().map(|&place| Erasure { place, at_ms: now_ms }).collect();
    let erased = responses::erase(&transaction, Some(site), erasures.iter().copied(), act.until_ms)?;
    finish(transaction, actor, act, now_ms)?;
    append(connection, &erasures);
    Ok(erased)
}

/// Repeats erasures, of every site, and writes down who did; or does neither. Tells how many responses were there.
///
/// # Errors
/// [`StoreError`]
pub fn erase_again(connection: &mut Connection, actor: &Actor, act: &EraseAgain) -> Result<u64, StoreError> {
    let transaction = begin(connection)?;
    let erased = responses::erase(&transaction, None, act.erasures.iter().copied(), FOREVER_MS)?;
    finish(transaction, actor, act, now_ms())?;
    append(connection, &act.erasures);
    Ok(erased)
}

/// Appends erasures to the list next to the database, where it is a file.
fn append(connection: &Connection, erasures: &[Erasure]) {
    if let Some(database) = connection.path().filter(|path| !path.is_empty()).map(PathBuf::from) {
        ledger::append(&database, erasures);
    }
}
