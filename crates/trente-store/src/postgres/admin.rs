//! Administration in PostgreSQL: each act is one transaction with its line of the audit log.

pub mod acts;
pub mod bulletins;
pub mod deliveries;
pub mod erase;
pub mod ledger;
pub mod read;
mod second_factor;

use super::connector::Transaction;
use super::rows::signed;
use super::{Postgres, catalog, mail, recovery, shop_days};
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
pub async fn change(store: &Postgres, actor: &Actor, change: &Change) -> Result<(), StoreError> {
    let transaction = catalog::begin(store).await?;
    let now = signed(now_ms())?;
    apply(&transaction, change, now).await?;
    // The operator at the shell may, because they can make an owner again.
    if change.may_leave_no_owner() && *actor != Actor::shell() && !read::has_owner(&transaction).await? {
        return Err(StoreError::LastOwner);
    }
    if change.concerns_catalog() {
        raise_version(&transaction).await?;
    }
    finish(transaction, actor, change, now).await
}

/// Lets every service on this database read its catalog anew.
async fn raise_version(transaction: &Transaction) -> Result<(), StoreError> {
    transaction.execute("update catalog set version = version + 1", &[]).await?;
    Ok(())
}

/// Ends the transaction of an act with its line of the audit log.
async fn finish(
    transaction: Transaction,
    actor: &Actor,
    done: &(impl Audited + Sync),
    now: i64,
) -> Result<(), StoreError> {
    let sql = "insert into audit (id, at_ms, actor, act, subject)
               select coalesce(max(id), 0) + 1, $1, $2, $3, $4 from audit";
    transaction.execute(sql, &[&now, &actor.0, &done.act(), &done.subject()]).await?;
    transaction.commit().await
}

async fn apply(transaction: &Transaction, change: &Change, now: i64) -> Result<(), StoreError> {
    match change {
        Change::AddAccount { name, hash, rights } => {
            let sql = "insert into account (name, hash, created_ms) values ($1, $2, $3) on conflict do nothing";
            added(transaction.execute(sql, &[name, hash, &now]).await?, "account", name)?;
            set_rights(transaction, name, rights).await?;
        }
        Change::AddFirstAccount { name, hash } => {
            // Of two that come at once, the other one waits and then sees the first.
            transaction.run("lock table account in share row exclusive mode").await?;
            if !transaction.query("select 1 from account limit 1", &[]).await?.is_empty() {
                return Err(StoreError::Exists("account", name.clone()));
            }
            let sql = "insert into account (name, hash, created_ms) values ($1, $2, $3)";
            transaction.execute(sql, &[name, hash, &now]).await?;
            set_rights(transaction, name, &Rights::OWNER).await?;
        }
        Change::SetRights { name, rights } => set_rights(transaction, name, rights).await?,
        Change::RemoveAccount { name } => {
            one(transaction.execute("delete from account where name = $1", &[name]).await?, "account", name)?;
        }
        Change::SetPassword { name, hash, keep } => {
            let sql = "update account set hash = $2 where name = $1";
            one(transaction.execute(sql, &[name, hash]).await?, "account", name)?;
            let keep = keep.map(|keep| keep.0.to_vec());
            let sql = "delete from session where account = $1 and ($2::bytea is null or hash <> $2)";
            transaction.execute(sql, &[name, &keep]).await?;
            forget_devices(transaction, name, keep).await?;
        }
        Change::ChooseMail(choice) => {
            let rows = transaction.query("select from account where name = $1", &[&choice.account]).await?;
            one(rows.len() as u64, "account", &choice.account)?;
            mail::choose(transaction, choice).await?;
        }
        Change::StopMail { account, subscription } => {
            let stopped = mail::stop(transaction, account, *subscription).await?;
            one(stopped, "choice of mails of account", account)?;
        }
        Change::SignIn { session, account, before, device, stage, proof } => {
            if let Some(proof) = proof {
                second_factor::use_up(transaction, account, proof).await?;
            }
            if let Some(before) = before {
                transaction.execute("delete from session where hash = $1", &[&&before.0[..]]).await?;
            }
            let sql = "insert into session (hash, account, created_ms, seen_ms, device, stage, lasting)
                       values ($1, $2, $3, $3, $4, $5,
                           $5::smallint = 0 and coalesce((select role = $6 from account where name = $2), false))";
            let new = device.map(|device| device.new.0.to_vec());
            let (stage, desk) = (i16::from(stage.number()), i16::from(Role::Desk.number()));
            transaction.execute(sql, &[&&session.0[..], account, &now, &new, &stage, &desk]).await?;
            if let Some(device) = device {
                know_device(transaction, account, *device, now).await?;
            }
        }
        Change::BeginSecondFactor { account, shared } => second_factor::begin(transaction, account, shared).await?,
        Change::ConfirmSecondFactor { account, step, codes, keep } => {
            second_factor::confirm(transaction, account, *step).await?;
            second_factor::renew_codes(transaction, account, codes).await?;
            let sql = "delete from session where account = $1 and hash <> $2";
            transaction.execute(sql, &[account, &&keep.0[..]]).await?;
            forget_devices(transaction, account, Some(keep.0.to_vec())).await?;
        }
        Change::RenewRecoveryCodes { account, codes } => {
            second_factor::renew_codes(transaction, account, codes).await?;
        }
        Change::RemoveSecondFactor { account, keep } => {
            second_factor::remove(transaction, account).await?;
            let keep = keep.map(|keep| keep.0.to_vec());
            let sql = "delete from session where account = $1 and ($2::bytea is null or hash <> $2)";
            transaction.execute(sql, &[account, &keep]).await?;
            forget_devices(transaction, account, keep).await?;
        }
        Change::SignOut { account, session, forget } => {
            if *forget {
                let sql = "delete from device where account = $2
                           and hash in (select device from session where hash = $1 and account = $2)";
                transaction.execute(sql, &[&&session.0[..], account]).await?;
            }
            let sql = "delete from session where hash = $1 and account = $2";
            let ended = transaction.execute(sql, &[&&session.0[..], account]).await?;
            one(ended, "session", &session.name())?;
        }
        Change::SignOutOthers { account, keep } => {
            let sql = "delete from session where account = $1 and hash <> $2";
            transaction.execute(sql, &[account, &&keep.0[..]]).await?;
            forget_devices(transaction, account, Some(keep.0.to_vec())).await?;
        }
        Change::AddToken(token) => add_token(transaction, token).await?,
        Change::RevokeToken { name } => {
            one(transaction.execute("delete from token where name = $1", &[name]).await?, "token", name)?;
        }
        Change::AddSite { site, key, publication } => catalog::add(transaction, site, key, publication).await?,
        Change::SetOrigins { site, origins, any_origin } => {
            set_origins(transaction, site, origins, *any_origin).await?;
        }
        Change::RotateKey { site, key } => rotate_key(transaction, site, key).await?,
        Change::RetireKey { site } => {
            let id = catalog::number(transaction, site).await?;
            let sql = "update site set former_key = null where id = $1 and former_key is not null";
            one(transaction.execute(sql, &[&id]).await?, "former key of site", site)?;
        }
        Change::SetRetention { site, days } => {
            let id = catalog::number(transaction, site).await?;
            let days = days.map(i64::from);
            transaction.execute("update site set retention_days = $2 where id = $1", &[&id, &days]).await?;
        }
        Change::SetDeskRetention { site, days } => {
            let id = catalog::number(transaction, site).await?;
            let sql = "update site set desk_days = $2 where id = $1";
            transaction.execute(sql, &[&id, &i64::from(*days)]).await?;
        }
        Change::SetContactRetention { site, days } => {
            let id = catalog::number(transaction, site).await?;
            let sql = "update site set contact_days = $2 where id = $1";
            transaction.execute(sql, &[&id, &i64::from(*days)]).await?;
        }
        Change::Recover { site, place, act } => {
            let id = catalog::number(transaction, site).await?;
            one(recovery::act(transaction, id, *place, act, now).await?, "customer to put right", "this")?;
        }
        Change::Annotate { site, day, text } => {
            shop_days::annotate(transaction, catalog::number(transaction, site).await?, *day, text).await?;
        }
        Change::RemoveAnnotation { site, day, id } => {
            let number = catalog::number(transaction, site).await?;
            one(shop_days::remove(transaction, number, *day, *id).await?, "annotation", &id.to_string())?;
        }
        Change::SetOrders { site, first, each } => {
            shop_days::set_orders(transaction, catalog::number(transaction, site).await?, *first, each).await?;
        }
        Change::ForgetOrders { site, first, last } => {
            let number = catalog::number(transaction, site).await?;
            let forgotten = shop_days::forget_orders(transaction, number, *first, *last).await?;
            one(forgotten, "number of orders of site", site)?;
        }
        Change::CloseSite { site } => {
            let id = catalog::number(transaction, site).await?;
            let sql = "update site set closed_ms = coalesce(closed_ms, $2) where id = $1";
            transaction.execute(sql, &[&id, &now]).await?;
        }
        Change::ReopenSite { site } => {
            let id = catalog::number(transaction, site).await?;
            transaction.execute("update site set closed_ms = null where id = $1", &[&id]).await?;
        }
        Change::MarkDemonstration { site } => {
            let id = catalog::number(transaction, site).await?;
            transaction.execute("update site set demonstration = true where id = $1", &[&id]).await?;
        }
        Change::SetTimeZone { site, zone } => {
            let id = catalog::number(transaction, site).await?;
            transaction.execute("update site set time_zone = $2 where id = $1", &[&id, &zone.name()]).await?;
        }
        Change::RemoveWebhook { site, id } => {
            let number = catalog::number(transaction, site).await?;
            let sql = "delete from webhook where id = $1 and site = $2";
            one(transaction.execute(sql, &[id, &number]).await?, "webhook", &id.to_string())?;
        }
        Change::EndWebhook { site, id, .. } => {
            let number = catalog::number(transaction, site).await?;
            one(deliveries::end(transaction, number, *id, now).await?, "webhook", &id.to_string())?;
        }
        Change::SendAgain { site, id } => {
            let number = catalog::number(transaction, site).await?;
            let rows = transaction.query("select from webhook where id = $1 and site = $2", &[id, &number]).await?;
            one(rows.len() as u64, "webhook", &id.to_string())?;
            deliveries::again(transaction, *id).await?;
        }
        Change::Export { site }
        | Change::ReadWords { site }
        | Change::LookUp { site }
        | Change::Sign { site, .. }
        | Change::MailWords { site, .. } => {
            catalog::number(transaction, site).await?;
        }
        Change::Refused { .. } => {}
    }
    Ok(())
}

/// An error where a statement has found nothing.
fn one(changed: u64, what: &'static str, name: &str) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::Unknown(what, name.to_owned())) } else { Ok(()) }
}

/// An error where a statement has found something already.
fn added(changed: u64, what: &'static str, name: &str) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::Exists(what, name.to_owned())) } else { Ok(()) }
}

async fn set_rights(transaction: &Transaction, name: &String, rights: &Rights) -> Result<(), StoreError> {
    let every = rights.sites == Sites::Every;
    let sql = "update account set role = $2, every_site = $3 where name = $1";
    one(transaction.execute(sql, &[name, &i16::from(rights.role.number()), &every]).await?, "account", name)?;
    transaction.execute("delete from account_site where account = $1", &[name]).await?;
    if let Sites::Only(names) = &rights.sites {
        for site in names {
            let id = catalog::number(transaction, site).await?;
            transaction.execute("insert into account_site (account, site) values ($1, $2)", &[name, &id]).await?;
        }
    }
    Ok(())
}

/// Lets a browser be known from now on, in the place of what it was known by, and the last ones of an account alone.
async fn know_device(transaction: &Transaction, account: &String, device: Device, now: i64) -> Result<(), StoreError> {
    if let Some(before) = device.before {
        let sql = "delete from device where hash = $1 and account = $2";
        transaction.execute(sql, &[&&before.0[..], account]).await?;
    }
    let sql = "insert into device (hash, account, created_ms) values ($1, $2, $3)";
    transaction.execute(sql, &[&&device.new.0[..], account, &now]).await?;
    let sql = "delete from device where account = $1
               and hash not in (select hash from device where account = $1 order by created_ms desc, hash limit $2)";
    transaction.execute(sql, &[account, &i64::from(DEVICES_MAX)]).await?;
    Ok(())
}

/// Forgets the browsers of an account but the one in which a session goes on.
async fn forget_devices(transaction: &Transaction, account: &String, keep: Option<Vec<u8>>) -> Result<(), StoreError> {
    let sql = "delete from device where account = $1
               and hash not in (select device from session where hash = $2 and device is not null)";
    transaction.execute(sql, &[account, &keep]).await?;
    Ok(())
}

async fn add_token(transaction: &Transaction, token: &TokenRow) -> Result<(), StoreError> {
    let site = match &token.site {
        Some(site) => Some(catalog::number(transaction, site).await?),
        None => None,
    };
    let (created, expires) = (signed(token.created_ms)?, token.expires_ms.map(signed).transpose()?);
    let sql = "insert into token (hash, name, scopes, site, created_ms, expires_ms) values ($1, $2, $3, $4, $5, $6)
               on conflict do nothing";
    let scopes = i16::from(token.scopes.number());
    let changed =
        transaction.execute(sql, &[&&token.hash.0[..], &token.name, &scopes, &site, &created, &expires]).await?;
    added(changed, "token", &token.name)
}

async fn set_origins(
    transaction: &Transaction,
    site: &str,
    origins: &[String],
    any_origin: bool,
) -> Result<(), StoreError> {
    let id = catalog::number(transaction, site).await?;
    transaction.execute("update site set any_origin = $2 where id = $1", &[&id, &any_origin]).await?;
    transaction.execute("delete from site_origin where site = $1", &[&id]).await?;
    for origin in origins {
        let sql = "insert into site_origin (site, origin) values ($1, $2) on conflict do nothing";
        transaction.execute(sql, &[&id, origin]).await?;
    }
    Ok(())
}

async fn rotate_key(transaction: &Transaction, site: &str, key: &[u8; 32]) -> Result<(), StoreError> {
    let id = catalog::number(transaction, site).await?;
    // With a third key the first would go unasked, and with it the answers of every order that it has signed.
    let sql = "update site set former_key = key, key = $2 where id = $1 and former_key is null";
    let rotated = transaction.execute(sql, &[&id, &&key[..]]).await?;
    if rotated == 0 { Err(StoreError::FormerKey(site.to_owned())) } else { Ok(()) }
}
