//! Corruption: bytes of the database file change while the service is stopped.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

use crate::load::{Ledger, Load, Retry};
use crate::oracle;
use crate::service::Start;
use crate::setup::{Setup, TestDatabase};

const PAGE: usize = 4096;
const FLIPPED: usize = 64;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("corrupt-page")?;
    let ledger = Ledger::new(&place.folder)?;
    let service = Start::new(setup, &place)?.start()?;
    let load = Load::start(&ledger, service.public, place.survey, 32, Retry::UntilAcked)?;
    while ledger.count(204) < setup.pick(50_000, 3_000) {
        thread::sleep(Duration::from_millis(20));
    }
    load.stop();
    service.stop()?;
    oracle::settle(setup, &place)?;
    // Damage to unused pages does no harm and is not detected, so there must be none.
    Connection::open(&place.database)?.execute_batch("vacuum; pragma wal_checkpoint(truncate)")?;
    let sound = fs::read(&place.database)?;
    let pages = sound.len() / PAGE;
    let (mut refused, mut served) = (0, Vec::new());
    let step = (pages / setup.pick(60, 12)).max(1);
    for page in (1..pages).step_by(step) {
        let mut bytes = sound.clone();
        let at = page * PAGE;
        for byte in bytes.get_mut(at..at + FLIPPED).context("page out of range")? {
            *byte ^= 0xff;
        }
        fs::write(&place.database, bytes)?;
        if is_refused(setup, &place)? { refused += 1 } else { served.push(page + 1) }
    }
    fs::write(&place.database, &sound)?;
    let holes = holes(setup)?;
    if !served.is_empty() {
        bail!("it served a damaged database: pages {served:?} of {pages}");
    }
    let verdict = oracle::require(setup, &place, &ledger)?;
    Ok(format!(
        "{refused} of {refused} damaged pages and {holes} of {holes} holes in the write-ahead log found at start; restored: {}",
        verdict.text()
    ))
}

/// Makes holes in the log that a killed process has left, one at a time; each must be found, for SQLite would forget
/// without a word what stands behind it.
fn holes(setup: &Setup) -> Result<usize> {
    let place = setup.test_database("corrupt-page-log")?;
    let ledger = Ledger::new(&place.folder)?;
    let mut service = Start::new(setup, &place)?.start()?;
    let load = Load::start(&ledger, service.public, place.survey, 4, Retry::Never)?;
    while ledger.count(204) < 400 {
        thread::sleep(Duration::from_millis(20));
    }
    service.kill()?;
    load.stop();
    let log = place.folder.join("trente.db-wal");
    let (database, sound) = (fs::read(&place.database)?, fs::read(&log)?);
    let frames = (sound.len() - LOG_HEADER) / (FRAME_HEADER + PAGE);
    let mut found = 0;
    for frame in (0..frames * 3 / 4).step_by((frames / 10).max(1)) {
        let mut bytes = sound.clone();
        let at = LOG_HEADER + frame * (FRAME_HEADER + PAGE) + FRAME_HEADER;
        for byte in bytes.get_mut(at..at + FLIPPED).context("frame out of range")? {
            *byte ^= 0xff;
        }
        fs::write(&place.database, &database)?;
        fs::write(&log, bytes)?;
        let _ = fs::remove_file(place.folder.join("trente.db-shm"));
        match Start::new(setup, &place)?.start() {
            Ok(_) => bail!("it served with a hole at frame {} of {frames} of its log", frame + 1),
            Err(error) if says_damaged(&error.to_string()) => found += 1,
            Err(error) => return Err(error),
        }
    }
    fs::write(&log, sound)?;
    oracle::require(setup, &place, &ledger)?;
    Ok(found)
}

/// Whether the service says that the database is damaged and does not serve.
fn is_refused(setup: &Setup, place: &TestDatabase) -> Result<bool> {
    for name in ["trente.db-wal", "trente.db-shm"] {
        let _ = fs::remove_file(place.folder.join(name));
    }
    match Start::new(setup, place)?.start() {
        Ok(mut service) => {
            // Damage may also be found after the start, where that would otherwise take long.
            let ended = service.ended(Duration::from_secs(3));
            Ok(ended.is_ok_and(|status| !status.success()) && says_damaged(&service.said()))
        }
        Err(error) => Ok(says_damaged(&error.to_string())),
    }
}

fn says_damaged(text: &str) -> bool {
    ["damaged", "malformed", "not a database"].iter().any(|word| text.contains(word))
}
