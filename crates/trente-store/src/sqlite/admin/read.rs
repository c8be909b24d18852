//! Queries of administration in SQLite: accounts, sessions, tokens, webhooks, audit log.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::StoreError;
use crate::model::access::Sites;
use crate::model::account::{AccountRow, Ages, DeviceRow, Rights, SecondFactorRow, SessionRow, Stage};
use crate::model::audit::AuditRow;
use crate::model::role::Role;
use crate::model::scope::Scopes;
use crate::model::secret::SecretHash;
use crate::model::token::TokenRow;
use crate::model::webhook::{Events, WebhookRow};
use crate::model::webhook_secret::WebhookSecret;

/// The hash of an account's password.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn password(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("select hash from account where name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Every account, by name.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn accounts(connection: &Connection) -> Result<Vec<AccountRow>, StoreError> {
    let mut statement = connection.prepare_cached("select name from account order by name")?;
    let names = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let rows = names.iter().map(|name| account(connection, name)).collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().flatten().collect())
}

/// Whether any account exists.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn has_accounts(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("select exists (select 1 from account)", [], |row| row.get(0))?)
}

/// Whether an owner of every site exists.
pub(super) fn has_owner(connection: &Connection) -> Result<bool, StoreError> {
    let sql = "select exists (select 1 from account where role = ?1 and every_site = 1)";
    Ok(connection.query_row(sql, [Role::Owner.number()], |row| row.get(0))?)
}

/// An account.
///
/// # Errors
/// [`StoreError::Sqlite`], [`StoreError::Unreadable`].
pub fn account(connection: &Connection, name: &str) -> Result<Option<AccountRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select created_ms, role, every_site,
                    exists (select 1 from second_factor where account = name and confirmed = 1)
             from account where name = ?1",
    )?;
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, u8>(1)?, row.get::<_, bool>(2)?, row.get(3)?));
    let Some((created_ms, role, every, second_factor)) = statement.query_row([name], row).optional()? else {
        return Ok(None);
    };
    let role = Role::from_number(role).map_err(|_| StoreError::Unreadable("role of an account"))?;
    let sites = if every {
        Sites::Every
    } else {
        let mut statement = connection.prepare_cached(
            "select site.name from account_site join site on site.id = account_site.site where account = ?1",
        )?;
        Sites::Only(statement.query_map([name], |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    Ok(Some(AccountRow { name: name.to_owned(), created_ms, rights: Rights { role, sites }, second_factor }))
}

fn session_row(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        hash: SecretHash(row.get(0)?),
        account: row.get(1)?,
        created_ms: row.get(2)?,
        seen_ms: row.get(3)?,
        stage: Stage::from_number(row.get(4)?),
        lasting: row.get(5)?,
    })
}

/// What the apps of an account and we share, the one that counts and one that waits.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn second_factors(connection: &Connection, account: &str) -> Result<Vec<SecondFactorRow>, StoreError> {
    let mut statement = connection.prepare_cached("select secret, confirmed from second_factor where account = ?1")?;
    let row = |row: &Row<'_>| Ok(SecondFactorRow { shared: row.get(0)?, confirmed: row.get(1)? });
    Ok(statement.query_map([account], row)?.collect::<Result<_, _>>()?)
}

/// A session, however old.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn session(connection: &Connection, hash: SecretHash) -> Result<Option<SessionRow>, StoreError> {
    let mut statement = connection
        .prepare_cached("select hash, account, created_ms, seen_ms, stage, lasting from session where hash = ?1")?;
    Ok(statement.query_row([hash.0], session_row).optional()?)
}

/// The sessions of an account, the last used first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn sessions(connection: &Connection, account: &str) -> Result<Vec<SessionRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select hash, account, created_ms, seen_ms, stage, lasting from session where account = ?1 order by seen_ms desc, hash",
    )?;
    let rows = statement.query_map([account], session_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A browser that has signed in, however long ago.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn device(connection: &Connection, hash: SecretHash) -> Result<Option<DeviceRow>, StoreError> {
    let mut statement = connection.prepare_cached("select hash, account, created_ms from device where hash = ?1")?;
    let row =
        |row: &Row<'_>| Ok(DeviceRow { hash: SecretHash(row.get(0)?), account: row.get(1)?, created_ms: row.get(2)? });
    Ok(statement.query_row([hash.0], row).optional()?)
}

/// Writes down that a session was used.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn touch_session(connection: &Connection, hash: SecretHash, now_ms: u64) -> Result<(), StoreError> {
    connection.execute("update session set seen_ms = max(seen_ms, ?2) where hash = ?1", params![hash.0, now_ms])?;
    Ok(())
}

/// Forgets sessions and browsers that are too old or from the future, and tombstones whose time is over.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn purge_expired(connection: &Connection, ages: Ages) -> Result<(), StoreError> {
    let Ages { began_ms, seen_ms, lasting_ms, device_ms, ahead_ms, now_ms } = ages;
    connection.execute(
        "delete from session where (lasting = 0 and (created_ms < ?1 or seen_ms < ?2))
         or created_ms < ?4 or created_ms > ?3 or seen_ms > ?3",
        params![began_ms, seen_ms, ahead_ms, lasting_ms],
    )?;
    connection.execute("delete from device where created_ms < ?1 or created_ms > ?2", params![device_ms, ahead_ms])?;
    connection.execute("delete from tombstone where until_ms < ?1", [now_ms])?;
    Ok(())
}

const TOKENS: &str = "select token.hash, token.name, token.scopes, site.name, token.created_ms, token.expires_ms,
    token.used_ms from token left join site on site.id = token.site";

fn token_row(row: &Row<'_>) -> rusqlite::Result<(TokenRow, u8)> {
    let token = TokenRow {
        hash: SecretHash(row.get(0)?),
        name: row.get(1)?,
        scopes: Scopes::default(),
        site: row.get(3)?,
        created_ms: row.get(4)?,
        expires_ms: row.get(5)?,
        used_ms: row.get(6)?,
    };
    Ok((token, row.get(2)?))
}

fn with_scopes((token, scopes): (TokenRow, u8)) -> Result<TokenRow, StoreError> {
    let scopes = Scopes::from_number(scopes).map_err(|_| StoreError::Unreadable("scopes of a token"))?;
    Ok(TokenRow { scopes, ..token })
}

/// A token, expired or not.
///
/// # Errors
/// [`StoreError::Sqlite`], [`StoreError::Unreadable`].
pub fn token(connection: &Connection, hash: SecretHash) -> Result<Option<TokenRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{TOKENS} where token.hash = ?1"))?;
    statement.query_row([hash.0], token_row).optional()?.map(with_scopes).transpose()
}

/// Every token, by name.
///
/// # Errors
/// [`StoreError::Sqlite`], [`StoreError::Unreadable`].
pub fn tokens(connection: &Connection) -> Result<Vec<TokenRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{TOKENS} order by token.name"))?;
    let rows = statement.query_map([], token_row)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(with_scopes).collect()
}

/// Writes down that a token was used.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn touch_token(connection: &Connection, hash: SecretHash, now_ms: u64) -> Result<(), StoreError> {
    connection
        .execute("update token set used_ms = max(coalesce(used_ms, 0), ?2) where hash = ?1", params![hash.0, now_ms])?;
    Ok(())
}

/// The newest lines of the audit log before the line `before`, the newest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn audit(connection: &Connection, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select id, at_ms, actor, act, subject from audit where ?1 is null or id < ?1 order by id desc limit ?2",
    )?;
    let rows = statement.query_map(params![before, limit], |row| {
        Ok(AuditRow { id: row.get(0)?, at_ms: row.get(1)?, actor: row.get(2)?, act: row.get(3)?, subject: row.get(4)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn webhook_row(row: &Row<'_>) -> rusqlite::Result<WebhookRow> {
    Ok(WebhookRow {
        id: row.get(0)?,
        site: row.get(1)?,
        url: row.get(2)?,
        secret: WebhookSecret(row.get(3)?),
        created_ms: row.get(4)?,
        failing_ms: row.get(5)?,
        gone_ms: row.get(6)?,
        events: Events::from_number(row.get(7)?),
    })
}

/// The webhooks of a site, oldest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn webhooks(connection: &Connection, site: i64) -> Result<Vec<WebhookRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select webhook.id, site.name, url, secret, webhook.created_ms, failing_ms, gone_ms, events from webhook
         join site on site.id = webhook.site where site.id = ?1 order by webhook.id",
    )?;
    let rows = statement.query_map([site], webhook_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
