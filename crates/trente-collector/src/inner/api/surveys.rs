//! API of surveys: checks, publishes, lists and shows them.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use trente_store::clock::{day, format_day};
use trente_store::encoding;
use trente_store::model::scope::Scope;
use trente_store::model::site::Published;
use trente_survey::definition::{Draft, Problem as Finding, Severity};
use trente_survey::response_id::SurveyId;
use utoipa::ToSchema;

use super::caller::Caller;
use super::input;
use super::input::Named;
use super::problem::ApiProblem;
use crate::app::App;
use crate::domain::ops::surveys;
use crate::web::respond;

/// What is said of a draft.
#[derive(Serialize, ToSchema)]
#[schema(as = Looked)]
pub struct CheckReport {
    /// Problems that keep it from being published.
    errors: usize,
    /// Problems that should be looked at.
    warnings: usize,
    /// `severity`, `path`, `message`.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<Finding>,
    /// How long each way through takes, in milliseconds, screen by screen.
    #[schema(value_type = Vec<Object>)]
    paths: Vec<trente_survey::definition::Path>,
}

/// A published survey without its document.
#[derive(Serialize, ToSchema)]
pub struct Survey {
    /// 8 hexadecimal digits.
    survey: String,
    /// Whether the site asks it now.
    current: bool,
    /// When it was published, a day in UTC.
    published: String,
}

/// What publishing has changed.
#[derive(Serialize, ToSchema)]
pub struct PublishedSurvey {
    /// 8 hexadecimal digits.
    survey: String,
    /// `new`, `again`, or `unchanged` where the site asks it already.
    outcome: &'static str,
}

fn report_on(draft: &Draft, site: &str) -> (CheckReport, Option<trente_survey::definition::Definition>) {
    let checked = draft.check(site);
    let count = |severity| checked.problems.iter().filter(|problem| problem.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    (CheckReport { errors, warnings, problems: checked.problems, paths: checked.paths }, checked.definition)
}

/// Looks at a draft: its problems, and how long each way through takes. `trente survey schema` prints what a draft is.
#[utoipa::path(post, path = "/api/v1/surveys/check", tag = "surveys", request_body = Object,
    responses((status = 200, body = CheckReport)))]
pub async fn check_survey(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may_somewhere(Scope::Read)?;
    let draft: Draft = input::json(&app, &headers, body).await?;
    Ok(respond::json(StatusCode::OK, &report_on(&draft, "").0))
}

/// Publishes a draft, which the site asks from now on. Those before it stay, and answers to them stay welcome.
#[utoipa::path(post, path = "/api/v1/sites/{site}/surveys", tag = "surveys", request_body = Object,
    params(("site" = String, Path, description = "Public name")),
    responses((status = 201, body = PublishedSurvey, description = "It is new"),
        (status = 200, body = PublishedSurvey, description = "It had been published before"),
        (status = 422, body = CheckReport, description = "It has errors, or asks for contacts while no key seals them (a problem)")))]
pub async fn publish_survey(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Admin, &site)?;
    let draft: Draft = input::json(&app, &headers, body).await?;
    let (report, definition) = report_on(&draft, &site);
    let Some(definition) = definition else {
        return Ok(respond::json(StatusCode::UNPROCESSABLE_ENTITY, &report));
    };
    let keys = app.contact_keys.as_ref();
    let (id, published) = surveys::publish(&app.store, caller.actor, &site, &definition, keys).await?;
    let (status, outcome) = match published {
        Published::New => (StatusCode::CREATED, "new"),
        Published::Again => (StatusCode::OK, "again"),
        Published::Unchanged => (StatusCode::OK, "unchanged"),
    };
    Ok(respond::json(status, &PublishedSurvey { survey: encoding::hex(&id.0), outcome }))
}

/// Every survey that a site has published, oldest first.
#[utoipa::path(get, path = "/api/v1/sites/{site}/surveys", tag = "surveys",
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = [Survey])))]
pub async fn list_surveys(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Read, &site)?;
    let rows = app.store.surveys_of(&site).await?;
    let surveys = rows.into_iter().map(|row| Survey {
        survey: encoding::hex(&row.id.0),
        current: row.current,
        published: format_day(day(row.created_ms)),
    });
    Ok(respond::json(StatusCode::OK, &surveys.collect::<Vec<_>>()))
}

/// The document of a survey, byte for byte what its id is the hash of.
#[utoipa::path(get, path = "/api/v1/sites/{site}/surveys/{survey}", tag = "surveys",
    params(("site" = String, Path, description = "Public name"),
        ("survey" = String, Path, description = "8 hexadecimal digits")),
    responses((status = 200, body = Object)))]
pub async fn show_survey(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named((site, survey)): Named<(String, String)>,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Read, &site)?;
    let missing = || ApiProblem::Missing(format!("no survey `{survey}` of this site"));
    let id = encoding::array_from_hex(&survey).map(SurveyId).ok_or_else(missing)?;
    let theirs = app.store.surveys_of(&site).await?.into_iter().any(|row| row.id == id);
    let document = if theirs { app.store.document(id).await? } else { None };
    Ok(respond::body(StatusCode::OK, "application/json", document.ok_or_else(missing)?))
}
