//! Erasure of one response: a confirmation page that shows it, then the erasure.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::key::ResponseKey;
use trente_store::model::audit::Actor;
use trente_store::model::erasure::Reason;
use trente_store::model::scope::Scope;
use trente_store::wanted::{After, VoiceRow};
use trente_store::{Store, StoreError};
use trente_survey::response_id::ResponseId;

use super::filter::{Filter, format_response_key, parse_response_key};
use super::frame::{Frame, Page};
use super::texts::{Acts, Texts};
use super::voices::Voice;
use super::{Seen, reach, seen, texts};
use crate::app::App;
use crate::domain::ops::erasure;
use crate::domain::ops::responses::note_words_read;
use crate::domain::ops::subject::ErasureTarget;
use crate::inner::failure::failed;
use crate::inner::security_headers::POLICY;
use crate::inner::session::Session;
use crate::web::error::RequestError;
use crate::web::form::Fields;
use crate::web::page;
use crate::web::site_name::SiteName;

/// The page.
#[derive(Template)]
#[template(path = "erase.html")]
struct Erase {
    frame: Frame,
    texts: &'static Texts,
    acts: &'static Acts,
    voice: Voice,
    at: String,
    reasons: Vec<(&'static str, &'static str)>,
    action: String,
    back: String,
}

/// What was just done, as the voices say it.
pub fn done(texts: &Texts, query: Option<&str>) -> Option<String> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let acts = texts.acts();
    let text = match fields.get("done")? {
        "erased" => acts.erased,
        "erased-later" => acts.erased_later,
        "erased-before" => acts.erased_before,
        _ => return None,
    };
    Some(text.to_owned())
}

/// The answer at a place, if it is one of this site's.
async fn find(store: &Store, site: &str, place: ResponseKey) -> Result<Option<VoiceRow>, StoreError> {
    if !store.surveys_of(site).await?.iter().any(|survey| survey.id.0 == place.survey) {
        return Ok(None);
    }
    let Some(stored) = store.response(place).await? else { return Ok(None) };
    let key = stored.contribution(&stored.verdict()?).key;
    Ok(Some(VoiceRow {
        at: After { day: stored.day, place },
        verified: stored.verified,
        channel: stored.channel(),
        locale: stored.frame.locale,
        key,
        elapsed: stored.frame.elapsed,
        verbatim: stored.frame.verbatim.unwrap_or_default(),
    }))
}

fn voices_link(filter: &Filter, name: &str, done: Option<&str>) -> String {
    filter.link(&format!("/sites/{name}/voices"), &[("done", done)])
}

/// Asks.
pub async fn ask(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
) -> Response {
    // Who erases must see what it is.
    let Seen { site, filter, today } = match seen(&app, &session, Scope::Export, &name, query.as_deref()).await {
        Ok(seen) if session.access.may(Scope::Erase, &name) => seen,
        Ok(_) => return RequestError::Path.into_response(),
        Err(refused) => return refused,
    };
    let texts = texts::for_request(filter.language.as_deref(), &headers);
    let fields = Fields::parse(query.as_deref().unwrap_or_default().as_bytes());
    let Some(place) = fields.get("at").and_then(parse_response_key) else { return RequestError::Path.into_response() };
    let read = async || -> Result<Option<Erase>, StoreError> {
        let Some(row) = find(&app.store, &name, place).await? else { return Ok(None) };
        note_words_read(&app.store, Actor::account(&session.account), &name).await?;
        let frame = Frame::new(texts, &site, Page::Voices, &filter, reach(&app, &session, &site).await?);
        let acts = texts.acts();
        Ok(Some(Erase {
            voice: Voice::of(row, texts, today),
            at: format_response_key(place),
            reasons: Reason::ALL.into_iter().map(|(_, name)| name).zip(acts.erase_reasons).collect(),
            action: filter.link(&format!("{}/voices/erase", frame.path()), &[]),
            back: voices_link(&filter, &name, None),
            frame,
            texts,
            acts,
        }))
    };
    match read().await {
        Ok(Some(asked)) => page::html(StatusCode::OK, &asked, POLICY),
        Ok(None) => Redirect::to(&voices_link(&filter, &name, Some("erased-before"))).into_response(),
        Err(error) => failed(&error),
    }
}

/// Erases, and says so on the page of the voices.
pub async fn erase(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
    fields: Fields,
) -> Response {
    let filter = match seen(&app, &session, Scope::Erase, &name, query.as_deref()).await {
        Ok(Seen { filter, .. }) => filter,
        Err(refused) => return refused,
    };
    let reason = fields.get("why").and_then(|why| Reason::ALL.into_iter().find(|(_, name)| *name == why));
    let (Some(place), Some((reason, _))) = (fields.get("at").and_then(parse_response_key), reason) else {
        return RequestError::Path.into_response();
    };
    let target = ErasureTarget::Response(ResponseId(place.rid));
    let erased = erasure::erase(&app.store, Actor::account(&session.account), name.clone(), target, Some(reason)).await;
    let done = match erased {
        Ok(erased) if erased.erased == 0 => "erased-before",
        Ok(erased) if erased.remains.is_some() => "erased-later",
        Ok(_) => "erased",
        Err(error) => return failed(&error),
    };
    Redirect::to(&voices_link(&filter, &name, Some(done))).into_response()
}
