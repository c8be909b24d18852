//! A network that delays, cuts anywhere, and half-closes.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::load::{Habit, Ledger, Load};
use crate::oracle;
use crate::proxy::{Mischief, Proxy};
use crate::service::Start;
use crate::setup::Setup;

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.place("network")?;
    let ledger = Ledger::new(&place.folder)?;
    let service = Start::new(setup, &place)?.start()?;
    let before_kb = service.resident_kb()?;
    let proxy = Proxy::start(service.public, |random| match random.between(0, 5) {
        0 => Mischief::CutRequest(random.between(0, 900) as usize),
        1 => Mischief::CutReply(random.between(0, 900) as usize),
        2 => Mischief::Delay(Duration::from_millis(random.between(1, 60))),
        3 => Mischief::HalfClose,
        _ => Mischief::CutReply(random.between(900, 30_000) as usize),
    })?;
    let load = Load::start(&ledger, proxy.address, place.survey, 24, Habit::Insist)?;
    thread::sleep(Duration::from_millis(setup.or(60_000, 4_000)));
    load.stop();
    let grown_kb = service.resident_kb()?.saturating_sub(before_kb);
    let others = ledger.others(&[204]);
    service.stop()?;
    let verdict = oracle::require(setup, &place, &ledger)?;
    if others > 0 || ledger.broken() == 0 {
        bail!("{others} answers were not 204; {} connections broke", ledger.broken());
    }
    if grown_kb > 64 * 1024 {
        bail!("memory grew by {grown_kb} kB");
    }
    let met = proxy.mischiefs.load(Ordering::Relaxed);
    Ok(format!(
        "{met} connections met a mischief, {} broke: {}; memory +{} kB",
        ledger.broken(),
        verdict.text(),
        grown_kb
    ))
}
