//! `trente export`: all responses of a site as one file.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use clap::Args;
use trente_collector::domain::ops::responses::each_page;
use trente_collector::limits::PAGE_ROWS_MAX;
use trente_collector::views::export::{Dialect, Encoder, Format, Separator};
use trente_collector::views::response::ResponseRecord;
use trente_store::Store;
use trente_store::model::audit::Actor;
use trente_store::pages::Pages;

use super::responses::note_lag;
use crate::{CliError, Database};

/// All responses of a site as one file.
#[derive(Debug, Args)]
pub struct Export {
    /// Public name of the site.
    #[arg(long)]
    site: String,
    /// What kind of file.
    #[arg(long)]
    format: Format,
    /// Between the cells of a CSV file. Excel expects a semicolon where decimals are written with a comma.
    #[arg(long, value_enum, default_value_t)]
    separator: Separator,
    /// A CSV file for programs: without the byte-order mark that Excel needs to read UTF-8, and without the apostrophe
    /// that keeps an identifier of digits alone from becoming a number.
    #[arg(long)]
    plain: bool,
    /// Where to; standard output, if absent.
    #[arg(long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    database: Database,
}

/// `trente export`
///
/// # Errors
/// [`CliError`]
pub async fn export(output: &mut impl Write, export: Export) -> Result<(), CliError> {
    let store = Store::open(&export.database.db, false).await?;
    let mut pages = each_page(&store, Actor::shell(), &export.site, PAGE_ROWS_MAX as usize).await?;
    match &export.output {
        Some(path) => {
            let failed = |error| CliError::Write(path.display().to_string(), error);
            // It holds what customers said: its owner alone may read it.
            let options = File::options().write(true).create(true).truncate(true).mode(0o600).open(path);
            let mut file = options.map_err(failed)?;
            let written = write(&mut file, &mut pages, &export).await;
            written.map_err(|error| if let CliError::Io(error) = error { failed(error) } else { error })?;
            file.sync_all().map_err(failed)?;
        }
        None => write(output, &mut pages, &export).await?,
    }
    note_lag(&store).await
}

async fn write(output: &mut impl Write, pages: &mut Pages, export: &Export) -> Result<(), CliError> {
    let mut encoder = Encoder::new(export.format, Dialect { separator: export.separator, plain: export.plain })?;
    while let Some(page) = pages.next().await? {
        output.write_all(&encoder.push(page.iter().map(ResponseRecord::of).collect::<Result<_, _>>()?)?)?;
    }
    output.write_all(&encoder.finish()?)?;
    Ok(output.flush()?)
}
