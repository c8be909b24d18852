//! Settings page of the signing keys: rotates the key, which is shown once, and retires the former one.

use askama::Template;
use axum::response::IntoResponse;
use trente_store::{StoreError, encoding};

use super::done::Done;
use super::opened::{Answer, Opened, Question, Wrong};
use crate::domain::ops::sites;
use crate::inner::results::texts::Settings;
use crate::web::error::RequestError;
use crate::web::form::Fields;

const SETTING: &str = "keys";

#[derive(Template)]
#[template(path = "settings_keys.html")]
struct Body {
    set: &'static Settings,
    action: String,
    former: bool,
}

/// The page.
pub async fn show_keys(at: Opened) -> Answer {
    page(&at, None).await
}

async fn page(at: &Opened, wrong: Option<Wrong>) -> Answer {
    let body = Body { set: at.set, action: at.link(SETTING, &[]), former: at.site.former_key.is_some() };
    at.page(SETTING, at.set.keys, wrong.as_ref(), body).await
}

/// Makes another key, or ends the former one.
pub async fn act(at: Opened, fields: Fields) -> Answer {
    match fields.get("act") {
        Some("rotate") => rotate(&at, &fields).await,
        Some("retire") => retire(&at, &fields).await,
        _ => Ok(RequestError::Path.into_response()),
    }
}

async fn rotate(at: &Opened, fields: &Fields) -> Answer {
    let set = at.set;
    if at.site.former_key.is_some() {
        return page(at, Some(Wrong::new("", set.key_former))).await;
    }
    let asked = Question {
        title: set.rotate_question.to_owned(),
        lines: vec![set.rotate_note.to_owned()],
        fields: vec![("act", "rotate".to_owned())],
        button: set.rotate,
        password: true,
        grave: false,
    };
    if fields.get("sure").is_none() {
        return at.ask(SETTING, &asked, None).await;
    }
    if let Some(wrong) = at.proven(fields).await? {
        return at.ask(SETTING, &asked, Some(&wrong)).await;
    }
    match sites::rotate_key(&at.app.store, at.actor(), at.name()).await {
        Ok(key) => at.tell(SETTING, set.key_new, set.key_note, &encoding::hex(&key)).await,
        // Rotated in another window meanwhile.
        Err(StoreError::FormerKey(_)) => page(at, Some(Wrong::new("", set.key_former))).await,
        Err(error) => Err(error.into()),
    }
}

async fn retire(at: &Opened, fields: &Fields) -> Answer {
    let set = at.set;
    if fields.get("sure").is_none() {
        let asked = Question {
            title: set.retire_question.to_owned(),
            lines: vec![set.retire_note.to_owned()],
            fields: vec![("act", "retire".to_owned())],
            button: set.retire,
            password: false,
            grave: true,
        };
        return at.ask(SETTING, &asked, None).await;
    }
    match sites::retire_key(&at.app.store, at.actor(), at.name()).await {
        Ok(()) => at.back(SETTING, Done::Retired),
        Err(StoreError::Unknown(..)) => at.back(SETTING, Done::Gone),
        Err(error) => Err(error.into()),
    }
}
