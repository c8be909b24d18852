//! Test oracle: what was acknowledged is stored, once, and counted as it is stored, in a sound database.

use std::collections::HashSet;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rusqlite::{Connection, OpenFlags};

use crate::load::Ledger;
use crate::numbers::response_id;
use crate::parts;
use crate::service::Start;
use crate::setup::{Setup, TestDatabase};

/// How long what is left in the inbox may take to be folded.
const FOLD: Duration = Duration::from_secs(1_800);

/// Counts by SQL of its own, not the collector's, how many daily counts are wrong.
pub const RECOUNT: &str = include_str!("recount.sql");

/// What is in a database, against a ledger.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// Acknowledged responses.
    pub acked: usize,
    /// Those that are not stored.
    pub lost: usize,
    /// Responses in the database.
    pub stored: usize,
}

impl Verdict {
    /// The usual words.
    pub fn text(&self) -> String {
        format!("{} acknowledged, {} lost, 0 twice", self.acked, self.lost)
    }
}

/// Folds what is left and looks. Anything but a loss, which the caller judges, is an error.
pub fn judge(setup: &Setup, place: &TestDatabase, ledger: &Ledger) -> Result<Verdict> {
    settle(setup, place)?;
    inspect(&place.database, &ledger.acked())
}

/// As [`judge`], where a loss is an error too.
pub fn require(setup: &Setup, place: &TestDatabase, ledger: &Ledger) -> Result<Verdict> {
    let verdict = judge(setup, place, ledger)?;
    if verdict.lost > 0 {
        bail!("{} of {} acknowledged responses are lost", verdict.lost, verdict.acked);
    }
    if verdict.acked == 0 {
        bail!("nothing was acknowledged, so nothing was tried");
    }
    Ok(verdict)
}

/// Lets a service fold the whole inbox, and ends it in order.
pub fn settle(setup: &Setup, place: &TestDatabase) -> Result<()> {
    let service = Start::new(setup, place)?.start()?;
    let end = Instant::now() + FOLD;
    while !is_folded(&place.database)? {
        if Instant::now() > end {
            bail!("the inbox was not folded within {} s", FOLD.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
    service.stop()
}

fn is_folded(database: &Path) -> Result<bool> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection.query_row("select not exists (select 1 from inbox)", [], |row| row.get(0))?)
}

/// Looks into a database that is folded and closed.
pub fn inspect(database: &Path, acked: &[u64]) -> Result<Verdict> {
    let connection = Connection::open(database)?;
    let sound: String = connection.query_row("pragma integrity_check", [], |row| row.get(0))?;
    if sound != "ok" {
        bail!("the database is damaged: {sound}");
    }
    let mut statement = connection.prepare("select rid from response")?;
    let stored: Vec<[u8; 8]> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let unique: HashSet<[u8; 8]> = stored.iter().copied().collect();
    if unique.len() != stored.len() {
        bail!("{} responses are stored twice", stored.len() - unique.len());
    }
    let differences: u64 = connection.query_row(RECOUNT, [], |row| row.get(0))?;
    if differences != 0 {
        bail!("{differences} daily counts are not what the responses say");
    }
    let parts = parts::differences(&connection)?;
    if parts != 0 {
        bail!("{parts} daily counts by filter are not what the responses say");
    }
    let stray: u64 = connection.query_row("select count(*) from stray", [], |row| row.get(0))?;
    if stray != 0 {
        bail!("{stray} frames were set aside");
    }
    let ids: HashSet<[u8; 8]> = acked.iter().map(|&number| response_id(number)).collect();
    let lost = ids.iter().filter(|id| !unique.contains(*id)).count();
    Ok(Verdict { acked: ids.len(), lost, stored: stored.len() })
}
