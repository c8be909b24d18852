//! PostgreSQL restart: the server stops under two collectors, in every way it can, and runs out of connections.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::numbers::Random;
use crate::postgres::{self, Server, program, sql, url};
use crate::service::Start;
use crate::setup::Setup;

/// How soon answers must be taken again once the server answers.
const BACK: Duration = Duration::from_secs(20);

pub fn run(setup: &Setup) -> Result<String> {
    let mut server = Server::start("restart", "max_connections = 24")?;
    let place = postgres::test_database(setup, "postgres-restart", &[server.port])?;
    let ledger = Ledger::new(&place.folder)?;
    let start = || Start::new(setup, &place).map(|start| start.argument("db", &url(&[server.port])))?.start();
    let services = [start()?, start()?];
    let loads = services.iter().map(|one| Load::start(&ledger, one.public, place.survey, 16, Retry::UntilAcked));
    let loads = loads.collect::<Result<Vec<_>>>()?;
    let (cycles, mut random, mut slowest) = (setup.pick(20, 4), Random(14), Duration::ZERO);
    for cycle in 0..cycles {
        thread::sleep(Duration::from_millis(random.between(300, setup.pick(2_000, 700))));
        match cycle % 4 {
            3 => {
                // Every session of ours, and then none is to be had.
                let ours = "from pg_stat_activity where usename = 'trente'";
                sql(server.port, "postgres", &format!("select pg_terminate_backend(pid) {ours}"))?;
                crowd(server.port)?;
            }
            way => {
                server.end(if way == 2 { "INT" } else { "QUIT" })?;
                thread::sleep(Duration::from_millis(random.between(0, 600)));
                server.run()?;
            }
        }
        let (before, waited) = (ledger.count(204), Instant::now());
        while ledger.count(204) == before {
            if waited.elapsed() > BACK {
                bail!("nothing was taken {} s after the server was back", BACK.as_secs());
            }
            thread::sleep(Duration::from_millis(5));
        }
        slowest = slowest.max(waited.elapsed());
    }
    thread::sleep(Duration::from_millis(500));
    drop(loads);
    let (refused, others) = (ledger.count(503), ledger.others(&[204, 503]));
    if others > 0 || refused == 0 || ledger.broken() > 0 {
        bail!("{refused} were refused, {others} got another answer, {} connections broke", ledger.broken());
    }
    let verdict = postgres::require(server.port, &ledger)?;
    for service in services {
        service.stop()?;
    }
    Ok(format!(
        "{cycles} ends under 2 collectors (immediate, fast, sessions terminated, no connection left): {}; {refused} told \
         to come back; taken again {} ms after the server was back at most",
        verdict.text(),
        slowest.as_millis()
    ))
}

/// Takes every connection that an ordinary role may have, for two seconds.
fn crowd(port: u16) -> Result<()> {
    for _ in 0..24 {
        let mut psql = program("psql")?;
        psql.args(["--no-psqlrc", "--host=127.0.0.1", "--username=trente", "--port", &port.to_string()]);
        psql.args(["--dbname=trente", "--command=select pg_sleep(2)"]);
        let mut child = psql.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        // Waiting for it blocks this thread.
        thread::spawn(move || child.wait());
    }
    thread::sleep(Duration::from_secs(1));
    Ok(())
}
