//! Copy of one store into another, resumable: compares every table range by range, writes only what differs, and at the
//! end compares both by hash.
//!
//! Nothing remembers how far a copy has come: one that was cut off compares again what is there and goes on. The
//! source is read as it is at one moment, so it may be in service; the target must not be. In reading order:
//! [`tables`] says what is copied, [`rows`] what a row is, [`copy`] how; `sqlite` and `postgres` are the two ends.
//!
//! Not here: folding. What waits in the inbox is copied as it is.

mod endpoint;
mod postgres;
pub mod rows;
mod sqlite;
pub mod tables;

use std::cmp::Ordering;

use sha2::{Digest, Sha256};
use thiserror::Error;

use self::endpoint::Endpoint;
use self::rows::{Difference, Row};
use self::tables::{TABLES, Table};
use crate::{Address, StoreError, encoding};

/// Rows that are compared at a time.
const CHUNK_ROWS: usize = 2000;

/// Why a copy ends early.
#[derive(Debug, Error)]
pub enum CopyError {
    /// A store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Both are the same database.
    #[error("`{0}` cannot be copied onto itself")]
    Same(String),
    /// The target holds something and was in service, or no copy has begun there.
    #[error("`{0}` holds data of its own; copy into an empty database")]
    Occupied(String),
    /// A service has begun to use the target.
    #[error("a collector uses `{0}` by now, so nothing more is copied over it")]
    Served(String),
    /// The target has a site that is not the source's.
    #[error("`{target}` has a site `{site}` that is not the source's; copy into an empty database")]
    Foreign {
        /// The target.
        target: String,
        /// The site.
        site: String,
    },
    /// A table or a column is not listed to be copied: a mistake in trente.
    #[error("this trente does not know how to copy {0}")]
    Unlisted(String),
    /// A table is not the same in both.
    #[error("table `{0}` differs between source and target: did another program write to the target meanwhile?")]
    Differs(&'static str),
}

/// A table that is the same in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Its name.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
    /// Rows that were written or removed in the target.
    pub changed: u64,
    /// Hash of its rows in the order of its key, in hexadecimal; the same in either kind of store.
    pub hash: String,
}

/// Copies everything, telling `done` of each table when it is written, and compares at the end.
///
/// # Errors
/// [`CopyError`]. What was written stays, and the next copy goes on from there.
pub async fn copy(from: &Address, to: &Address, mut done: impl FnMut(&Copied)) -> Result<Vec<Copied>, CopyError> {
    if from.to_string() == to.to_string() {
        return Err(CopyError::Same(from.to_string()));
    }
    let mut source = Endpoint::source(from).await?;
    let mut target = Endpoint::target(to).await?;
    for end in [&source, &target] {
        if let Some(unlisted) = tables::unlisted(&end.columns().await?) {
            return Err(CopyError::Unlisted(unlisted));
        }
    }
    if !target.claim().await? {
        return Err(CopyError::Occupied(to.to_string()));
    }
    refuse_foreign(&source, &target, to).await?;
    let mut copied = Vec::new();
    for table in TABLES {
        let one = fill(&source, &mut target, table, to).await?;
        done(&one);
        copied.push(one);
    }
    target.announce().await?;
    drop(target);
    // Read anew, from the beginning, and in another snapshot than any that was written in.
    let target = Endpoint::source(to).await?;
    for one in &copied {
        let table = TABLES.iter().find(|table| table.name == one.table);
        let found = match table {
            Some(table) => hash(&target, table).await?,
            None => (0, String::new()),
        };
        if found != (one.rows, one.hash.clone()) {
            return Err(CopyError::Differs(one.table));
        }
    }
    source.close().await;
    Ok(copied)
}

/// A target where a copy has begun must be one of the same source: its sites are then the source's.
async fn refuse_foreign(source: &Endpoint, target: &Endpoint, to: &Address) -> Result<(), CopyError> {
    let sites = tables::site();
    let known = source.range(sites, None, None).await?;
    let theirs = target.range(sites, None, None).await?;
    match theirs.iter().find(|row| !known.contains(row)) {
        Some(row) => {
            let site = row.get(1).map(rows::Value::shown).unwrap_or_default();
            Err(CopyError::Foreign { target: to.to_string(), site })
        }
        None => Ok(()),
    }
}

/// Makes a table of the target equal to the source's.
async fn fill(
    source: &Endpoint,
    target: &mut Endpoint,
    table: &'static Table,
    to: &Address,
) -> Result<Copied, CopyError> {
    let mut digest = Digester::default();
    let (mut after, mut changed) = (None, 0);
    loop {
        let theirs = source.page(table, after.as_ref(), CHUNK_ROWS).await?;
        theirs.iter().for_each(|row| digest.add(row));
        let is_last = theirs.len() < CHUNK_ROWS;
        let upto = if is_last { None } else { theirs.last().cloned() };
        let ours = target.range(table, after.as_ref(), upto.as_ref()).await?;
        let difference = Difference::between(table, ours, theirs);
        if !difference.is_empty() {
            changed += difference.rows();
            if !target.apply(table, &difference).await? {
                return Err(CopyError::Served(to.to_string()));
            }
        }
        if is_last {
            let (rows, hash) = digest.finish();
            return Ok(Copied { table: table.name, rows, changed, hash });
        }
        after = upto;
    }
}

/// The number of rows of a table and their hash.
async fn hash(end: &Endpoint, table: &'static Table) -> Result<(u64, String), CopyError> {
    let mut digest = Digester::default();
    let mut after: Option<Row> = None;
    loop {
        let page = end.page(table, after.as_ref(), CHUNK_ROWS).await?;
        page.iter().for_each(|row| digest.add(row));
        if page.len() < CHUNK_ROWS {
            return Ok(digest.finish());
        }
        after = page.last().cloned();
    }
}

#[derive(Default)]
struct Digester {
    rows: u64,
    hash: Sha256,
}

impl Digester {
    fn add(&mut self, row: &Row) {
        self.rows += 1;
        for value in row {
            value.feed(|bytes| self.hash.update(bytes));
        }
    }

    fn finish(self) -> (u64, String) {
        (self.rows, encoding::hex(&self.hash.finalize()))
    }
}

/// The order of two rows by the key of their table.
fn by_key(table: &Table, left: &[rows::Value], right: &[rows::Value]) -> Ordering {
    left.iter().take(table.keys).cmp(right.iter().take(table.keys))
}
