//! The results listener: what the merchant reads. Server-rendered, in English, without a script.
//!
//! Readers have signed in ([`crate::admin`]). The administration API ([`crate::api`]) is on the same listener,
//! which is another than the public one: nothing of it is reached from where answers come in. A page that lets
//! its own name lead here gets nothing ([`names`]).
//!
//! Not here: the numbers (`trente-stats`).

mod figures;
mod metrics;
pub mod names;
mod pages;

use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::names::Names;
use crate::admin::scope::Scope;
use crate::admin::session::Session;
use crate::admin::watch::Kind;
use crate::admin::{self, guard, session};
use crate::api::summary::Marks;
use crate::api::{self, problem};
use crate::app::App;
use crate::clock::{day, now_ms};
use crate::http::error::ApiError;
use crate::http::page;
use crate::http::routes::wrong_method;
use crate::http::site_name::SiteName;
use crate::store::administration::Actor;
use crate::store::{ALL_DAYS, StoreError};

/// Where the pages find their style sheet.
const STYLE: &str = "/pages.css";

/// Everything that the results listener answers.
pub fn app(state: Arc<App>, names: Names) -> Router {
    let signed_in = Router::new()
        .route("/", get(all))
        .route("/sites/{name}", get(one))
        .merge(admin::account_routes())
        .route_layer(from_fn_with_state(Arc::clone(&state), session::require));
    signed_in
        .merge(admin::login_routes())
        .merge(api::routes(&state))
        .route(STYLE, get(async || page::style(include_str!("../assets/pages.css"))))
        .route("/metrics", get(metrics::get))
        .fallback(async || ApiError::Path.into_response())
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(guard::guard))
        .with_state(state)
        .layer(from_fn_with_state(names, named))
}

/// Whether a request asks for the listener by one of its names.
async fn named(State(names): State<Names>, request: Request, next: Next) -> Response {
    if names.have(request.headers()) {
        next.run(request).await
    } else {
        problem::refuse(request.uri().path(), ApiError::Host)
    }
}

async fn all(State(app): State<Arc<App>>, Extension(session): Extension<Session>) -> Response {
    match app.store.sites().await {
        Ok(sites) => {
            let sites = sites.into_iter().map(|site| site.name).filter(|name| session.access.may(Scope::Read, name));
            let sites = sites.collect();
            page::html(StatusCode::OK, &pages::Sites { sites }, guard::POLICY)
        }
        Err(error) => failed(&error),
    }
}

async fn one(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    SiteName(name): SiteName,
) -> Response {
    // Told as a site that does not exist, so that an account does not learn which there are.
    if !session.access.may(Scope::Read, &name) {
        app.watch.subject(&app.store, Kind::Rights, &Actor::account(&session.account).0).await;
        return ApiError::Site.into_response();
    }
    match site_page(&app, name).await {
        Ok(site) => page::html(StatusCode::OK, &site, guard::POLICY),
        Err(StoreError::SiteUnknown(_)) => ApiError::Site.into_response(),
        Err(error) => failed(&error),
    }
}

async fn site_page(app: &App, name: String) -> Result<pages::SitePage, StoreError> {
    let site = app.store.site(&name).await?;
    let counts = app.store.counts(site, ALL_DAYS).await?;
    let marks = Marks::read(&app.store, site).await?;
    let refused = app.throttle.spikes.refused_today(site, day(now_ms()));
    Ok(pages::SitePage::new(name, &counts, app.store.lag().await?, &marks, refused))
}

fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "results cannot be read");
    ApiError::Store.into_response()
}
