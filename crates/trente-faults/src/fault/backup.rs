//! Backup under load, then loss of the database: what is restored and what the outboxes send again is everything.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::client::Client;
use crate::load::{Ledger, Load, Retry};
use crate::numbers::frame;
use crate::postgres::{self, Server, url};
use crate::service::Start;
use crate::setup::{Setup, TestDatabase};
use crate::{oracle, tools};

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("backup")?;
    let again = place.folder.join("again.db").to_string_lossy().into_owned();
    let file = part(setup, &place, &place.database.to_string_lossy(), &again)?;
    let back = TestDatabase { folder: place.folder.clone(), database: again.into(), survey: place.survey };
    let verdict = oracle::require(setup, &back, &file.ledger)?;

    let (server, other) = (Server::start("backup", "")?, Server::start("restored", "")?);
    let place = postgres::test_database(setup, "backup-postgres", &[server.port])?;
    let shared = part(setup, &place, &url(&[server.port]), &url(&[other.port]))?;
    let theirs = postgres::require(other.port, &shared.ledger)?;
    Ok(format!(
        "SQLite: {} backups under load, {} responses sent again, {}; PostgreSQL: {} backups, {} sent again, {}",
        file.backups,
        file.missing,
        verdict.text(),
        shared.backups,
        shared.missing,
        theirs.text()
    ))
}

struct Part {
    ledger: Arc<Ledger>,
    backups: u64,
    missing: usize,
}

/// Backs a store up under load, puts the last backup back elsewhere, and sends again what came after it.
fn part(setup: &Setup, place: &TestDatabase, database: &str, elsewhere: &str) -> Result<Part> {
    let ledger = Ledger::new(&place.folder)?;
    let mut service = Start::new(setup, place)?.argument("db", database).start()?;
    let load = Load::start(&ledger, service.public, place.survey, 16, Retry::UntilAcked)?;
    let (backups, mut before) = (setup.pick(10, 2), Vec::new());
    let file = place.folder.join("backup.db");
    for _ in 0..backups {
        thread::sleep(Duration::from_millis(setup.pick(2_000, 400)));
        // What was acknowledged before the backup begins must be in it.
        before = ledger.acked();
        if file.exists() {
            fs::remove_file(&file)?;
        }
        trente(setup, &["backup", &file.to_string_lossy(), "--db", database])?;
    }
    thread::sleep(Duration::from_millis(300));
    service.kill()?;
    load.stop();
    trente(setup, &["restore", &file.to_string_lossy(), "--db", elsewhere])?;
    let refused = trente(setup, &["restore", &place.folder.join("acked.log").to_string_lossy(), "--db", elsewhere]);
    if refused.is_ok() {
        bail!("something that is no backup was put back over a store");
    }
    let missing: Vec<u64> = ledger.acked().into_iter().skip(before.len()).collect();
    let service = Start::new(setup, place)?.argument("db", elsewhere).start()?;
    let mut client = Client::new(service.public);
    for &number in &missing {
        let status = client.post(&frame(place.survey, number)).context("the outbox was not heard")?;
        if status != 204 {
            bail!("the outbox was answered {status}");
        }
    }
    service.stop()?;
    Ok(Part { ledger, backups, missing: missing.len() })
}

fn trente(setup: &Setup, arguments: &[&str]) -> Result<()> {
    tools::run(Command::new(&setup.trente).args(arguments)).map(drop)
}
