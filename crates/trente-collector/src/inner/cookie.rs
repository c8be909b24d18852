//! Cookie attributes of the inner listener: for this host alone, and for no script (ASVS 3.3).

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use cookie::{Cookie, SameSite};
use trente_store::model::secret::SecretHash;

/// The hash of the secret in a cookie of ours.
pub fn read_cookie(headers: &HeaderMap, name: &str) -> Option<SecretHash> {
    cookie_value(headers, name).map(SecretHash::of)
}

/// The value of a cookie of ours, none of whose values is quoted or encoded.
pub fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = values.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).and_then(|cookie| cookie.value_raw())
}

/// Sets a cookie that is for this host alone and for no script.
pub fn write_cookie(response: &mut Response, mut cookie: Cookie<'_>) {
    cookie.set_path("/");
    cookie.set_secure(true);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Strict);
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
