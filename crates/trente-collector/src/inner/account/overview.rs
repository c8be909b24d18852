//! Account page, `/account`: lists the sessions of the account, and changes its password.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::clock::now_ms;
use trente_store::encoding;
use trente_store::model::account::Stage;
use trente_store::model::audit::Actor;
use trente_store::model::secret::SecretHash;
use zeroize::Zeroizing;

use super::new_password::{NotTaken, hashed};
use super::pages::Account;
use super::reauthentication::{Unproven, proven};
use super::texts;
use crate::app::App;
use crate::domain::ops::{accounts, sessions};
use crate::domain::throttle::client::Client;
use crate::inner::failure::failed;
use crate::inner::paths::{ACCOUNT, LOGIN};
use crate::inner::security_headers::POLICY;
use crate::inner::session;
use crate::inner::session::Session;
use crate::limits::HASHES_RETRY_S;
use crate::web::form::{Fields, Query};
use crate::web::{page, respond};

/// The page.
pub async fn show_account(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Query(query): Query,
    headers: HeaderMap,
) -> Response {
    let texts = texts::for_request(query.get("lang"), &headers);
    let done = if query.get("done") == Some("password") { texts.changed } else { "" };
    answer(&app, &session, query.get("lang"), &headers, StatusCode::OK, done).await
}

async fn answer(
    app: &App,
    session: &Session,
    lang: Option<&str>,
    headers: &HeaderMap,
    status: StatusCode,
    message: &str,
) -> Response {
    match app.store.sessions(session.account.clone()).await {
        Ok(mut rows) => {
            let now_ms = now_ms();
            rows.retain(|row| session::is_alive(row, now_ms) && row.stage == Stage::Full);
            page::html(status, &Account::new(texts::for_request(lang, headers), session, &rows, message), POLICY)
        }
        Err(error) => failed(&error),
    }
}

/// Too many passwords wait to be looked at.
async fn busy(app: &App, session: &Session, headers: &HeaderMap) -> Response {
    let message = texts::for_request(None, headers).busy;
    let mut response = answer(app, session, None, headers, StatusCode::SERVICE_UNAVAILABLE, message).await;
    respond::set(&mut response, RETRY_AFTER, &HASHES_RETRY_S.to_string());
    response
}

/// Ends one session, or every other one.
pub async fn end_sessions(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    fields: Fields,
) -> Response {
    let (store, account, own) = (&app.store, &session.account, session.hash);
    let one = fields.get("session").and_then(encoding::array_from_hex).map(SecretHash);
    let outcome = match one {
        Some(one) => sessions::sign_out(store, account, one, one != own).await,
        None => sessions::sign_out_others(store, account, own).await,
    };
    match outcome {
        Ok(()) if one == Some(own) => {
            let mut response = Redirect::to(LOGIN).into_response();
            session::clear_cookie(&mut response);
            response
        }
        Ok(()) => Redirect::to(ACCOUNT).into_response(),
        Err(error) => failed(&error),
    }
}

/// Changes the password, which ends every other session.
pub async fn change_password(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let word = |name| Zeroizing::new(fields.get(name).unwrap_or_default().to_owned());
    let texts = texts::for_request(None, &headers);
    match proven(&app, &session, client, word("current"), texts).await {
        Ok(()) => {}
        Err(Unproven::Failed(error)) => return failed(&error),
        Err(Unproven::Busy) => return busy(&app, &session, &headers).await,
        Err(Unproven::Refused(message)) => {
            return answer(&app, &session, None, &headers, StatusCode::FORBIDDEN, &message).await;
        }
    }
    let refuse = |message: &'static str| answer(&app, &session, None, &headers, StatusCode::FORBIDDEN, message);
    let hash = match hashed(&app, &session.account, word("new")).await {
        Ok(hash) => hash,
        Err(NotTaken::Easy) => return refuse(texts.too_easy).await,
        Err(NotTaken::Length) => return refuse(texts.too_short).await,
        Err(NotTaken::Busy) => return busy(&app, &session, &headers).await,
        Err(NotTaken::Failed(error)) => return failed(&error),
    };
    let (actor, name) = (Actor::account(&session.account), session.account.clone());
    match accounts::set_password(&app.store, actor, name, hash, Some(session.hash)).await {
        Ok(()) => Redirect::to(&format!("{ACCOUNT}?done=password")).into_response(),
        Err(error) => failed(&error),
    }
}
