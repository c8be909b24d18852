//! API of a site's figures.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use trente_store::model::scope::Scope;

use super::caller::Caller;
use super::input::Named;
use super::problem::ApiProblem;
use crate::app::App;
use crate::views::summary::{SiteSummary, read_summary};
use crate::web::respond;

/// The numbers of a site: recommendation, satisfaction, ease, scores, classes, causes, with their intervals.
#[utoipa::path(get, path = "/api/v1/sites/{site}/summary", tag = "results",
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = SiteSummary)))]
pub async fn show_summary(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Read, &site)?;
    Ok(respond::json(StatusCode::OK, &read_summary(&app.store, &site).await?))
}
