//! Error pages: a browser that asks for HTML gets a title, a sentence and a way back, in its language. Programs get
//! JSON.

use askama::Template;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use trente_survey::locale::Language;

use super::texts::{self, Texts};

/// The page.
#[derive(Template)]
#[template(path = "refusal.html")]
struct Refusal {
    lang: &'static str,
    texts: &'static Texts,
    title: &'static str,
    text: &'static str,
}

/// Puts a page in the place of JSON where a person asked.
pub async fn pages(request: Request, next: Next) -> Response {
    let wanted = (!request.uri().path().starts_with("/api/") && wants_html(request.headers()))
        .then(|| texts::for_request(None, request.headers()));
    let response = next.run(request).await;
    let refused = response.status().is_client_error() || response.status().is_server_error();
    let json = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    match wanted.filter(|_| refused && json).and_then(|texts| page(texts, response.status())) {
        Some(page) => {
            // The status stays, and so do the headers that say when to come back.
            let (mut parts, _) = response.into_parts();
            parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            parts.headers.remove(CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(page))
        }
        None => response,
    }
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

fn page(texts: &'static Texts, status: StatusCode) -> Option<String> {
    let place = match status {
        StatusCode::NOT_FOUND => 0,
        StatusCode::FORBIDDEN => 1,
        StatusCode::MISDIRECTED_REQUEST => 2,
        StatusCode::TOO_MANY_REQUESTS => 3,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::INTERNAL_SERVER_ERROR => 4,
        _ => 5,
    };
    let (title, text) = (texts.refusal_titles.get(place)?, texts.refusals.get(place)?);
    let lang = if texts.language == Language::Fr { "fr" } else { "en" };
    Refusal { lang, texts, title, text }.render().ok()
}
