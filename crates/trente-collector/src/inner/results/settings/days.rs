//! Settings page of shop days: how many orders were asked, and annotations of what happened.

use std::ops::RangeInclusive;

use askama::Template;
use axum::response::IntoResponse;
use trente_store::clock::{format_day, parse_day};
use trente_store::{ALL_DAYS, StoreError};

use super::done::Done;
use super::opened::{Answer, Opened, Wrong};
use crate::domain::ops::error::OpsError;
use crate::domain::ops::shop_days;
use crate::inner::results::say;
use crate::inner::results::texts::{Settings, fill};
use crate::limits::{ANNOTATION_CHARS_MAX, ORDER_DAYS_MAX};
use crate::views::dates;
use crate::web::error::RequestError;
use crate::web::form::Fields;

const SETTING: &str = "days";

#[derive(Template)]
#[template(path = "settings_days.html")]
struct Body {
    set: &'static Settings,
    action: String,
    wrong: &'static str,
    months: Vec<Month>,
    notes: Vec<Note>,
    typed: Typed,
    today: String,
    yesterday: String,
    text_max: usize,
}

/// The orders of a month, as far as they are known.
struct Month {
    name: String,
    orders: String,
    days: String,
    from: String,
    to: String,
    forget: String,
}

struct Note {
    day: String,
    iso: String,
    id: i64,
    text: String,
    remove: String,
}

/// The forms, as they were sent.
struct Typed {
    from: String,
    to: String,
    orders: String,
    day: String,
    text: String,
}

impl Typed {
    fn new(at: &Opened, fields: &Fields) -> Self {
        let text = |name: &str, default: &str| fields.get(name).unwrap_or(default).trim().to_owned();
        let (yesterday, today) = (format_day(at.today.saturating_sub(1)), format_day(at.today));
        Self {
            from: text("from", &yesterday),
            to: text("to", &yesterday),
            orders: text("orders", ""),
            day: text("day", &today),
            text: text("text", ""),
        }
    }
}

/// The page.
pub async fn show_shop_days(at: Opened) -> Answer {
    let typed = Typed::new(&at, &Fields::default());
    page(&at, typed, None).await
}

async fn page(at: &Opened, typed: Typed, wrong: Option<Wrong>) -> Answer {
    let set = at.set;
    let orders = at.app.store.orders_by_day(at.site.id, ALL_DAYS).await?;
    let note = |note: trente_store::model::shop_day::Annotation| {
        let day = say::day(at.texts, note.day, at.today);
        Note {
            remove: fill(set.remove_note_of, &[("day", &day)]),
            iso: format_day(note.day),
            id: note.id,
            text: note.text,
            day,
        }
    };
    let body = Body {
        set,
        action: at.link(SETTING, &[]),
        wrong: wrong.as_ref().map_or("", |wrong| wrong.field),
        months: months(at, &orders),
        notes: at.app.store.annotations(at.site.id, ALL_DAYS).await?.into_iter().rev().map(note).collect(),
        typed,
        today: format_day(at.today),
        yesterday: format_day(at.today.saturating_sub(1)),
        text_max: ANNOTATION_CHARS_MAX,
    };
    at.page(SETTING, set.days, wrong.as_ref(), body).await
}

/// The orders by month, the newest first.
fn months(at: &Opened, orders: &[(u32, u64)]) -> Vec<Month> {
    let (set, texts) = (at.set, at.texts);
    let month_of = |day: u32| format_day(day).get(..7).unwrap_or_default().to_owned();
    let of_month = |days: &[(u32, u64)]| {
        let [(first, _), ..] = days else { return None };
        let (last, _) = days.last()?;
        let name = month_of(*first);
        let (year, month) = name.split_once('-')?;
        let name = format!("{} {year}", dates::month(texts.language, month.parse().ok()?));
        Some(Month {
            orders: say::count(texts, days.iter().map(|(_, n)| *n).sum()),
            days: at.counted(set.days_known, days.len() as u64),
            from: format_day(*first),
            to: format_day(*last),
            forget: fill(set.forget_month, &[("month", &name)]),
            name,
        })
    };
    orders.chunk_by(|(one, _), (other, _)| month_of(*one) == month_of(*other)).rev().filter_map(of_month).collect()
}

/// Says how many orders were asked or what happened, or takes it back.
pub async fn act(at: Opened, fields: Fields) -> Answer {
    match fields.get("act") {
        Some("orders") => say_orders(&at, &fields).await,
        Some("forget") => forget(&at, &fields).await,
        Some("annotate") => annotate(&at, &fields).await,
        Some("remove") => remove(&at, &fields).await,
        _ => Ok(RequestError::Path.into_response()),
    }
}

fn range(fields: &Fields) -> Option<RangeInclusive<u32>> {
    Some(fields.get("from").and_then(parse_day)?..=fields.get("to").and_then(parse_day)?)
}

async fn say_orders(at: &Opened, fields: &Fields) -> Answer {
    let orders = fields.get("orders").and_then(|orders| orders.trim().parse().ok());
    let said = match (range(fields), orders) {
        (None, _) => Err(OpsError::Day),
        (_, None) => Err(OpsError::Orders),
        (Some(days), Some(orders)) => {
            shop_days::set_orders(&at.app.store, at.actor(), at.name(), days, at.today, orders).await
        }
    };
    let wrong = match said {
        Ok(()) => return at.back(SETTING, Done::OrdersSaid),
        Err(OpsError::Store(error)) => return Err(error.into()),
        Err(OpsError::Orders) => Wrong::new("orders", at.set.orders_wrong),
        Err(_) => Wrong::new("from", fill(at.set.range_wrong, &[("most", &ORDER_DAYS_MAX.to_string())])),
    };
    page(at, Typed::new(at, fields), Some(wrong)).await
}

async fn forget(at: &Opened, fields: &Fields) -> Answer {
    let Some(days) = range(fields) else { return Ok(RequestError::Path.into_response()) };
    match shop_days::forget_orders(&at.app.store, at.actor(), at.name(), days).await {
        Ok(()) => at.back(SETTING, Done::OrdersForgotten),
        Err(StoreError::Unknown(..)) => at.back(SETTING, Done::Gone),
        Err(error) => Err(error.into()),
    }
}

async fn annotate(at: &Opened, fields: &Fields) -> Answer {
    let text = fields.get("text").unwrap_or_default();
    let said = match fields.get("day").and_then(parse_day) {
        Some(day) => shop_days::annotate(&at.app.store, at.actor(), at.name(), day, at.today, text).await,
        None => Err(OpsError::Day),
    };
    let wrong = match said {
        Ok(()) => return at.back(SETTING, Done::Annotated),
        Err(OpsError::Store(StoreError::TooMany(_, most))) => {
            Wrong::new("day", fill(at.set.notes_many, &[("most", &most.to_string())]))
        }
        Err(OpsError::Store(error)) => return Err(error.into()),
        Err(OpsError::Day) => Wrong::new("day", at.set.day_wrong),
        Err(_) => Wrong::new("text", fill(at.set.text_wrong, &[("most", &ANNOTATION_CHARS_MAX.to_string())])),
    };
    page(at, Typed::new(at, fields), Some(wrong)).await
}

async fn remove(at: &Opened, fields: &Fields) -> Answer {
    let (day, id) = (fields.get("day").and_then(parse_day), fields.get("id").and_then(|id| id.parse().ok()));
    let Some((day, id)) = day.zip(id) else { return Ok(RequestError::Path.into_response()) };
    match shop_days::remove_annotation(&at.app.store, at.actor(), at.name(), day, id).await {
        Ok(()) => at.back(SETTING, Done::AnnotationRemoved),
        Err(StoreError::Unknown(..)) => at.back(SETTING, Done::Gone),
        Err(error) => Err(error.into()),
    }
}
