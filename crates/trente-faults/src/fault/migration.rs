//! Migrations: a database of every earlier version is migrated under load, with the process killed in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, params};

use crate::load::{Ledger, Load, Retry};
use crate::numbers::{Random, frame, response_id};
use crate::oracle;
use crate::postgres::{self, Server, sql, url};
use crate::service::Start;
use crate::setup::{Setup, TestDatabase};

/// The migrations of each version of a SQLite database that there was.
const SQLITE: [&[&str]; 2] = [
    &[include_str!("../../../trente-store/migrations/sqlite/0001_first.sql")],
    &[
        include_str!("../../../trente-store/migrations/sqlite/0001_first.sql"),
        include_str!("../../../trente-store/migrations/sqlite/0002_surveys.sql"),
    ],
];
/// Those of PostgreSQL, and its version.
const POSTGRES: (u32, &str) = (3, include_str!("../../../trente-store/migrations/postgres/0003_first.sql"));

pub fn run(setup: &Setup) -> Result<String> {
    let mut told = Vec::new();
    for scripts in SQLITE {
        let version = scripts.len();
        let place = setup.test_database(&format!("migration-{version}"))?;
        age(&place, scripts)?;
        let ledger = Ledger::new(&place.folder)?;
        let old = Old::start(&ledger, {
            let connection = Connection::open(&place.database)?;
            connection.busy_timeout(Duration::from_secs(10))?;
            connection.pragma_update(None, "synchronous", "full")?;
            let survey = place.survey;
            move |number| {
                let insert = "insert into inbox (received_ms, verified, frame) values (0, 0, ?1)";
                connection.execute(insert, params![frame(survey, number)]).is_ok()
            }
        });
        let starts = upgrade(setup, &place, &ledger, &place.database.to_string_lossy(), old)?;
        let verdict = oracle::require(setup, &place, &ledger)?;
        Connection::open(&place.database)?.pragma_update(None, "user_version", 99)?;
        refuses(setup, &place, &place.database.to_string_lossy())?;
        told.push(format!("SQLite {version}: {starts} starts, {}", verdict.text()));
    }
    let server = Server::start("migration", "")?;
    let place = postgres::test_database(setup, "migration-postgres", &[server.port])?;
    age_server(&server)?;
    let ledger = Ledger::new(&place.folder)?;
    let (port, survey) = (server.port, place.survey);
    let old = Old::start(&ledger, move |number| {
        let id = response_id(number).map(|byte| format!("{byte:02x}")).concat();
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let (survey, frame) = (hex(&survey), hex(&frame(survey, number)));
        let values = format!("'\\x{survey}', '\\x{id}', {number}, 0, false, '\\x{frame}'");
        sql(port, "trente", &format!("insert into inbox values ({values})")).is_ok()
    });
    let starts = upgrade(setup, &place, &ledger, &url(&[port]), old)?;
    let verdict = postgres::require(port, &ledger)?;
    sql(port, "trente", "update trente set version = 99")?;
    refuses(setup, &place, &url(&[port]))?;
    told.push(format!("PostgreSQL {}: {starts} starts, {}", POSTGRES.0, verdict.text()));
    Ok(format!("{}; a downgrade is refused", told.join("; ")))
}

/// Makes a database of an old version with the site and the survey of this one's.
fn age(place: &TestDatabase, scripts: &[&str]) -> Result<()> {
    let new = Connection::open(&place.database)?;
    let site: (String, [u8; 32]) =
        new.query_row("select name, key from site", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let definition: String = new.query_row("select definition from survey", [], |row| row.get(0))?;
    let origin: String = new.query_row("select origin from site_origin", [], |row| row.get(0))?;
    drop(new);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", place.database.display()));
    }
    let old = Connection::open(&place.database)?;
    old.pragma_update(None, "journal_mode", "wal")?;
    scripts.iter().try_for_each(|script| old.execute_batch(script))?;
    old.pragma_update(None, "application_id", 0x5452_4e54)?;
    old.pragma_update(None, "user_version", scripts.len() as i64)?;
    old.execute("insert into site (id, name, key, created_ms) values (1, ?1, ?2, 0)", params![site.0, site.1])?;
    old.execute("insert into site_origin (site, origin) values (1, ?1)", [origin])?;
    let survey = "insert into survey (id, site, definition, current, created_ms) values (?1, 1, ?2, 1, 0)";
    old.execute(survey, params![place.survey, definition])?;
    Ok(())
}

/// The same in a server's database.
fn age_server(server: &Server) -> Result<()> {
    let rows = |text: &str| sql(server.port, "trente", text);
    let site = rows("select quote_literal(name) || ', ' || quote_literal(key) from site")?;
    let survey = rows("select quote_literal(id) || ', 1, ' || quote_literal(definition) from survey")?;
    let origin = rows("select quote_literal(origin) from site_origin")?;
    rows("drop schema public cascade; create schema public authorization trente")?;
    let script = format!(
        "set role trente; create table trente (version bigint not null); insert into trente values ({});\n{}\n\
         insert into site (id, name, key, created_ms) values (1, {site}, 0);\n\
         insert into site_origin values (1, {origin});\n\
         insert into survey (id, site, definition, current, created_ms) values ({survey}, true, 0)",
        POSTGRES.0, POSTGRES.1
    );
    rows(&script).map(drop)
}

/// Starts the new version, kills it soon, and again, until it may stay; then it is loaded as well.
fn upgrade(setup: &Setup, place: &TestDatabase, ledger: &Arc<Ledger>, database: &str, old: Old) -> Result<u64> {
    let mut random = Random(16);
    let kills = setup.pick(30, 4);
    for _ in 0..kills {
        let mut started = std::process::Command::new(&setup.trente)
            .args(["serve", "--listen=127.0.0.1:0", "--results=127.0.0.1:0", "--db", database])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()?;
        thread::sleep(Duration::from_millis(random.between(1, 60)));
        started.kill()?;
        started.wait()?;
    }
    let service = Start::new(setup, place)?.argument("db", database).start()?;
    let load = Load::start(ledger, service.public, place.survey, 8, Retry::UntilAcked)?;
    thread::sleep(Duration::from_millis(setup.pick(3_000, 500)));
    load.stop();
    // What the old one has appended is folded by the new one.
    old.stop();
    service.stop()?;
    Ok(kills + 1)
}

/// A database of a newer version is not served, and the reason is said.
fn refuses(setup: &Setup, place: &TestDatabase, database: &str) -> Result<()> {
    match Start::new(setup, place)?.argument("db", database).start() {
        Ok(_) => bail!("it served a database of a newer version"),
        Err(error) if error.to_string().contains("version 99, this trente knows up to") => Ok(()),
        Err(error) => Err(error).context("another reason"),
    }
}

/// A collector of the old version, as far as its one statement goes.
struct Old {
    stop: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl Old {
    fn start(ledger: &Arc<Ledger>, append: impl Fn(u64) -> bool + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (ledger, stopped) = (Arc::clone(ledger), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let number = ledger.number();
                if append(number) {
                    ledger.acknowledge(number);
                }
                thread::sleep(Duration::from_millis(1));
            }
        });
        Self { stop, thread }
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}
