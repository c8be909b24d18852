//! `trente audit`: prints the audit log of administration, the newest line first.

use std::io::{self, Write};

use trente_collector::views::audit::AuditLine;
use trente_store::Store;

use crate::{CliError, Database};

/// `trente audit`
///
/// # Errors
/// [`CliError`]
pub async fn audit(output: &mut impl Write, database: &Database, limit: u32) -> Result<(), CliError> {
    for row in Store::open(&database.db, false).await?.audit(None, limit).await? {
        serde_json::to_writer(&mut *output, &AuditLine::of(row)).map_err(io::Error::from)?;
        writeln!(output)?;
    }
    Ok(())
}
