//! Forms on the overview by which an owner adds an annotation, or how many orders were asked.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::StoreError;
use trente_store::clock::parse_day;
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scope;

use super::texts::Texts;
use super::{Seen, seen};
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
        "annotation-refused" => acts.annotation_refused,
        "orders" => acts.orders_saved,
        "orders-refused" => acts.orders_refused,
        _ => return None,
    };
    Some(text.to_owned())
}

/// Takes a form of the overview, and shows the overview again.
pub async fn submit(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
    fields: Fields,
) -> Response {
    let Seen { filter, today, .. } = match seen(&app, &session, Scope::Admin, &name, query.as_deref()).await {
        Ok(seen) => seen,
        Err(refused) => return refused,
    };
    let (store, actor) = (&app.store, Actor::account(&session.account));
    let day = |field| fields.get(field).and_then(parse_day);
    let (outcome, done, refused, part) = match fields.get("act") {
        Some("annotate") => {
            let text = fields.get("text").unwrap_or_default();
            // Without a day it was done today.
            let day = if fields.get("day").is_some_and(|day| !day.is_empty()) { day("day") } else { Some(today) };
            let outcome = match day {
                Some(day) => shop_days::annotate(store, actor, name.clone(), day, today, text).await,
                None => Err(OpsError::Day),
            };
            (outcome, "annotated", "annotation-refused", "ordinary")
        }
        Some("remove") => {
            let (Some(day), Some(id)) = (day("day"), fields.get("id").and_then(|id| id.parse().ok())) else {
                return RequestError::Path.into_response();
            };
            let outcome = shop_days::remove_annotation(store, actor, name.clone(), day, id).await;
            (outcome.map_err(OpsError::from), "annotation-removed", "annotation-refused", "ordinary")
        }
        Some("orders") => {
            let orders = fields.get("orders").and_then(|orders| orders.trim().parse().ok());
            let days = filter.period.range();
            let outcome = match orders {
                Some(orders) => shop_days::set_orders(store, actor, name.clone(), days, today, orders).await,
                None => Err(OpsError::Orders),
            };
            (outcome, "orders", "orders-refused", "worth")
        }
        _ => return RequestError::Path.into_response(),
    };
    let said = match outcome {
        // Removed in another window meanwhile.
        Ok(()) | Err(OpsError::Store(StoreError::Unknown(..))) => done,
        Err(OpsError::Store(error)) if !matches!(error, StoreError::TooMany(..)) => return failed(&error),
        Err(_) => refused,
    };
    Redirect::to(&format!("{}#{part}", filter.link(&format!("/sites/{name}"), &[("done", Some(said))]))).into_response()
}
