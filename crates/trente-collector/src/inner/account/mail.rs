//! Mail subscriptions of an account, `/account/mail`, and a test mail.

mod texts;

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::model::audit::Actor;
use trente_store::model::mail::Alerts;
use trente_survey::locale::Language;

use self::texts::Texts;
use crate::app::App;
use crate::domain::mail_links;
use crate::domain::ops::error::OpsError;
use crate::domain::ops::mail::{Wish, choose};
use crate::inner::failure::failed;
use crate::inner::paths::MAIL;
use crate::inner::security_headers::POLICY;
use crate::inner::session::Session;
use crate::limits::TEST_MAIL_PATIENCE;
use crate::mail::dialogue::{Failure, Patience};
use crate::mail::message::Mail;
use crate::views::letters::{Foot, test_mail};
use crate::web::form::{Fields, Query};
use crate::web::page;

/// The page.
#[derive(Template)]
#[template(path = "account_mail.html")]
struct Page {
    texts: &'static Texts,
    configured: bool,
    saved: bool,
    message: Option<String>,
    said: Option<String>,
    wrong: bool,
    wish: Wish,
    french: bool,
    alerts: Vec<(&'static str, &'static str, bool)>,
}

impl Page {
    fn new(app: &App, texts: &'static Texts, saved: bool, wish: Wish) -> Self {
        let names = texts.alerts;
        let alerts = Alerts::ALL.into_iter().zip(names);
        let alerts = alerts.map(|(alerts, name)| (alerts.name(), name, alerts == wish.alerts)).collect();
        Self {
            texts,
            configured: app.mailer.is_some(),
            saved,
            message: None,
            said: None,
            wrong: false,
            french: wish.language == Language::Fr,
            alerts,
            wish,
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        page::html(status, self, POLICY)
    }
}

/// What the account has chosen, or nothing, in the language of the page.
async fn chosen(app: &App, session: &Session, texts: &Texts) -> Result<(bool, Wish), StoreError> {
    let choice = app.store.mail_choice(session.account.clone()).await?;
    Ok(match choice {
        Some(choice) => {
            let (address, language) = (choice.address, choice.language);
            (true, Wish { address, language, alerts: choice.alerts, digest: choice.digest })
        }
        None => {
            let language = texts.language;
            (false, Wish { address: String::new(), language, alerts: Alerts::Off, digest: false })
        }
    })
}

/// The page.
pub async fn show_mail(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Query(query): Query,
    headers: HeaderMap,
) -> Response {
    let texts = texts::for_request(query.get("lang"), &headers);
    match chosen(&app, &session, texts).await {
        Ok((saved, wish)) => {
            let mut page = Page::new(&app, texts, saved, wish);
            page.message = (query.get("done") == Some("saved")).then(|| texts.saved.to_owned());
            page.answer(StatusCode::OK)
        }
        Err(error) => failed(&error),
    }
}

/// Says what the account is sent.
pub async fn save(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let texts = texts::for_request(None, &headers);
    let alerts = Alerts::ALL.into_iter().find(|alerts| fields.get("alerts") == Some(alerts.name()));
    let wish = Wish {
        address: fields.get("address").unwrap_or_default().trim().to_owned(),
        language: if fields.get("language") == Some("fr") { Language::Fr } else { Language::En },
        alerts: alerts.unwrap_or_default(),
        digest: fields.says("digest"),
    };
    let actor = Actor::account(&session.account);
    match choose(&app.store, actor, session.account.clone(), wish.clone(), now_ms()).await {
        Ok(()) => Redirect::to(&format!("{MAIL}?done=saved")).into_response(),
        Err(OpsError::Store(error)) => failed(&error),
        // Nothing else is refused but the address; the form stays as it was sent.
        Err(_) => {
            let mut page = Page::new(&app, texts, false, wish);
            (page.message, page.wrong) = (Some(texts.wrong_address.to_owned()), true);
            page.answer(StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// Sends a test mail, now, and shows what the mail server says.
pub async fn try_now(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Response {
    let texts = texts::for_request(None, &headers);
    let (saved, wish) = match chosen(&app, &session, texts).await {
        Ok(chosen) => chosen,
        Err(error) => return failed(&error),
    };
    let mut page = Page::new(&app, texts, saved, wish);
    match outcome(&app, &session).await {
        Ok(Outcome::Unchosen) => (page.message, page.wrong) = (Some(texts.choose_first.to_owned()), true),
        Ok(Outcome::Unconfigured) => {}
        Ok(Outcome::Busy) => page.message = Some(texts.busy.to_owned()),
        Ok(Outcome::Sent(said)) => (page.message, page.said) = (Some(texts.sent.to_owned()), Some(said)),
        Ok(Outcome::Failed(failure)) => {
            let step = texts.steps.get(failure.step as usize).copied().unwrap_or_default();
            page.message = Some(texts.failed.replace("{step}", step));
            page.said = Some(failure.said);
        }
        Err(error) => return failed(&error),
    }
    page.answer(StatusCode::OK)
}

enum Outcome {
    Unconfigured,
    Unchosen,
    Busy,
    Sent(String),
    Failed(Failure),
}

async fn outcome(app: &App, session: &Session) -> Result<Outcome, StoreError> {
    let Some(mailer) = &app.mailer else { return Ok(Outcome::Unconfigured) };
    let Some(choice) = app.store.mail_choice(session.account.clone()).await? else { return Ok(Outcome::Unchosen) };
    // One at a time: a silent mail server holds up one request of a person, not all of them.
    let Ok(_trying) = app.trying_mail.try_lock() else { return Ok(Outcome::Busy) };
    let now_ms = now_ms();
    let change = format!("{}{MAIL}", mailer.server.results.as_str());
    let foot = Foot { account: &choice.account, change: &change, stop: None };
    let letter = test_mail::letter(choice.language).with_foot(&foot);
    let mail = Mail {
        to: choice.address.clone(),
        subject: letter.subject.clone(),
        text: letter.text(),
        html: letter.html(),
        key: mail_links::message_key(&choice, &format!("trial/{now_ms}")),
        date_ms: now_ms,
        stop: None,
    };
    let Ok(mail) = mail.written(&mailer.server.author.0) else { return Ok(Outcome::Unchosen) };
    let patience = Patience { command: TEST_MAIL_PATIENCE, end: TEST_MAIL_PATIENCE };
    Ok(match tokio::time::timeout(TEST_MAIL_PATIENCE * 2, mailer.send(&mail, patience)).await {
        Ok(Ok(said)) => Outcome::Sent(said),
        Ok(Err(failure)) => Outcome::Failed(failure),
        Err(_) => Outcome::Busy,
    })
}
