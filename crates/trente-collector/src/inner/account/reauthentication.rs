//! Re-authentication: asks for the password once more, before what a passer-by at an unattended browser must not do.

use trente_store::StoreError;

use super::texts;
use crate::app::App;
use crate::domain::auth::failures::FailureKind;
use crate::domain::auth::password::{Lane, Password};
use crate::domain::throttle::client::Client;
use crate::inner::session::Session;

/// Why the person has not proved the password of their account.
pub enum Unproven {
    /// What to tell them.
    Refused(String),
    /// Too many wait to be looked at.
    Busy,
    /// The store cannot be asked.
    Failed(StoreError),
}

/// Asks for the password once more, before what a passer-by at an unattended browser must not do. They may not guess
/// without end either.
pub async fn proven(
    app: &App,
    session: &Session,
    client: Client,
    current: Password,
    texts: &texts::Texts,
) -> Result<(), Unproven> {
    // The session is a browser that is known: strangers who guess at the account do not keep its owner from this.
    let counted = match app.login_limiter.check(&session.account, client, Some(session.hash)) {
        Ok(counted) => counted,
        Err(wait) => {
            app.failures.name(&app.store, FailureKind::Limited, &session.account, Some(true)).await;
            return Err(Unproven::Refused(texts.too_often(wait)));
        }
    };
    let known = app.store.password(session.account.clone()).await.map_err(Unproven::Failed);
    let outcome = match known {
        Ok(known) => app.passwords.verify(Lane::Known, current, known).await.map_err(|_| Unproven::Busy),
        Err(error) => Err(error),
    };
    if !matches!(outcome, Ok(false)) {
        app.login_limiter.give_back(counted);
    }
    if outcome? {
        return Ok(());
    }
    app.failures.name(&app.store, FailureKind::SignIn, &session.account, Some(true)).await;
    Err(Unproven::Refused(texts.wrong_current.to_owned()))
}
