//! Rolling upgrade: a new process replaces the old one under load.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::oracle;
use crate::service::Start;
use crate::setup::Setup;

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("deploy")?;
    let ledger = Ledger::new(&place.folder)?;
    let mut service = Start::new(setup, &place)?.start()?;
    let address = service.public;
    let load = Load::start(&ledger, address, place.survey, 32, Retry::UntilAcked)?;
    let rounds = setup.pick(30, 4);
    let (mut longest, mut drained) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..rounds {
        thread::sleep(Duration::from_millis(setup.pick(1_000, 300)));
        let start = Instant::now();
        service.stop()?;
        drained = drained.max(start.elapsed());
        service = Start::new(setup, &place)?.at(address).start()?;
        longest = longest.max(start.elapsed());
        let before = ledger.count(204);
        while ledger.count(204) == before {
            if start.elapsed() > Duration::from_secs(30) {
                bail!("nothing was taken after the restart");
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
    load.stop();
    let others = ledger.others(&[204, 503]);
    if service.log().contains("did not finish in time") || others > 0 {
        bail!("{others} answers were neither 204 nor 503: {}", service.log());
    }
    service.stop()?;
    let verdict = oracle::require(setup, &place, &ledger)?;
    Ok(format!(
        "{rounds} restarts, drained in {} ms and back in {} ms at most, {} connections refused or closed between: {}",
        drained.as_millis(),
        longest.as_millis(),
        ledger.broken(),
        verdict.text()
    ))
}
