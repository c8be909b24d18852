//! Unsubscribe page, `/mail/stop/…`: ends mails by the signed link that they carry, without signing in. **Source**: RFC
//! 8058.
//!
//! GET shows what the link ends and changes nothing, because programs follow links that no person has opened; POST ends
//! it, whether a mail program sends it by itself (one click) or a person presses the button. The link is the
//! authorisation: no cookie is read.

mod texts;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use trente_store::StoreError;
use trente_store::model::audit::Actor;
use trente_store::model::mail::{MailChoice, Subscription};

use self::texts::Texts;
use super::failure::failed;
use super::security_headers::POLICY;
use crate::app::App;
use crate::domain::mail_links::{Claim, PATH};
use crate::domain::ops::mail;
use crate::web::page;

#[derive(Template)]
#[template(path = "mail_stop.html")]
struct Page {
    texts: &'static Texts,
    text: String,
    /// Where the button leads; none where there is nothing to press.
    action: Option<String>,
}

/// What a link ends, if we have signed it.
async fn claimed(app: &App, token: &str) -> Result<Option<(Claim, MailChoice)>, StoreError> {
    let Some(claim) = Claim::read(token) else { return Ok(None) };
    let choice = app.store.mail_choice(claim.account.clone()).await?;
    Ok(choice.filter(|choice| claim.is_of(choice)).map(|choice| (claim, choice)))
}

fn answer(status: StatusCode, texts: &'static Texts, text: String, action: Option<String>) -> Response {
    page::html(status, &Page { texts, text, action }, POLICY)
}

/// Asks whether to end it.
pub async fn ask(State(app): State<Arc<App>>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    match claimed(&app, &token).await {
        Ok(Some((claim, choice))) => {
            let texts = texts::of(choice.language);
            let text = match claim.subscription {
                Subscription::Digest => texts.ask_digest,
                Subscription::Alerts => texts.ask_alerts,
            };
            let text = text.replace("{account}", &claim.account);
            answer(StatusCode::OK, texts, text, Some(format!("{PATH}{token}")))
        }
        Ok(None) => unknown(&headers),
        Err(error) => failed(&error),
    }
}

/// Ends it; once more changes nothing.
pub async fn end(State(app): State<Arc<App>>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let (claim, choice) = match claimed(&app, &token).await {
        Ok(Some(found)) => found,
        Ok(None) => return unknown(&headers),
        Err(error) => return failed(&error),
    };
    let texts = texts::of(choice.language);
    match mail::stop(&app.store, Actor("link".to_owned()), claim.account, claim.subscription).await {
        Ok(()) => answer(StatusCode::OK, texts, texts.ended.to_owned(), None),
        Err(error) => failed(&error),
    }
}

fn unknown(headers: &HeaderMap) -> Response {
    let texts = texts::for_request(headers);
    answer(StatusCode::NOT_FOUND, texts, texts.unknown.to_owned(), None)
}
