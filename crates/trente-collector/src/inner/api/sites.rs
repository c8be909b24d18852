//! API of sites: allowed origins, the key that signs orders, retention, closing.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use trente_store::model::scope::Scope;
use trente_store::{StoreError, encoding};
use trente_survey::definition::Preset;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder};

use super::caller::Caller;
use super::input;
use super::input::Named;
use super::problem::ApiProblem;
use super::schema;
use crate::app::App;
use crate::domain::ops::sites;
use crate::views::site;
use crate::views::site::Site;
use crate::web::respond;

/// Origins of one site.
fn origins_schema() -> Array {
    ArrayBuilder::new().items(schema::origin()).min_items(Some(1)).max_items(Some(100)).build()
}

/// A new site.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSite {
    /// Public name: 1 to 40 of a-z, 0-9 and -.
    #[schema(pattern = "^[a-z0-9-]{1,40}$")]
    name: String,
    /// Exact origins, as in `https://shop.example`; a slash at the end, capitals and letters of any script are understood.
    #[serde(default)]
    #[schema(schema_with = origins_schema, required = true)]
    origins: Vec<String>,
    /// Let the widget stand on pages of any origin.
    #[serde(default)]
    any_origin: bool,
}

/// Where the widget may stand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Origins {
    /// Exact origins, all of them.
    #[schema(schema_with = origins_schema, required = true)]
    origins: Vec<String>,
    /// Let the widget stand on pages of any origin. False, if absent: then it stands on those alone that are listed.
    #[serde(default)]
    any_origin: bool,
}

/// How long single responses are kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// 1 to 3650; null keeps them for ever.
    // Named, so that a body without it is refused: serde takes an optional field that is absent for null.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(minimum = 1, maximum = 3650, required = true)]
    days: Option<u32>,
}

/// The key that signs orders from now on.
#[derive(Serialize, ToSchema)]
pub struct NewKey {
    /// 64 hexadecimal digits. A secret: for the merchant's server alone.
    key: String,
}

async fn find(app: &App, name: &str) -> Result<Site, ApiProblem> {
    let found = site::list_sites(&app.store).await?.into_iter().find(|site| site.name == name);
    Ok(found.ok_or_else(|| StoreError::SiteUnknown(name.to_owned()))?)
}

/// All sites that the caller may know of, by name.
#[utoipa::path(get, path = "/api/v1/sites", tag = "sites", responses(
    (status = 200, body = [Site])))]
pub async fn list_sites(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, ApiProblem> {
    caller.may_somewhere(Scope::Read)?;
    let seen: Vec<Site> =
        site::list_sites(&app.store).await?.into_iter().filter(|site| caller.sees(&site.name)).collect();
    Ok(respond::json(StatusCode::OK, &seen))
}

/// One site.
#[utoipa::path(get, path = "/api/v1/sites/{site}", tag = "sites", params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = Site)))]
pub async fn show_site(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Read, &site)?;
    Ok(respond::json(StatusCode::OK, &find(&app, &site).await?))
}

/// Adds a site with a key of its own and the default survey.
#[utoipa::path(post, path = "/api/v1/sites", tag = "sites", request_body = NewSite,
    responses((status = 201, body = Site)))]
pub async fn add_site(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may_everywhere(Scope::Admin)?;
    let new: NewSite = input::json(&app, &headers, body).await?;
    let name = new.name.clone();
    let site = sites::new_site(new.name, &new.origins, new.any_origin)?;
    sites::add_site(&app.store, caller.actor, site, Preset::default()).await?;
    Ok(respond::json(StatusCode::CREATED, &find(&app, &name).await?))
}

/// Says anew where the widget may stand.
#[utoipa::path(put, path = "/api/v1/sites/{site}/origins", tag = "sites", request_body = Origins,
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = Site)))]
pub async fn set_origins(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Admin, &site)?;
    let new: Origins = input::json(&app, &headers, body).await?;
    sites::set_origins(&app.store, caller.actor, site.clone(), &new.origins, new.any_origin).await?;
    Ok(respond::json(StatusCode::OK, &find(&app, &site).await?))
}

/// Makes a new key for signing orders. What the one before has signed verifies until that one is retired, which has to
/// be done before the next rotation.
#[utoipa::path(post, path = "/api/v1/sites/{site}/key/rotate", tag = "sites",
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = NewKey)))]
pub async fn rotate_key(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Admin, &site)?;
    let key = sites::rotate_key(&app.store, caller.actor, site).await?;
    Ok(respond::json(StatusCode::OK, &NewKey { key: encoding::hex(&key) }))
}

/// Ends the key before the last rotation: what it has signed proves nothing any more.
#[utoipa::path(delete, path = "/api/v1/sites/{site}/key/former", tag = "sites",
    params(("site" = String, Path, description = "Public name")),
    responses((status = 204)))]
pub async fn retire_key(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Admin, &site)?;
    sites::retire_key(&app.store, caller.actor, site).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}

/// Says how long single responses are kept; their counts stay for ever.
#[utoipa::path(put, path = "/api/v1/sites/{site}/retention", tag = "sites", request_body = Retention,
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = Site)))]
pub async fn set_retention(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Admin, &site)?;
    let Retention { days } = input::json(&app, &headers, body).await?;
    sites::set_retention(&app.store, caller.actor, site.clone(), days).await?;
    Ok(respond::json(StatusCode::OK, &find(&app, &site).await?))
}

/// Closes a site: it asks no customer and takes no answer until it is opened again; what was answered stays.
#[utoipa::path(post, path = "/api/v1/sites/{site}/close", tag = "sites",
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = Site)))]
pub async fn close_site(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Admin, &site)?;
    sites::close_site(&app.store, caller.actor, site.clone()).await?;
    Ok(respond::json(StatusCode::OK, &find(&app, &site).await?))
}

/// Opens a site that was closed.
#[utoipa::path(post, path = "/api/v1/sites/{site}/reopen", tag = "sites",
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = Site)))]
pub async fn reopen_site(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Admin, &site)?;
    sites::reopen_site(&app.store, caller.actor, site.clone()).await?;
    Ok(respond::json(StatusCode::OK, &find(&app, &site).await?))
}
