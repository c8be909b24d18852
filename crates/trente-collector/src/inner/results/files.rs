//! Downloads of the results, with the filter of the page: its figures, and every response.

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
use super::{Seen, seen};
use crate::app::App;
use crate::domain::ops::responses::each_page;
use crate::inner::api::exports::BrokenOff;
use crate::inner::failure::failed;
use crate::inner::session::Session;
use crate::limits::PAGE_ROWS_MAX;
use crate::views::export::{Dialect, Encoder, Format};
use crate::views::response::ResponseRecord;
use crate::web::error::RequestError;
use crate::web::form;
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
            let report = Report::of(&figures.now, NUMBER_MIN);
            let (mut response, extension) = match table(&report).filter(|_| wants_csv(query.as_deref())) {
                Some(table) => (respond::body(StatusCode::OK, "text/csv; charset=utf-8", table), "csv"),
                None => (respond::json(StatusCode::OK, &report), "json"),
            };
            let disposition = format!("attachment; filename=\"{name}-figures.{extension}\"");
            respond::set(&mut response, CONTENT_DISPOSITION, &disposition);
            response
        }
        Err(error) => failed(&error),
    }
}

fn wants_csv(query: Option<&str>) -> bool {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).any(|(name, value)| name == "format" && value == "csv")
}

/// The figures as lines of a name and a value: the names are the paths of the JSON, as in `nps.points` or
/// `causes.0.told`, and what is null there is empty.
fn table(report: &Report) -> Option<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(["figure", "value"]).ok()?;
    write_rows(&mut writer, "", &serde_json::to_value(report).ok()?)?;
    writer.into_inner().ok()
}

fn write_rows(writer: &mut csv::Writer<Vec<u8>>, name: &str, value: &serde_json::Value) -> Option<()> {
    use serde_json::Value;
    let inner = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match value {
        Value::Object(parts) => parts.iter().try_for_each(|(part, value)| write_rows(writer, &inner(part), value)),
        Value::Array(parts) => parts
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| write_rows(writer, &inner(&index.to_string()), value)),
        Value::Null => writer.write_record([name, ""]).ok(),
        Value::String(text) => writer.write_record([name, text]).ok(),
        value => writer.write_record([name, &value.to_string()]).ok(),
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
    let mut pairs = form::pairs(query.as_deref().unwrap_or_default().as_bytes());
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
