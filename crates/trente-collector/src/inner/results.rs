//! Results pages for the merchant: server-rendered, in English and French, complete without a script.
//!
//! In reading order: [`filter`] is what an address asks for, [`texts`] and [`say`] what the pages say; [`home`] lists the
//! sites, [`overview`], [`voices`] and [`desk`] are the pages of one, in their [`frame`]; [`erase`] asks before it does; [`install`] has the snippet; [`settings`] are what an owner sets; [`files`] are the same to take away.
//!
//! Not here: the numbers (`trente-stats`).

pub mod desk;
pub mod erase;
pub mod files;
pub mod filter;
pub mod frame;
pub mod home;
pub mod install;
pub mod overview;
pub mod refusal;
pub mod say;
pub mod settings;
pub mod shop_days;
pub mod texts;
pub mod voices;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::StoreError;
use trente_store::clock::{day, now_ms, parse_day};
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scope;
use trente_store::model::site::{Lag, SiteRow};

use self::filter::Filter;
use self::frame::{Frame, Page, Reach};
use self::overview::{Figures, Heard, Overview, Said, own};
use self::shop_days::Refused;
use self::texts::{Texts, fill};
use self::voices::Voices;
use crate::app::App;
use crate::domain::auth::failures::FailureKind;
use crate::domain::ops::responses::note_words_read;
use crate::inner::failure::failed;
use crate::inner::paths::FIRST_SITE;
use crate::inner::security_headers;
use crate::inner::session::Session;
use crate::views::summary::Marks;
use crate::web::error::RequestError;
use crate::web::page;
use crate::web::site_name::SiteName;

/// The list of sites that the account may see, or the one that there is.
pub async fn list_sites(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let now_ms = now_ms();
    let asked = Filter::parse(query.as_deref().unwrap_or_default(), day(now_ms)).language;
    let texts = texts::for_request(asked.as_deref(), &headers);
    let sites = match app.store.sites().await {
        Ok(sites) => sites.into_iter().filter(|site| session.access.may(Scope::Read, &site.name)),
        Err(error) => return failed(&error),
    };
    let sites: Vec<SiteRow> = sites.collect();
    let may_add = session.access.may_everywhere(Scope::Admin);
    let hl = asked.as_deref().map_or_else(String::new, |hl| format!("?hl={hl}"));
    if sites.is_empty() && may_add {
        return Redirect::to(&format!("{FIRST_SITE}{hl}")).into_response();
    }
    if let [only] = sites.as_slice() {
        return Redirect::to(&format!("/sites/{}", only.name)).into_response();
    }
    let read = async || -> Result<Vec<home::Row>, StoreError> {
        let mut rows = Vec::new();
        for site in &sites {
            rows.push(home::Row::read(&app.store, site, texts, now_ms).await?);
        }
        Ok(rows)
    };
    match read().await {
        Ok(rows) => {
            let home = home::Home::new(texts, rows, may_add, format!("/{hl}"));
            page::html(StatusCode::OK, &home, security_headers::POLICY)
        }
        Err(error) => failed(&error),
    }
}

/// What a reader may see of a site, and what they asked for.
struct Seen {
    site: SiteRow,
    filter: Filter,
    today: u32,
}

/// The site of this name with the filter of a query, if the account may do this there.
async fn seen(app: &App, session: &Session, scope: Scope, name: &str, query: Option<&str>) -> Result<Seen, Response> {
    // Told as a site that does not exist, so that an account does not learn which there are.
    if !session.access.may(scope, name) {
        app.failures.subject(&app.store, FailureKind::Rights, &Actor::account(&session.account).0).await;
        return Err(RequestError::Site.into_response());
    }
    let sites = app.store.sites().await.map_err(|error| failed(&error))?;
    let site = sites.into_iter().find(|site| site.name == name).ok_or_else(|| RequestError::Site.into_response())?;
    let today = site.zone().day(now_ms());
    Ok(Seen { filter: Filter::parse(query.unwrap_or_default(), today), site, today })
}

/// The overview of one site.
pub async fn show_site(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
) -> Response {
    overview(&app, &session, &headers, &name, query.as_deref(), None).await
}

/// The overview; where one of its forms was refused, with what was typed.
async fn overview(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    name: &str,
    query: Option<&str>,
    form: Option<Refused>,
) -> Response {
    let Seen { site, filter, today } = match seen(app, session, Scope::Read, name, query).await {
        Ok(seen) => seen,
        Err(refused) => return refused,
    };
    let status = if form.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let texts = texts::for_request(filter.language.as_deref(), headers);
    let may_read = session.access.may(Scope::Export, name);
    let read = async || -> Result<Overview, StoreError> {
        let figures = Figures::read(&app.store, site.id, &filter, today).await?;
        let heard = Heard::read(&app.store, &site, &figures.counted(&filter), texts, today, may_read).await?;
        if !heard.is_empty() {
            note_words_read(&app.store, Actor::account(&session.account), name).await?;
        }
        let marks = Marks::read(&app.store, &site).await?;
        let refused = app.throttle.spikes.refused_today(site.id, today);
        let marks = told(texts, today, &marks, refused, app.store.lag().await?);
        let reach = reach(app, session, &site).await?;
        let mut frame = Frame::new(texts, &site, Page::Overview, &filter, reach);
        frame.notices.extend(figures.notices(texts));
        frame.notices.extend(shop_days::done(texts, query));
        let may_say = session.access.may(Scope::Admin, name);
        let mut said = Said::read(&app.store, site.id, &figures, &filter, today, may_say).await?;
        said.refused = form;
        let snapshot = app.catalog.snapshot();
        let own = match snapshot.site(name) {
            Some(site) => own::Block::read(&app.store, &snapshot, site, &filter, figures.headline(), texts).await?,
            None => None,
        };
        Ok(Overview::new(frame, texts, figures, heard, said, &filter, marks).with_own(own))
    };
    match read().await {
        Ok(overview) => page::html(status, &overview, security_headers::POLICY),
        Err(error) => failed(&error),
    }
}

/// What customers of one site wrote.
pub async fn show_voices(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
) -> Response {
    let Seen { site, filter, today } = match seen(&app, &session, Scope::Export, &name, query.as_deref()).await {
        Ok(seen) => seen,
        Err(refused) => return refused,
    };
    let texts = texts::for_request(filter.language.as_deref(), &headers);
    let read = async || -> Result<Voices, StoreError> {
        let mut frame = Frame::new(texts, &site, Page::Voices, &filter, reach(&app, &session, &site).await?);
        frame.notices.extend(erase::done(texts, query.as_deref()));
        let may_erase = session.access.may(Scope::Erase, &name);
        let voices = Voices::read(&app.store, &site, frame, texts, &filter, today, may_erase).await?;
        note_words_read(&app.store, Actor::account(&session.account), &name).await?;
        Ok(voices)
    };
    match read().await {
        Ok(voices) => page::html(StatusCode::OK, &voices, security_headers::POLICY),
        Err(error) => failed(&error),
    }
}

/// The pages that a reader may see of a site.
async fn reach(app: &App, session: &Session, site: &SiteRow) -> Result<Reach, StoreError> {
    let voices = session.access.may(Scope::Export, &site.name);
    let desk = if session.access.may(Scope::Recover, &site.name) {
        let queue = app.store.recovery_queue(site.id, desk::since(site, now_ms())).await?;
        Some(queue.waiting + queue.lost)
    } else {
        None
    };
    Ok(Reach { voices, desk, settings: session.access.may(Scope::Admin, &site.name) })
}

/// What may not be the customers' answers, or is not counted yet, a sentence each.
fn told(texts: &Texts, today: u32, marks: &Marks, refused: u64, lag: Lag) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(spike) = &marks.unusual_day {
        let values = [
            ("responses", say::count(texts, spike.responses)),
            ("day", parse_day(&spike.day).map_or_else(|| spike.day.clone(), |day| say::day(texts, day, today))),
            ("times", say::count(texts, spike.times)),
            ("usual", say::count(texts, spike.usual)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // No number is so many times none.
        let text = if spike.usual == 0 { texts.unusual_day_quiet } else { texts.unusual_day };
        told.push(fill(text, &values));
    }
    for (forms, n) in [(texts.refused, refused), (texts.replaced, marks.disputed)] {
        if n > 0 {
            told.push(fill(texts.form(forms, n), &[("n", &say::count(texts, n))]));
        }
    }
    if let Some(oldest) = lag.oldest_ms.filter(|_| lag.frames > 0) {
        let seconds = (now_ms().saturating_sub(oldest) / 1000).to_string();
        let values = [("n", &*say::count(texts, lag.frames)), ("seconds", &*seconds)];
        told.push(fill(texts.form(texts.lag, lag.frames), &values));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::throttle::spike::Spike;

    #[test]
    fn an_unusual_day_is_told_by_what_is_usual() {
        let say = |language, usual, times| {
            let texts = texts::for_request(Some(language), &HeaderMap::new());
            let spike = Spike { day: "2026-11-28".to_owned(), responses: 30, usual, times };
            let marks = Marks { disputed: 0, unusual_day: Some(spike) };
            let lag = Lag { frames: 0, oldest_ms: None };
            // 2026-11-29 is day 20,786.
            told(texts, 20_786, &marks, 0, lag).join("\n")
        };
        assert_eq!(
            say("en", 0, 30),
            "An unusual day: 30 unproven answers came on 28 November, and on a usual day none comes. \
             They may not be your customers’."
        );
        assert_eq!(
            say("fr", 0, 30),
            "Un jour inhabituel\u{a0}: 30 réponses sans preuve sont arrivées le 28 novembre, alors qu’un jour \
             ordinaire n’en compte aucune. Elles ne viennent peut-être pas de vos clients."
        );
        assert!(say("en", 5, 6).contains("on 28 November, 6 times the usual 5."));
        assert!(say("fr", 5, 6).contains("le 28 novembre, 6 fois les 5 habituelles."));
    }
}
