//! Downloads of the results, with the filter of the page: its figures, and every response.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::channel::{Channel, Sender};
use trente_stats::confidence::NUMBER_MIN;
use trente_stats::report::Report;
use trente_store::StoreError;
use trente_store::fold::merge::StoredResponse;
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scope;
use trente_store::pages::Pages;
use trente_store::search::Search;
use trente_store::wanted::Wanted;

use super::filter::Filter;
use super::overview::Figures;
use super::voices::of_tab;
use super::{Seen, seen, texts};
use crate::app::App;
use crate::domain::ops::responses::each_page;
use crate::inner::api::exports::BrokenOff;
use crate::inner::failure::failed;
use crate::inner::session::Session;
use crate::limits::PAGE_ROWS_MAX;
use crate::views::export::{Dialect, Encoder, ExportError, Format, Separator, csv as csv_file};
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
    headers: HeaderMap,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
) -> Response {
    let Seen { site, filter, today } = match seen(&app, &session, Scope::Read, &name, query.as_deref()).await {
        Ok(seen) => seen,
        Err(refused) => return refused,
    };
    let Some(separator) = separator(&filter, &headers, query.as_deref()) else {
        return RequestError::Path.into_response();
    };
    match Figures::read(&app.store, site.id, &filter, today).await {
        Ok(figures) => {
            let report = Report::of(&figures.now, NUMBER_MIN);
            let (mut response, extension) = match table(&report, separator).filter(|_| wants_csv(query.as_deref())) {
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

/// What separates the cells of a CSV file: what the address says, else what a spreadsheet in the language of the page
/// expects. None when the address says something else.
fn separator(filter: &Filter, headers: &HeaderMap, query: Option<&str>) -> Option<Separator> {
    let said = form::pairs(query.unwrap_or_default().as_bytes()).find(|(name, _)| name == "separator");
    match said {
        Some((_, name)) => Separator::named(&name),
        None => Some(Separator::of(texts::for_request(filter.language.as_deref(), headers).language)),
    }
}

/// The figures as lines of a name and a value: the names are the paths of the JSON, as in `nps.points` or
/// `causes.0.told`, and what is null there is empty. Between semicolons decimals have a comma, because the spreadsheets
/// that expect the one take a point for a text or a date.
fn table(report: &Report, separator: Separator) -> Option<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator.byte())
        .terminator(csv::Terminator::CRLF)
        .from_writer(csv_file::BYTE_ORDER_MARK.as_bytes().to_vec());
    writer.write_record(["figure", "value"]).ok()?;
    let mut rows = Vec::new();
    add_rows(&mut rows, "", &serde_json::to_value(report).ok()?);
    for (name, value) in rows {
        let decimal = separator == Separator::Semicolon && value.is_f64();
        let text = match value {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text,
            value => value.to_string(),
        };
        let text = if decimal { text.replace('.', ",") } else { text };
        writer.write_record([name, text]).ok()?;
    }
    writer.into_inner().ok()
}

fn add_rows(rows: &mut Vec<(String, serde_json::Value)>, name: &str, value: &serde_json::Value) {
    use serde_json::Value;
    let inner = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match value {
        Value::Object(parts) => parts.iter().for_each(|(part, value)| add_rows(rows, &inner(part), value)),
        Value::Array(parts) => {
            parts.iter().enumerate().for_each(|(index, value)| add_rows(rows, &inner(&index.to_string()), value));
        }
        value => rows.push((name.to_owned(), value.clone())),
    }
}

/// Every answer that the filter wants.
pub async fn answers(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
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
    let Some(separator) = separator(&filter, &headers, query.as_deref()) else {
        return RequestError::Path.into_response();
    };
    // It writes the reading down, too.
    let actor = Actor::account(&session.account);
    let pages = match each_page(&app.store, actor, &name, PAGE_ROWS_MAX as usize).await {
        Ok(pages) => pages,
        Err(error) => return failed(&error),
    };
    let (mut sender, body) = Channel::<Bytes, BrokenOff>::new(PIECES);
    let (shown, encoder) = (Shown::of(&filter), Encoder::new(format, Dialect { separator, plain: false }));
    tokio::spawn(async move {
        if let Err(error) = pieces(pages, &shown, encoder, &mut sender).await {
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

/// What the page next to the file shows: the voices have tabs and a search, the overview has neither. Without a search
/// the file also has the answers of the tab that came without words.
struct Shown {
    wanted: Wanted,
    search: Option<Search>,
}

impl Shown {
    fn of(filter: &Filter) -> Self {
        let wanted = if filter.names_tab() { of_tab(filter) } else { filter.of_days(filter.period.range()) };
        Self { wanted, search: filter.search.as_deref().map(Search::new) }
    }

    fn has(&self, response: &StoredResponse) -> Result<bool, StoreError> {
        let words = response.frame.verbatim.as_deref();
        let found = |search: &Search| words.is_some_and(|words| search.finds(words));
        Ok(self.search.as_ref().is_none_or(found) && self.wanted.has(response)?)
    }
}

/// Reads page after page, each for itself: no transaction stays open for as long as a slow reader takes.
async fn pieces(
    mut pages: Pages,
    shown: &Shown,
    encoder: Result<Encoder, ExportError>,
    sender: &mut Sender<Bytes, BrokenOff>,
) -> Result<(), BrokenOff> {
    let mut encoder = encoder?;
    while let Some(page) = pages.next().await? {
        let mut records = Vec::new();
        for response in &page {
            if shown.has(response)? {
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
