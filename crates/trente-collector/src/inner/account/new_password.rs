//! Change of password: checks the new one, and has it hashed by the password workers.

use trente_store::StoreError;

use crate::app::App;
use crate::domain::auth::password;
use crate::domain::auth::password::{Lane, Password, PasswordError};
use crate::domain::ops::accounts;

/// Why a new password is not taken.
pub enum NotTaken {
    /// It is one of those that are guessed first.
    Easy,
    /// It is too short or too long.
    Length,
    /// Too many passwords wait to be hashed.
    Busy,
    /// The store cannot be asked, or no hash can be made.
    Failed(StoreError),
}

/// The hash of a new password of an account, which must be none of those that are guessed first.
///
/// # Errors
/// [`NotTaken`]
pub async fn hashed(app: &App, account: &str, password: Password) -> Result<String, NotTaken> {
    let names = accounts::names_in_passwords(&app.store, account).await.map_err(NotTaken::Failed)?;
    match password::accept(&password, &names) {
        Ok(()) => {}
        Err(PasswordError::Easy) => return Err(NotTaken::Easy),
        Err(_) => return Err(NotTaken::Length),
    }
    // Asked before it is hashed: a crowd costs no more than this.
    if !app.passwords.has_room(Lane::Known) {
        return Err(NotTaken::Busy);
    }
    app.passwords.hash(password).await.map_err(|error| match error {
        PasswordError::Busy => NotTaken::Busy,
        _ => NotTaken::Failed(StoreError::Unreadable("a new password")),
    })
}
