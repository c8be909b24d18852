//! Use cases of the second factor: set one up, renew its recovery codes, remove it.

use trente_store::change::Change;
use trente_store::model::audit::Actor;
use trente_store::model::second_factor::Shared;
use trente_store::model::secret::SecretHash;
use trente_store::{Store, StoreError};

use crate::domain::auth::second_factor;

/// Makes a secret for an account, which counts once [`confirm`] has seen a code of it.
///
/// # Errors
/// [`StoreError`]
pub async fn begin(store: &Store, account: &str) -> Result<Shared, StoreError> {
    let shared = second_factor::new_shared()?;
    let change = Change::BeginSecondFactor { account: account.to_owned(), shared };
    store.change(Actor::account(account), change).await?;
    Ok(shared)
}

/// Lets the secret count from its code of this step on, and gives the recovery codes; every session but `keep` ends.
///
/// # Errors
/// [`StoreError`]
pub async fn confirm(store: &Store, account: &str, step: u64, keep: SecretHash) -> Result<Vec<String>, StoreError> {
    let (codes, hashes) = new_codes()?;
    let change = Change::ConfirmSecondFactor { account: account.to_owned(), step, codes: hashes, keep };
    store.change(Actor::account(account), change).await?;
    Ok(codes)
}

/// Other recovery codes in the place of those before; none where the account has no second factor.
///
/// # Errors
/// [`StoreError`]
pub async fn renew_codes(store: &Store, account: &str) -> Result<Option<Vec<String>>, StoreError> {
    if !store.account(account.to_owned()).await?.is_some_and(|account| account.second_factor) {
        return Ok(None);
    }
    let (codes, hashes) = new_codes()?;
    let change = Change::RenewRecoveryCodes { account: account.to_owned(), codes: hashes };
    store.change(Actor::account(account), change).await?;
    Ok(Some(codes))
}

/// Takes the second factor away; every session but `keep` ends.
///
/// # Errors
/// [`StoreError`]
pub async fn remove(store: &Store, actor: Actor, account: String, keep: Option<SecretHash>) -> Result<(), StoreError> {
    store.change(actor, Change::RemoveSecondFactor { account, keep }).await?;
    Ok(())
}

/// Recovery codes, and their hashes.
fn new_codes() -> Result<(Vec<String>, Vec<SecretHash>), StoreError> {
    let codes = second_factor::new_recovery_codes()?;
    let hashes = codes.iter().map(|code| second_factor::recovery_hash(code)).collect();
    Ok((codes, hashes))
}
