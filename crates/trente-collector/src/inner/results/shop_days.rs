//! Forms on the overview by which an owner adds an annotation, or how many orders were asked.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::StoreError;
use trente_store::clock::{format_day, parse_day};
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scope;

use super::texts::Texts;
use super::{Seen, overview, seen};
use crate::app::App;
use crate::domain::ops::error::OpsError;
use crate::domain::ops::shop_days;
use crate::inner::failure::failed;
use crate::inner::session::Session;
use crate::web::error::RequestError;
use crate::web::form::Fields;
use crate::web::site_name::SiteName;

/// What was just done, as the overview says it.
pub fn done(texts: &Texts, query: Option<&str>) -> Option<String> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let acts = texts.acts();
    let text = match fields.get("done")? {
        "annotated" => acts.annotated,
        "annotation-removed" => acts.annotation_removed,
        "orders" => acts.orders_saved,
        _ => return None,
    };
    Some(text.to_owned())
}

/// A form of the overview that was refused, as it was sent.
pub enum Refused {
    /// An annotation: what happened, and on which day.
    Note(String, String),
    /// A number of orders.
    Orders(String),
}

/// Takes a form of the overview, and shows the overview again.
pub async fn submit(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
    fields: Fields,
) -> Response {
    let Seen { filter, today, .. } = match seen(&app, &session, Scope::Admin, &name, query.as_deref()).await {
        Ok(seen) => seen,
        Err(refused) => return refused,
    };
    let (store, actor) = (&app.store, Actor::account(&session.account));
    let typed = |field| fields.get(field).unwrap_or_default();
    let (outcome, done, refused, part) = match fields.get("act") {
        Some("annotate") => {
            // Without a day it was done today.
            let day = if typed("day").is_empty() { Some(today) } else { parse_day(typed("day")) };
            let outcome = match day {
                Some(day) => shop_days::annotate(store, actor, name.clone(), day, today, typed("text")).await,
                None => Err(OpsError::Day),
            };
            let shown = if typed("day").is_empty() { format_day(today) } else { typed("day").to_owned() };
            let refused = Refused::Note(typed("text").to_owned(), shown);
            (outcome, "annotated", Some(refused), "ordinary")
        }
        Some("remove") => {
            let (Some(day), Ok(id)) = (parse_day(typed("day")), typed("id").parse()) else {
                return RequestError::Path.into_response();
            };
            let outcome = shop_days::remove_annotation(store, actor, name.clone(), day, id).await;
            (outcome.map_err(OpsError::from), "annotation-removed", None, "ordinary")
        }
        Some("orders") => {
            let days = filter.period.range();
            let outcome = match typed("orders").trim().parse() {
                Ok(orders) => shop_days::set_orders(store, actor, name.clone(), days, today, orders).await,
                Err(_) => Err(OpsError::Orders),
            };
            (outcome, "orders", Some(Refused::Orders(typed("orders").to_owned())), "worth")
        }
        _ => return RequestError::Path.into_response(),
    };
    match outcome {
        // Removed in another window meanwhile.
        Ok(()) | Err(OpsError::Store(StoreError::Unknown(..))) => {
            let back = filter.link(&format!("/sites/{name}"), &[("done", Some(done))]);
            Redirect::to(&format!("{back}#{part}")).into_response()
        }
        Err(OpsError::Store(error)) if !matches!(error, StoreError::TooMany(..)) => failed(&error),
        Err(_) => overview(&app, &session, &headers, &name, query.as_deref(), refused).await,
    }
}
