//! The results listener: what the merchant reads. Server-rendered, in English, without a script.
//!
//! Whoever reads them has signed in ([`crate::admin`]). The administration API ([`crate::api`]) is on the same listener,
//! which is another than the public one: nothing of it is reached from where answers come in. On the loopback interface
//! it answers only requests that name the loopback interface: a page elsewhere that points its own name at 127.0.0.1
//! gets nothing.
//!
//! Not here: the numbers (`trente-stats`).

mod figures;
mod pages;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::admin::{self, guard, session};
use crate::api;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::routes::wrong_method;
use crate::http::site_name::SiteName;
use crate::http::{page, respond};
use crate::store::{ALL_DAYS, StoreError};
use crate::telemetry;

/// Where the pages find their style sheet.
const STYLE: &str = "/pages.css";

/// Everything that the results listener answers.
pub fn app(state: Arc<App>, address: SocketAddr) -> Router {
    let signed_in = Router::new()
        .route("/", get(all))
        .route("/sites/{name}", get(one))
        .merge(admin::account_routes())
        .route_layer(from_fn_with_state(Arc::clone(&state), session::require));
    let router = signed_in
        .merge(admin::login_routes())
        .merge(api::routes(&state))
        .route(STYLE, get(async || page::style(include_str!("../assets/pages.css"))))
        .route("/metrics", get(numbers))
        .fallback(async || ApiError::Path.into_response())
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(guard::guard))
        .with_state(state);
    if address.ip().is_loopback() { router.layer(from_fn(only_loopback_names)) } else { router }
}

async fn only_loopback_names(request: Request, next: Next) -> Response {
    if names_loopback(request.headers()) { next.run(request).await } else { ApiError::Origin.into_response() }
}

/// Whether `Host` is `localhost` or a loopback address, with any port.
fn names_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

async fn all(State(app): State<Arc<App>>) -> Response {
    match app.store.sites().await {
        Ok(sites) => {
            let sites = sites.into_iter().map(|site| site.name).collect();
            page::html(StatusCode::OK, &pages::Sites { sites }, guard::POLICY)
        }
        Err(error) => failed(&error),
    }
}

async fn one(State(app): State<Arc<App>>, SiteName(name): SiteName) -> Response {
    match site_page(&app, name).await {
        Ok(site) => page::html(StatusCode::OK, &site, guard::POLICY),
        Err(StoreError::SiteUnknown(_)) => ApiError::Site.into_response(),
        Err(error) => failed(&error),
    }
}

async fn site_page(app: &App, name: String) -> Result<pages::SitePage, StoreError> {
    let site = app.store.site(&name).await?;
    let counts = app.store.counts(site, ALL_DAYS).await?;
    Ok(pages::SitePage::new(name, &counts, app.store.lag().await?)?)
}

async fn numbers(State(app): State<Arc<App>>) -> Response {
    let text = telemetry::render(app.store.lag().await.ok(), app.store.healthy());
    respond::with(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
}

fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "results cannot be read");
    ApiError::Store.into_response()
}
