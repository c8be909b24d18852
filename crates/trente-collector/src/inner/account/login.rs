//! Login page: `/login` and `/logout`.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::StoreError;
use trente_store::model::account::Stage;
use trente_store::model::role::Role;
use zeroize::Zeroizing;

use super::pages::Login;
use super::texts;
use super::texts::Texts;
use crate::app::App;
use crate::domain::auth::failures;
use crate::domain::auth::failures::FailureKind;
use crate::domain::auth::password::Lane;
use crate::domain::names::is_account_name;
use crate::domain::ops::sessions;
use crate::domain::ops::sessions::{Presented, SignedIn};
use crate::domain::throttle::client::Client;
use crate::inner::failure::failed;
use crate::inner::paths::{LOGIN, SECOND_FACTOR, login_code_for, safe_redirect};
use crate::inner::security_headers::POLICY;
use crate::inner::session::Session;
use crate::inner::{device_cookie, session};
use crate::limits::HASHES_RETRY_S;
use crate::web::form::{Fields, Query};
use crate::web::{page, respond};

/// The form.
pub async fn show_login(State(app): State<Arc<App>>, Query(query): Query, headers: HeaderMap) -> Response {
    let next = safe_redirect(query.get("next"));
    match session::authenticate(&app, &headers).await {
        Ok(Some(_)) => return Redirect::to(next).into_response(),
        Ok(None) => {}
        Err(error) => return failed(&error),
    }
    let texts = texts::for_request(query.get("lang"), &headers);
    match app.store.has_accounts().await {
        Ok(has_accounts) => page::html(StatusCode::OK, &Login::new(texts, next, "", !has_accounts), POLICY),
        Err(error) => failed(&error),
    }
}

/// The form, sent.
pub async fn submit_login(
    State(app): State<Arc<App>>,
    client: Client,
    Query(query): Query,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let texts = texts::for_request(query.get("lang"), &headers);
    let (name, next) = (fields.get("name").unwrap_or_default().trim(), safe_redirect(fields.get("next")));
    let password = Zeroizing::new(fields.get("password").unwrap_or_default().to_owned());
    // Long names would fill the table of failures.
    let known = if is_account_name(name) { name } else { "" };
    let device = match device_cookie::recognize(&app, &headers, known).await {
        Ok(device) => device,
        Err(error) => return failed(&error),
    };
    let counted = match app.login_limiter.check(known, client, device) {
        Ok(counted) => counted,
        Err(wait) => {
            app.failures.name(&app.store, FailureKind::Limited, known, None).await;
            return later(texts, next, name, wait);
        }
    };
    let lane = if counted.is_known() { Lane::Known } else { Lane::Stranger };
    // Asked before the store is: a crowd costs no more than this.
    let outcome = if app.passwords.has_room(lane) {
        sign_in(&app, &headers, lane, known, password).await
    } else {
        Err(SignInError::Busy)
    };
    // Only a wrong password is a failure.
    if !matches!(outcome, Ok(Outcome::Wrong { .. })) {
        app.login_limiter.give_back(counted);
    }
    match outcome {
        Ok(Outcome::Right(given)) => given.response(next),
        Ok(Outcome::Wrong { known: is_known }) => {
            app.failures.name(&app.store, FailureKind::SignIn, known, Some(is_known)).await;
            page::html(StatusCode::FORBIDDEN, &Login::refused(texts, next, name, texts.wrong.to_owned()), POLICY)
        }
        Err(SignInError::Busy) => {
            failures::signed_in("busy");
            busy(texts, next, name)
        }
        Err(SignInError::Store(error)) => failed(&error),
    }
}

/// How a try went.
enum Outcome {
    Right(Given),
    /// The password is another one, or no account has the name.
    Wrong {
        known: bool,
    },
}

/// What a browser gets that has given the password.
pub struct Given {
    given: SignedIn,
    stage: Stage,
    role: Role,
}

impl Given {
    /// Leads on to `next`, or to what is still missing, with the cookies.
    pub fn response(&self, next: &str) -> Response {
        let mut response = match self.stage {
            Stage::Full => Redirect::to(next).into_response(),
            Stage::Code => Redirect::to(&login_code_for(next)).into_response(),
            Stage::Enrol => Redirect::to(SECOND_FACTOR).into_response(),
        };
        session::set_cookies(&mut response, &self.given, self.role);
        response
    }
}

/// Why it is unknown whether a password is right.
enum SignInError {
    Busy,
    Store(StoreError),
}

impl<E: Into<StoreError>> From<E> for SignInError {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

async fn sign_in(
    app: &App,
    headers: &HeaderMap,
    lane: Lane,
    name: &str,
    password: Zeroizing<String>,
) -> Result<Outcome, SignInError> {
    let hash = if name.is_empty() { None } else { app.store.password(name.to_owned()).await? };
    let known = hash.is_some();
    if !app.passwords.verify(lane, password, hash).await.map_err(|_| SignInError::Busy)? {
        return Ok(Outcome::Wrong { known });
    }
    let account = app.store.account(name.to_owned()).await?;
    let has_factor = account.as_ref().is_some_and(|account| account.second_factor);
    let stage = match (has_factor, app.limits.second_factor_required) {
        (true, _) => Stage::Code,
        (false, true) => Stage::Enrol,
        (false, false) => Stage::Full,
    };
    // A sign-in that is not complete is for the browser as it is.
    let role = account.filter(|_| stage == Stage::Full).map_or(Role::Team, |account| account.rights.role);
    Ok(Outcome::Right(open_session(app, headers, name, stage, role).await?))
}

/// Begins a session of an account whose password is known to be right.
///
/// # Errors
/// [`StoreError`]
pub async fn open_session(
    app: &App,
    headers: &HeaderMap,
    name: &str,
    stage: Stage,
    role: Role,
) -> Result<Given, StoreError> {
    let presented = Presented { session: session::presented(headers), device: device_cookie::presented(headers) };
    let given = sessions::sign_in(&app.store, name, stage, presented, None).await?;
    Ok(Given { given, stage, role })
}

fn later(texts: &'static Texts, next: &str, name: &str, wait: Duration) -> Response {
    let message = texts.too_often(wait);
    let mut response = page::html(StatusCode::TOO_MANY_REQUESTS, &Login::refused(texts, next, name, message), POLICY);
    respond::set(&mut response, RETRY_AFTER, &wait.as_secs().max(1).to_string());
    response
}

fn busy(texts: &'static Texts, next: &str, name: &str) -> Response {
    let refused = Login::refused(texts, next, name, texts.busy.to_owned());
    let mut response = page::html(StatusCode::SERVICE_UNAVAILABLE, &refused, POLICY);
    respond::set(&mut response, RETRY_AFTER, &HASHES_RETRY_S.to_string());
    response
}

/// Ends the session.
pub async fn log_out(State(app): State<Arc<App>>, Extension(session): Extension<Session>) -> Response {
    match sessions::sign_out(&app.store, &session.account, session.hash, false).await {
        Ok(()) => {
            let mut response = Redirect::to(LOGIN).into_response();
            session::clear_cookie(&mut response);
            response
        }
        Err(error) => failed(&error),
    }
}
