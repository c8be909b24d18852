//! Security headers of the inner listener (Content Security Policy, clickjacking, caching): added to every response
//! that sets none of its own.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::Next;
use axum::response::Response;

use crate::web::page::{OPENER_POLICY, RESOURCE_POLICY, ROBOTS};
use crate::web::respond::NO_STORE;

/// What a page of the inner listener may do: its own style sheet and its own forms. No script, so no script of a
/// customer's words either.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
     object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The same with our own script, which hears of new customers on this host alone: the recovery desk.
pub const DESK_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
     img-src data:; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'";

/// The headers that an answer gets where it has none of its own.
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (CACHE_CONTROL, NO_STORE),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`, under which browsers send `Origin: null` with our own forms.
    (REFERRER_POLICY, "same-origin"),
    (OPENER_POLICY, "same-origin"),
    (RESOURCE_POLICY, "same-origin"),
    (ROBOTS, "noindex, nofollow"),
];

/// Sets them.
pub async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
