//! Template data of the sign-in and account pages.

use askama::Template;
use axum::http::HeaderMap;
use trente_stats::zone::{UTC, Zone};
use trente_store::clock::now_ms;
use trente_store::encoding;
use trente_store::model::account::SessionRow;

use super::texts::Texts;
use crate::inner::results::{say, texts};
use crate::inner::session::Session;

/// The form for signing in.
#[derive(Template)]
#[template(path = "login.html")]
pub struct Login {
    texts: &'static Texts,
    next: String,
    name: String,
    message: String,
    has_no_account: bool,
}

impl Login {
    /// The empty form; `has_no_account` tells whether there is no account at all.
    pub fn new(texts: &'static Texts, next: &str, name: &str, has_no_account: bool) -> Self {
        Self { texts, next: next.to_owned(), name: name.to_owned(), message: String::new(), has_no_account }
    }

    /// The form that was refused, with the reason.
    pub fn refused(texts: &'static Texts, next: &str, name: &str, message: String) -> Self {
        Self { message, ..Self::new(texts, next, name, false) }
    }
}

/// The page of the signed-in account.
#[derive(Template)]
#[template(path = "account.html")]
pub struct Account {
    texts: &'static Texts,
    name: String,
    message: String,
    sessions: Vec<Row>,
}

struct Row {
    hash: String,
    began: String,
    used: String,
    this: bool,
}

impl Account {
    /// The page with these sessions, and something to say first.
    pub fn new(texts: &'static Texts, session: &Session, rows: &[SessionRow], message: &str) -> Self {
        let spoken = texts::for_request(Some(texts.lang), &HeaderMap::new());
        let zone = Zone::default();
        let today = zone.day(now_ms());
        let moment = |ms| format!("{} {UTC}", say::moment(spoken, &zone, ms, today));
        let row = |row: &SessionRow| Row {
            hash: encoding::hex(&row.hash.0),
            began: moment(row.created_ms),
            used: moment(row.seen_ms),
            this: row.hash == session.hash,
        };
        Self {
            texts,
            name: session.account.clone(),
            message: message.to_owned(),
            sessions: rows.iter().map(row).collect(),
        }
    }
}

/// The form for the code of the second factor.
#[derive(Template)]
#[template(path = "code.html")]
pub struct Code {
    texts: &'static Texts,
    next: String,
    message: String,
}

impl Code {
    /// The form, with something to say first.
    pub fn new(texts: &'static Texts, next: &str, message: &str) -> Self {
        Self { texts, next: next.to_owned(), message: message.to_owned() }
    }
}

/// What a person may do about their second factor.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// The account's name, for password managers.
    pub name: String,
    /// They have one.
    pub is_set_up: bool,
    /// They must set one up before anything else.
    pub must: bool,
    /// Every account needs one.
    pub required: bool,
}

/// The page for setting up a second factor: the offer, then the secret, then the recovery codes.
#[derive(Template)]
#[template(path = "second_factor.html")]
pub struct Enrolment {
    texts: &'static Texts,
    message: String,
    name: String,
    is_set_up: bool,
    must: bool,
    required: bool,
    secret: String,
    uri: String,
    side: i32,
    path: String,
    codes: Vec<String>,
}

impl Enrolment {
    fn new(texts: &'static Texts, message: &str) -> Self {
        Self {
            texts,
            message: message.to_owned(),
            name: String::new(),
            is_set_up: false,
            must: false,
            required: false,
            secret: String::new(),
            uri: String::new(),
            side: 0,
            path: String::new(),
            codes: Vec::new(),
        }
    }

    /// What may be done, with something to say first.
    pub fn offer(texts: &'static Texts, offer: Offer, message: &str) -> Self {
        let Offer { name, is_set_up, must, required } = offer;
        Self { name, is_set_up, must, required, ..Self::new(texts, message) }
    }

    /// The secret as text, as a link and as a picture, and the form for the first code.
    pub fn secret(
        texts: &'static Texts,
        secret: String,
        uri: String,
        picture: Option<(i32, String)>,
        message: &str,
    ) -> Self {
        let (side, path) = picture.unwrap_or_default();
        Self { secret, uri, side, path, ..Self::new(texts, message) }
    }

    /// New recovery codes, which are shown this once; `is_set_up` if the second factor was there before.
    pub fn codes(texts: &'static Texts, codes: Vec<String>, is_set_up: bool) -> Self {
        Self { codes, is_set_up, ..Self::new(texts, "") }
    }
}
