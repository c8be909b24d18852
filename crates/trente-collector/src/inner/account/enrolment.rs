//! `/account/second-factor`: sets up the second factor, renews its recovery codes, removes it.
//!
//! Each begins with the password, so that a passer-by cannot do it at an unattended browser. Only an account that must
//! set one up to get in has given it a moment ago.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::model::account::Stage;
use trente_store::model::audit::Actor;
use trente_store::model::role::Role;
use trente_store::model::second_factor::Shared;
use zeroize::Zeroizing;

use super::pages::{Enrolment, Offer};
use super::reauthentication::{Unproven, proven};
use super::texts;
use super::texts::Texts;
use crate::app::App;
use crate::domain::auth::second_factor;
use crate::domain::ops::sessions::{Presented, SignedIn};
use crate::domain::ops::{second_factors, sessions};
use crate::domain::throttle::client::Client;
use crate::inner::failure::failed;
use crate::inner::paths::{ACCOUNT, SECOND_FACTOR};
use crate::inner::security_headers::POLICY;
use crate::inner::session::Session;
use crate::inner::{device_cookie, session};
use crate::limits::HASHES_RETRY_S;
use crate::web::form::Fields;
use crate::web::{page, respond};

/// The page.
pub async fn show_enrolment(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Response {
    answer(&app, &session, texts::for_request(None, &headers), StatusCode::OK, "").await
}

async fn answer(app: &App, session: &Session, texts: &'static Texts, status: StatusCode, message: &str) -> Response {
    match app.store.account(session.account.clone()).await {
        Ok(account) => {
            let offer = Offer {
                name: session.account.clone(),
                is_set_up: account.is_some_and(|account| account.second_factor),
                must: session.stage == Stage::Enrol,
                required: app.limits.second_factor_required,
            };
            page::html(status, &Enrolment::offer(texts, offer, message), POLICY)
        }
        Err(error) => failed(&error),
    }
}

/// Asks for the password; the answer where it is not right.
async fn ask(
    app: &App,
    session: &Session,
    client: Client,
    fields: &Fields,
    texts: &'static Texts,
) -> Result<(), Box<Response>> {
    let current = Zeroizing::new(fields.get("current").unwrap_or_default().to_owned());
    let refusal = match proven(app, session, client, current, texts).await {
        Ok(()) => return Ok(()),
        Err(Unproven::Refused(message)) => answer(app, session, texts, StatusCode::FORBIDDEN, &message).await,
        Err(Unproven::Failed(error)) => failed(&error),
        Err(Unproven::Busy) => {
            let mut response = answer(app, session, texts, StatusCode::SERVICE_UNAVAILABLE, texts.busy).await;
            respond::set(&mut response, RETRY_AFTER, &HASHES_RETRY_S.to_string());
            response
        }
    };
    Err(Box::new(refusal))
}

/// Makes a secret and shows it, and asks for the first code.
pub async fn begin_enrolment(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let texts = texts::for_request(None, &headers);
    // An account that must set one up has given the password a moment ago.
    if session.stage == Stage::Full
        && let Err(refusal) = ask(&app, &session, client, &fields, texts).await
    {
        return *refusal;
    }
    match second_factors::begin(&app.store, &session.account).await {
        Ok(shared) => secret(texts, &session, &shared, StatusCode::OK, ""),
        Err(error) => failed(&error),
    }
}

fn secret(texts: &'static Texts, session: &Session, shared: &Shared, status: StatusCode, message: &str) -> Response {
    let uri = second_factor::uri(shared, &session.account);
    let picture = second_factor::picture(&uri);
    page::html(status, &Enrolment::secret(texts, second_factor::text(shared), uri, picture, message), POLICY)
}

/// Looks at the first code; from then on the second factor is asked for.
pub async fn confirm_enrolment(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let texts = texts::for_request(None, &headers);
    let waiting = match app.store.second_factors(session.account.clone()).await {
        Ok(factors) => factors.into_iter().find(|factor| !factor.confirmed),
        Err(error) => return failed(&error),
    };
    // Begun in another window, or never.
    let Some(waiting) = waiting else { return Redirect::to(SECOND_FACTOR).into_response() };
    let Some(step) = second_factor::step(&waiting.shared, fields.get("code").unwrap_or_default(), now_ms()) else {
        return secret(texts, &session, &waiting.shared, StatusCode::FORBIDDEN, texts.wrong_code);
    };
    match set_up(&app, &session, &headers, step).await {
        Ok((codes, given)) => {
            let mut response = page::html(StatusCode::OK, &Enrolment::codes(texts, codes, false), POLICY);
            if let Some(given) = given {
                // A screen in the shop is signed in for good with the next code.
                session::set_cookies(&mut response, &given, Role::Team);
            }
            response
        }
        Err(error) => failed(&error),
    }
}

/// Lets the app count, and completes the sign-in of an account that had to set it up first.
async fn set_up(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    step: u64,
) -> Result<(Vec<String>, Option<SignedIn>), StoreError> {
    let codes = second_factors::confirm(&app.store, &session.account, step, session.hash).await?;
    if session.stage == Stage::Full {
        return Ok((codes, None));
    }
    let presented = Presented { session: Some(session.hash), device: device_cookie::presented(headers) };
    let given = sessions::sign_in(&app.store, &session.account, Stage::Full, presented, None).await?;
    Ok((codes, Some(given)))
}

/// Other recovery codes in the place of those before.
pub async fn renew_codes(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let texts = texts::for_request(None, &headers);
    if let Err(refusal) = ask(&app, &session, client, &fields, texts).await {
        return *refusal;
    }
    match second_factors::renew_codes(&app.store, &session.account).await {
        Ok(Some(codes)) => page::html(StatusCode::OK, &Enrolment::codes(texts, codes, true), POLICY),
        Ok(None) => Redirect::to(SECOND_FACTOR).into_response(),
        Err(error) => failed(&error),
    }
}

/// Takes the second factor away, where it is not required.
pub async fn remove_factor(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let texts = texts::for_request(None, &headers);
    if app.limits.second_factor_required {
        return answer(&app, &session, texts, StatusCode::FORBIDDEN, texts.factor_required).await;
    }
    if let Err(refusal) = ask(&app, &session, client, &fields, texts).await {
        return *refusal;
    }
    let (actor, account) = (Actor::account(&session.account), session.account.clone());
    match second_factors::remove(&app.store, actor, account, Some(session.hash)).await {
        Ok(()) | Err(StoreError::Unknown(..)) => Redirect::to(ACCOUNT).into_response(),
        Err(error) => failed(&error),
    }
}
