//! API of exports: all responses of a site as one file, streamed while it is made.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::Response;
use http_body_util::channel::{Channel, Sender};
use trente_store::StoreError;
use trente_store::model::scope::Scope;
use trente_store::pages::Pages;

use super::caller::Caller;
use super::input::{Named, Query};
use super::problem::ApiProblem;
use crate::app::App;
use crate::domain::ops::responses::each_page;
use crate::limits::PAGE_ROWS_MAX;
use crate::views::export::{Dialect, Encoder, ExportError, Format, Separator};
use crate::views::response::ResponseRecord;
use crate::web::respond;

/// Pieces that wait for a slow reader; then the making of the file waits.
const PIECES: usize = 2;

/// Why a file breaks off.
#[derive(Debug, thiserror::Error)]
pub enum BrokenOff {
    /// The store cannot be read any more.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A piece cannot be made.
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// All responses as a file: `csv` for spreadsheets, in UTF-8 with a byte-order mark, `ndjson` and `parquet` for programs.
#[utoipa::path(get, path = "/api/v1/sites/{site}/export", tag = "results",
    params(("site" = String, Path, description = "Public name"),
        ("format" = Format, Query, description = "csv, ndjson or parquet"),
        ("separator" = Option<Separator>, Query, description = "of a csv: comma, semicolon or tab; comma, if absent"),
        ("plain" = Option<bool>, Query, description = "a csv for programs: no byte-order mark, no apostrophe before an \
            identifier that reads as a number; false, if absent")),
    responses((status = 200, description = "An attachment", content((String = "text/csv"),
            (String = "application/x-ndjson"), (Vec<u8> = "application/vnd.apache.parquet")))))]
pub async fn export_responses(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Export, &site)?;
    let query = Query::parse(query.as_deref(), &["format", "separator", "plain"])?;
    let format = match query.get("format") {
        Some("csv") => Format::Csv,
        Some("ndjson") => Format::Ndjson,
        Some("parquet") => Format::Parquet,
        _ => return Err(ApiProblem::Input("`format` is csv, ndjson or parquet".to_owned())),
    };
    let dialect = Dialect { separator: separator(query.get("separator"))?, plain: plain(query.get("plain"))? };
    // It tells whether there is such a site, too.
    let pages = each_page(&app.store, caller.actor, &site, PAGE_ROWS_MAX as usize).await?;
    let (sender, body) = Channel::<Bytes, BrokenOff>::new(PIECES);
    let name = format!("attachment; filename=\"{site}.{}\"", format.extension());
    tokio::spawn(send(pages, Encoder::new(format, dialect), sender));
    let mut response = respond::body(StatusCode::OK, format.media_type(), Body::new(body));
    respond::set(&mut response, CONTENT_DISPOSITION, &name);
    Ok(response)
}

fn separator(text: Option<&str>) -> Result<Separator, ApiProblem> {
    let wrong = || ApiProblem::Input("`separator` is comma, semicolon or tab".to_owned());
    text.map_or(Ok(Separator::default()), |name| Separator::named(name).ok_or_else(wrong))
}

fn plain(text: Option<&str>) -> Result<bool, ApiProblem> {
    match text {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(ApiProblem::Input("`plain` is true or false".to_owned())),
    }
}

async fn send(mut pages: Pages, encoder: Result<Encoder, ExportError>, mut sender: Sender<Bytes, BrokenOff>) {
    if let Err(error) = pieces(&mut pages, encoder, &mut sender).await {
        tracing::error!(%error, "an export broke off");
        // The reader sees a body without an end, not a file that looks whole.
        sender.abort(error);
    }
}

/// Reads page after page, each for itself: no transaction stays open for as long as a slow reader takes.
async fn pieces(
    pages: &mut Pages,
    encoder: Result<Encoder, ExportError>,
    sender: &mut Sender<Bytes, BrokenOff>,
) -> Result<(), BrokenOff> {
    let mut encoder = encoder?;
    while let Some(page) = pages.next().await? {
        let bytes = encoder.push(page.iter().map(ResponseRecord::of).collect::<Result<_, _>>()?)?;
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
