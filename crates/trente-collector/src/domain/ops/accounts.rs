//! Use cases of accounts: add one, change its rights or password, remove it.

use trente_store::change::Change;
use trente_store::model::account::Rights;
use trente_store::model::audit::Actor;
use trente_store::model::secret::SecretHash;
use trente_store::{Store, StoreError};

use super::error::OpsError;
use crate::domain::names::check_account_name;

/// Adds an account with the hash of its password.
///
/// # Errors
/// [`OpsError::AccountName`]; [`StoreError::Exists`], or why the store fails.
pub async fn add_account(
    store: &Store,
    actor: Actor,
    name: String,
    hash: String,
    rights: Rights,
) -> Result<(), OpsError> {
    check_account_name(&name)?;
    store.change(actor, Change::AddAccount { name, hash, rights }).await?;
    Ok(())
}

/// Adds the first account of all, which may do everything.
///
/// # Errors
/// [`StoreError::Exists`] where there is any account.
pub async fn add_first_account(store: &Store, name: String, hash: String) -> Result<(), StoreError> {
    store.change(Actor::account(&name), Change::AddFirstAccount { name, hash }).await?;
    Ok(())
}

/// Changes what an account may do. An account does not change its own rights: an owner would take them from themselves by
/// mistake.
///
/// # Errors
/// [`OpsError::OwnAccount`]; [`StoreError::LastOwner`], [`StoreError::Unknown`], or why the store fails.
pub async fn set_rights(store: &Store, actor: Actor, name: String, rights: Rights) -> Result<(), OpsError> {
    check_other(&actor, &name)?;
    store.change(actor, Change::SetRights { name, rights }).await?;
    Ok(())
}

/// Removes an account; its sessions end. An account does not remove itself.
///
/// # Errors
/// [`OpsError::OwnAccount`]; [`StoreError::LastOwner`], [`StoreError::Unknown`], or why the store fails.
pub async fn remove_account(store: &Store, actor: Actor, name: String) -> Result<(), OpsError> {
    check_other(&actor, &name)?;
    store.change(actor, Change::RemoveAccount { name }).await?;
    Ok(())
}

fn check_other(actor: &Actor, name: &str) -> Result<(), OpsError> {
    if *actor == Actor::account(name) { Err(OpsError::OwnAccount) } else { Ok(()) }
}

/// Changes the password, by its hash; every session but `keep` ends.
///
/// # Errors
/// [`StoreError`]
pub async fn set_password(
    store: &Store,
    actor: Actor,
    name: String,
    hash: String,
    keep: Option<SecretHash>,
) -> Result<(), StoreError> {
    store.change(actor, Change::SetPassword { name, hash, keep }).await?;
    Ok(())
}

/// Names that no password of an account may be made of: its own, and those of the sites.
///
/// # Errors
/// [`StoreError`]
pub async fn names_in_passwords(store: &Store, account: &str) -> Result<Vec<String>, StoreError> {
    let sites = store.sites().await?.into_iter().map(|site| site.name);
    Ok(sites.chain([account.to_owned()]).collect())
}
