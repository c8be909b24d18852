//! The hosted page: the survey as a plain form that needs no script.
//!
//! The first form asks the core questions and stores revision 0; the second asks what the branch asks and stores
//! revision 1; then comes the end. Nothing is kept between them but what the forms carry in hidden fields. Frames
//! go the way of the widget's, through [`crate::ingest`], and are acknowledged as late.
//!
//! Not here: the widget, which will take the form's place where it can.

mod form;
mod identity;
mod language;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use trente_survey::Error as FrameError;
use trente_survey::locale::Language;

use crate::app::App;
use crate::http::error::ApiError;
use crate::http::site_name::SiteName;
use crate::http::{body, page, respond};
use crate::limits::{FORM_BYTES_MAX, RETRY_AFTER_S};
use crate::origin::Source;
use crate::{ingest, text};
use form::{Fields, Stage, Submission};
use identity::Identity;
use pages::Hosted;

/// Its routes.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route(page::STYLE_HOSTED, get(page::style)).route("/s/{site}", get(ask).post(take))
}

/// The first form.
async fn ask(
    State(app): State<Arc<App>>,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let snapshot = app.catalog.with(|snapshot| snapshot.site(&name).is_some()).await;
    let found = snapshot.site(&name).and_then(|site| Some((site, site.survey.as_ref()?)));
    let asked = query.get("l");
    let Some((site, survey)) = found else {
        return refuse(language::spoken(asked, &headers), ApiError::Site);
    };
    let language = language::of(&survey.definition, asked, &headers);
    let identity = Identity::ask(site, survey.id, &query);
    match (survey.definition.wording.get(language.tag()), identity) {
        (Some(wording), Ok(identity)) => {
            page::html(StatusCode::OK, &Hosted::core(&name, survey.id, language, wording, &identity))
        }
        (None, _) => refuse(language, ApiError::Site),
        (_, Err(error)) => {
            tracing::error!(%error, "no response id");
            refuse(language, ApiError::Store)
        }
    }
}

/// Either form, sent.
async fn take(State(app): State<Arc<App>>, SiteName(name): SiteName, headers: HeaderMap, body: Body) -> Response {
    let bytes = match body::read(body, FORM_BYTES_MAX, app.limits.body_read).await {
        Ok(bytes) => bytes,
        Err(error) => return refuse(language::spoken(None, &headers), error),
    };
    let fields = Fields::parse(&bytes);
    let asked = fields.get("l");
    let outcome = if is_form(&headers) { store(&app, &name, &headers, &fields).await } else { Err(ApiError::Type) };
    outcome.unwrap_or_else(|error| refuse(language::spoken(asked, &headers), error))
}

async fn store(app: &App, name: &str, headers: &HeaderMap, fields: &Fields) -> Result<Response, ApiError> {
    let bad = ApiError::Frame { index: 0, error: FrameError::Range { found: 0, max: 0 } };
    let id =
        fields.get("survey").and_then(text::array_from_hex).map(trente_survey::response_id::SurveyId).ok_or(bad)?;
    let snapshot = app.catalog.with(|snapshot| snapshot.survey(id).is_some()).await;
    let (survey, site) = snapshot.survey(id).filter(|(_, site)| site.name == name).ok_or(ApiError::Site)?;
    let language = language::of(&survey.definition, fields.get("l"), headers);
    let wording = survey.definition.wording.get(language.tag()).ok_or(ApiError::Site)?;
    let identity = Identity::sent(site, id, fields).ok_or(bad)?;
    let submission = Submission::read(fields).ok_or(bad)?;
    if submission.skipped {
        return Ok(page::html(StatusCode::OK, &Hosted::end(language, wording)));
    }
    if let Some(word) = submission.too_long() {
        let answers = &submission.answers;
        let form = Hosted::optional(name, id, language, wording, &identity, answers).too_long(language, word, answers);
        return Ok(page::html(StatusCode::BAD_REQUEST, &form));
    }
    let refused = |error| ApiError::Frame { index: 0, error };
    let layout = survey.definition.layout();
    let frame = submission.frame(id, &layout, language, &identity);
    let bytes = frame.encode(&layout).map_err(refused)?;
    ingest::accept(app, &Source::of(headers), &bytes).await?;
    Ok(match submission.stage {
        Stage::Core => {
            let next = Hosted::optional(name, id, language, wording, &identity, &frame.answers);
            page::html(StatusCode::OK, &next)
        }
        Stage::Optional => page::html(StatusCode::OK, &Hosted::end(language, wording)),
    })
}

/// The page for what cannot be answered: unknown, later, or unreadable.
fn refuse(language: Language, error: ApiError) -> Response {
    let (status, _) = error.status();
    let message = match status {
        StatusCode::NOT_FOUND => Hosted::unknown(language),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => Hosted::later(language),
        _ => Hosted::invalid(language),
    };
    let mut response = page::html(status, &message);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        respond::set(&mut response, RETRY_AFTER, &RETRY_AFTER_S.to_string());
    }
    if matches!(error, ApiError::Slow | ApiError::Broken) {
        respond::set(&mut response, CONNECTION, "close");
    }
    response
}

fn is_form(headers: &HeaderMap) -> bool {
    let essence = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = essence.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
