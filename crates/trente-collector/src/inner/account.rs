//! Pages for signing in and for the account: password, second factor, sessions, mails.
//!
//! In reading order: [`login`] takes the name and the password, [`login_code`] the code of the second factor.
//! [`overview`] is the page of the account with its sessions, [`enrolment`] sets up the second factor, [`mail`] is what the account is sent;
//! [`reauthentication`] asks for the password once more, [`new_password`] hashes another one.
//!
//! Not here: sessions and tokens of a request ([`super::session`], [`super::bearer_token`]).

pub mod enrolment;
pub mod login;
pub mod login_code;
pub mod mail;
pub mod new_password;
pub mod overview;
mod pages;
pub mod reauthentication;
pub(super) mod texts;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::paths;
use crate::app::App;

/// Routes without a session.
pub fn login_routes() -> Router<Arc<App>> {
    Router::new()
        .route(paths::LOGIN, get(login::show_login).post(login::submit_login))
        .route(paths::LOGIN_CODE, get(login_code::show_code_form).post(login_code::submit_code))
}

/// The routes of signed-in accounts.
pub fn account_routes() -> Router<Arc<App>> {
    Router::new()
        .route(paths::ACCOUNT, get(overview::show_account))
        .route(paths::MAIL, get(mail::show_mail).post(mail::save))
        .route("/account/mail/try", post(mail::try_now))
        .route("/account/sessions", post(overview::end_sessions))
        .route("/account/password", post(overview::change_password))
        .route(paths::SECOND_FACTOR, get(enrolment::show_enrolment).post(enrolment::begin_enrolment))
        .route("/account/second-factor/confirm", post(enrolment::confirm_enrolment))
        .route("/account/second-factor/codes", post(enrolment::renew_codes))
        .route("/account/second-factor/remove", post(enrolment::remove_factor))
        .route(paths::LOGOUT, post(login::log_out))
}
