//! Replay (idempotency): every frame is sent up to five times, in any order, on both sides of a restart, to two
//! collectors at once, and again after some responses were erased.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::client::Client;
use crate::load::Ledger;
use crate::numbers::{Random, frame, response_id};
use crate::oracle;
use crate::postgres::{self, Server, url};
use crate::service::{Service, Start};
use crate::setup::{Setup, TestDatabase};
use crate::tools;

/// Tellers at work at the same time.
const SENDERS: usize = 16;
/// One response of so many is erased.
const ERASED: u64 = 97;

pub fn run(setup: &Setup) -> Result<String> {
    let responses = setup.pick(20_000, 1_000);
    let restarted = over_restarts(setup, responses)?;
    let shared = to_two_collectors(setup, responses)?;
    Ok(format!("{restarted}; {shared}"))
}

fn over_restarts(setup: &Setup, responses: u64) -> Result<String> {
    let place = setup.test_database("replay")?;
    let ledger = Ledger::new(&place.folder)?;
    let (sends, start) = (sends(responses, 3), || Start::new(setup, &place)?.start());
    for part in sends.chunks(sends.len() / 3 + 1) {
        let service = start()?;
        send_all(&ledger, &place, &[&service], part)?;
        service.stop()?;
    }
    let verdict = oracle::require(setup, &place, &ledger)?;
    if verdict.stored as u64 != responses {
        bail!("{} responses are stored of {responses}", verdict.stored);
    }
    let service = start()?;
    let erased = erase(setup, &place.database.to_string_lossy(), responses)?;
    send_all(&ledger, &place, &[&service], &sends)?;
    service.stop()?;
    oracle::settle(setup, &place)?;
    let kept: Vec<u64> = ledger.acked().into_iter().filter(|number| !is_erased(*number)).collect();
    let verdict = oracle::inspect(&place.database, &kept)?;
    judge(verdict.stored as u64, verdict.lost, responses - erased)?;
    Ok(format!(
        "SQLite: {} sends over 3 restarts, all 204, {responses} responses, none twice; {erased} erased and all told \
         again: none came back",
        sends.len()
    ))
}

fn to_two_collectors(setup: &Setup, responses: u64) -> Result<String> {
    let server = Server::start("replay", "")?;
    let address = url(&[server.port]);
    let place = postgres::test_database(setup, "replay-postgres", &[server.port])?;
    let ledger = Ledger::new(&place.folder)?;
    let start = || Start::new(setup, &place).map(|start| start.argument("db", &address))?.start();
    let (first, second) = (start()?, start()?);
    let sends = sends(responses, 4);
    send_all(&ledger, &place, &[&first, &second], &sends)?;
    let verdict = postgres::require(server.port, &ledger)?;
    if verdict.stored as u64 != responses {
        bail!("{} responses are stored of {responses} in PostgreSQL", verdict.stored);
    }
    let erased = erase(setup, &address, responses)?;
    send_all(&ledger, &place, &[&first, &second], &sends)?;
    let kept: Vec<u64> = ledger.acked().into_iter().filter(|number| !is_erased(*number)).collect();
    let verdict = postgres::inspect(server.port, kept)?;
    judge(verdict.stored as u64, verdict.lost, responses - erased)?;
    first.stop()?;
    second.stop()?;
    Ok(format!("PostgreSQL under 2 collectors: as many, {erased} erased, none twice and none came back"))
}

fn judge(stored: u64, lost: usize, wanted: u64) -> Result<()> {
    if stored != wanted || lost > 0 {
        bail!("after erasure {stored} responses are stored, {wanted} should be; {lost} others are lost");
    }
    Ok(())
}

/// Every number once to five times, shuffled.
fn sends(responses: u64, seed: u64) -> Vec<u64> {
    let mut random = Random(seed);
    let mut all: Vec<u64> = (0..responses).flat_map(|number| vec![number; random.between(1, 6) as usize]).collect();
    for index in (1..all.len()).rev() {
        all.swap(index, random.between(0, index as u64 + 1) as usize);
    }
    all
}

/// Tells all of them, each teller to one collector after the other; every telling must be acknowledged.
fn send_all(ledger: &Arc<Ledger>, place: &TestDatabase, services: &[&Service], sends: &[u64]) -> Result<()> {
    let refused = AtomicU64::new(0);
    let addresses: Vec<SocketAddr> = services.iter().map(|service| service.public).collect();
    thread::scope(|scope| {
        for share in sends.chunks(sends.len().div_ceil(SENDERS).max(1)) {
            let (ledger, refused, addresses) = (&ledger, &refused, &addresses);
            scope.spawn(move || {
                let mut clients: Vec<Client> = addresses.iter().map(|&address| Client::new(address)).collect();
                let turns = (0..clients.len()).cycle();
                for (&number, turn) in share.iter().zip(turns) {
                    let status = clients.get_mut(turn).map(|client| client.post(&frame(place.survey, number)));
                    match status {
                        Some(Ok(204)) => ledger.acknowledge(number),
                        _ => _ = refused.fetch_add(1, Ordering::Relaxed),
                    }
                }
            });
        }
    });
    let refused = refused.into_inner();
    if refused > 0 { bail!("{refused} of {} sends were refused", sends.len()) } else { Ok(()) }
}

const fn is_erased(number: u64) -> bool {
    number.is_multiple_of(ERASED)
}

/// Erases by the command line, while the service runs, and tells how many.
fn erase(setup: &Setup, database: &str, responses: u64) -> Result<u64> {
    let mut erased = 0;
    for number in (0..responses).filter(|number| is_erased(*number)) {
        let id = format!("{:016x}", u64::from_be_bytes(response_id(number)));
        let mut command = Command::new(&setup.trente);
        command.args(["erase", "--site", "olive", "--response", &id, "--db", database]);
        let output = tools::run(&mut command)?;
        if !String::from_utf8_lossy(&output.stdout).contains("\"erased\":1") {
            bail!("response {id} was not there to be erased");
        }
        erased += 1;
    }
    if erased == 0 { None } else { Some(erased) }.context("nothing was erased")
}
