//! Authentication and authorization: accounts, sessions, tokens, and the pages for signing in.
//!
//! In reading order: [`password`], [`secret`], [`scope`], [`role`] and [`access`] are what is known of people and
//! programs. [`gate`] is the rate limit of failed sign-ins, [`device`] the device cookie, [`guard`] the CSRF check with
//! the security headers, [`session`] the cookie, [`bearer`] the token. [`login`], [`second_step`], [`account`] and
//! [`enrolment`] are the pages, [`second_factor`] the codes; [`watch`] writes failures down.
//!
//! Not here: what is kept ([`crate::store::administration`]), what may be done over the API ([`crate::api`]).

pub mod access;
pub mod account;
pub mod bearer;
pub mod device;
pub mod enrolment;
pub mod gate;
pub mod guard;
pub mod login;
mod pages;
pub mod password;
pub mod role;
pub mod scope;
pub mod second_factor;
pub mod second_step;
pub mod secret;
pub mod session;
pub mod watch;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// What everybody may ask for.
pub fn login_routes() -> Router<Arc<App>> {
    Router::new()
        .route(session::LOGIN, get(login::ask).post(login::enter))
        .route(second_step::PATH, get(second_step::ask).post(second_step::enter))
}

/// The routes of signed-in accounts.
pub fn account_routes() -> Router<Arc<App>> {
    Router::new()
        .route(account::ACCOUNT, get(account::show))
        .route("/account/sessions", post(account::end))
        .route("/account/password", post(account::change_password))
        .route(enrolment::PATH, get(enrolment::show).post(enrolment::begin))
        .route("/account/second-factor/confirm", post(enrolment::confirm))
        .route("/account/second-factor/codes", post(enrolment::renew))
        .route("/account/second-factor/remove", post(enrolment::remove))
        .route(session::LOGOUT, post(login::leave))
}

/// Refuses what cannot be the name of an account, a token: 1 to 40 letters, digits, `-`, `.`, `_` or `@`.
pub fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'@');
    (1..=40).contains(&name.len()) && name.bytes().all(plain)
}
