//! Settings page of the time zone: it decides which day an answer belongs to.

use askama::Template;
use trente_stats::zone::Zone;
use trente_store::clock::now_ms;

use super::done::Done;
use super::opened::{Answer, Opened, Wrong};
use crate::domain::ops::sites;
use crate::inner::results::texts::{Settings, fill};
use crate::web::form::Fields;

const SETTING: &str = "zone";

#[derive(Template)]
#[template(path = "settings_zone.html")]
struct Body {
    set: &'static Settings,
    action: String,
    wrong: &'static str,
    zone: String,
    zones: Vec<String>,
    now: String,
}

/// The page.
pub async fn show_time_zone(at: Opened) -> Answer {
    let zone = at.site.time_zone.clone();
    page(&at, zone, None).await
}

async fn page(at: &Opened, zone: String, wrong: Option<Wrong>) -> Answer {
    let body = Body {
        set: at.set,
        action: at.link(SETTING, &[]),
        wrong: wrong.as_ref().map_or("", |wrong| wrong.field),
        zone,
        zones: Zone::names(),
        now: fill(at.set.zone_now, &[("now", &at.moment(now_ms()))]),
    };
    at.page(SETTING, at.set.zone, wrong.as_ref(), body).await
}

/// Says in which time zone the site is, from now on.
pub async fn save(at: Opened, fields: Fields) -> Answer {
    let typed = fields.get("zone").unwrap_or_default().trim();
    match Zone::named(typed) {
        Ok(zone) => {
            sites::set_time_zone(&at.app.store, at.actor(), at.name(), zone).await?;
            at.back(SETTING, Done::Saved)
        }
        Err(_) => page(&at, typed.to_owned(), Some(Wrong::new("zone", at.set.zone_wrong))).await,
    }
}
