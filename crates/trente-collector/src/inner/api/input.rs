//! Request parsing of the API: a JSON body, a path, a query.

use axum::body::Body;
use axum::extract::{FromRequestParts, Path};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::ApiProblem;
use crate::app::App;
use crate::limits::API_BYTES_MAX;
use crate::web::body;
use crate::web::error::RequestError;

/// Reads a JSON body. Its type is one that no form of another page can send without asking first.
pub async fn json<T: DeserializeOwned>(app: &App, headers: &HeaderMap, request: Body) -> Result<T, ApiProblem> {
    let bytes = body::read(request, API_BYTES_MAX, app.limits.body_read).await.map_err(ApiProblem::Body)?;
    if !body::media_type(headers).is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json")) {
        return Err(ApiProblem::Type);
    }
    if has_nul(&bytes) {
        return Err(ApiProblem::Input("no text has the character U+0000".to_owned()));
    }
    serde_json::from_slice(&integers(&bytes)).map_err(|error| ApiProblem::Input(error.to_string()))
}

/// The JSON text with `124.0` written as `124`. JSON Schema, and so our OpenAPI document, takes both for an integer
/// (JSON Schema 2020-12, 6.1.1), and clients in languages whose numbers are all floating-point write the longer one;
/// serde reads an integer from the shorter one alone. Done on the text, so that names that stand there twice are still
/// refused.
fn integers(json: &[u8]) -> Vec<u8> {
    let (mut out, mut rest, mut in_text) = (Vec::with_capacity(json.len()), json, false);
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'.' && !in_text {
            let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (fraction, behind) = after.split_at(digits);
            let exponent = matches!(behind.first(), Some(b'e' | b'E'));
            if digits > 0 && !exponent && fraction.iter().all(|digit| *digit == b'0') {
                rest = behind;
                continue;
            }
        }
        // An escaped character ends no text, a quotation mark least of all.
        let taken = if in_text && byte == b'\\' { 2.min(rest.len()) } else { 1 };
        in_text ^= byte == b'"';
        let (some, behind) = rest.split_at(taken);
        out.extend_from_slice(some);
        rest = behind;
    }
    out
}

/// Whether a text of the JSON has U+0000, which stands there as an escape alone. PostgreSQL keeps no text with it.
fn has_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(place) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(place..).unwrap_or_default();
        if escape.starts_with(br"\u0000") {
            return true;
        }
        // An escaped backslash begins no escape.
        rest = escape.get(2..).unwrap_or_default();
    }
    false
}

/// What the path names; a path that is no text leads nowhere.
pub struct Named<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(named)| Self(named)).map_err(|_| ApiProblem::Path)
    }
}

/// A query; every name once.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads it, and refuses names that are not `known` or stand there twice: a filter that is misspelt must not be
    /// taken for none.
    pub fn parse(query: Option<&str>, known: &[&str]) -> Result<Self, ApiProblem> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        for (index, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) || pairs.iter().skip(index + 1).any(|(other, _)| other == name) {
                return Err(ApiProblem::Input(format!("the query knows {}, each once", known.join(", "))));
            }
            if pairs.iter().any(|(_, value)| value.contains('\0')) {
                return Err(ApiProblem::Input("no text has the character U+0000".to_owned()));
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name as a number from 1 to `max`.
    pub fn count(&self, name: &str, default: u32, max: u32) -> Result<u32, ApiProblem> {
        match self.get(name).map(str::parse::<u32>) {
            None => Ok(default),
            Some(Ok(count)) if (1..=max).contains(&count) => Ok(count),
            Some(_) => Err(ApiProblem::Input(format!("`{name}` is a number from 1 to {max}"))),
        }
    }
}

/// What a body that broke off says.
impl From<RequestError> for ApiProblem {
    fn from(error: RequestError) -> Self {
        Self::Body(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_may_have_a_fraction_of_nothing() {
        for (sent, read) in [
            (r#"{"a":124.0,"b":[-1.00,0.0]}"#, r#"{"a":124,"b":[-1,0]}"#),
            (r#"{"a":1.5,"b":1.0e2,"c":1.05}"#, r#"{"a":1.5,"b":1.0e2,"c":1.05}"#),
            (r#"{"1.0":"2.0","\"3.0":"\\","c":4.0}"#, r#"{"1.0":"2.0","\"3.0":"\\","c":4}"#),
            (r#"{"a":1.}"#, r#"{"a":1.}"#),
            ("\"\\", "\"\\"),
        ] {
            assert_eq!(integers(sent.as_bytes()), read.as_bytes(), "{sent}");
        }
    }

    #[test]
    fn a_text_with_nul_is_found_behind_every_escape() {
        for (json, has) in [
            (r#"{"a":"\u0000"}"#, true),
            (r#"{"a\u0000":1}"#, true),
            (r#"["\\\u0000"]"#, true),
            (r#"["\\u0000","\u0001","0000","\n"]"#, false),
            ("\"\\", false),
        ] {
            assert_eq!(has_nul(json.as_bytes()), has, "{json}");
        }
        assert!(Query::parse(Some("after=%00"), &["after"]).is_err());
    }

    #[test]
    fn a_misspelt_filter_is_refused() {
        let query = Query::parse(Some("limit=5&after=x"), &["limit", "after"]).unwrap();
        assert_eq!(query.get("after"), Some("x"));
        assert_eq!(query.count("limit", 100, 10).unwrap(), 5);
        assert!(query.count("limit", 100, 4).is_err());
        for text in ["size=5", "limit=5&limit=6", "after=&x"] {
            assert!(Query::parse(Some(text), &["limit", "after"]).is_err(), "{text}");
        }
        assert_eq!(Query::parse(None, &[]).unwrap().get("limit"), None);
    }
}
