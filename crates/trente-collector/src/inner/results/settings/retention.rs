//! Settings page of retention: for how many days single answers, customers on the recovery desk, and their contacts are
//! kept.

use askama::Template;
use trente_store::StoreError;
use trente_store::clock::{day, now_ms};
use trente_store::wanted::Wanted;

use super::done::Done;
use super::opened::{Answer, Opened, Question, Wrong};
use crate::domain::ops::error::OpsError;
use crate::domain::ops::{recovery, sites};
use crate::inner::results::say;
use crate::inner::results::texts::{Settings, fill};
use crate::limits::{CONTACT_DAYS_MAX, DESK_DAYS_MAX, RETENTION_DAYS_MAX};
use crate::web::form::Fields;

const SETTING: &str = "retention";

#[derive(Template)]
#[template(path = "settings_retention.html")]
struct Body {
    set: &'static Settings,
    action: String,
    wrong: &'static str,
    ever: bool,
    days: String,
    days_max: u32,
    desk: String,
    desk_max: u32,
    contact: String,
    contact_max: u32,
}

/// What its fields hold.
struct Typed {
    ever: bool,
    days: String,
    desk: String,
    contact: String,
}

impl Typed {
    /// What holds now.
    fn now(at: &Opened) -> Self {
        let days = at.site.retention_days.map(|days| days.to_string());
        let (desk, contact) = (at.site.desk_days.to_string(), at.site.contact_days.to_string());
        Self { ever: days.is_none(), days: days.unwrap_or_default(), desk, contact }
    }
}

/// The page.
pub async fn show_retention(at: Opened) -> Answer {
    page(&at, Typed::now(&at), None).await
}

async fn page(at: &Opened, typed: Typed, wrong: Option<Wrong>) -> Answer {
    let Typed { ever, days, desk, contact } = typed;
    let body = Body {
        set: at.set,
        action: at.link(SETTING, &[]),
        wrong: wrong.as_ref().map_or("", |wrong| wrong.field),
        ever,
        days,
        days_max: RETENTION_DAYS_MAX,
        desk,
        desk_max: DESK_DAYS_MAX,
        contact,
        contact_max: CONTACT_DAYS_MAX,
    };
    at.page(SETTING, at.set.retention, wrong.as_ref(), body).await
}

/// The page again, with what is wrong in a field that takes up to `most` days.
async fn wrong(at: &Opened, typed: Typed, field: &'static str, most: u32) -> Answer {
    let text = fill(at.set.days_wrong, &[("most", &most.to_string())]);
    page(at, typed, Some(Wrong::new(field, text))).await
}

/// Says for how long they are kept. A shorter time is asked about first, because it deletes.
pub async fn save(at: Opened, fields: Fields) -> Answer {
    match fields.get("act") {
        Some("desk") => save_desk(&at, &fields).await,
        Some("contact") => save_contacts(&at, &fields).await,
        _ => save_answers(&at, &fields).await,
    }
}

async fn save_answers(at: &Opened, fields: &Fields) -> Answer {
    let (ever, typed) = (fields.get("keep") == Some("ever"), fields.get("days").unwrap_or_default().trim());
    // 0 is no number of days, and what is no number is refused as it is.
    let days = if ever { None } else { Some(typed.parse().unwrap_or(0)) };
    let former = at.site.retention_days;
    let is_shorter = days.is_some_and(|days| former.is_none_or(|former| days < former));
    let is_possible = days.is_none_or(|days| (1..=RETENTION_DAYS_MAX).contains(&days));
    if let Some(days) = days.filter(|_| is_shorter && is_possible && fields.get("sure").is_none()) {
        return at.ask(SETTING, &question(at, days).await?, None).await;
    }
    match sites::set_retention(&at.app.store, at.actor(), at.name(), days).await {
        Ok(()) => at.back(SETTING, if is_shorter { Done::Shortened } else { Done::Saved }),
        Err(OpsError::Store(error)) => Err(error.into()),
        Err(_) => wrong(at, Typed { ever, days: typed.to_owned(), ..Typed::now(at) }, "days", RETENTION_DAYS_MAX).await,
    }
}

async fn save_desk(at: &Opened, fields: &Fields) -> Answer {
    let typed = fields.get("desk").unwrap_or_default().trim();
    let days = typed.parse().unwrap_or(0);
    let is_shorter = (1..at.site.desk_days).contains(&days);
    if is_shorter && fields.get("sure").is_none() {
        let asked = Question {
            title: at.counted(at.set.desk_question, days.into()),
            lines: vec![at.set.desk_deletes.to_owned()],
            fields: vec![("act", "desk".to_owned()), ("desk", days.to_string())],
            button: at.set.shorten,
            password: false,
            grave: true,
        };
        return at.ask(SETTING, &asked, None).await;
    }
    match recovery::set_desk_retention(&at.app.store, at.actor(), at.name(), days).await {
        Ok(()) => at.back(SETTING, if is_shorter { Done::Shortened } else { Done::Saved }),
        Err(OpsError::Store(error)) => Err(error.into()),
        Err(_) => wrong(at, Typed { desk: typed.to_owned(), ..Typed::now(at) }, "desk", DESK_DAYS_MAX).await,
    }
}

async fn save_contacts(at: &Opened, fields: &Fields) -> Answer {
    let typed = fields.get("contact").unwrap_or_default().trim();
    let days = typed.parse().unwrap_or(0);
    let is_shorter = (1..at.site.contact_days).contains(&days);
    if is_shorter && fields.get("sure").is_none() {
        let asked = Question {
            title: at.counted(at.set.contacts_question, days.into()),
            lines: vec![at.set.contacts_delete.to_owned()],
            fields: vec![("act", "contact".to_owned()), ("contact", days.to_string())],
            button: at.set.shorten,
            password: false,
            grave: true,
        };
        return at.ask(SETTING, &asked, None).await;
    }
    match recovery::set_contact_retention(&at.app.store, at.actor(), at.name(), days).await {
        Ok(()) => at.back(SETTING, if is_shorter { Done::Shortened } else { Done::Saved }),
        Err(OpsError::Store(error)) => Err(error.into()),
        Err(_) => wrong(at, Typed { contact: typed.to_owned(), ..Typed::now(at) }, "contact", CONTACT_DAYS_MAX).await,
    }
}

/// What a shorter time would delete, in words: up to which day, and how many were counted on the days that go.
async fn question(at: &Opened, days: u32) -> Result<Question, StoreError> {
    let set = at.set;
    // As the hourly job reckons, in days of UTC.
    let today = day(now_ms());
    let last = today.saturating_sub(days).saturating_sub(1);
    let first = at.site.retention_days.map_or(0, |former| today.saturating_sub(former));
    let n = at.app.store.cells(at.site.id, Wanted::of_days(first..=last)).await?.sides(&(first..=last))?;
    let n = n.verified.n() + n.unverified.n();
    let until = say::day(at.texts, last, at.today);
    let gone = fill(at.texts.form(set.retention_deletes, n), &[("n", &say::count(at.texts, n)), ("day", &until)]);
    let none = fill(set.retention_deletes_none, &[("day", &until)]);
    Ok(Question {
        title: at.counted(set.retention_question, days.into()),
        lines: vec![if n == 0 { none } else { gone }, set.retention_stays.to_owned()],
        fields: vec![("act", "answers".to_owned()), ("keep", "days".to_owned()), ("days", days.to_string())],
        button: set.shorten,
        password: false,
        grave: true,
    })
}
