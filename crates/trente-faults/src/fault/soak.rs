//! Soak test: half an hour of load, then idle.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::oracle;
use crate::service::Start;
use crate::setup::Setup;

/// What journal_size_limit allows, and a checkpoint's pages.
const WAL_BYTES_MAX: u64 = 96 << 20;

pub fn run(setup: &Setup) -> Result<String> {
    let minutes: u64 = std::env::var("TRENTE_SOAK_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(30);
    let place = setup.test_database("soak")?;
    let ledger = Ledger::new(&place.folder)?;
    let service = Start::new(setup, &place)?.start()?;
    let load = Load::start(&ledger, service.public, place.survey, 4, Retry::UntilAcked)?;
    let warm = Duration::from_secs(minutes * 60 / 6);
    let (start, end) = (Instant::now(), Duration::from_secs(minutes * 60));
    let (mut first, mut last, mut wal) = ((0, 0), (0, 0), 0);
    while start.elapsed() < end {
        thread::sleep(Duration::from_secs(5));
        last = (service.resident_kb()?, service.files()?);
        if start.elapsed() < warm {
            first = last;
        }
        wal = wal.max(fs::metadata(place.folder.join("trente.db-wal")).map_or(0, |meta| meta.len()));
        ledger.latencies_ms();
    }
    load.stop();
    let others = ledger.others(&[204]) + ledger.broken();
    service.stop()?;
    let verdict = oracle::require(setup, &place, &ledger)?;
    let growth = last.0 as f64 / first.0.max(1) as f64 - 1.0;
    let seen = format!(
        "{minutes} min: memory {} to {} kB ({:+.1} %), files {} to {}, log of SQLite {} MB at most; {}",
        first.0,
        last.0,
        growth * 100.0,
        first.1,
        last.1,
        wal >> 20,
        verdict.text()
    );
    if growth > 0.05 || last.1 > first.1 + 8 || wal > WAL_BYTES_MAX || others > 0 {
        bail!("{seen}; {others} answers were not 204");
    }
    Ok(seen)
}
