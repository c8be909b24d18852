//! Response builders: bodies, JSON, caching, CORS and entity tags.

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE, HeaderName, IF_NONE_MATCH,
    VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;

/// Never kept by any cache.
pub const NO_STORE: &str = "no-store";
/// Cached for five minutes: how long an edit of a survey may take to arrive.
pub const CACHE_SHORT: &str = "public, max-age=300";

/// A response of `content` that no cache keeps and whose type no browser guesses.
pub fn body(status: StatusCode, content_type: &'static str, content: impl Into<Body>) -> Response {
    let mut response = Response::new(content.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(NO_STORE));
    response
}

/// A response without content.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(NO_STORE));
    response
}

/// JSON.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    // Our own types always have a JSON form.
    body(status, "application/json", serde_json::to_vec(value).unwrap_or_default())
}

/// Sets a header; a value that cannot be one is left out.
pub fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Lets another page read the response, be it an error, where it was granted to: see
/// [`crate::domain::catalog::Site::grant`].
pub fn set_cors(response: &mut Response, grant: Option<&str>) {
    response.headers_mut().append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = grant {
        set(response, ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        // Without it a page cannot read when to come back.
        set(response, ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After");
    }
}

/// Whether the client has this entity already.
pub fn etag_matches(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).map(str::trim).any(|tag| {
        // If-None-Match compares weakly: a proxy that recompresses marks our tag as weak.
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}
