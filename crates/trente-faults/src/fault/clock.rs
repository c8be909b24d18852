//! Wrong clock, and a clock that jumps while the service runs.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::oracle;
use crate::service::Start;
use crate::setup::Setup;
use crate::tools;

const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// Two hours either way, both changes of summer time, past the end of 32-bit seconds, before 1980, and back.
const TIMES: [&str; 8] = [
    "+0",
    "+2h",
    "-2h",
    "@2027-03-28 01:59:59",
    "@2026-10-25 02:59:59",
    "@2038-01-19 03:14:06",
    "@1979-12-31 23:59:59",
    "+0",
];

pub fn run(setup: &Setup) -> Result<String> {
    let library = tools::file(LIBRARY, "faketime")?;
    let place = setup.test_database("clock")?;
    let ledger = Ledger::new(&place.folder)?;
    let now = place.folder.join("now");
    fs::write(&now, "+0")?;
    // The wall clock alone: nothing that a machine does turns its monotonic clock back.
    let service = Start::new(setup, &place)?
        .variable("LD_PRELOAD", &library)
        .variable("FAKETIME_TIMESTAMP_FILE", &now)
        .variable("FAKETIME_NO_CACHE", "1")
        .variable("DONT_FAKE_MONOTONIC", "1")
        .variable("TZ", "Europe/Paris")
        .start()?;
    let load = Load::start(&ledger, service.public, place.survey, 8, Retry::UntilAcked)?;
    for time in TIMES {
        let before = ledger.count(204);
        fs::write(&now, time)?;
        thread::sleep(Duration::from_millis(setup.pick(3_000, 400)));
        if ledger.count(204) == before {
            bail!("nothing was taken at {time}");
        }
    }
    load.stop();
    let log = service.log();
    let others = ledger.others(&[204]) + ledger.broken();
    if others > 0 || log.contains("panicked") || log.contains("ERROR") {
        bail!("{others} answers were not 204: {log}");
    }
    service.stop()?;
    let verdict = oracle::require(setup, &place, &ledger)?;
    let days: u64 = rusqlite::Connection::open(&place.database)?.query_row(
        "select count(distinct day) from response",
        [],
        |row| row.get(0),
    )?;
    if days < 4 {
        bail!("all clocks made only {days} days, so the clock was not moved");
    }
    Ok(format!("{} clocks, {days} days: {}", TIMES.len(), verdict.text()))
}
