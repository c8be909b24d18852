//! Administration in SQLite: each act is one transaction with its line of the audit log.

pub mod acts;
pub mod bulletins;
pub mod deliveries;
pub mod erase;
pub mod ledger;
pub mod read;
mod second_factor;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{catalog, mail, recovery, shop_days};
use crate::StoreError;
use crate::change::{Audited, Change};
use crate::clock::now_ms;
use crate::limits::DEVICES_MAX;
use crate::model::access::Sites;
use crate::model::account::{Device, Rights};
use crate::model::audit::Actor;
use crate::model::role::Role;
use crate::model::token::TokenRow;

/// Makes a change, and writes down who made it; or does neither.
///
/// # Errors
/// [`StoreError`]
pub fn change(connection: &mut Connection, actor: &Actor, change: &Change) -> Result<(), StoreError> {
    let transaction = begin(connection)?;
    let now_ms = now_ms();
    apply(&transaction, change, now_ms)?;
    // The operator at the shell may, because they can make an owner again.
    if change.may_leave_no_owner() && *actor != Actor::shell() && !read::has_owner(&transaction)? {
        return Err(StoreError::LastOwner);
    }
    finish(transaction, actor, change, now_ms)
}

fn begin(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

/// Ends the transaction of an act with its line of the audit log.
fn finish(transaction: Transaction<'_>, actor: &Actor, done: &impl Audited, now_ms: u64) -> Result<(), StoreError> {
    transaction
        .prepare_cached("insert into audit (at_ms, actor, act, subject) values (?1, ?2, ?3, ?4)")?
        .execute(params![now_ms, actor.0, done.act(), done.subject()])?;
    Ok(transaction.commit()?)
}

fn apply(transaction: &Transaction<'_>, change: &Change, now_ms: u64) -> Result<(), StoreError> {
    match change {
        Change::AddAccount { name, hash, rights } => {
            add_account(transaction, name, hash, now_ms)?;
            set_rights(transaction, name, rights)?;
        }
        Change::AddFirstAccount { name, hash } => {
            if transaction.query_row("select exists (select 1 from account)", [], |row| row.get(0))? {
                return Err(StoreError::Exists("account", name.clone()));
            }
            add_account(transaction, name, hash, now_ms)?;
            set_rights(transaction, name, &Rights::OWNER)?;
        }
        Change::SetRights { name, rights } => set_rights(transaction, name, rights)?,
        Change::RemoveAccount { name } => {
            let removed = transaction.execute("delete from account where name = ?1", [name])?;
            one(removed, "account", name)?;
        }
        Change::SetPassword { name, hash, keep } => {
            let changed = transaction.execute("update account set hash = ?2 where name = ?1", params![name, hash])?;
            one(changed, "account", name)?;
            let keep = keep.map(|keep| keep.0);
            // Without one to keep the comparison is null, which would keep them all.
            transaction.execute(
                "delete from session where account = ?1 and (?2 is null or hash <> ?2)",
                params![name, keep],
            )?;
            forget_devices(transaction, name, keep)?;
        }
        Change::ChooseMail(choice) => {
            let sql = "select exists (select 1 from account where name = ?1)";
            let there: bool = transaction.query_row(sql, [&choice.account], |row| row.get(0))?;
            one(usize::from(there), "account", &choice.account)?;
            mail::choose(transaction, choice)?;
        }
        Change::StopMail { account, subscription } => {
            one(mail::stop(transaction, account, *subscription)?, "choice of mails of account", account)?;
        }
        Change::SignIn { session, account, before, device, stage, proof } => {
            if let Some(proof) = proof {
                second_factor::use_up(transaction, account, proof)?;
            }
            if let Some(before) = before {
                transaction.execute("delete from session where hash = ?1", [before.0])?;
            }
            transaction.execute(
                "insert into session (hash, account, created_ms, seen_ms, device, stage, lasting)
                 values (?1, ?2, ?3, ?3, ?4, ?5,
                     ?5 = 0 and coalesce((select role = ?6 from account where name = ?2), 0))",
                params![
                    session.0,
                    account,
                    now_ms,
                    device.map(|device| device.new.0),
                    stage.number(),
                    Role::Desk.number()
                ],
            )?;
            if let Some(device) = device {
                know_device(transaction, account, *device, now_ms)?;
            }
        }
        Change::BeginSecondFactor { account, shared } => second_factor::begin(transaction, account, shared)?,
        Change::ConfirmSecondFactor { account, step, codes, keep } => {
            second_factor::confirm(transaction, account, *step)?;
            second_factor::renew_codes(transaction, account, codes)?;
            transaction.execute("delete from session where account = ?1 and hash <> ?2", params![account, keep.0])?;
            forget_devices(transaction, account, Some(keep.0))?;
        }
        Change::RenewRecoveryCodes { account, codes } => second_factor::renew_codes(transaction, account, codes)?,
        Change::RemoveSecondFactor { account, keep } => {
            second_factor::remove(transaction, account)?;
            let keep = keep.map(|keep| keep.0);
            let sql = "delete from session where account = ?1 and (?2 is null or hash <> ?2)";
            transaction.execute(sql, params![account, keep])?;
            forget_devices(transaction, account, keep)?;
        }
        Change::SignOut { account, session, forget } => {
            if *forget {
                let sql = "delete from device where account = ?2
                           and hash in (select device from session where hash = ?1 and account = ?2)";
                transaction.execute(sql, params![session.0, account])?;
            }
            let ended = transaction
                .execute("delete from session where hash = ?1 and account = ?2", params![session.0, account])?;
            one(ended, "session", &session.name())?;
        }
        Change::SignOutOthers { account, keep } => {
            transaction.execute("delete from session where account = ?1 and hash <> ?2", params![account, keep.0])?;
            forget_devices(transaction, account, Some(keep.0))?;
        }
        Change::AddToken(token) => add_token(transaction, token)?,
        Change::RevokeToken { name } => {
            one(transaction.execute("delete from token where name = ?1", [name])?, "token", name)?;
        }
        Change::AddSite { site, key, publication } => catalog::add(transaction, site, key, publication)?,
        Change::SetOrigins { site, origins, any_origin } => set_origins(transaction, site, origins, *any_origin)?,
        Change::RotateKey { site, key } => rotate_key(transaction, site, key)?,
        Change::RetireKey { site } => {
            let id = catalog::number(transaction, site)?;
            let retired = transaction
                .execute("update site set former_key = null where id = ?1 and former_key is not null", [id])?;
            one(retired, "former key of site", site)?;
        }
        Change::SetRetention { site, days } => {
            let id = catalog::number(transaction, site)?;
            transaction.execute("update site set retention_days = ?2 where id = ?1", params![id, days])?;
        }
        Change::SetDeskRetention { site, days } => {
            let id = catalog::number(transaction, site)?;
            transaction.execute("update site set desk_days = ?2 where id = ?1", params![id, days])?;
        }
        Change::SetContactRetention { site, days } => {
            let id = catalog::number(transaction, site)?;
            transaction.execute("update site set contact_days = ?2 where id = ?1", params![id, days])?;
        }
        Change::Recover { site, place, act } => {
            let id = catalog::number(transaction, site)?;
            one(recovery::act(transaction, id, *place, act, now_ms)?, "customer to put right", "this")?;
        }
        Change::Annotate { site, day, text } => {
            shop_days::annotate(transaction, catalog::number(transaction, site)?, *day, text)?;
        }
        Change::RemoveAnnotation { site, day, id } => {
            let number = catalog::number(transaction, site)?;
            one(shop_days::remove(transaction, number, *day, *id)?, "annotation", &id.to_string())?;
        }
        Change::SetOrders { site, first, each } => {
            shop_days::set_orders(transaction, catalog::number(transaction, site)?, *first, each)?;
        }
        Change::ForgetOrders { site, first, last } => {
            let number = catalog::number(transaction, site)?;
            let forgotten = shop_days::forget_orders(transaction, number, *first, *last)?;
            one(forgotten, "number of orders of site", site)?;
        }
        Change::CloseSite { site } => {
            let id = catalog::number(transaction, site)?;
            let sql = "update site set closed_ms = coalesce(closed_ms, ?2) where id = ?1";
            transaction.execute(sql, params![id, now_ms])?;
        }
        Change::ReopenSite { site } => {
            let id = catalog::number(transaction, site)?;
            transaction.execute("update site set closed_ms = null where id = ?1", [id])?;
        }
        Change::MarkDemonstration { site } => {
            let id = catalog::number(transaction, site)?;
            transaction.execute("update site set demonstration = 1 where id = ?1", [id])?;
        }
        Change::SetTimeZone { site, zone } => {
            let id = catalog::number(transaction, site)?;
            transaction.execute("update site set time_zone = ?2 where id = ?1", params![id, zone.name()])?;
        }
        Change::RemoveWebhook { site, id } => {
            let number = catalog::number(transaction, site)?;
            let removed =
                transaction.execute("delete from webhook where id = ?1 and site = ?2", params![id, number])?;
            one(removed, "webhook", &id.to_string())?;
        }
        Change::EndWebhook { site, id, .. } => {
            let number = catalog::number(transaction, site)?;
            one(deliveries::end(transaction, number, *id, now_ms)?, "webhook", &id.to_string())?;
        }
        Change::SendAgain { site, id } => {
            let number = catalog::number(transaction, site)?;
            let sql = "select count(*) from webhook where id = ?1 and site = ?2";
            let there = transaction.query_row(sql, params![id, number], |row| row.get(0))?;
            one(there, "webhook", &id.to_string())?;
            deliveries::again(transaction, *id)?;
        }
        Change::Export { site }
        | Change::ReadWords { site }
        | Change::LookUp { site }
        | Change::Sign { site, .. }
        | Change::MailWords { site, .. } => {
            catalog::number(transaction, site)?;
        }
        Change::Refused { .. } => {}
    }
    Ok(())
}

/// An error where a statement has found nothing.
fn one(changed: usize, what: &'static str, name: &str) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::Unknown(what, name.to_owned())) } else { Ok(()) }
}

fn add_account(transaction: &Transaction<'_>, name: &str, hash: &str, now_ms: u64) -> Result<(), StoreError> {
    let added = transaction.execute(
        "insert or ignore into account (name, hash, created_ms) values (?1, ?2, ?3)",
        params![name, hash, now_ms],
    )?;
    if added == 0 { Err(StoreError::Exists("account", name.to_owned())) } else { Ok(()) }
}

fn set_rights(transaction: &Transaction<'_>, name: &str, rights: &Rights) -> Result<(), StoreError> {
    let every = rights.sites == Sites::Every;
    let changed = transaction.execute(
        "update account set role = ?2, every_site = ?3 where name = ?1",
        params![name, rights.role.number(), every],
    )?;
    one(changed, "account", name)?;
    transaction.execute("delete from account_site where account = ?1", [name])?;
    if let Sites::Only(names) = &rights.sites {
        for site in names {
            let id = catalog::number(transaction, site)?;
            transaction.execute("insert into account_site (account, site) values (?1, ?2)", params![name, id])?;
        }
    }
    Ok(())
}

/// Lets a browser be known from now on, in the place of what it was known by, and the last ones of an account alone.
fn know_device(transaction: &Transaction<'_>, account: &str, device: Device, now_ms: u64) -> Result<(), StoreError> {
    if let Some(before) = device.before {
        transaction.execute("delete from device where hash = ?1 and account = ?2", params![before.0, account])?;
    }
    transaction.execute(
        "insert into device (hash, account, created_ms) values (?1, ?2, ?3)",
        params![device.new.0, account, now_ms],
    )?;
    transaction.execute(
        "delete from device where account = ?1
         and hash not in (select hash from device where account = ?1 order by created_ms desc, hash limit ?2)",
        params![account, DEVICES_MAX],
    )?;
    Ok(())
}

/// Forgets the browsers of an account but the one in which a session goes on.
fn forget_devices(transaction: &Transaction<'_>, account: &str, keep: Option<[u8; 32]>) -> Result<(), StoreError> {
    transaction.execute(
        "delete from device where account = ?1
         and hash not in (select device from session where hash = ?2 and device is not null)",
        params![account, keep],
    )?;
    Ok(())
}

fn add_token(transaction: &Transaction<'_>, token: &TokenRow) -> Result<(), StoreError> {
    let site = token.site.as_deref().map(|site| catalog::number(transaction, site)).transpose()?;
    let added = transaction.execute(
        "insert or ignore into token (hash, name, scopes, site, created_ms, expires_ms) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![token.hash.0, token.name, token.scopes.number(), site, token.created_ms, token.expires_ms],
    )?;
    if added == 0 { Err(StoreError::Exists("token", token.name.clone())) } else { Ok(()) }
}

fn set_origins(
    transaction: &Transaction<'_>,
    site: &str,
    origins: &[String],
    any_origin: bool,
) -> Result<(), StoreError> {
    let id = catalog::number(transaction, site)?;
    transaction.execute("update site set any_origin = ?2 where id = ?1", params![id, any_origin])?;
    transaction.execute("delete from site_origin where site = ?1", [id])?;
    for origin in origins {
        transaction.execute("insert or ignore into site_origin (site, origin) values (?1, ?2)", params![id, origin])?;
    }
    Ok(())
}

fn rotate_key(transaction: &Transaction<'_>, site: &str, key: &[u8; 32]) -> Result<(), StoreError> {
    let id = catalog::number(transaction, site)?;
    // With a third key the first would go unasked, and with it the answers of every order that it has signed.
    let rotated = transaction
        .execute("update site set former_key = key, key = ?2 where id = ?1 and former_key is null", params![id, key])?;
    if rotated == 0 { Err(StoreError::FormerKey(site.to_owned())) } else { Ok(()) }
}
