//! Queries of administration in PostgreSQL: accounts, sessions, tokens, webhooks, audit log.

use tokio_postgres::Row;

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
use crate::postgres::Postgres;
use crate::postgres::connector::Transaction;
use crate::postgres::rows::{array, signed, unsigned};

/// The hash of an account's password.
///
/// # Errors
/// [`StoreError`]
pub async fn password(store: &Postgres, name: &str) -> Result<Option<String>, StoreError> {
    let rows = store.query("select hash from account where name = $1", &[&name]).await?;
    Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
}

/// Every account, by name.
///
/// # Errors
/// [`StoreError`]
pub async fn accounts(store: &Postgres) -> Result<Vec<AccountRow>, StoreError> {
    let rows = store.query(&format!("{ACCOUNTS} order by name collate \"C\""), &[]).await?;
    rows.iter().map(account_row).collect()
}

/// Whether any account exists.
///
/// # Errors
/// [`StoreError`]
pub async fn has_accounts(store: &Postgres) -> Result<bool, StoreError> {
    let rows = store.query("select exists (select 1 from account)", &[]).await?;
    Ok(rows.first().ok_or(StoreError::Ended)?.try_get(0)?)
}

/// Whether an owner of every site exists.
pub(super) async fn has_owner(transaction: &Transaction) -> Result<bool, StoreError> {
    let sql = "select exists (select 1 from account where role = $1 and every_site)";
    let rows = transaction.query(sql, &[&i16::from(Role::Owner.number())]).await?;
    Ok(rows.first().ok_or(StoreError::Ended)?.try_get(0)?)
}

/// An account.
///
/// # Errors
/// [`StoreError`]
pub async fn account(store: &Postgres, name: &str) -> Result<Option<AccountRow>, StoreError> {
    let rows = store.query(&format!("{ACCOUNTS} where name = $1"), &[&name]).await?;
    rows.first().map(account_row).transpose()
}

const ACCOUNTS: &str = "select name, created_ms, role, every_site,
    array(select site.name from account_site join site on site.id = account_site.site
          where account_site.account = account.name),
    exists (select 1 from second_factor where second_factor.account = account.name and confirmed) from account";

fn account_row(row: &Row) -> Result<AccountRow, StoreError> {
    let role = unsigned(row.try_get::<_, i16>(2)?.into())?;
    let role = Role::from_number(role).map_err(|_| StoreError::Unreadable("role of an account"))?;
    let names: Vec<String> = row.try_get(4)?;
    let sites = if row.try_get(3)? { Sites::Every } else { Sites::Only(names.into_iter().collect()) };
    let rights = Rights { role, sites };
    let (name, created_ms) = (row.try_get(0)?, unsigned(row.try_get(1)?)?);
    Ok(AccountRow { name, created_ms, rights, second_factor: row.try_get(5)? })
}

fn session_row(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        hash: SecretHash(array(row.try_get(0)?)?),
        account: row.try_get(1)?,
        created_ms: unsigned(row.try_get(2)?)?,
        seen_ms: unsigned(row.try_get(3)?)?,
        stage: Stage::from_number(unsigned(row.try_get::<_, i16>(4)?.into())?),
        lasting: row.try_get(5)?,
    })
}

/// What the apps of an account and we share, the one that counts and one that waits.
///
/// # Errors
/// [`StoreError`]
pub async fn second_factors(store: &Postgres, account: &str) -> Result<Vec<SecondFactorRow>, StoreError> {
    let rows = store.query("select secret, confirmed from second_factor where account = $1", &[&account]).await?;
    let row = |row: &Row| Ok(SecondFactorRow { shared: array(row.try_get(0)?)?, confirmed: row.try_get(1)? });
    rows.iter().map(row).collect()
}

/// A session, however old.
///
/// # Errors
/// [`StoreError`]
pub async fn session(store: &Postgres, hash: SecretHash) -> Result<Option<SessionRow>, StoreError> {
    let sql = "select hash, account, created_ms, seen_ms, stage, lasting from session where hash = $1";
    store.query(sql, &[&&hash.0[..]]).await?.first().map(session_row).transpose()
}

/// The sessions of an account, the last used first.
///
/// # Errors
/// [`StoreError`]
pub async fn sessions(store: &Postgres, account: &str) -> Result<Vec<SessionRow>, StoreError> {
    let sql = "select hash, account, created_ms, seen_ms, stage, lasting from session where account = $1 order by seen_ms desc, hash";
    store.query(sql, &[&account]).await?.iter().map(session_row).collect()
}

/// A browser that has signed in, however long ago.
///
/// # Errors
/// [`StoreError`]
pub async fn device(store: &Postgres, hash: SecretHash) -> Result<Option<DeviceRow>, StoreError> {
    let rows = store.query("select hash, account, created_ms from device where hash = $1", &[&&hash.0[..]]).await?;
    let device = |row: &Row| {
        Ok(DeviceRow {
            hash: SecretHash(array(row.try_get(0)?)?),
            account: row.try_get(1)?,
            created_ms: unsigned(row.try_get(2)?)?,
        })
    };
    rows.first().map(device).transpose()
}

/// Writes down that a session was used.
///
/// # Errors
/// [`StoreError`]
pub async fn touch_session(store: &Postgres, hash: SecretHash, now_ms: u64) -> Result<(), StoreError> {
    let change = store.begin().await?;
    let sql = "update session set seen_ms = greatest(seen_ms, $2) where hash = $1";
    change.execute(sql, &[&&hash.0[..], &signed(now_ms)?]).await?;
    change.commit().await
}

/// Forgets sessions and browsers that are too old or from the future, and tombstones whose time is over.
///
/// # Errors
/// [`StoreError`]
pub async fn purge_expired(store: &Postgres, ages: Ages) -> Result<(), StoreError> {
    let change = store.begin().await?;
    let ahead = signed(ages.ahead_ms)?;
    let sql = "delete from session where (not lasting and (created_ms < $1 or seen_ms < $2))
               or created_ms < $4 or created_ms > $3 or seen_ms > $3";
    let lasting = signed(ages.lasting_ms)?;
    change.execute(sql, &[&signed(ages.began_ms)?, &signed(ages.seen_ms)?, &ahead, &lasting]).await?;
    let sql = "delete from device where created_ms < $1 or created_ms > $2";
    change.execute(sql, &[&signed(ages.device_ms)?, &ahead]).await?;
    change.execute("delete from tombstone where until_ms < $1", &[&signed(ages.now_ms)?]).await?;
    change.commit().await
}

const TOKENS: &str = "select token.hash, token.name, token.scopes, site.name, token.created_ms, token.expires_ms,
    token.used_ms from token left join site on site.id = token.site";

fn token_row(row: &Row) -> Result<TokenRow, StoreError> {
    let scopes = unsigned(row.try_get::<_, i16>(2)?.into())?;
    let (expires, used): (Option<i64>, Option<i64>) = (row.try_get(5)?, row.try_get(6)?);
    Ok(TokenRow {
        hash: SecretHash(array(row.try_get(0)?)?),
        name: row.try_get(1)?,
        scopes: Scopes::from_number(scopes).map_err(|_| StoreError::Unreadable("scopes of a token"))?,
        site: row.try_get(3)?,
        created_ms: unsigned(row.try_get(4)?)?,
        expires_ms: expires.map(unsigned).transpose()?,
        used_ms: used.map(unsigned).transpose()?,
    })
}

/// A token, expired or not.
///
/// # Errors
/// [`StoreError`]
pub async fn token(store: &Postgres, hash: SecretHash) -> Result<Option<TokenRow>, StoreError> {
    let rows = store.query(&format!("{TOKENS} where token.hash = $1"), &[&&hash.0[..]]).await?;
    rows.first().map(token_row).transpose()
}

/// Every token, by name.
///
/// # Errors
/// [`StoreError`]
pub async fn tokens(store: &Postgres) -> Result<Vec<TokenRow>, StoreError> {
    let rows = store.query(&format!("{TOKENS} order by token.name collate \"C\""), &[]).await?;
    rows.iter().map(token_row).collect()
}

/// Writes down that a token was used.
///
/// # Errors
/// [`StoreError`]
pub async fn touch_token(store: &Postgres, hash: SecretHash, now_ms: u64) -> Result<(), StoreError> {
    let change = store.begin().await?;
    let sql = "update token set used_ms = greatest(coalesce(used_ms, 0), $2) where hash = $1";
    change.execute(sql, &[&&hash.0[..], &signed(now_ms)?]).await?;
    change.commit().await
}

/// The newest lines of the audit log before the line `before`, the newest first.
///
/// # Errors
/// [`StoreError`]
pub async fn audit(store: &Postgres, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
    let sql = "select id, at_ms, actor, act, subject from audit where $1::bigint is null or id < $1
               order by id desc limit $2";
    let line = |row: &Row| {
        Ok(AuditRow {
            id: row.try_get(0)?,
            at_ms: unsigned(row.try_get(1)?)?,
            actor: row.try_get(2)?,
            act: row.try_get(3)?,
            subject: row.try_get(4)?,
        })
    };
    store.query(sql, &[&before, &i64::from(limit)]).await?.iter().map(line).collect()
}

pub(super) fn webhook_row(row: &Row) -> Result<WebhookRow, StoreError> {
    let (failing, gone): (Option<i64>, Option<i64>) = (row.try_get(5)?, row.try_get(6)?);
    Ok(WebhookRow {
        id: row.try_get(0)?,
        site: row.try_get(1)?,
        url: row.try_get(2)?,
        secret: WebhookSecret(array(row.try_get(3)?)?),
        created_ms: unsigned(row.try_get(4)?)?,
        failing_ms: failing.map(unsigned).transpose()?,
        gone_ms: gone.map(unsigned).transpose()?,
        events: Events::from_number(unsigned(row.try_get::<_, i16>(7)?.into())?),
    })
}

/// The webhooks of a site, oldest first.
///
/// # Errors
/// [`StoreError`]
pub async fn webhooks(store: &Postgres, site: i64) -> Result<Vec<WebhookRow>, StoreError> {
    let sql = "select webhook.id, site.name, url, secret, webhook.created_ms, failing_ms, gone_ms, events from webhook
               join site on site.id = webhook.site where site.id = $1 order by webhook.id";
    store.query(sql, &[&site]).await?.iter().map(webhook_row).collect()
}
