//! `trente copy`, `trente backup`, `trente restore`, `trente erasures`: copies, backups and restores of the whole
//! database, and its ledger of erasures.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use trente_store::clock::DAY_MS;
use trente_store::{Address, Store, backup as backups, copy as copies, ledger as lists};

use crate::{CliError, Database, day};

/// A backup, and where it is to be put back.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup.
    file: PathBuf,
    /// What was erased since, and is erased again: a file that `trente erasures` wrote, the file `….erasures` next to
    /// the database that is replaced, or that database itself. Repeat for more.
    #[arg(long, value_name = "FILE")]
    erasures: Vec<PathBuf>,
    #[command(flatten)]
    database: Database,
}

/// A part of the ledger of erasures.
#[derive(Debug, Args)]
pub struct Erasures {
    /// The first day, in UTC, as in 2026-11-22; all, if absent.
    #[arg(long, value_parser = day)]
    since: Option<u32>,
    #[command(flatten)]
    database: Database,
}

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

/// `trente erasures`
pub async fn erasures(output: &mut impl Write, wanted: &Erasures) -> Result<(), CliError> {
    let since_ms = wanted.since.map_or(0, |day| u64::from(day) * DAY_MS);
    let store = Store::open(&wanted.database.db, false).await?;
    lists::write(output, &store.erasures(since_ms).await?)?;
    Ok(output.flush()?)
}

/// `trente restore`
pub async fn restore(output: &mut impl Write, wanted: &Restore) -> Result<(), CliError> {
    let (file, database) = (&wanted.file, &wanted.database.db);
    let mut erasures = Vec::new();
    let mut lists_read = wanted.erasures.clone();
    if let Address::Sqlite(path) = database {
        // What the database that was here had erased, although it is gone itself.
        let beside = trente_store::sqlite::admin::ledger::file_of(path);
        if beside.exists() && !lists_read.contains(&beside) {
            lists_read.push(beside);
        }
    }
    for list in &lists_read {
        erasures.extend(lists::read(list)?);
    }
    let restored = backups::restore(file, database, erasures).await?;
    writeln!(output, "{database} is what {} was", file.display())?;
    if lists_read.is_empty() {
        let hint = "no list of erasures was given: what was erased after this backup was made is back. \
                    Give `--erasures` the database that is replaced, its file `.erasures`, or what `trente erasures` \
                    wrote; or erase again with `trente erase`";
        writeln!(output, "{hint}")?;
    } else {
        let names: Vec<_> = lists_read.iter().map(|list| list.display().to_string()).collect();
        let (since, erased) = (restored.since, restored.erased);
        writeln!(
            output,
            "{since} erasures since, of {}, were made again; {erased} of them had come back",
            names.join(", ")
        )?;
    }
    Ok(())
}
