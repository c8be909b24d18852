//! Load tests: the collector compared with nginx, which stores nothing, and with an endpoint in Node, which stores
//! JSON.
//!
//! Two programs are measured in turns, so that whatever else the machine does falls on both; the ratio of each round is
//! kept, and the median of the ratios is the figure. In reading order: [`rows`] fills a database, [`peers`] starts the
//! others, [`wrk`] presses, [`paced`] asks at a steady rate, [`crowd`] holds connections.

mod crowd;
mod paced;
mod peers;
mod rows;
mod wrk;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::client::Client;
use crate::numbers::{frame, median, percentile};
use crate::service::{Service, Start};
use crate::setup::{Setup, TestDatabase};
use wrk::Wrk;

/// What is measured, and how long.
#[derive(Args)]
pub struct Options {
    /// Rounds of A and B.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Responses that are stored already.
    #[arg(long, default_value_t = 4_000_000)]
    rows: u64,
    /// Connections that press.
    #[arg(long, default_value_t = 256)]
    connections: usize,
    /// The folder of the Node endpoint, installed by npm; it is left out without one.
    #[arg(long)]
    node: Option<std::path::PathBuf>,
}

/// The goals and floors of docs/design/collector.md#speed-goals.
const NGINX_GOAL: f64 = 0.60;
const NGINX_FLOOR: f64 = 0.45;
const RESIDENT_KB_MAX: u64 = 64 * 1024;
const BUSY: usize = 1_000;
const IDLE: usize = 10_000;

/// Measures all and prints one table; false when the floor is not reached.
pub fn run(setup: &Setup, options: &Options) -> Result<bool> {
    println!("load average before: {}", load_average());
    let place = rows::filled(setup, options.rows)?;
    let mut table = vec![format!("| stored before | {} responses, {} MB |", options.rows, megabytes(&place.database))];
    let mut row = |what: &str, seen: String| {
        println!("  {what}: {seen}");
        table.push(format!("| {what} | {seen} |"));
    };

    let starts: Result<Vec<f64>> = (0..5).map(|_| start_ms(setup, &place)).collect();
    row("start to ready", format!("{:.0} ms (median of 5; goal 200)", median(&mut starts?)));

    let service = Start::new(setup, &place)?.start()?;
    row("one client", one_client(&service, &place)?);
    let ratio = beside_nginx(setup, options, &service, &place, &mut row)?;
    row("open loop", paced::run(service.public, place.survey, 5_000, 128, Duration::from_secs(10))?);
    service.stop()?;
    row("memory", crowded(setup, &place)?);
    if let Some(folder) = &options.node {
        row("Node, fastify, better-sqlite3", beside_node(setup, options, &place, folder)?);
    }
    row("PostgreSQL 15, on the same disk", postgres(setup, options)?);
    println!("load average after: {}\n\n| | seen |\n|---|---|\n{}", load_average(), table.join("\n"));
    Ok(ratio >= NGINX_FLOOR)
}

fn load_average() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

fn megabytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len() >> 20)
}

fn start_ms(setup: &Setup, place: &TestDatabase) -> Result<f64> {
    let service = Start::new(setup, place)?.start()?;
    let ready = service.ready.as_secs_f64() * 1000.0;
    service.stop()?;
    Ok(ready)
}

/// The median latency of one client that waits for each answer, compared with a sync of the same disk.
fn one_client(service: &Service, place: &TestDatabase) -> Result<String> {
    let mut client = Client::new(service.public);
    let (mut answers, mut syncs) = (Vec::new(), Vec::new());
    let probe = place.folder.join("probe");
    let mut file = File::create(&probe)?;
    for number in 0..3_000 {
        let start = Instant::now();
        if client.post(&frame(place.survey, u64::MAX - number))? != 204 {
            bail!("a response was refused");
        }
        answers.push(start.elapsed().as_secs_f64() * 1e6);
        let start = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        syncs.push(start.elapsed().as_secs_f64() * 1e6);
    }
    fs::remove_file(&probe)?;
    let (p50, p99) = (percentile(&mut answers, 50.0), percentile(&mut answers, 99.0));
    let sync = median(&mut syncs);
    Ok(format!(
        "p50 {p50:.0} µs, p99 {p99:.0} µs; write and sync of 4 KiB on the same disk {sync:.0} µs (goal: sync + 150)"
    ))
}

/// Rounds of nginx, the service, and the service with rehearsals that are checked and not stored.
fn beside_nginx(
    setup: &Setup,
    options: &Options,
    service: &Service,
    place: &TestDatabase,
    row: &mut impl FnMut(&str, String),
) -> Result<f64> {
    let wrk = Wrk::new(&setup.folder("wrk")?, place.survey, options.connections, options.seconds)?;
    let nginx = peers::nginx(&setup.folder("nginx-204")?)?;
    let (mut ratios, mut own, mut rates, mut plain, mut p99) = (vec![], vec![], vec![], vec![], vec![]);
    for round in 0..options.rounds {
        let theirs = wrk.press(nginx.address, false)?;
        let ours = wrk.press(service.public, false)?;
        let unstored = wrk.press(service.public, true)?;
        println!(
            "  round {round}: nginx {:.0}/s, durable {:.0}/s, checked only {:.0}/s; load {}",
            theirs.rate,
            ours.rate,
            unstored.rate,
            load_average()
        );
        ratios.push(ours.rate / theirs.rate);
        own.push(ours.rate / unstored.rate);
        rates.push(ours.rate);
        plain.push(theirs.rate);
        p99.push(ours.p99_ms);
        // The fold has the disk to itself before the next round.
        thread::sleep(Duration::from_secs(2));
    }
    let ratio = median(&mut ratios);
    let percent = |share: f64| share * 100.0;
    let spread = || ratios.iter().map(|ratio| format!("{:.0}", ratio * 100.0)).collect::<Vec<_>>().join(", ");
    row(
        "durable responses",
        format!(
            "{:.0}/s, nginx `return 204` {:.0}/s: {:.0} % (rounds {}; goal {:.0}, floor {:.0})",
            median(&mut rates),
            median(&mut plain),
            percent(ratio),
            spread(),
            percent(NGINX_GOAL),
            percent(NGINX_FLOOR)
        ),
    );
    row("of our own without storing", format!("{:.0} % (goal 75)", percent(median(&mut own))));
    row("p99 at 256 connections, pressed", format!("{:.1} ms (goal 10)", median(&mut p99)));
    Ok(ratio)
}

/// Memory while many ask and more only keep their connection.
fn crowded(setup: &Setup, place: &TestDatabase) -> Result<String> {
    let service = Start::new(setup, place)?.start()?;
    let at_rest = service.resident_kb()?;
    let crowd = crowd::Crowd::gather(service.public, place.survey, BUSY, IDLE)?;
    thread::sleep(Duration::from_secs(8));
    let (files, most) = (service.files()?, service.resident_kb()?);
    let (answers, broken) = crowd.disperse();
    service.stop()?;
    let within = if most <= RESIDENT_KB_MAX { "" } else { ": MORE" };
    Ok(format!(
        "{} MB at rest, {} MB with {BUSY} busy and {IDLE} idle connections ({files} files open, {answers} answers, \
         {broken} broken; goal 64 MB{within})",
        at_rest >> 10,
        most >> 10
    ))
}

fn beside_node(setup: &Setup, options: &Options, place: &TestDatabase, folder: &Path) -> Result<String> {
    let wrk = Wrk::new(&setup.folder("wrk-node")?, place.survey, options.connections, options.seconds)?;
    let empty = setup.test_database("beside-node")?;
    let service = Start::new(setup, &empty)?.start()?;
    let node = peers::node(folder, &setup.folder("node")?)?;
    let json = wrk.json()?;
    let own = Wrk::new(&setup.folder("wrk-empty")?, empty.survey, options.connections, options.seconds)?;
    let (mut ratios, mut theirs, mut ours) = (vec![], vec![], vec![]);
    for _ in 0..options.rounds {
        let (node, trente) = (json.press(node.address, false)?, own.press(service.public, false)?);
        ratios.push(trente.rate / node.rate);
        theirs.push(node.rate);
        ours.push(trente.rate);
    }
    service.stop()?;
    Ok(format!(
        "{:.0}/s, ours {:.0}/s on an empty database: {:.1} times",
        median(&mut theirs),
        median(&mut ours),
        median(&mut ratios)
    ))
}

fn postgres(setup: &Setup, options: &Options) -> Result<String> {
    let server = peers::postgres(&setup.folder("postgres")?)?;
    let url = format!("postgres://trente@{}/postgres", server.address);
    let place = setup.test_database("beside-postgres")?;
    let mut add = std::process::Command::new(&setup.trente);
    add.args(["site", "add", "olive", "--preset", "after-delivery", "--origin", crate::setup::ORIGIN, "--db", &url]);
    crate::tools::run(&mut add).context("the site cannot be added")?;
    // A survey's id is a hash of its document, so it is the same in both stores.
    let service = Start::new(setup, &place)?.argument("db", &url).start()?;
    let wrk = Wrk::new(&setup.folder("wrk-postgres")?, place.survey, options.connections, options.seconds)?;
    let mut rates = Vec::new();
    for _ in 0..options.rounds {
        rates.push(wrk.press(service.public, false)?.rate);
    }
    service.stop()?;
    Ok(format!("{:.0}/s", median(&mut rates)))
}
