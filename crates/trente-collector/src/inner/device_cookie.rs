//! Device cookie: marks a browser that has signed in to an account before.
//!
//! So strangers who guess at the account cannot keep it out. **Source**: OWASP, “Slow Down Online Guessing Attacks with
//! Device Cookies”.
//!
//! It is 256 random bits whose hash is in the store with the account, made anew at every signing in. It opens nothing:
//! a browser that shows it still needs the password. A forged one, or one of another account, is as good as none. It
//! ends with the account, with a new password, and when the other sessions are ended.

use axum::http::HeaderMap;
use axum::response::Response;
use cookie::Cookie;
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::model::secret::{Secret, SecretHash};

use super::cookie::{read_cookie, write_cookie};
use crate::app::App;
use crate::limits::{CLOCK_AHEAD, DEVICE_MAX};

/// Name of the cookie.
pub const NAME: &str = "__Host-trente-device";

/// The hash of what a browser shows, known or not.
pub fn presented(headers: &HeaderMap) -> Option<SecretHash> {
    read_cookie(headers, NAME)
}

/// What a browser shows, if it has signed in to this account before.
///
/// # Errors
/// [`StoreError`]
pub async fn recognize(app: &App, headers: &HeaderMap, account: &str) -> Result<Option<SecretHash>, StoreError> {
    let Some(hash) = presented(headers) else { return Ok(None) };
    let Some(row) = app.store.device(hash).await? else { return Ok(None) };
    let (now_ms, age) = (now_ms(), now_ms().saturating_sub(row.created_ms));
    let timely =
        age < DEVICE_MAX.as_millis() as u64 && row.created_ms <= now_ms.saturating_add(CLOCK_AHEAD.as_millis() as u64);
    Ok((row.account == account && timely).then_some(hash))
}

/// Hands the browser a new one.
pub fn set_cookie(response: &mut Response, secret: &Secret) {
    let mut cookie = Cookie::new(NAME, secret.reveal());
    cookie.set_max_age(cookie::time::Duration::seconds(DEVICE_MAX.as_secs() as i64));
    write_cookie(response, cookie);
}
