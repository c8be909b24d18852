//! Settings page of allowed origins: the addresses on whose pages the widget may stand.

use askama::Template;
use trente_store::StoreError;

use super::done::Done;
use super::opened::{Answer, Opened, Wrong};
use crate::domain::ops::error::OpsError;
use crate::domain::ops::sites;
use crate::domain::origin::OriginError;
use crate::inner::results::texts::{Settings, fill};
use crate::web::form::Fields;

const SETTING: &str = "origins";

#[derive(Template)]
#[template(path = "settings_origins.html")]
struct Body {
    set: &'static Settings,
    action: String,
    wrong: &'static str,
    /// One a line.
    origins: String,
    any: bool,
    install: String,
}

/// The page.
pub async fn show_origins(at: Opened) -> Answer {
    page(&at, at.site.origins.join("\n"), at.site.any_origin, None).await
}

async fn page(at: &Opened, origins: String, any: bool, wrong: Option<Wrong>) -> Answer {
    let body = Body {
        set: at.set,
        action: at.link(SETTING, &[]),
        wrong: wrong.as_ref().map_or("", |wrong| wrong.field),
        origins,
        any,
        install: at.site_link("install", &[]),
    };
    at.page(SETTING, at.set.origins, wrong.as_ref(), body).await
}

/// Says anew where the widget may stand.
pub async fn save(at: Opened, fields: Fields) -> Answer {
    let (text, any) = (fields.get("origins").unwrap_or_default(), fields.says("any"));
    let origins: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let saved = sites::set_origins(&at.app.store, at.actor(), at.name(), &origins, any).await;
    let why = match saved {
        Ok(()) => return at.back(SETTING, Done::Saved),
        Err(OpsError::Store(StoreError::TooMany(_, most))) => fill(at.set.origins_many, &[("most", &most.to_string())]),
        Err(OpsError::Store(error)) => return Err(error.into()),
        Err(OpsError::Origin(error)) => told(at.set, &error),
        Err(_) => at.set.origins_none.to_owned(),
    };
    page(&at, text.to_owned(), any, Some(Wrong::new("origins", why))).await
}

fn told(set: &Settings, error: &OriginError) -> String {
    match error {
        OriginError::Malformed(text) => fill(set.origin_wrong, &[("text", text)]),
        OriginError::Address(text, origin) => {
            fill(set.origin_address, &[("text", text), ("origin", &origin.to_string())])
        }
        OriginError::Scheme(text) => fill(set.origin_scheme, &[("text", text)]),
        OriginError::Wildcard(text) => fill(set.origin_wildcard, &[("text", text)]),
    }
}
