//! HTML responses and their one style sheet.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY};
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::respond;

/// Where the hosted page finds its style sheet.
pub const STYLE_HOSTED: &str = "/s/hosted.css";
/// Where the results find it.
pub const STYLE_RESULTS: &str = "/pages.css";

/// No script, no image, no frame: our own style sheet and our own form.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// A page that nobody keeps, frames or indexes.
pub fn html(status: StatusCode, template: &impl Template) -> Response {
    let Ok(text) = template.render() else {
        tracing::error!("a template failed");
        return ApiError::Store.into_response();
    };
    let mut response = respond::with(status, "text/html; charset=utf-8", text);
    respond::set(&mut response, CONTENT_SECURITY_POLICY, POLICY);
    // Not `no-referrer`, under which browsers send `Origin: null` with our own form.
    respond::set(&mut response, REFERRER_POLICY, "same-origin");
    respond::set(&mut response, OPENER_POLICY, "same-origin");
    respond::set(&mut response, RESOURCE_POLICY, "same-origin");
    respond::set(&mut response, ROBOTS, "noindex, nofollow");
    response
}

/// The style sheet.
pub async fn style() -> Response {
    let mut response = respond::with(StatusCode::OK, "text/css; charset=utf-8", include_str!("../../assets/pages.css"));
    respond::set(&mut response, CACHE_CONTROL, respond::MINUTES);
    response
}
