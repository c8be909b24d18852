//! Use cases of API tokens: hand one out, and revoke it.

use trente_store::change::Change;
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scopes;
use trente_store::model::secret::Secret;
use trente_store::model::token::TokenRow;
use trente_store::{Store, StoreError};

use super::error::OpsError;
use crate::domain::names::check_account_name;
use crate::limits::TOKEN_DAYS_MAX;

/// Hands out a token for `days`, for one site or for every one; the secret is told this once.
///
/// # Errors
/// [`OpsError::AccountName`], [`OpsError::NoScope`], [`OpsError::TokenDays`]; [`StoreError::Exists`], or why the store
/// fails.
pub async fn add_token(
    store: &Store,
    actor: Actor,
    name: String,
    scopes: Scopes,
    site: Option<String>,
    days: u32,
) -> Result<Secret, OpsError> {
    check_account_name(&name)?;
    if scopes == Scopes::default() {
        return Err(OpsError::NoScope);
    }
    if !(1..=TOKEN_DAYS_MAX).contains(&days) {
        return Err(OpsError::TokenDays);
    }
    let (secret, created_ms) = (Secret::new().map_err(StoreError::from)?, now_ms());
    let token = TokenRow {
        hash: secret.hash(),
        name,
        scopes,
        site,
        created_ms,
        expires_ms: Some(created_ms + u64::from(days) * DAY_MS),
        used_ms: None,
    };
    store.change(actor, Change::AddToken(token)).await?;
    Ok(secret)
}

/// Ends a token.
///
/// # Errors
/// [`StoreError`]
pub async fn revoke_token(store: &Store, actor: Actor, name: String) -> Result<(), StoreError> {
    store.change(actor, Change::RevokeToken { name }).await?;
    Ok(())
}
