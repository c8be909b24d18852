//! `GET /trente.{site}.js`: serves the loader with the first screen of one site's survey in it.
//!
//! The path alone decides the answer, so no shared cache can mix sites up. It is cached for minutes and has an entity
//! tag; a change of the survey or of the site changes its bytes, so no page can know its integrity: one that wants to
//! pins `/trente-<version>.js`.

use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_ENCODING, ETAG, VARY};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::domain::assets::CACHE_FILE;
use crate::domain::encoded::EncodedContents;
use crate::domain::names::check_site_name;
use crate::web::accept_encoding::accepts;
use crate::web::error::RequestError;
use crate::web::respond;

/// The site that a path without its first slash asks the loader of; none for any other path.
pub fn site_of(path: &str) -> Option<&str> {
    let name = path.strip_prefix("trente.")?.strip_suffix(".js")?;
    check_site_name(name).ok().map(|()| name)
}

/// Hands it out.
pub async fn get(app: &App, method: &Method, name: &str, headers: &HeaderMap) -> Response {
    if *method != Method::GET && *method != Method::HEAD {
        let mut response = RequestError::Method.into_response();
        respond::set(&mut response, ALLOW, "GET, HEAD");
        return response;
    }
    let snapshot = app.catalog.get_or_refresh(|snapshot| snapshot.site(name).is_some()).await;
    let loader = match snapshot.site(name) {
        Some(site) if !site.closed => site.loader(app.catalog.label(site.id), &app.files),
        // A page that names a site that is gone or closed hears of it by `trente:failed`, which a missing script cannot send.
        _ => app.catalog.loader_of_no_site(&app.files),
    };
    loader.map_or_else(|| RequestError::Path.into_response(), |loader| send(loader, headers))
}

fn send(loader: &EncodedContents, headers: &HeaderMap) -> Response {
    let content = loader.choose(|encoding| accepts(headers, encoding));
    let mut response = if respond::etag_matches(headers, &content.etag) {
        respond::empty(StatusCode::NOT_MODIFIED)
    } else {
        let mut response = respond::body(StatusCode::OK, "text/javascript; charset=utf-8", content.bytes.to_vec());
        if let Some(encoding) = content.encoding {
            respond::set(&mut response, CONTENT_ENCODING, encoding);
        }
        response
    };
    respond::set(&mut response, CACHE_CONTROL, CACHE_FILE);
    respond::set(&mut response, ETAG, &content.etag);
    respond::set(&mut response, VARY, "Accept-Encoding");
    response
}

#[cfg(test)]
mod tests {
    use super::site_of;

    #[test]
    fn the_path_names_the_site() {
        assert_eq!(site_of("trente.olive.js"), Some("olive"));
        assert_eq!(site_of("trente.shop-2.js"), Some("shop-2"));
        for other in [
            "trente.js",
            "trente..js",
            "trente.mjs",
            "trente.d.ts",
            "trente-0.1.0.js",
            "trente.Olive.js",
            "t/trente.olive.js",
            "trente.a.b.js",
        ] {
            assert_eq!(site_of(other), None, "{other}");
        }
    }
}
