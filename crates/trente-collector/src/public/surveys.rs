//! `GET /v1/surveys/…`: serves the survey in one language, as the widget needs it.
//!
//! `GET /v1/surveys/{languages}/{origin}/{site}` has all that decides the answer in its path. So a shared cache that
//! leaves out the query or knows no `Vary` (RFC 9111, 4.1) cannot give one page the language, or the refusal, of
//! another. `languages` are tags with commas between them, the best first; `origin` is the page's, see
//! [`RequestOrigin::of_path`]. A page that writes another origin than its own gets an answer that its browser keeps
//! from it.
//!
//! `GET /v1/surveys/{site}?lang=` is for earlier loaders.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use trente_store::clock::now_ms;

use crate::app::App;
use crate::domain::catalog::Snapshot;
use crate::domain::encoded::EncodedContents;
use crate::domain::origin::RequestOrigin;
use crate::web::accept_encoding::accepts;
use crate::web::error::RequestError;
use crate::web::respond;
use crate::web::site_name::SiteName;

/// Languages of a path that are looked at.
const LANGUAGES_MAX: usize = 32;

/// Hands out a survey by its path alone.
pub async fn get(
    State(app): State<Arc<App>>,
    path: Result<Path<(String, String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    // A path that is not even text names no site.
    let (languages, origin, name) = path.map(|Path(parts)| parts).unwrap_or_default();
    let source = RequestOrigin::of_path(&origin);
    let snapshot = app.catalog.get_or_refresh(|snapshot| snapshot.site(&name).is_some()).await;
    match find(&app, &snapshot, &name, &source, languages.split(',').take(LANGUAGES_MAX)) {
        Ok(sheet) => {
            let mut response = send(sheet, &headers);
            let site = snapshot.site(&name);
            if let Some(site) = site {
                app.sightings.saw(site.id, now_ms());
            }
            respond::set_cors(&mut response, site.and_then(|site| site.grant(&source)));
            response
        }
        // Any page may read why it is refused: it says nothing that the status does not.
        Err(error) => {
            let mut response = error.into_response();
            respond::set_cors(&mut response, Some("*"));
            response
        }
    }
}

/// Hands out a survey to an earlier loader, by the query and the headers.
pub async fn get_by_query(
    State(app): State<Arc<App>>,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let source = RequestOrigin::of(&headers);
    let snapshot = app.catalog.get_or_refresh(|snapshot| snapshot.site(&name).is_some()).await;
    let lang = lang(query.as_deref().unwrap_or_default());
    let mut response = match find(&app, &snapshot, &name, &source, lang.as_deref()) {
        Ok(sheet) => send(sheet, &headers),
        Err(error) => error.into_response(),
    };
    let grant = match snapshot.site(&name) {
        Some(site) => site.grant(&source),
        None => snapshot.grant(&source),
    };
    respond::set_cors(&mut response, grant);
    response
}

/// The survey of the site of this name for a page there. The first refusal of a page is told to the operator.
fn find<'s, 'a>(
    app: &App,
    snapshot: &'s Snapshot,
    name: &str,
    source: &RequestOrigin,
    tags: impl IntoIterator<Item = &'a str>,
) -> Result<&'s EncodedContents, RequestError> {
    let site = snapshot.site(name).ok_or(RequestError::Site)?;
    if !site.allows(source) {
        app.refused_origins.refused(site, source);
        return Err(RequestError::Origin);
    }
    if site.closed {
        return Err(RequestError::Closed);
    }
    let label = app.catalog.label(site.id);
    site.survey.as_ref().and_then(|survey| survey.sheet(tags, label)).ok_or(RequestError::Site)
}

fn send(sheet: &EncodedContents, headers: &HeaderMap) -> Response {
    let content = sheet.choose(|encoding| accepts(headers, encoding));
    let mut response = if respond::etag_matches(headers, &content.etag) {
        respond::empty(StatusCode::NOT_MODIFIED)
    } else {
        respond::body(StatusCode::OK, "application/json", content.bytes.to_vec())
    };
    if let Some(encoding) = content.encoding {
        respond::set(&mut response, CONTENT_ENCODING, encoding);
    }
    respond::set(&mut response, VARY, "Accept-Encoding");
    respond::set(&mut response, CACHE_CONTROL, respond::CACHE_SHORT);
    respond::set(&mut response, ETAG, &content.etag);
    response
}

fn lang(query: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "lang").map(|(_, value)| value.into_owned())
}
