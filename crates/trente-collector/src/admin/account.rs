//! `/account`: the sessions of whoever has signed in, and the password.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use zeroize::Zeroizing;

use super::guard::POLICY;
use super::login::failed;
use super::pages::Account;
use super::password::PasswordError;
use super::secret::SecretHash;
use super::session::{self, Session};
use super::words;
use crate::app::App;
use crate::clock::now_ms;
use crate::hosted::form::Fields;
use crate::http::{body, page};
use crate::limits::FORM_BYTES_MAX;
use crate::store::StoreError;
use crate::store::administration::{Actor, Change};
use crate::text;
use crate::throttle::client::Client;

/// Where it is.
pub const ACCOUNT: &str = "/account";

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let words = words::of(query.get("lang"), &headers);
    let done = if query.get("done") == Some("password") { words.changed } else { "" };
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
            rows.retain(|row| session::is_alive(row, now_ms));
            page::html(status, &Account::new(words::of(lang, headers), session, &rows, message), POLICY)
        }
        Err(error) => failed(&error),
    }
}

/// Ends one session, or every other one.
pub async fn end(State(app): State<Arc<App>>, Extension(session): Extension<Session>, request: Body) -> Response {
    let bytes = match body::read(request, FORM_BYTES_MAX, app.limits.body_read).await {
        Ok(bytes) => bytes,
        Err(error) => return error.into_response(),
    };
    let fields = Fields::parse(&bytes);
    let account = session.account.clone();
    let change = match fields.get("session").and_then(text::array_from_hex).map(SecretHash) {
        Some(session) => Change::SignOut { account, session },
        None => Change::SignOutOthers { account, keep: session.hash },
    };
    let ends_itself = matches!(&change, Change::SignOut { session: ended, .. } if *ended == session.hash);
    match app.store.change(Actor::account(&session.account), change).await {
        Ok(_) | Err(StoreError::Unknown(..)) if ends_itself => {
            let mut response = Redirect::to(session::LOGIN).into_response();
            session::take(&mut response);
            response
        }
        Ok(_) | Err(StoreError::Unknown(..)) => Redirect::to(ACCOUNT).into_response(),
        Err(error) => failed(&error),
    }
}

/// Changes the password, which ends every other session.
pub async fn change_password(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    client: Client,
    headers: HeaderMap,
    request: Body,
) -> Response {
    let bytes = match body::read(request, FORM_BYTES_MAX, app.limits.body_read).await {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) => return error.into_response(),
    };
    let fields = Fields::parse(&bytes);
    let word = |name| Zeroizing::new(fields.get(name).unwrap_or_default().to_owned());
    let words = words::of(None, &headers);
    let refuse = |message: String| {
        let (app, session, headers) = (Arc::clone(&app), session.clone(), headers.clone());
        async move { answer(&app, &session, None, &headers, StatusCode::FORBIDDEN, &message).await }
    };
    // Whoever sits down at a browser that is signed in may not guess without end either.
    if let Err(wait) = app.gate.pass(&session.account, client) {
        return refuse(words.too_often(wait)).await;
    }
    let known = match app.store.password(session.account.clone()).await {
        Ok(known) => known,
        Err(error) => return failed(&error),
    };
    if !app.passwords.verify(word("current"), known).await {
        return refuse(words.wrong_current.to_owned()).await;
    }
    let hash = match app.passwords.hash(word("new")).await {
        Ok(hash) => hash,
        Err(PasswordError::Length) => return refuse(words.too_short.to_owned()).await,
        Err(PasswordError::Hash) => return failed(&StoreError::Unreadable("a new password")),
    };
    let change = Change::SetPassword { name: session.account.clone(), hash, keep: Some(session.hash) };
    match app.store.change(Actor::account(&session.account), change).await {
        Ok(_) => Redirect::to(&format!("{ACCOUNT}?done=password")).into_response(),
        Err(error) => failed(&error),
    }
}
