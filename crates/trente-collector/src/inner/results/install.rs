//! Snippet of a site: the line for the shop's page, and a light that turns on when a page has asked for the survey.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use trente_store::StoreError;
use trente_store::model::scope::Scope;

use super::frame::{Frame, Page};
use super::words::{Start, Words, fill};
use super::{Seen, failed, reach, say, seen, words};
use crate::app::App;
use crate::domain::snippet::Base;
use crate::inner::security_headers::POLICY;
use crate::inner::session::Session;
use crate::web::form::Fields;
use crate::web::page;
use crate::web::site_name::SiteName;

/// The collector's address where the reader does not say another one: that of a service without a configuration.
const BASE: &str = "http://127.0.0.1:8031";

/// The page.
#[derive(Template)]
#[template(path = "install.html")]
struct Install {
    frame: Frame,
    words: &'static Words,
    start: &'static Start,
    title: String,
    /// Whether this is the first run: no answer has come yet.
    first: bool,
    step: String,
    action: String,
    /// The collector's address, as it was typed.
    base: String,
    /// Whether that is none.
    wrong: bool,
    script: String,
    policy: String,
    hosted: String,
    light: &'static str,
    light_text: String,
    again: String,
    overview: String,
}

/// Shows it.
pub async fn show(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
) -> Response {
    let Seen { site, filter, today } = match seen(&app, &session, Scope::Admin, &name, query.as_deref()).await {
        Ok(seen) => seen,
        Err(refused) => return refused,
    };
    let words = words::of(filter.language.as_deref(), &headers);
    let start = words.start();
    let fields = Fields::parse(query.as_deref().unwrap_or_default().as_bytes());
    let typed = fields.get("base").filter(|base| !base.is_empty()).unwrap_or(BASE).to_owned();
    let base = Base::typed(&typed);
    let read = async || -> Result<Install, StoreError> {
        let frame = Frame::new(words, &site, Page::Install, &filter, reach(&app, &session, &site).await?);
        let last = app.store.last_day(site.id).await?;
        let asked = app.store.last_sighting(site.id).await?.map(|seen_ms| site.zone().day(seen_ms));
        let (light, light_text) = match (last, asked) {
            (Some(_), _) => ("well", start.answered.to_owned()),
            (None, Some(day)) => ("well", fill(start.seen, &[("when", &say::ago(words, day, today))])),
            (None, None) => ("empty", start.unseen.to_owned()),
        };
        let action = format!("{}/install", frame.path());
        Ok(Install {
            title: fill(start.install_title, &[("site", &name)]),
            first: last.is_none(),
            step: fill(start.step, &[("step", "3")]),
            again: filter.link(&action, &[("base", Some(&typed))]),
            overview: filter.link(frame.path(), &[]),
            wrong: base.is_none(),
            script: base.as_ref().map(|base| base.script(&name)).unwrap_or_default(),
            policy: base.as_ref().map(Base::policy).unwrap_or_default(),
            hosted: base.as_ref().map(|base| base.hosted(&name)).unwrap_or_default(),
            base: typed.clone(),
            action,
            light,
            light_text,
            frame,
            words,
            start,
        })
    };
    match read().await {
        Ok(install) if install.wrong => page::html(StatusCode::BAD_REQUEST, &install, POLICY),
        Ok(install) => page::html(StatusCode::OK, &install, POLICY),
        Err(error) => failed(&error),
    }
}
