//! The process is killed under load, again and again.

use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::load::{Habit, Ledger, Load};
use crate::numbers::Random;
use crate::oracle;
use crate::service::Start;
use crate::setup::Setup;

/// How soon it must serve again.
const READY: Duration = Duration::from_secs(1);

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.place("kill9")?;
    let ledger = Ledger::new(&place.folder)?;
    let (cycles, most_ms) = (setup.or(200, 8), setup.or(2_000, 400));
    let (mut random, mut slowest) = (Random(1), Duration::ZERO);
    for _ in 0..cycles {
        let mut service = Start::new(setup, &place)?.start()?;
        slowest = slowest.max(service.ready);
        let clients = random.between(16, 65) as usize;
        let load = Load::start(&ledger, service.public, place.survey, clients, Habit::Once)?;
        thread::sleep(Duration::from_millis(random.between(50, most_ms)));
        service.kill()?;
        load.stop();
    }
    // A busy machine starts nothing quickly, so only a start that is far too slow breaks the promise.
    if slowest > READY * 5 {
        bail!("it was ready only after {slowest:?}");
    }
    let verdict = oracle::require(setup, &place, &ledger)?;
    Ok(format!("{cycles} kills: {}; ready after {} ms at most", verdict.text(), slowest.as_millis()))
}
