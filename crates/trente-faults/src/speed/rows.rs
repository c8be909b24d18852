//! Test database with millions of responses, made once and copied for each measurement.

use std::fs;
use std::time::Instant;

use anyhow::Result;
use rusqlite::{Connection, params};

use crate::numbers::frame;
use crate::oracle;
use crate::setup::{Setup, TestDatabase};

/// Responses of the past begin here, far from those that a measurement sends.
const FIRST: u64 = 1 << 40;
/// One of them a second, so that they fill many days.
const START_MS: u64 = 1_784_000_000_000;

/// A database with so many responses, folded by the program itself.
pub fn filled(setup: &Setup, rows: u64) -> Result<TestDatabase> {
    let kept = setup.cache_dir(&format!("rows-{rows}"))?;
    let master = kept.join("master.db");
    let survey_file = kept.join("survey");
    if !master.exists() {
        let place = setup.test_database(&format!("rows-{rows}-making"))?;
        println!("  making a database of {rows} responses, once …");
        let mut connection = Connection::open(&place.database)?;
        connection.execute_batch("pragma synchronous = off; pragma cache_size = -262144")?;
        let start = Instant::now();
        let transaction = connection.transaction()?;
        {
            let mut insert =
                transaction.prepare("insert into inbox (received_ms, verified, frame) values (?1, 0, ?2)")?;
            for number in 0..rows {
                insert.execute(params![START_MS + number * 1000, frame(place.survey, FIRST + number)])?;
            }
        }
        transaction.commit()?;
        drop(connection);
        println!("  {:.0} s to append, now they are folded …", start.elapsed().as_secs_f64());
        let start = Instant::now();
        oracle::settle(setup, &place)?;
        let seconds = start.elapsed().as_secs_f64();
        println!("  {seconds:.0} s to fold: {:.0} responses a second", rows as f64 / seconds);
        fs::write(&survey_file, place.survey)?;
        fs::rename(&place.database, &master)?;
    }
    let folder = setup.folder("speed")?;
    let database = folder.join("trente.db");
    fs::copy(&master, &database)?;
    let survey = fs::read(&survey_file)?.first_chunk().copied().unwrap_or_default();
    Ok(TestDatabase { folder, database, survey })
}
