//! The results as files, with the filter of the page: its figures, and every answer.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Response};
use http_body_util::channel::{Channel, Sender};
use trente_stats::confidence::NUMBER_MIN;
use trente_stats::report::Report;
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scope;
use trente_store::pages::Pages;
use trente_store::wanted::Wanted;

use super::filter::Filter;
use super::overview::Figures;
use super::{Seen, failed, seen};
use crate::app::App;
use crate::domain::ops::responses::each_page;
use crate::inner::api::exports::BrokenOff;
use crate::inner::session::Session;
use crate::limits::PAGE_ROWS_MAX;
use crate::views::export::{Dialect, Encoder, Format};
use crate::views::response::ResponseRecord;
use crate::web::error::RequestError;
use crate::web::respond;
use crate::web::site_name::SiteName;

/// Pieces that wait for a slow reader; then the making of the file waits.
const PIECES: usize = 2;

/// The figures of the overview as one object of named numbers, as `trente stats` prints them.
pub async fn figures(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
) -> Response {
    let Seen { site, filter, today } = match seen(&app, &session, Scope::Read, &name, query.as_deref()).await {
        Ok(seen) => seen,
        Err(refused) => return refused,
    };
    match Figures::read(&app.store, site.id, &filter, today).await {
        Ok(figures) => {
            let mut response = respond::json(StatusCode::OK, &Report::of(&figures.now, NUMBER_MIN));
            respond::set(&mut response, CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}.json\""));
            response
        }
        Err(error) => failed(&error),
    }
}

/// Every answer that the filter wants.
pub async fn answers(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
) -> Response {
    let Seen { filter, .. } = match seen(&app, &session, Scope::Export, &name, query.as_deref()).await {
        Ok(seen) => seen,
        Err(refused) => return refused,
    };
    let mut pairs = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let Some(format) = pairs.find(|(name, _)| name == "format").and_then(|(_, format)| Format::named(&format)) else {
        return RequestError::Path.into_response();
    };
    // It writes the reading down, too.
    let actor = Actor::account(&session.account);
    let pages = match each_page(&app.store, actor, &name, PAGE_ROWS_MAX as usize).await {
        Ok(pages) => pages,
        Err(error) => return failed(&error),
    };
    let (mut sender, body) = Channel::<Bytes, BrokenOff>::new(PIECES);
    let wanted = wanted(&filter);
    tokio::spawn(async move {
        if let Err(error) = pieces(pages, &wanted, format, &mut sender).await {
            tracing::error!(%error, "an export broke off");
            // The reader sees a body without an end, not a file that looks whole.
            sender.abort(error);
        }
    });
    let mut response = respond::body(StatusCode::OK, format.media_type(), Body::new(body));
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.extension());
    respond::set(&mut response, CONTENT_DISPOSITION, &disposition);
    response
}

fn wanted(filter: &Filter) -> Wanted {
    filter.of_days(filter.period.range())
}

/// Reads page after page, each for itself: no transaction stays open for as long as a slow reader takes.
async fn pieces(
    mut pages: Pages,
    wanted: &Wanted,
    format: Format,
    sender: &mut Sender<Bytes, BrokenOff>,
) -> Result<(), BrokenOff> {
    let mut encoder = Encoder::new(format, Dialect::default())?;
    while let Some(page) = pages.next().await? {
        let mut records = Vec::new();
        for response in &page {
            if wanted.has(response)? {
                records.push(ResponseRecord::of(response)?);
            }
        }
        let bytes = encoder.push(records)?;
        // A reader who has gone wants no more.
        if !bytes.is_empty() && sender.send_data(bytes.into()).await.is_err() {
            return Ok(());
        }
    }
    let rest = encoder.finish()?;
    if !rest.is_empty() {
        let _ = sender.send_data(rest.into()).await;
    }
    Ok(())
}
