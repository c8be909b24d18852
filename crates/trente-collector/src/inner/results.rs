//! Results pages: what the merchant reads. Server-rendered, in English, without a script.
//!
//! Not here: the numbers (`trente-stats`).

mod figures;
mod pages;

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use trente_store::clock::{day, now_ms};
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scope;
use trente_store::{ALL_DAYS, StoreError};

use super::security_headers;
use super::session::Session;
use crate::app::App;
use crate::domain::auth::failures::FailureKind;
use crate::views::summary::Marks;
use crate::web::error::RequestError;
use crate::web::page;
use crate::web::site_name::SiteName;

/// The list of sites that the account may see.
pub async fn list_sites(State(app): State<Arc<App>>, Extension(session): Extension<Session>) -> Response {
    match app.store.sites().await {
        Ok(sites) => {
            let sites = sites.into_iter().map(|site| site.name).filter(|name| session.access.may(Scope::Read, name));
            let sites = sites.collect();
            page::html(StatusCode::OK, &pages::Sites { sites }, security_headers::POLICY)
        }
        Err(error) => failed(&error),
    }
}

/// The results of one site.
pub async fn show_site(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    SiteName(name): SiteName,
) -> Response {
    // Told as a site that does not exist, so that an account does not learn which there are.
    if !session.access.may(Scope::Read, &name) {
        app.failures.subject(&app.store, FailureKind::Rights, &Actor::account(&session.account).0).await;
        return RequestError::Site.into_response();
    }
    match site_page(&app, name).await {
        Ok(site) => page::html(StatusCode::OK, &site, security_headers::POLICY),
        Err(StoreError::SiteUnknown(_)) => RequestError::Site.into_response(),
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
    RequestError::Store.into_response()
}
