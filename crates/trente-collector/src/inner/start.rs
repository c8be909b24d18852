//! First-run pages: the first account, then a site. The snippet is the third step ([`super::results::install`]).
//!
//! The page of the first account has no session to ask for. It asks for the code that the service prints
//! ([`crate::domain::setup_code`]), counts wrong ones as failed sign-ins, and the store makes the account only where there
//! is none.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Extension;
use axum::Router;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use trente_store::StoreError;
use trente_store::model::account::Stage;
use trente_store::model::audit::Actor;
use trente_store::model::role::Role;
use trente_store::model::scope::Scope;
use trente_survey::definition::Preset;
use trente_survey::locale::Language;
use zeroize::Zeroizing;

use super::account::login;
use super::account::new_password::{NotTaken, hashed};
use super::failure::failed;
use super::paths::{FIRST_ACCOUNT, FIRST_SITE, LOGIN, SECOND_FACTOR};
use super::results::texts;
use super::results::texts::{Start, Texts, fill};
use super::security_headers::POLICY;
use super::session::Session;
use crate::app::App;
use crate::domain::auth::failures::FailureKind;
use crate::domain::names::is_account_name;
use crate::domain::ops::error::OpsError;
use crate::domain::ops::{accounts, sites};
use crate::domain::throttle::client::Client;
use crate::limits::HASHES_RETRY_S;
use crate::web::error::RequestError;
use crate::web::form::{Fields, Query};
use crate::web::{page, respond};

/// The route without a session.
pub fn account_route() -> Router<Arc<App>> {
    Router::new().route(FIRST_ACCOUNT, get(show_account).post(make_account))
}

/// The route of signed-in accounts.
pub fn site_route() -> Router<Arc<App>> {
    Router::new().route(FIRST_SITE, get(show_site).post(make_site))
}

/// The language that an address asks for, where it is one of ours, and the words in it.
fn spoken(query: &Fields, headers: &HeaderMap) -> (Option<&'static str>, &'static Texts) {
    let asked = ["en", "fr"].into_iter().find(|language| query.get("hl") == Some(language));
    (asked, texts::for_request(asked, headers))
}

/// An address in the language that was asked for.
fn address(path: &str, asked: Option<&str>) -> String {
    asked.map_or_else(|| path.to_owned(), |asked| format!("{path}?hl={asked}"))
}

const fn lang(texts: &Texts) -> &'static str {
    if matches!(texts.language, Language::Fr) { "fr" } else { "en" }
}

/// The form for the first account.
#[derive(Template)]
#[template(path = "start_account.html")]
struct AccountPage {
    lang: &'static str,
    start: &'static Start,
    step: String,
    message: String,
    action: String,
    name: String,
}

impl AccountPage {
    fn new(texts: &'static Texts, asked: Option<&str>, name: &str, message: String) -> Self {
        let start = texts.start();
        Self {
            lang: lang(texts),
            start,
            step: fill(start.step, &[("step", "1")]),
            message,
            action: address(FIRST_ACCOUNT, asked),
            name: name.to_owned(),
        }
    }
}

/// Asks for the first account, where there is none.
async fn show_account(State(app): State<Arc<App>>, Query(query): Query, headers: HeaderMap) -> Response {
    let (asked, texts) = spoken(&query, &headers);
    match app.store.has_accounts().await {
        Ok(true) => Redirect::to(LOGIN).into_response(),
        Ok(false) => page::html(StatusCode::OK, &AccountPage::new(texts, asked, "", String::new()), POLICY),
        Err(error) => failed(&error),
    }
}

/// Makes the first account, and signs it in.
async fn make_account(
    State(app): State<Arc<App>>,
    client: Client,
    Query(query): Query,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let (asked, texts) = spoken(&query, &headers);
    let start = texts.start();
    let name = fields.get("name").unwrap_or_default().trim().to_owned();
    let again =
        |status, message: &str| page::html(status, &AccountPage::new(texts, asked, &name, message.to_owned()), POLICY);
    match app.store.has_accounts().await {
        Ok(true) => return Redirect::to(LOGIN).into_response(),
        Ok(false) => {}
        Err(error) => return failed(&error),
    }
    // No account has the empty name: wrong codes count as tries of it.
    let counted = match app.login_limiter.check("", client, None) {
        Ok(counted) => counted,
        Err(wait) => return later(again, texts, wait),
    };
    if !app.setup_code.is(fields.get("code").unwrap_or_default()) {
        app.failures.subject(&app.store, FailureKind::Setup, "the first account").await;
        return again(StatusCode::FORBIDDEN, start.wrong_code);
    }
    app.login_limiter.give_back(counted);
    if !is_account_name(&name) {
        return again(StatusCode::BAD_REQUEST, start.wrong_name);
    }
    let password = Zeroizing::new(fields.get("password").unwrap_or_default().to_owned());
    let hash = match hashed(&app, &name, password).await {
        Ok(hash) => hash,
        Err(NotTaken::Easy) => return again(StatusCode::BAD_REQUEST, start.password_easy),
        Err(NotTaken::Length) => return again(StatusCode::BAD_REQUEST, start.password_length),
        Err(NotTaken::Busy) => {
            let mut response = again(StatusCode::SERVICE_UNAVAILABLE, start.busy);
            respond::set(&mut response, RETRY_AFTER, &HASHES_RETRY_S.to_string());
            return response;
        }
        Err(NotTaken::Failed(error)) => return failed(&error),
    };
    match accounts::add_first_account(&app.store, name.clone(), hash).await {
        Ok(()) => {}
        // Another person was first.
        Err(StoreError::Exists(..)) => return Redirect::to(LOGIN).into_response(),
        Err(error) => return failed(&error),
    }
    let (stage, next) = if app.limits.second_factor_required {
        (Stage::Enrol, SECOND_FACTOR.to_owned())
    } else {
        (Stage::Full, address(FIRST_SITE, asked))
    };
    match login::open_session(&app, &headers, &name, stage, Role::Owner).await {
        Ok(given) => given.response(&next),
        Err(error) => failed(&error),
    }
}

fn later(again: impl Fn(StatusCode, &str) -> Response, texts: &Texts, wait: Duration) -> Response {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    let message = fill(texts.form(texts.start().too_often, minutes), &[("n", &minutes.to_string())]);
    let mut response = again(StatusCode::TOO_MANY_REQUESTS, &message);
    respond::set(&mut response, RETRY_AFTER, &wait.as_secs().max(1).to_string());
    response
}

/// The form for a site.
#[derive(Template)]
#[template(path = "start_site.html")]
struct SitePage {
    lang: &'static str,
    texts: &'static Texts,
    start: &'static Start,
    /// Whether there is no site yet.
    first: bool,
    step: String,
    home: String,
    message: &'static str,
    action: String,
    name: String,
    origin: String,
    /// Value, text, and whether it is chosen.
    moments: Vec<(&'static str, &'static str, bool)>,
}

impl SitePage {
    fn new(texts: &'static Texts, asked: Option<&str>, first: bool, fields: &Fields, message: &'static str) -> Self {
        let start = texts.start();
        let text = |field| fields.get(field).unwrap_or_default().trim().to_owned();
        let chosen = fields.get("when").and_then(Preset::from_name).unwrap_or_default();
        let moments = Preset::ALL.into_iter().zip(start.moments);
        Self {
            lang: lang(texts),
            texts,
            start,
            first,
            step: fill(start.step, &[("step", "2")]),
            home: address("/", asked),
            message,
            action: address(FIRST_SITE, asked),
            name: text("name"),
            origin: text("origin"),
            moments: moments.map(|(preset, text)| (preset.name(), text, preset == chosen)).collect(),
        }
    }
}

/// Asks for a site.
async fn show_site(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Query(query): Query,
    headers: HeaderMap,
) -> Response {
    if !session.access.may_everywhere(Scope::Admin) {
        return RequestError::Path.into_response();
    }
    let (asked, texts) = spoken(&query, &headers);
    let fields = Fields::parse(b"");
    match app.store.sites().await {
        Ok(sites) => page::html(StatusCode::OK, &SitePage::new(texts, asked, sites.is_empty(), &fields, ""), POLICY),
        Err(error) => failed(&error),
    }
}

/// Adds a site, and leads on to its snippet.
async fn make_site(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Query(query): Query,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    if !session.access.may_everywhere(Scope::Admin) {
        app.failures.subject(&app.store, FailureKind::Rights, &Actor::account(&session.account).0).await;
        return RequestError::Path.into_response();
    }
    let (asked, texts) = spoken(&query, &headers);
    let start = texts.start();
    let first = match app.store.sites().await {
        Ok(sites) => sites.is_empty(),
        Err(error) => return failed(&error),
    };
    let again =
        |message| page::html(StatusCode::BAD_REQUEST, &SitePage::new(texts, asked, first, &fields, message), POLICY);
    let name = fields.get("name").unwrap_or_default().trim().to_owned();
    let origin = fields.get("origin").unwrap_or_default().trim().to_owned();
    let preset = fields.get("when").and_then(Preset::from_name).unwrap_or_default();
    let site = match sites::new_site(name.clone(), &[origin], false) {
        Ok(site) => site,
        Err(OpsError::SiteName(_)) => return again(start.wrong_site_name),
        Err(_) => return again(start.wrong_origin),
    };
    match sites::add_site(&app.store, Actor::account(&session.account), site, preset).await {
        Ok(()) => Redirect::to(&address(&format!("/sites/{name}/install"), asked)).into_response(),
        Err(StoreError::SiteExists(_)) => again(start.site_taken),
        Err(error) => failed(&error),
    }
}
