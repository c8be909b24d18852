//! Settings page of API tokens: an owner of every site sees all of them, another owner those of their site.

use askama::Template;
use axum::response::IntoResponse;
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::model::scope::{Scope, Scopes};
use trente_store::model::secret::TOKEN_PREFIX;
use trente_store::model::token::TokenRow;

use super::done::Done;
use super::opened::{Answer, Opened, Question, Wrong};
use crate::domain::ops::error::OpsError;
use crate::domain::ops::tokens;
use crate::inner::results::texts::{Access, Settings, fill};
use crate::limits::TOKEN_DAYS_MAX;
use crate::web::error::RequestError;
use crate::web::form::Fields;

const SETTING: &str = "tokens";

/// Scopes that a token may have, in the order of their texts: the desk has no API.
const SCOPES: [Scope; 6] = [Scope::Read, Scope::Export, Scope::Erase, Scope::Sign, Scope::Admin, Scope::Webhook];

#[derive(Template)]
#[template(path = "settings_tokens.html")]
struct Body {
    set: &'static Settings,
    access: &'static Access,
    action: String,
    wrong: &'static str,
    rows: Vec<Row>,
    everywhere: bool,
    typed: Typed,
    days_max: u32,
    /// Name, what it is for, and whether it is ticked.
    scopes: Vec<(&'static str, &'static str, bool)>,
    this: String,
}

struct Row {
    name: String,
    scopes: String,
    site: String,
    used: String,
    expires: String,
    over: bool,
    revoke: String,
}

/// The form for one more, as it was sent.
struct Typed {
    name: String,
    scopes: Scopes,
    every: bool,
    days: String,
}

/// The page.
pub async fn show_tokens(at: Opened) -> Answer {
    let scopes = [Scope::Read].into_iter().collect();
    page(&at, Typed { name: String::new(), scopes, every: false, days: "365".to_owned() }, None).await
}

/// The tokens that an owner may see.
pub async fn seen(at: &Opened) -> Result<Vec<TokenRow>, StoreError> {
    let mut rows = at.app.store.tokens().await?;
    rows.retain(|row| at.is_everywhere() || row.site.as_ref() == Some(&at.site.name));
    Ok(rows)
}

async fn page(at: &Opened, typed: Typed, wrong: Option<Wrong>) -> Answer {
    let now_ms = now_ms();
    let row = |row: TokenRow| Row {
        scopes: row.scopes.names().join(", "),
        site: row.site.unwrap_or_else(|| at.access.every_site.to_owned()),
        used: row.used_ms.map_or_else(|| at.access.never_used.to_owned(), |used| at.moment(used)),
        expires: row.expires_ms.map_or_else(|| at.access.never_ends.to_owned(), |end| at.moment(end)),
        over: row.expires_ms.is_some_and(|end| end <= now_ms),
        revoke: fill(at.access.revoke_one, &[("name", &row.name)]),
        name: row.name,
    };
    let scopes = SCOPES.into_iter().zip(at.access.scopes).map(|(scope, note)| {
        let name = Scope::ALL.into_iter().find(|(known, _)| *known == scope).map_or("", |(_, name)| name);
        (name, note, typed.scopes.has(scope))
    });
    let body = Body {
        set: at.set,
        access: at.access,
        action: at.link(SETTING, &[]),
        wrong: wrong.as_ref().map_or("", |wrong| wrong.field),
        rows: seen(at).await?.into_iter().map(row).collect(),
        everywhere: at.is_everywhere(),
        days_max: TOKEN_DAYS_MAX,
        scopes: scopes.collect(),
        this: fill(at.access.this_site, &[("site", &at.site.name)]),
        typed,
    };
    at.page(SETTING, at.access.tokens, wrong.as_ref(), body).await
}

/// Hands out a token, or revokes one.
pub async fn act(at: Opened, fields: Fields) -> Answer {
    match fields.get("act") {
        Some("add") => add(&at, &fields).await,
        Some("revoke") => revoke(&at, &fields).await,
        _ => Ok(RequestError::Path.into_response()),
    }
}

async fn add(at: &Opened, fields: &Fields) -> Answer {
    let set = at.set;
    let name = fields.get("name").unwrap_or_default().trim().to_owned();
    let ticked = |scope: &Scope| {
        Scope::ALL
            .into_iter()
            .any(|(known, name)| known == *scope && fields.all("scope").iter().any(|tick| tick == name))
    };
    let scopes: Scopes = SCOPES.into_iter().filter(ticked).collect();
    // Another owner gives none to a program that they do not have themselves.
    let every = at.is_everywhere() && fields.get("where") == Some("every");
    let days = fields.get("days").unwrap_or_default().trim().to_owned();
    let typed = Typed { name: name.clone(), scopes, every, days: days.clone() };
    if let Some(wrong) = at.proven(fields).await? {
        return page(at, typed, Some(wrong)).await;
    }
    let site = (!every).then(|| at.name());
    let days = days.parse().unwrap_or(0);
    let (field, why) = match tokens::add_token(&at.app.store, at.actor(), name.clone(), scopes, site, days).await {
        Ok(secret) => {
            let title = fill(at.access.token_new, &[("name", &name)]);
            let token = format!("{TOKEN_PREFIX}{}", secret.reveal());
            return at.tell(SETTING, &title, at.access.token_note, &token).await;
        }
        Err(OpsError::NoScope) => ("scope", at.access.scope_none.to_owned()),
        Err(OpsError::TokenDays) => ("days", fill(set.days_wrong, &[("most", &TOKEN_DAYS_MAX.to_string())])),
        Err(OpsError::Store(StoreError::Exists(..))) => ("name", at.access.token_taken.to_owned()),
        Err(OpsError::Store(error)) => return Err(error.into()),
        Err(_) => ("name", at.access.name_wrong.to_owned()),
    };
    page(at, typed, Some(Wrong::new(field, why))).await
}

async fn revoke(at: &Opened, fields: &Fields) -> Answer {
    let name = fields.get("name").unwrap_or_default().to_owned();
    if !seen(at).await?.iter().any(|row| row.name == name) {
        return at.back(SETTING, Done::Gone);
    }
    if fields.get("sure").is_none() {
        let asked = Question {
            title: fill(at.access.revoke_question, &[("name", &name)]),
            lines: vec![at.access.revoke_note.to_owned()],
            fields: vec![("act", "revoke".to_owned()), ("name", name)],
            button: at.access.revoke,
            password: false,
            grave: true,
        };
        return at.ask(SETTING, &asked, None).await;
    }
    match tokens::revoke_token(&at.app.store, at.actor(), name).await {
        Ok(()) => at.back(SETTING, Done::TokenRevoked),
        Err(StoreError::Unknown(..)) => at.back(SETTING, Done::Gone),
        Err(error) => Err(error.into()),
    }
}
