//! The token of a program.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use super::secret::{self, SecretHash};
use crate::app::App;
use crate::clock::now_ms;
use crate::limits::SEEN_EVERY;
use crate::store::StoreError;
use crate::store::administration::TokenRow;

/// What a request presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// No `Authorization` at all.
    Nothing,
    /// One that is no token, or one that is not known, or has expired.
    Nonsense,
    /// A token.
    Token(Box<TokenRow>),
}

/// The token that a request presents, if it is alive.
///
/// # Errors
/// [`StoreError`]
pub async fn of(app: &App, headers: &HeaderMap) -> Result<Presented, StoreError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(Presented::Nothing),
        (Some(value), None) => value.to_str().unwrap_or_default(),
        _ => return Ok(Presented::Nonsense),
    };
    let token = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some(secret) = token.and_then(|(_, token)| secret::of_token(token.trim())) else {
        return Ok(Presented::Nonsense);
    };
    let (hash, now_ms) = (SecretHash::of(secret), now_ms());
    let Some(row) = app.store.token(hash).await? else { return Ok(Presented::Nonsense) };
    if row.expires_ms.is_some_and(|end| end <= now_ms) {
        return Ok(Presented::Nonsense);
    }
    if now_ms.saturating_sub(row.used_ms.unwrap_or(0)) >= SEEN_EVERY.as_millis() as u64 {
        app.store.see_token(hash, now_ms).await?;
    }
    Ok(Presented::Token(Box::new(row)))
}
