//! `trente copy`, `trente backup`, `trente restore`: the data as a whole.

use std::io::Write;
use std::path::Path;

use super::CliError;
use crate::store::{Address, backup as backups, copy as copies};

/// `trente copy`
pub async fn copy(output: &mut impl Write, from: &Address, to: &Address) -> Result<(), CliError> {
    let copied = copies::copy(from, to, |table| {
        // Progress, which a closed standard error may miss.
        let _ = writeln!(std::io::stderr(), "{}: {} rows", table.table, table.rows);
    });
    for table in copied.await? {
        let hash = table.hash.get(..16).unwrap_or_default();
        writeln!(output, "{:<14}{:>12} rows{:>12} written  {hash}", table.table, table.rows, table.changed)?;
    }
    writeln!(output, "every table of {to} has the rows of {from}, hash for hash")?;
    Ok(())
}

/// `trente backup`
pub async fn backup(output: &mut impl Write, database: &Address, file: &Path) -> Result<(), CliError> {
    let bytes = backups::backup(database, file).await?;
    Ok(writeln!(output, "{}: {bytes} bytes, complete and checked", file.display())?)
}

/// `trente restore`
pub async fn restore(output: &mut impl Write, file: &Path, database: &Address) -> Result<(), CliError> {
    backups::restore(file, database).await?;
    Ok(writeln!(output, "{database} is what {} was", file.display())?)
}
