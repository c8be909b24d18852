//! The hosted page: the survey as a plain form that needs no script.
//!
//! The first form asks the core questions; the second asks what the branch and the merchant ask; then comes the end.
//! Nothing is kept between them but what the forms carry in hidden fields. Frames go the way of the widget's, through
//! [`crate::domain::ingest`], and are acknowledged as late.
//!
//! Where it can, a script puts the widget in the place of the first form: assets/hosted.js.

mod address;
mod form;
mod identity;
mod pages;
mod questions;
mod revision;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use trente_stats::time_label::Label;
use trente_store::encoding;
use trente_store::key::ResponseKey;
use trente_survey::frame::Frame;
use trente_survey::limits::REV_MAX;
use trente_survey::locale::Language;
use trente_survey::response_id::SurveyId;
use trente_survey::{Branch, Error as FrameError};

use self::address::Address;
use self::form::{Stage, Submission};
use self::identity::Identity;
use self::pages::{Asked, Hosted};
use self::questions::Spoken;
use self::revision::{Revision, has_optional};
use super::contacts;
use crate::app::App;
use crate::domain::catalog::{Site, Snapshot, Survey};
use crate::domain::contact::Contact;
use crate::domain::origin::RequestOrigin;
use crate::domain::throttle::Load;
use crate::domain::throttle::client::Client;
use crate::limits::HOSTED_FORM_BYTES_MAX;
use crate::web::error::RequestError;
use crate::web::form::Fields;
use crate::web::site_name::SiteName;
use crate::web::{body, language, page, respond};

/// Where the page finds its style sheet and its script, seen from it: a proxy may put a path before both.
const STYLE: &str = "/s/hosted.css";
const SCRIPT: &str = "/s/hosted.js";

/// The parameter of a link with the answer to the first question: what was chosen on the merchant's page before the
/// survey could not go on there.
const ANSWERED: &str = "a";

/// Its routes.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(STYLE, get(async || page::style(include_str!("../../assets/hosted.css"))))
        .route(SCRIPT, get(async || page::script(include_str!("../../assets/hosted.js"))))
        .route("/s/{site}", get(show_form).post(submit_form))
        .route("/s/{site}/", get(show_form))
        .route("/S/{site}", get(show_form))
        .route("/S/{site}/", get(show_form))
        .route("/s/{site}/theme/{survey}", get(theme))
        // A link that a mail program has cut, or added to.
        .route("/s", get(show_nothing))
        .route("/s/", get(show_nothing))
        .route("/s/{site}/{rest}", get(show_nothing))
}

/// The first form.
async fn show_form(
    State(app): State<Arc<App>>,
    SiteName(segment): SiteName,
    RawQuery(query): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let address = Address::of(&segment);
    if let Some(place) = address.elsewhere(uri.path(), query.as_deref()) {
        let mut response = respond::empty(StatusCode::PERMANENT_REDIRECT);
        respond::set(&mut response, LOCATION, &place);
        return response;
    }
    let (name, query) = (address.site, address::fields(&query.unwrap_or_default()));
    let snapshot = app.catalog.get_or_refresh(|snapshot| snapshot.site(&name).is_some()).await;
    let found = snapshot.site(&name).and_then(|site| Some((site, survey_of(&snapshot, site, &query)?)));
    let lang = query.get("l");
    let Some((site, survey)) = found else {
        return refuse(language::spoken(lang, &headers), RequestError::Site);
    };
    let language = language::negotiate(&survey.definition, lang, &headers);
    if site.closed {
        return refuse(language, RequestError::Closed);
    }
    // The widget knows the current survey only.
    let current = site.survey.as_ref().is_some_and(|current| current.id == survey.id);
    let preview = query.says(identity::PREVIEW);
    let identity = match Identity::ask(site, survey.id, &query) {
        Ok(identity) => identity,
        Err(error) => {
            tracing::error!(%error, "a response id cannot be made");
            return refuse(language, RequestError::Store);
        }
    };
    let Some(asked) = asked(&name, survey, language, app.catalog.label(site.id), preview) else {
        return refuse(language, RequestError::Site);
    };
    // The widget would begin at revision 0, and what is kept would win over what the customer says now; the form goes on
    // from the revision that is stored. Told of proven orders alone: for others it would show who has answered.
    let fresh = identity.proof.is_none() || !matches!(kept(&app, survey, &identity).await, Ok(Some(_)));
    answer(StatusCode::OK, &asked.core(&identity, current && fresh, query.get(ANSWERED)))
}

/// The page for an address of no survey.
async fn show_nothing(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = address::fields(&query.unwrap_or_default());
    refuse(language::spoken(query.get("l"), &headers), RequestError::Site)
}

/// The survey that a link leads to: the current one, or an earlier one that the link was signed for, as in an e-mail
/// that was sent before the merchant published another. Only there is the signature a proof.
fn survey_of<'a>(snapshot: &'a Snapshot, site: &'a Site, query: &Fields) -> Option<&'a Arc<Survey>> {
    let current = site.survey.as_ref()?;
    if query.get("g").is_none() || identity::proves(site, current.id, query) {
        return Some(current);
    }
    let signed_for = snapshot.surveys_of(site).find(|survey| identity::proves(site, survey.id, query));
    Some(signed_for.unwrap_or(current))
}

/// Either form, sent.
async fn submit_form(
    State(app): State<Arc<App>>,
    SiteName(name): SiteName,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let bytes = match body::read(body, HOSTED_FORM_BYTES_MAX, app.limits.body_read).await {
        Ok(bytes) => bytes,
        Err(error) => return refuse(language::spoken(None, &headers), error),
    };
    let fields = Fields::parse(&bytes);
    let lang = fields.get("l");
    let outcome = if is_form(&headers) {
        store_submission(&app, client, &name, &headers, &fields).await
    } else {
        Err(RequestError::Type)
    };
    outcome.unwrap_or_else(|error| {
        let language = language::spoken(lang, &headers);
        if is_for_now(&error) {
            told(&error, &Hosted::unsent(language, &name, &fields))
        } else {
            refuse(language, error)
        }
    })
}

async fn store_submission(
    app: &App,
    client: Client,
    name: &str,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Response, RequestError> {
    let bad = RequestError::Frame { index: 0, error: FrameError::Range { found: 0, max: 0 } };
    let id = fields.get("survey").and_then(encoding::array_from_hex).map(SurveyId).ok_or(bad)?;
    let snapshot = app.catalog.get_or_refresh(|snapshot| snapshot.survey(id).is_some()).await;
    let (survey, site) = snapshot.survey(id).filter(|(_, site)| site.name == name).ok_or(RequestError::Site)?;
    let language = language::negotiate(&survey.definition, fields.get("l"), headers);
    let identity = Identity::sent(site, id, fields).ok_or(bad)?;
    let label = app.catalog.label(site.id);
    let asked = asked(name, survey, language, label, identity.link.preview).ok_or(RequestError::Site)?;
    let source = RequestOrigin::of(headers);
    if !site.allows(&source) {
        return Err(RequestError::Origin);
    }
    if site.closed {
        return Err(RequestError::Closed);
    }
    let form = Submission::read(fields, &survey.definition).ok_or(bad)?;
    if form.skipped {
        return Ok(answer(StatusCode::OK, &asked.end(form.answers.branch())));
    }
    if form.is_too_long(&survey.layout) {
        return Ok(answer(StatusCode::BAD_REQUEST, &asked.optional(&identity, &form.answers, Some(&form), form.again)));
    }
    let refused = |error| RequestError::Frame { index: 0, error };
    let frame = form.frame(id, &survey.layout, language, &identity);
    // What is not valid is refused before anything is looked up for it.
    frame.encode(&survey.layout).map_err(refused)?;
    // Counted before the store is read, so that a form that is sent again and again costs it nothing (rate limit).
    let signed = identity.proof.is_some();
    let load = Load { unsigned: u32::from(!signed), signed: u32::from(signed) };
    app.throttle.admit(client, site.id, load).map_err(|excess| RequestError::Rate(excess.retry_after_s))?;
    let kept = if identity.link.preview { None } else { kept(app, survey, &identity).await? };
    // A form that shows the field says all of it: an empty one deletes what was written there before.
    let is_incident = form.stage == Stage::Optional && form.answers.branch() == Branch::Incident;
    let asks_contact = is_incident && survey.definition.follow_up.contact;
    // The customer's own reload and change of mind, as far as memory knows. For any other client, who may be guessing the
    // answers of an order, all that is shown follows from the form and the revision that is stored, never from whether
    // the form says what is stored; and every form goes the way of a frame, where contradictions are counted.
    let place = ResponseKey::of(&frame);
    let is_own = signed || kept.is_none() || app.senders.has_answered(app.networks.generation(), client, place);
    let kept_rev = kept.as_ref().map_or(0, |kept| kept.rev);
    let (frame, is_new) = match Revision::of(form.stage, frame, kept, &survey.definition, &survey.layout) {
        Revision::Closed(_) if is_own => return Ok(answer(StatusCode::CONFLICT, &asked.closed())),
        Revision::Unchanged(frame) => (frame, asks_contact || !is_own),
        Revision::Next(frame) | Revision::Closed(frame) => (frame, true),
    };
    if is_new {
        let body = frame.encode(&survey.layout).map_err(refused)?;
        let taken = app.ingest().accept_counted(client, &source, &body).await?;
        if asks_contact {
            let contact = Contact::read(form.contact.as_deref().unwrap_or_default().as_bytes())?;
            contacts::keep(app, client, &frame, taken, true, contact).await?;
        }
    }
    // Nothing more is asked that could not be kept.
    let last_rev = if is_own { frame.rev } else { kept_rev };
    let ends = form.stage == Stage::Optional || last_rev == REV_MAX;
    // Only the customer's own form may tell that something is kept.
    let again = is_own && has_optional(&frame);
    let next =
        if ends { asked.end(form.answers.branch()) } else { asked.optional(&identity, &form.answers, None, again) };
    Ok(answer(StatusCode::OK, &next))
}

/// The frame that is kept of this response.
async fn kept(app: &App, survey: &Survey, identity: &Identity) -> Result<Option<Frame>, RequestError> {
    let read = app.store.latest_frame(survey.layout, survey.id, identity.response, identity.proof.is_some());
    read.await.map_err(|error| {
        tracing::error!(%error, "a response cannot be looked up");
        RequestError::Store
    })
}

/// The colours of a survey.
async fn theme(State(app): State<Arc<App>>, Path((name, id)): Path<(String, String)>) -> Response {
    let snapshot = app.catalog.snapshot();
    let survey = encoding::array_from_hex(&id).and_then(|id| snapshot.survey(SurveyId(id)));
    match survey.filter(|(_, site)| site.name == name) {
        Some((survey, _)) => page::style(survey.definition.theme.page_css()),
        None => RequestError::Path.into_response(),
    }
}

fn asked<'a>(site: &'a str, survey: &'a Survey, language: Language, label: Label, preview: bool) -> Option<Asked<'a>> {
    let definition = survey.definition_for(label);
    let wording = definition.wording.get(language.tag())?;
    Some(Asked { site, survey, preview, spoken: Spoken { definition, language, wording } })
}

fn answer(status: StatusCode, hosted: &Hosted) -> Response {
    page::html(status, hosted, if hosted.has_script() { page::WIDGET_POLICY } else { page::POLICY })
}

/// The page for what cannot be answered: unknown, later, or unreadable.
fn refuse(language: Language, error: RequestError) -> Response {
    let message = match error.status() {
        (StatusCode::NOT_FOUND | StatusCode::GONE, _) => Hosted::unknown(language),
        _ if is_for_now(&error) => Hosted::later(language),
        _ => Hosted::invalid(language),
    };
    told(&error, &message)
}

/// Whether the same form may be taken later.
fn is_for_now(error: &RequestError) -> bool {
    matches!(
        error.status(),
        (StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS, _)
    )
}

fn told(error: &RequestError, message: &Hosted) -> Response {
    let (status, _) = error.status();
    let mut response = answer(status, message);
    error.apply_headers(&mut response);
    response
}

fn is_form(headers: &HeaderMap) -> bool {
    body::media_type(headers)
        .is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}
