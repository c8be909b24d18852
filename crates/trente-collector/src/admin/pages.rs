//! What the templates for signing in are filled with.

use askama::Template;

use super::session::Session;
use super::words::Words;
use crate::clock::minute_text;
use crate::store::administration::SessionRow;
use crate::text;

/// The form for signing in.
#[derive(Template)]
#[template(path = "login.html")]
pub struct Login {
    words: &'static Words,
    next: String,
    name: String,
    message: String,
    nobody: bool,
}

impl Login {
    /// The empty form; `nobody` tells whether there is no account at all.
    pub fn new(words: &'static Words, next: &str, name: &str, nobody: bool) -> Self {
        Self { words, next: next.to_owned(), name: name.to_owned(), message: String::new(), nobody }
    }

    /// The form that was refused, with the reason.
    pub fn refused(words: &'static Words, next: &str, name: &str, message: String) -> Self {
        Self { message, ..Self::new(words, next, name, false) }
    }
}

/// The account of whoever has signed in.
#[derive(Template)]
#[template(path = "account.html")]
pub struct Account {
    words: &'static Words,
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
    pub fn new(words: &'static Words, session: &Session, rows: &[SessionRow], message: &str) -> Self {
        let row = |row: &SessionRow| Row {
            hash: text::hex(&row.hash.0),
            began: minute_text(row.created_ms),
            used: minute_text(row.seen_ms),
            this: row.hash == session.hash,
        };
        Self {
            words,
            name: session.account.clone(),
            message: message.to_owned(),
            sessions: rows.iter().map(row).collect(),
        }
    }
}
