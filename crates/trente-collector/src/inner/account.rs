//! Pages for signing in and for the account: password, second factor, sessions.
//!
//! In reading order: [`login`] takes the name and the password, [`login_code`] the code of the second factor. [`overview`]
//! is the page of the account with its sessions, [`enrolment`] sets up the second factor; [`reauthentication`] asks for the
//! password once more.
//!
//! Not here: sessions and tokens of a request ([`super::session`], [`super::bearer_token`]).

pub mod enrolment;
pub mod failure;
pub mod login;
pub mod login_code;
mod messages;
pub mod overview;
mod pages;
pub mod reauthentication;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::paths;
use crate::app::App;

/// What everybody may ask for.
pub fn login_routes() -> Router<Arc<App>> {
    Router::new()
        .route(paths::LOGIN, get(login::ask).post(login::enter))
        .route(paths::LOGIN_CODE, get(login_code::ask).post(login_code::enter))
}

/// The routes of signed-in accounts.
pub fn account_routes() -> Router<Arc<App>> {
    Router::new()
        .route(paths::ACCOUNT, get(overview::show))
        .route("/account/sessions", post(overview::end))
        .route("/account/password", post(overview::change_password))
        .route(paths::SECOND_FACTOR, get(enrolment::show).post(enrolment::begin))
        .route("/account/second-factor/confirm", post(enrolment::confirm))
        .route("/account/second-factor/codes", post(enrolment::renew))
        .route("/account/second-factor/remove", post(enrolment::remove))
        .route(paths::LOGOUT, post(login::leave))
}
