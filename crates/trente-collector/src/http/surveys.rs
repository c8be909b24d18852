//! `GET /v1/surveys/{site}?lang=`: the survey in one language, as the widget needs it.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::encoding::Forms;
use super::error::ApiError;
use super::respond;
use super::site_name::SiteName;
use crate::app::App;
use crate::origin::Source;

/// Hands out a survey.
pub async fn get(
    State(app): State<Arc<App>>,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let source = Source::of(&headers);
    let snapshot = app.catalog.with(|snapshot| snapshot.site(&name).is_some()).await;
    let site = snapshot.site(&name);
    let lang = lang(query.as_deref().unwrap_or_default());
    let found = match site {
        Some(site) if !site.allows(&source) => Err(ApiError::Origin),
        Some(site) => {
            let label = app.catalog.label(site.id);
            site.survey.as_ref().and_then(|survey| survey.sheet(lang.as_deref(), label)).ok_or(ApiError::Site)
        }
        None => Err(ApiError::Site),
    };
    let mut response = match found {
        Ok(sheet) => send(sheet, &headers),
        Err(error) => error.into_response(),
    };
    let grant = match site {
        Some(site) => site.grant(&source),
        None => snapshot.grant(&source),
    };
    respond::share(&mut response, grant);
    response
}

fn send(sheet: &Forms, headers: &HeaderMap) -> Response {
    let form = sheet.choose(headers);
    let mut response = if respond::has(headers, &form.etag) {
        respond::empty(StatusCode::NOT_MODIFIED)
    } else {
        respond::with(StatusCode::OK, "application/json", form.bytes.to_vec())
    };
    if let Some(encoding) = form.encoding {
        respond::set(&mut response, CONTENT_ENCODING, encoding);
    }
    respond::set(&mut response, VARY, "Accept-Encoding");
    respond::set(&mut response, CACHE_CONTROL, respond::MINUTES);
    respond::set(&mut response, ETAG, &form.etag);
    response
}

fn lang(query: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "lang").map(|(_, value)| value.into_owned())
}
