//! Bearer tokens: the API token that a request presents.
//!
//! Only `Authorization: Bearer t30_…` is ours. Any other scheme, and a bearer token of another form, belongs to
//! another program: a proxy that asks for a password before the results (`auth_basic`) has browsers add `Basic` to every
//! request by themselves. So it is ignored, wherever it is: it neither opens anything nor stands in the way of the cookie.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::model::secret;
use trente_store::model::secret::SecretHash;
use trente_store::model::token::TokenRow;

use crate::app::App;
use crate::limits::{CLOCK_AHEAD, LAST_USED_RESOLUTION};

/// What a request shows, by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerHeader<'a> {
    /// Nothing of ours.
    Missing,
    /// The secret part of a token of ours, known or not.
    Token(&'a str),
    /// A token of ours, and another `Authorization` as well: which one counts is ambiguous.
    Ambiguous,
}

/// Reads the `Authorization` of a request.
pub fn parse(headers: &HeaderMap) -> BearerHeader<'_> {
    let (mut all, mut found) = (0, None);
    for value in headers.get_all(AUTHORIZATION) {
        all += 1;
        let value = value.to_str().unwrap_or_default().trim();
        let token = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        found = found.or_else(|| token.and_then(|(_, token)| secret::of_token(token.trim())));
    }
    match found {
        None => BearerHeader::Missing,
        Some(secret) if all == 1 => BearerHeader::Token(secret),
        Some(_) => BearerHeader::Ambiguous,
    }
}

/// What a request presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BearerAuth {
    /// Nothing of ours.
    Missing,
    /// A token that is not known, or comes with another `Authorization`.
    Unknown,
    /// A token whose time is over or has not come, by its name.
    Expired(String),
    /// A token.
    Token(Box<TokenRow>),
}

/// The token that a request presents, if it is alive.
///
/// # Errors
/// [`StoreError`]
pub async fn authenticate(app: &App, headers: &HeaderMap) -> Result<BearerAuth, StoreError> {
    let secret = match parse(headers) {
        BearerHeader::Missing => return Ok(BearerAuth::Missing),
        BearerHeader::Ambiguous => return Ok(BearerAuth::Unknown),
        BearerHeader::Token(secret) => secret,
    };
    let (hash, now_ms) = (SecretHash::of(secret), now_ms());
    let Some(row) = app.store.token(hash).await? else { return Ok(BearerAuth::Unknown) };
    // One from the future was made while a clock was wrong, and would live longer than was said.
    let ahead_ms = now_ms.saturating_add(CLOCK_AHEAD.as_millis() as u64);
    if row.expires_ms.is_some_and(|end| end <= now_ms) || row.created_ms > ahead_ms {
        return Ok(BearerAuth::Expired(row.name));
    }
    if now_ms.saturating_sub(row.used_ms.unwrap_or(0)) >= LAST_USED_RESOLUTION.as_millis() as u64 {
        app.store.touch_token(hash, now_ms).await?;
    }
    Ok(BearerAuth::Token(Box::new(row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_of_our_form_is_ours() {
        let secret = "A".repeat(43);
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, value.parse().unwrap());
            }
            match parse(&headers) {
                BearerHeader::Missing => "nothing",
                BearerHeader::Token(shown) if shown == secret => "token",
                BearerHeader::Token(_) => "another",
                BearerHeader::Ambiguous => "several",
            }
        };
        let ours = format!("Bearer t30_{secret}");
        for text in [&ours, &format!("bearer t30_{secret}"), &format!("BEARER   t30_{secret} ")] {
            assert_eq!(read(&[text]), "token", "{text}");
        }
        let other = "Basic YWRhOng=";
        for text in [
            "",
            other,
            "Basic t30_x",
            "Digest username=\"ada\"",
            "Negotiate YII=",
            "NTLM TlRM",
            "Bearer",
            "Bearer t30_",
            "Bearer t30_x",
            "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x",
            &format!("Basic t30_{secret}"),
            &format!("Bearer t31_{secret}"),
            &format!("Bearer t30_{secret}x"),
            &format!("Bearer{secret}"),
        ] {
            assert_eq!(read(&[text]), "nothing", "{text}");
        }
        assert_eq!(read(&[]), "nothing");
        assert_eq!(read(&[other, other]), "nothing");
        assert_eq!(
            (read(&[&ours, other]), read(&[other, &ours]), read(&[&ours, &ours])),
            ("several", "several", "several")
        );
    }
}
