//! Network faults: delay, cut connections, half-close, packet loss, and a link that is down for a while.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::network_namespace::NetworkNamespace;
use crate::oracle;
use crate::postgres::{self, Server, url};
use crate::proxy::{NetworkFault, Proxy};
use crate::service::Start;
use crate::setup::Setup;

/// How much a collector's memory may grow meanwhile.
const GROWTH_KB: u64 = 64 * 1024;
/// How soon answers must be taken again once the network is back. A peer that heard nothing asks again ever more seldom,
/// and a client that waits for it gives up after fifteen seconds.
const BACK: Duration = Duration::from_secs(30);

pub fn run(setup: &Setup) -> Result<String> {
    let cut = fault(setup)?;
    let lost = NetworkNamespace::run(|wire| loss(setup, wire))?;
    Ok(format!("{cut}. {lost}"))
}

/// Between the clients and a collector on SQLite stands a proxy that cuts.
fn fault(setup: &Setup) -> Result<String> {
    let place = setup.test_database("network")?;
    let ledger = Ledger::new(&place.folder)?;
    let service = Start::new(setup, &place)?.start()?;
    let before_kb = service.resident_kb()?;
    let proxy = Proxy::start(service.public, |random| match random.between(0, 5) {
        0 => NetworkFault::CutRequest(random.between(0, 900) as usize),
        1 => NetworkFault::CutReply(random.between(0, 900) as usize),
        2 => NetworkFault::Delay(Duration::from_millis(random.between(1, 60))),
        3 => NetworkFault::HalfClose,
        _ => NetworkFault::CutReply(random.between(900, 30_000) as usize),
    })?;
    let load = Load::start(&ledger, proxy.address, place.survey, 24, Retry::UntilAcked)?;
    thread::sleep(Duration::from_millis(setup.pick(60_000, 4_000)));
    load.stop();
    let grown_kb = service.resident_kb()?.saturating_sub(before_kb);
    let others = ledger.others(&[204]);
    service.stop()?;
    let verdict = oracle::require(setup, &place, &ledger)?;
    if others > 0 || ledger.broken() == 0 {
        bail!("{others} answers were not 204; {} connections broke", ledger.broken());
    }
    if grown_kb > GROWTH_KB {
        bail!("memory grew by {grown_kb} kB");
    }
    let met = proxy.faults.load(Ordering::Relaxed);
    Ok(format!("{met} connections met a fault, {} broke: {}; memory +{} kB", ledger.broken(), verdict.text(), grown_kb))
}

/// Packets are lost before a collector on SQLite, and before and behind one on PostgreSQL; then those behind it alone, all
/// of them; then the link itself is gone.
fn loss(setup: &Setup, wire: &NetworkNamespace) -> Result<String> {
    let server = Server::start("network", "")?;
    let (here, there) =
        (setup.test_database("network-sqlite")?, postgres::test_database(setup, "network-postgres", &[server.port])?);
    let ledgers = [Ledger::new(&here.folder)?, Ledger::new(&there.folder)?];
    let services =
        [Start::new(setup, &here)?.start()?, Start::new(setup, &there)?.argument("db", &url(&[server.port])).start()?];
    let before_kb = services.each_ref().map(|service| service.resident_kb());
    let loads = [(&services[0], &here), (&services[1], &there)].into_iter().zip(&ledgers);
    let loads =
        loads.map(|((one, place), ledger)| Load::start(ledger, one.public, place.survey, 16, Retry::UntilAcked));
    let loads = loads.collect::<Result<Vec<_>>>()?;
    let ports = [services[0].public.port(), services[1].public.port(), server.port];
    let (mut lost, mut slowest) = (0, Duration::ZERO);
    for percent in [5, 10, 20] {
        wire.lose(percent, &ports)?;
        thread::sleep(Duration::from_secs(setup.pick(30, 2)));
        slowest = slowest.max(taken(&ledgers)?);
        lost += some_lost(wire)?;
    }
    wire.lose(100, &ports[2..])?;
    thread::sleep(Duration::from_secs(setup.pick(30, 3)));
    lost += some_lost(wire)?;
    wire.lose(0, &[])?;
    slowest = slowest.max(taken(&ledgers)?);
    wire.link(false)?;
    thread::sleep(Duration::from_secs(setup.pick(30, 3)));
    wire.link(true)?;
    slowest = slowest.max(taken(&ledgers)?);
    drop(loads);
    let mut grown_kb = 0;
    for (service, before_kb) in services.iter().zip(before_kb) {
        grown_kb = grown_kb.max(service.resident_kb()?.saturating_sub(before_kb?));
    }
    let others: u64 = ledgers.iter().map(|ledger| ledger.others(&[204, 503])).sum();
    if others > 0 || grown_kb > GROWTH_KB {
        bail!("{others} answers were neither 204 nor 503; memory grew by {grown_kb} kB");
    }
    for service in services {
        service.stop()?;
    }
    let [sqlite, postgres] =
        [oracle::require(setup, &here, &ledgers[0])?, postgres::require(server.port, &ledgers[1])?];
    Ok(format!(
        "5, 10, 20 % of packets lost, PostgreSQL out of reach ({lost} packets in all), no link: SQLite {}, PostgreSQL {}; \
         {} told to come back; taken again within {} ms; memory +{grown_kb} kB",
        sqlite.text(),
        postgres.text(),
        ledgers[1].count(503),
        slowest.as_millis()
    ))
}

/// How many packets were lost; none is a test of nothing.
fn some_lost(wire: &NetworkNamespace) -> Result<u64> {
    let lost = wire.lost()?;
    if lost == 0 { bail!("no packet was lost") } else { Ok(lost) }
}

/// Waits until both have taken something anew, and says how long that was.
fn taken(ledgers: &[Arc<Ledger>]) -> Result<Duration> {
    let (before, start) = (ledgers.iter().map(|ledger| ledger.count(204)).collect::<Vec<_>>(), Instant::now());
    while ledgers.iter().zip(&before).any(|(ledger, before)| ledger.count(204) == *before) {
        if start.elapsed() > BACK {
            bail!("nothing was taken for {} s", BACK.as_secs());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(start.elapsed())
}
