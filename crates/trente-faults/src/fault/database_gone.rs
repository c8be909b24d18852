//! Lost database file: it is deleted, replaced or moved under load: nothing is acknowledged into files that are lost.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::oracle;
use crate::service::Start;
use crate::setup::{Setup, TestDatabase};

/// `EX_IOERR` of sysexits.h.
const EXIT_IO: i32 = 74;

/// What is done to the folder of the database, and what undoes it, so that it can be looked into.
type Fault = (&'static str, fn(&Path) -> std::io::Result<()>, fn(&Path) -> std::io::Result<()>);

const FAULTS: [Fault; 3] = [
    (
        "moved away",
        |folder| fs::rename(folder.join("trente.db"), folder.join("away")),
        |folder| fs::rename(folder.join("away"), folder.join("trente.db")),
    ),
    (
        "replaced",
        |folder| {
            fs::hard_link(folder.join("trente.db"), folder.join("kept"))?;
            fs::copy(folder.join("trente.db"), folder.join("other"))?;
            fs::rename(folder.join("other"), folder.join("trente.db"))
        },
        |folder| fs::rename(folder.join("kept"), folder.join("trente.db")),
    ),
    (
        "its log moved away",
        |folder| fs::rename(folder.join("trente.db-wal"), folder.join("log")),
        |folder| fs::rename(folder.join("log"), folder.join("trente.db-wal")),
    ),
];

pub fn run(setup: &Setup) -> Result<String> {
    let mut told = Vec::new();
    for (index, (what, inject, mend)) in FAULTS.into_iter().enumerate() {
        let outer = setup.test_database(&format!("database-gone-{index}"))?;
        // The log of the service and of the clients stays where it is.
        let folder = outer.folder.join("data");
        fs::create_dir_all(&folder)?;
        let place = TestDatabase { folder: outer.folder.clone(), ..setup.test_database_in(folder.clone())? };
        let ledger = Ledger::new(&place.folder)?;
        let mut service = Start::new(setup, &place)?.start()?;
        let load = Load::start(&ledger, service.public, place.survey, 16, Retry::Never)?;
        thread::sleep(Duration::from_millis(setup.pick(1_000, 300)));
        inject(&folder).context(what)?;
        let start = Instant::now();
        let status = service.ended(Duration::from_secs(10))?;
        let took = start.elapsed();
        load.stop();
        if status.code() != Some(EXIT_IO) {
            bail!("a database that was {what} ended the service with {status}: {}", service.said());
        }
        if ledger.count(503) == 0 {
            bail!("nobody was told to come back when the database was {what}");
        }
        // What was acknowledged before it was noticed is in the files that were taken away.
        mend(&folder).context(what)?;
        let verdict = oracle::require(setup, &place, &ledger)?;
        told.push(format!(
            "{what}: {}, {} × 503, ended after {} ms",
            verdict.text(),
            ledger.count(503),
            took.as_millis()
        ));
    }
    Ok(told.join("; "))
}
