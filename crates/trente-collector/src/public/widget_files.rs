//! Static files of the widget: content type, caching, encoding, and the files of earlier releases.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, ETAG, VARY};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use trente_store::encoding;

use super::site_loader;
use crate::app::App;
use crate::domain::assets::{File, Files, is_immutable, kind};
use crate::web::accept_encoding::accepts;
use crate::web::error::RequestError;
use crate::web::page::RESOURCE_POLICY;
use crate::web::respond;

/// The forms that stand next to each file, best first: suffix and name of the encoding.
const ENCODINGS: [(&str, &str); 2] = [(".br", "br"), (".gz", "gzip")];

/// Everything that is no route of its own: a file, or nothing.
pub async fn fallback(State(app): State<Arc<App>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if let Some(name) = site_loader::site_of(path) {
        return public(site_loader::get(&app, &method, name, &headers).await);
    }
    let other = match is_immutable(path) && app.files.get(path).is_none() {
        true => earlier(&app, &method, path, &headers).await,
        false => None,
    };
    public(other.unwrap_or_else(|| answer(&app.files, &method, path, &headers)))
}

fn public(mut response: Response) -> Response {
    // Public files, for any page, and so is that there is none: the integrity of a script needs a CORS response.
    respond::set(&mut response, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    respond::set(&mut response, RESOURCE_POLICY, "cross-origin");
    response
}

/// Whether there is a file at a path, or may be one of another release.
pub fn has(files: &Files, path: &str) -> bool {
    let path = path.trim_start_matches('/');
    site_loader::site_of(path).is_some() || is_immutable(path) || kind(path).is_some() && files.get(path).is_some()
}

fn answer(files: &Files, method: &Method, path: &str, headers: &HeaderMap) -> Response {
    let Some((content_type, cache)) = kind(path).filter(|_| files.get(path).is_some()) else {
        return RequestError::Path.into_response();
    };
    if *method != Method::GET && *method != Method::HEAD {
        let mut response = RequestError::Method.into_response();
        respond::set(&mut response, ALLOW, "GET, HEAD");
        return response;
    }
    send(files, path, content_type, cache, headers).unwrap_or_else(|| RequestError::Path.into_response())
}

/// A file of another release, which the store has; none where it has none.
async fn earlier(app: &App, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
    let kept = match app.bundles.get(&app.store, path).await {
        Ok(kept) => kept?,
        Err(error) => {
            tracing::warn!(%error, "a file of another release cannot be read");
            return Some(RequestError::Store.into_response());
        }
    };
    if *method != Method::GET && *method != Method::HEAD {
        return None;
    }
    let (content_type, cache) = kind(path)?;
    let encoding = accepts(headers, "br").then_some("br");
    let bytes = if encoding.is_some() { &kept.brotli } else { &kept.plain };
    let file = File { hash: Sha256::digest(bytes).into(), bytes: bytes.clone() };
    finish(file, encoding, content_type, cache, headers)
}

fn send(files: &Files, path: &str, content_type: &'static str, cache: &str, headers: &HeaderMap) -> Option<Response> {
    let (file, encoding) = choose(files, path, headers)?;
    finish(file, encoding, content_type, cache, headers)
}

fn finish(
    file: File,
    encoding: Option<&str>,
    content_type: &'static str,
    cache: &str,
    headers: &HeaderMap,
) -> Option<Response> {
    // Each form is a representation of its own, so each has the tag of its own bytes.
    let etag = format!("\"{}\"", encoding::hex(file.hash.get(..16)?));
    let mut response = if respond::etag_matches(headers, &etag) {
        respond::empty(StatusCode::NOT_MODIFIED)
    } else {
        let mut response = respond::body(StatusCode::OK, content_type, file.bytes);
        if let Some(encoding) = encoding {
            respond::set(&mut response, CONTENT_ENCODING, encoding);
        }
        response
    };
    respond::set(&mut response, CACHE_CONTROL, cache);
    respond::set(&mut response, ETAG, &etag);
    respond::set(&mut response, VARY, "Accept-Encoding");
    Some(response)
}

/// The smallest form that the client accepts and dist/ has.
fn choose(files: &Files, path: &str, headers: &HeaderMap) -> Option<(File, Option<&'static str>)> {
    for (suffix, encoding) in ENCODINGS {
        if accepts(headers, encoding)
            && let Some(file) = files.get(&format!("{path}{suffix}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    files.get(path).map(|file| (file, None))
}
