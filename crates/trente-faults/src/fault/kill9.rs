//! Crash: SIGKILL of the process under load, again and again.

use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::numbers::Random;
use crate::oracle;
use crate::service::Start;
use crate::setup::Setup;

/// How soon it must serve again. A second is the goal, which the table shows; a machine that does other things may
/// take longer to start anything.
const READY_MAX: Duration = Duration::from_secs(20);

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("kill9")?;
    let ledger = Ledger::new(&place.folder)?;
    let (cycles, most_ms) = (setup.pick(200, 8), setup.pick(2_000, 400));
    let (mut random, mut slowest) = (Random(1), Duration::ZERO);
    for _ in 0..cycles {
        let mut service = Start::new(setup, &place)?.start()?;
        slowest = slowest.max(service.ready);
        let clients = random.between(16, 65) as usize;
        let load = Load::start(&ledger, service.public, place.survey, clients, Retry::Never)?;
        thread::sleep(Duration::from_millis(random.between(50, most_ms)));
        service.kill()?;
        load.stop();
    }
    if slowest > READY_MAX {
        bail!("it was ready only after {slowest:?}");
    }
    let verdict = oracle::require(setup, &place, &ledger)?;
    Ok(format!("{cycles} kills: {}; ready after {} ms at most", verdict.text(), slowest.as_millis()))
}
