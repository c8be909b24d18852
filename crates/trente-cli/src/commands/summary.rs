//! `trente summary`: prints the figures of a site as JSON, as the administration API serves them.

use std::io::{self, Write};

use trente_collector::views::summary::read_summary;
use trente_store::Store;

use crate::{CliError, Database};

/// `trente summary`
///
/// # Errors
/// [`CliError`]
pub async fn summary(output: &mut impl Write, site: &str, database: &Database) -> Result<(), CliError> {
    let summary = read_summary(&Store::open(&database.db, false).await?, site).await?;
    serde_json::to_writer(&mut *output, &summary).map_err(io::Error::from)?;
    Ok(writeln!(output)?)
}
