//! Second step of the login: `/login/code` asks for the code of the second factor.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::model::account::Stage;
use trente_store::model::role::Role;

use super::pages::Code;
use super::texts;
use crate::app::App;
use crate::domain::auth::failures::FailureKind;
use crate::domain::auth::second_factor;
use crate::domain::ops::sessions;
use crate::domain::ops::sessions::{Presented, SignedIn};
use crate::inner::failure::failed;
use crate::inner::paths::{LOGIN, safe_redirect};
use crate::inner::security_headers::POLICY;
use crate::inner::session::Session;
use crate::inner::{device_cookie, session};
use crate::web::form::{Fields, Query};
use crate::web::{page, respond};

/// An account whose password was given, and no other.
async fn halfway(app: &App, headers: &HeaderMap) -> Result<Session, Box<Response>> {
    match session::at_any_stage(app, headers).await {
        Ok(Some(session)) if session.stage == Stage::Code => Ok(session),
        Ok(Some(_)) => Err(Box::new(Redirect::to("/").into_response())),
        Ok(None) => Err(Box::new(Redirect::to(LOGIN).into_response())),
        Err(error) => Err(Box::new(failed(&error))),
    }
}

/// The form.
pub async fn show_code_form(State(app): State<Arc<App>>, Query(query): Query, headers: HeaderMap) -> Response {
    if let Err(elsewhere) = halfway(&app, &headers).await {
        return *elsewhere;
    }
    let (texts, next) = (texts::for_request(query.get("lang"), &headers), safe_redirect(query.get("next")));
    page::html(StatusCode::OK, &Code::new(texts, next, ""), POLICY)
}

/// The form, sent.
pub async fn submit_code(
    State(app): State<Arc<App>>,
    Query(query): Query,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let texts = texts::for_request(query.get("lang"), &headers);
    let next = safe_redirect(fields.get("next"));
    let session = match halfway(&app, &headers).await {
        Ok(session) => session,
        Err(elsewhere) => return *elsewhere,
    };
    let known = match device_cookie::recognize(&app, &headers, &session.account).await {
        Ok(known) => known,
        Err(error) => return failed(&error),
    };
    let counted = match app.login_limiter.check_code(&session.account, known) {
        Ok(counted) => counted,
        Err(wait) => {
            app.failures.name(&app.store, FailureKind::Limited, &session.account, Some(true)).await;
            let refused = Code::new(texts, next, &texts.too_often(wait));
            let mut response = page::html(StatusCode::TOO_MANY_REQUESTS, &refused, POLICY);
            respond::set(&mut response, RETRY_AFTER, &wait.as_secs().max(1).to_string());
            return response;
        }
    };
    match finish(&app, &headers, &session, fields.get("code").unwrap_or_default()).await {
        Ok(Some((given, role))) => {
            app.login_limiter.give_back(counted);
            let mut response = Redirect::to(next).into_response();
            session::set_cookies(&mut response, &given, role);
            response
        }
        Ok(None) => {
            app.failures.name(&app.store, FailureKind::Code, &session.account, Some(true)).await;
            page::html(StatusCode::FORBIDDEN, &Code::new(texts, next, texts.wrong_code), POLICY)
        }
        Err(error) => {
            app.login_limiter.give_back(counted);
            failed(&error)
        }
    }
}

/// Signs in to the end with what was typed; nothing where it is wrong, or was used before.
async fn finish(
    app: &App,
    headers: &HeaderMap,
    session: &Session,
    typed: &str,
) -> Result<Option<(SignedIn, Role)>, StoreError> {
    let factors = app.store.second_factors(session.account.clone()).await?;
    let Some(factor) = factors.iter().find(|factor| factor.confirmed) else { return Ok(None) };
    let Some(proof) = second_factor::read(&factor.shared, typed, now_ms()) else { return Ok(None) };
    let account = app.store.account(session.account.clone()).await?;
    let role = account.map_or(Role::Team, |account| account.rights.role);
    let presented = Presented { session: Some(session.hash), device: device_cookie::presented(headers) };
    match sessions::sign_in(&app.store, &session.account, Stage::Full, presented, Some(proof)).await {
        Ok(given) => Ok(Some((given, role))),
        // Used up: the store takes each code once, also when two requests bring it at the same time.
        Err(StoreError::Unknown(..)) => Ok(None),
        Err(error) => Err(error),
    }
}
