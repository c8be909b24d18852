//! Bytes of the database change while nobody looks.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

use crate::load::{Habit, Ledger, Load};
use crate::oracle;
use crate::service::Start;
use crate::setup::{Place, Setup};

const PAGE: usize = 4096;
const FLIPPED: usize = 64;

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.place("corrupt-page")?;
    let ledger = Ledger::new(&place.folder)?;
    let service = Start::new(setup, &place)?.start()?;
    let load = Load::start(&ledger, service.public, place.survey, 32, Habit::Insist)?;
    while ledger.count(204) < setup.or(50_000, 3_000) {
        thread::sleep(Duration::from_millis(20));
    }
    load.stop();
    service.stop()?;
    oracle::settle(setup, &place)?;
    // Pages that nothing uses may be damaged without harm, and nobody looks at them: there shall be none.
    Connection::open(&place.database)?.execute_batch("vacuum; pragma wal_checkpoint(truncate)")?;
    let sound = fs::read(&place.database)?;
    let pages = sound.len() / PAGE;
    let (mut refused, mut served) = (0, Vec::new());
    let step = (pages / setup.or(60, 12)).max(1);
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
    if !served.is_empty() {
        bail!("it served a damaged database: pages {served:?} of {pages}");
    }
    let verdict = oracle::require(setup, &place, &ledger)?;
    Ok(format!("{refused} of {refused} damaged pages found at start, of {pages}; restored: {}", verdict.text()))
}

/// Whether the service says that the database is damaged and does not serve.
fn is_refused(setup: &Setup, place: &Place) -> Result<bool> {
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
