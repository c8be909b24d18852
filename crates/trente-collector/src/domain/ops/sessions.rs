//! Use cases of sessions: sign in and sign out. A sign-in changes the store, because it may use up a code.

use trente_store::change::Change;
use trente_store::model::account::{Device, Stage};
use trente_store::model::audit::Actor;
use trente_store::model::second_factor::Proof;
use trente_store::model::secret::{Secret, SecretHash};
use trente_store::{Store, StoreError};

use crate::domain::auth::failures::signed_in;

/// What a browser has of an earlier sign-in. It is worth nothing from now on, so that no attacker can hand the browser a
/// session or a device cookie beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presented {
    /// The session.
    pub session: Option<SecretHash>,
    /// The device cookie.
    pub device: Option<SecretHash>,
}

/// What a browser gets that signs in.
pub struct SignedIn {
    /// The session.
    pub session: Secret,
    /// Where nothing is missing any more, a device cookie.
    pub device: Option<Secret>,
}

/// Begins a session of an account that has shown what this stage asks for; `proof` is the code that is used up by it.
///
/// # Errors
/// [`StoreError::Unknown`] where the proof was used before, or why the store fails.
pub async fn sign_in(
    store: &Store,
    account: &str,
    stage: Stage,
    presented: Presented,
    proof: Option<Proof>,
) -> Result<SignedIn, StoreError> {
    let device = if stage == Stage::Full { Some(Secret::new()?) } else { None };
    let given = SignedIn { session: Secret::new()?, device };
    let change = Change::SignIn {
        session: given.session.hash(),
        account: account.to_owned(),
        before: presented.session,
        device: given.device.as_ref().map(|new| Device { new: new.hash(), before: presented.device }),
        stage,
        proof,
    };
    store.change(Actor::account(account), change).await?;
    if stage == Stage::Full {
        signed_in("success");
    }
    Ok(given)
}

/// Ends a session of an account; `forget` also forgets its browser, as where another browser ends it.
///
/// # Errors
/// Why the store fails. That the session has ended already is no error.
pub async fn sign_out(store: &Store, account: &str, session: SecretHash, forget: bool) -> Result<(), StoreError> {
    let change = Change::SignOut { account: account.to_owned(), session, forget };
    ended(store.change(Actor::account(account), change).await)
}

/// Ends every session of an account but this one.
///
/// # Errors
/// Why the store fails.
pub async fn sign_out_others(store: &Store, account: &str, keep: SecretHash) -> Result<(), StoreError> {
    let change = Change::SignOutOthers { account: account.to_owned(), keep };
    ended(store.change(Actor::account(account), change).await)
}

/// Another request may have ended it a moment ago.
fn ended<T>(outcome: Result<T, StoreError>) -> Result<(), StoreError> {
    match outcome {
        Ok(_) | Err(StoreError::Unknown(..)) => Ok(()),
        Err(error) => Err(error),
    }
}
