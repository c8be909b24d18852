//! HTML responses, and the style sheets and scripts that belong to them.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY};
use axum::response::{IntoResponse, Response};

use super::error::RequestError;
use super::respond;

/// No script, no frame, and no image but the empty icon, without which a browser asks for /favicon.ico and reports that
/// this policy refuses it: our own style sheet and our own form.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
     object-src 'none'; frame-ancestors 'none'";
/// The same with our own script and the widget, which is WebAssembly and talks to this host alone.
pub const WIDGET_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
     style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; object-src 'none'; \
     frame-ancestors 'none'";
/// Header of the Cross-Origin-Opener-Policy.
pub const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// Header of the Cross-Origin-Resource-Policy.
pub const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Header that keeps crawlers from indexing a page.
pub const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// A page that no cache keeps, no page frames and no crawler indexes.
pub fn html(status: StatusCode, template: &impl Template, policy: &str) -> Response {
    let Ok(text) = template.render() else {
        tracing::error!("a template failed");
        return RequestError::Store.into_response();
    };
    let mut response = respond::body(status, "text/html; charset=utf-8", text);
    respond::set(&mut response, CONTENT_SECURITY_POLICY, policy);
    // Not `no-referrer`, under which browsers send `Origin: null` with our own form.
    respond::set(&mut response, REFERRER_POLICY, "same-origin");
    respond::set(&mut response, OPENER_POLICY, "same-origin");
    respond::set(&mut response, RESOURCE_POLICY, "same-origin");
    respond::set(&mut response, ROBOTS, "noindex, nofollow");
    response
}

/// A style sheet.
pub fn style(text: impl Into<Body>) -> Response {
    minutes("text/css; charset=utf-8", text)
}

/// A script.
pub fn script(text: impl Into<Body>) -> Response {
    minutes("text/javascript; charset=utf-8", text)
}

fn minutes(content_type: &'static str, text: impl Into<Body>) -> Response {
    let mut response = respond::body(StatusCode::OK, content_type, text);
    respond::set(&mut response, CACHE_CONTROL, respond::CACHE_SHORT);
    respond::set(&mut response, RESOURCE_POLICY, "same-origin");
    response
}
