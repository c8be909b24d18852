//! Installation page of a site: its snippet, and an indicator that turns on when a page has asked for the survey.

use askama::Template;
use axum::http::StatusCode;

use super::frame::{Frame, Page};
use super::say;
use super::settings::opened::{Answer, Opened};
use super::texts::{Start, Texts, fill};
use crate::domain::snippet::Base;
use crate::inner::security_headers::POLICY;
use crate::web::page;

/// The collector's address where the reader does not say another one: that of a service without a configuration.
const BASE: &str = "http://127.0.0.1:8031";

/// The page.
#[derive(Template)]
#[template(path = "install.html")]
struct Install {
    frame: Frame,
    texts: &'static Texts,
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
pub async fn show_snippet(at: Opened) -> Answer {
    let (store, start, name) = (&at.app.store, at.texts.start(), at.name());
    let typed = at.query.get("base").filter(|base| !base.is_empty()).unwrap_or(BASE).to_owned();
    let base = Base::typed(&typed);
    let last = store.last_day(at.site.id).await?;
    let asked = store.last_sighting(at.site.id).await?.map(|seen_ms| at.site.zone().day(seen_ms));
    let (light, light_text) = match (last, asked) {
        (Some(_), _) => ("well", start.answered.to_owned()),
        (None, Some(day)) => ("well", fill(start.seen, &[("when", &say::ago(at.texts, day, at.today))])),
        (None, None) => ("empty", start.unseen.to_owned()),
    };
    let frame = at.frame(Page::Install).await?;
    let install = Install {
        title: fill(start.install_title, &[("site", &name)]),
        first: last.is_none(),
        step: fill(start.step, &[("step", "3")]),
        action: format!("{}/install", frame.path()),
        again: at.site_link("install", &[("base", Some(&typed))]),
        overview: at.site_link("", &[]),
        wrong: base.is_none(),
        script: base.as_ref().map(|base| base.script(&name)).unwrap_or_default(),
        policy: base.as_ref().map(Base::policy).unwrap_or_default(),
        hosted: base.as_ref().map(|base| base.hosted(&name)).unwrap_or_default(),
        base: typed,
        light,
        light_text,
        frame,
        texts: at.texts,
        start,
    };
    let status = if install.wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(page::html(status, &install, POLICY))
}
