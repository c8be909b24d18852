//! Cross-origin requests (CORS): preflights of every public path, and permission to read the hosted page.
//!
//! The widget needs no preflight. A page's tracing or CSRF helper that adds a header to every request makes one, for
//! the survey, the wasm and the answer alike; without leave for such a header nothing of the survey would come. No
//! header is read because it was allowed here, and no request of ours has credentials.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ALLOW, HeaderName, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{contacts, responses, widget_files};
use crate::app::App;
use crate::domain::origin::RequestOrigin;
use crate::web::error::RequestError;
use crate::web::respond;

/// How long a browser remembers a preflight, in seconds: Chromium's maximum.
const MAX_AGE_S: &str = "7200";
/// What is allowed where the request names nothing, or nothing that can be a header.
const DEFAULT_HEADERS: &str = "content-type";
/// Header names that one preflight may ask for: as many as a request may have headers.
const NAMES_MAX: usize = crate::limits::HEADERS_MAX;

/// Asked by browsers that tell public networks from private ones (Private Network Access, Local Network Access), and
/// what answers it: a page that may use the collector may do so across that border too.
const NETWORKS: [(&str, HeaderName); 2] = [
    ("access-control-request-private-network", HeaderName::from_static("access-control-allow-private-network")),
    ("access-control-request-local-network", HeaderName::from_static("access-control-allow-local-network")),
];

/// Whose leave a path needs.
enum Subject<'a> {
    /// A site's, by its name in the path.
    Site(&'a str),
    /// Any site's, because the body says which.
    AnySite,
    /// Of no site: public files, and surveys by their longer path.
    Public,
    /// There is nothing to read for pages.
    Closed,
}

/// Answers every `OPTIONS`; shares the hosted page's answers with pages of its site.
pub async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if *request.method() == Method::OPTIONS {
        return options(&app, request.uri().path(), request.headers()).await;
    }
    // Surveys, responses and files say themselves who may read them.
    let hosted = request.uri().path().strip_prefix("/s/").map(|rest| segment(rest).to_owned());
    let Some(name) = hosted else { return next.run(request).await };
    let source = RequestOrigin::of(request.headers());
    let mut response = next.run(request).await;
    let snapshot = app.catalog.snapshot();
    respond::set_cors(&mut response, snapshot.site(&name).and_then(|site| site.grant(&source)));
    response
}

async fn options(app: &App, path: &str, headers: &HeaderMap) -> Response {
    let Some((subject, methods)) = subject(app, path) else { return RequestError::Path.into_response() };
    let source = RequestOrigin::of(headers);
    let mut response = match allowed(app, &subject, &source).await {
        Ok(()) => respond::empty(StatusCode::NO_CONTENT),
        Err(error) => error.into_response(),
    };
    respond::set(&mut response, ALLOW, &format!("{methods}, OPTIONS"));
    let vary = "Access-Control-Request-Method, Access-Control-Request-Headers";
    response.headers_mut().append(VARY, HeaderValue::from_static(vary));
    let snapshot = app.catalog.snapshot();
    match subject {
        Subject::Site(name) => {
            let grant = snapshot.site(name).map_or_else(|| snapshot.grant(&source), |site| site.grant(&source));
            respond::set_cors(&mut response, grant);
        }
        Subject::AnySite => respond::set_cors(&mut response, snapshot.grant(&source)),
        Subject::Public => respond::set(&mut response, ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        Subject::Closed => {}
    }
    if response.status().is_success() && response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        let asked = asked(headers);
        respond::set(&mut response, ACCESS_CONTROL_ALLOW_METHODS, methods);
        respond::set(&mut response, ACCESS_CONTROL_ALLOW_HEADERS, asked.as_deref().unwrap_or(DEFAULT_HEADERS));
        respond::set(&mut response, ACCESS_CONTROL_MAX_AGE, MAX_AGE_S);
        for (question, answer) in NETWORKS {
            if headers.get(question).is_some_and(|asked| asked == "true") {
                respond::set(&mut response, answer, "true");
            }
        }
    }
    response
}

/// Whose leave a path needs, and its methods; none where there is nothing.
fn subject<'a>(app: &App, path: &'a str) -> Option<(Subject<'a>, &'static str)> {
    if path == responses::PATH || path == contacts::PATH || path == "*" {
        return Some((Subject::AnySite, "POST"));
    }
    if path == "/healthz" || path == "/readyz" {
        return Some((Subject::Closed, "GET, HEAD"));
    }
    if let Some(rest) = path.strip_prefix("/v1/surveys/") {
        // The longer path says itself who may read it, and any page may read why it may not.
        if rest.contains('/') {
            return Some((Subject::Public, "GET, HEAD"));
        }
        return Some((Subject::Site(segment(rest)), "GET, HEAD"));
    }
    if let Some(rest) = path.strip_prefix("/s/") {
        return Some((Subject::Site(segment(rest)), "GET, HEAD, POST"));
    }
    widget_files::has(&app.files, path).then_some((Subject::Public, "GET, HEAD"))
}

/// The first part of a path.
fn segment(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}

async fn allowed(app: &App, subject: &Subject<'_>, source: &RequestOrigin) -> Result<(), RequestError> {
    match subject {
        Subject::Public | Subject::Closed => Ok(()),
        Subject::AnySite => responses::known(app, source).await,
        Subject::Site(name) => {
            let snapshot = app.catalog.get_or_refresh(|snapshot| snapshot.site(name).is_some()).await;
            let site = snapshot.site(name).ok_or(RequestError::Site)?;
            if site.allows(source) { Ok(()) } else { Err(RequestError::Origin) }
        }
    }
}

/// The header names that the page's request will have, as they may be said back; none where that is not one list of
/// names.
fn asked(headers: &HeaderMap) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for value in headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS) {
        let text = value.to_str().ok()?;
        names.extend(text.split(',').map(str::trim).filter(|name| !name.is_empty()));
    }
    let valid = !names.is_empty()
        && names.len() <= NAMES_MAX
        && names.iter().all(|name| HeaderName::from_bytes(name.as_bytes()).is_ok());
    valid.then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_headers_are_said_back() {
        let said = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(ACCESS_CONTROL_REQUEST_HEADERS, value.parse().unwrap());
            }
            asked(&headers)
        };
        assert_eq!(said(&["traceparent"]).as_deref(), Some("traceparent"));
        assert_eq!(said(&["baggage,sentry-trace , X-A", "x-b"]).as_deref(), Some("baggage, sentry-trace, X-A, x-b"));
        for bad in [&[][..], &[""], &[","], &["a b"], &["x-a: 1"], &["a\"b"], &["traceparent", "é"]] {
            assert_eq!(said(bad), None, "{bad:?}");
        }
        let many: Vec<String> = (0..=NAMES_MAX).map(|index| format!("x-{index}")).collect();
        assert_eq!(said(&[&many.join(",")]), None);
    }
}
