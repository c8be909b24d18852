//! `/login` and `/logout`.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use zeroize::Zeroizing;

use super::device;
use super::pages::Login;
use super::password::Lane;
use super::secret::Secret;
use super::session::{self, Session};
use super::watch::{self, Kind};
use super::words::{self, Words};
use super::{enrolment, second_step};
use crate::admin::guard::POLICY;
use crate::app::App;
use crate::hosted::form::Fields;
use crate::http::error::ApiError;
use crate::http::{body, page, respond};
use crate::limits::{FORM_BYTES_MAX, HASHES_RETRY_S};
use crate::store::StoreError;
use crate::store::administration::{Actor, Change, Device, Stage};
use crate::throttle::client::Client;

/// The form.
pub async fn ask(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let next = session::place(query.get("next"));
    match session::of(&app, &headers).await {
        Ok(Some(_)) => return Redirect::to(next).into_response(),
        Ok(None) => {}
        Err(error) => return failed(&error),
    }
    let words = words::of(query.get("lang"), &headers);
    match app.store.has_accounts().await {
        Ok(has_accounts) => page::html(StatusCode::OK, &Login::new(words, next, "", !has_accounts), POLICY),
        Err(error) => failed(&error),
    }
}

/// The form, sent.
pub async fn enter(
    State(app): State<Arc<App>>,
    client: Client,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    request: Body,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let words = words::of(query.get("lang"), &headers);
    let bytes = match body::read(request, FORM_BYTES_MAX, app.limits.body_read).await {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) => return error.into_response(),
    };
    let fields = Fields::parse(&bytes);
    let (name, next) = (fields.get("name").unwrap_or_default().trim(), session::place(fields.get("next")));
    let password = Zeroizing::new(fields.get("password").unwrap_or_default().to_owned());
    // Long names would fill the table of failures.
    let known = if super::is_name(name) { name } else { "" };
    let device = match device::of(&app, &headers, known).await {
        Ok(device) => device,
        Err(error) => return failed(&error),
    };
    let counted = match app.gate.pass(known, client, device) {
        Ok(counted) => counted,
        Err(wait) => {
            app.watch.name(&app.store, Kind::Limited, known, None).await;
            return later(words, next, name, wait);
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
        app.gate.give_back(counted);
    }
    match outcome {
        Ok(Outcome::Right(given)) => given.response(next),
        Ok(Outcome::Wrong { known: is_known }) => {
            app.watch.name(&app.store, Kind::SignIn, known, Some(is_known)).await;
            page::html(StatusCode::FORBIDDEN, &Login::refused(words, next, name, words.wrong.to_owned()), POLICY)
        }
        Err(SignInError::Busy) => {
            watch::signed_in("busy");
            busy(words, next, name)
        }
        Err(SignInError::Store(error)) => failed(&error),
    }
}

/// How a try went.
enum Outcome {
    Right(Given),
    /// The password is another one, or nobody has the name.
    Wrong {
        known: bool,
    },
}

/// What a browser gets that has given the password.
struct Given {
    session: Secret,
    /// Where it is done, a device cookie.
    device: Option<Secret>,
    stage: Stage,
}

impl Given {
    fn response(&self, next: &str) -> Response {
        let mut response = match self.stage {
            Stage::Full => Redirect::to(next).into_response(),
            Stage::Code => Redirect::to(&second_step::with_next(next)).into_response(),
            Stage::Enrol => Redirect::to(enrolment::PATH).into_response(),
        };
        session::give(&mut response, &self.session);
        if let Some(device) = &self.device {
            watch::signed_in("success");
            device::give(&mut response, device);
        }
        response
    }
}

/// Why nobody can say whether a password is right.
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
    let has_factor = app.store.account(name.to_owned()).await?.is_some_and(|account| account.second_factor);
    let stage = match (has_factor, app.limits.second_factor_required) {
        (true, _) => Stage::Code,
        (false, true) => Stage::Enrol,
        (false, false) => Stage::Full,
    };
    let device = if stage == Stage::Full { Some(Secret::new()?) } else { None };
    let given = Given { session: Secret::new()?, device, stage };
    let sign_in = Change::SignIn {
        session: given.session.hash(),
        account: name.to_owned(),
        // Whatever the browser had before is worth nothing from now on, so that nobody can hand it a session or a device
        // cookie beforehand.
        before: session::presented(headers),
        device: given.device.as_ref().map(|new| Device { new: new.hash(), before: device::presented(headers) }),
        stage,
        proof: None,
    };
    app.store.change(Actor::account(name), sign_in).await?;
    Ok(Outcome::Right(given))
}

fn later(words: &'static Words, next: &str, name: &str, wait: Duration) -> Response {
    let message = words.too_often(wait);
    let mut response = page::html(StatusCode::TOO_MANY_REQUESTS, &Login::refused(words, next, name, message), POLICY);
    respond::set(&mut response, RETRY_AFTER, &wait.as_secs().max(1).to_string());
    response
}

fn busy(words: &'static Words, next: &str, name: &str) -> Response {
    let refused = Login::refused(words, next, name, words.busy.to_owned());
    let mut response = page::html(StatusCode::SERVICE_UNAVAILABLE, &refused, POLICY);
    respond::set(&mut response, RETRY_AFTER, &HASHES_RETRY_S.to_string());
    response
}

/// Ends the session.
pub async fn leave(State(app): State<Arc<App>>, Extension(session): Extension<Session>) -> Response {
    let actor = Actor::account(&session.account);
    let ended = app
        .store
        .change(actor, Change::SignOut { account: session.account, session: session.hash, forget: false })
        .await;
    match ended {
        // Another request may have ended it a moment ago.
        Ok(_) | Err(StoreError::Unknown(..)) => {
            let mut response = Redirect::to(session::LOGIN).into_response();
            session::take(&mut response);
            response
        }
        Err(error) => failed(&error),
    }
}

/// The store cannot be asked.
pub(super) fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "administration cannot reach the store");
    ApiError::Store.into_response()
}
