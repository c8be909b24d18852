//! Slow disk: each sync takes milliseconds.

use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::numbers::median;
use crate::service::Start;
use crate::setup::Setup;
use crate::{oracle, shim};

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("slow-disk")?;
    let library = shim::build(&place.folder)?;
    let ledger = Ledger::new(&place.folder)?;
    let mut seen = Vec::new();
    for sync_ms in [2u64, 10, 50] {
        let service = Start::new(setup, &place)?
            .variable("LD_PRELOAD", &library)
            .variable("TRENTE_SHIM_SLOW_US", (sync_ms * 1000).to_string())
            .start()?;
        for clients in [1, 16, 64] {
            ledger.latencies_ms();
            let before = ledger.count(204);
            let time = Duration::from_millis(setup.pick(5_000, 800));
            let load = Load::start(&ledger, service.public, place.survey, clients, Retry::UntilAcked)?;
            thread::sleep(time);
            load.stop();
            let p50 = median(&mut ledger.latencies_ms());
            let rate = (ledger.count(204) - before) as f64 / time.as_secs_f64();
            seen.push(format!("{sync_ms} ms × {clients}: {rate:.0}/s, p50 {p50:.1} ms"));
            // Every answer waits for the sync of its own commit, and those behind it wait together.
            if p50 < sync_ms as f64 {
                bail!("an answer came after {p50} ms, before a sync of {sync_ms} ms can have ended");
            }
            // However busy the machine is: 64 of them together must be quicker than one sync after the other.
            let alone = 1000.0 / sync_ms as f64;
            if clients == 64 && rate < 2.0 * alone {
                bail!("64 clients got {rate:.0}/s with {sync_ms} ms, as if each answer had a sync of its own");
            }
        }
        service.stop()?;
    }
    // A queue that is full says so.
    let service = Start::new(setup, &place)?
        .argument("queue", "4")
        .variable("LD_PRELOAD", &library)
        .variable("TRENTE_SHIM_SLOW_US", "50000")
        .start()?;
    let load = Load::start(&ledger, service.public, place.survey, 64, Retry::UntilAcked)?;
    thread::sleep(Duration::from_millis(1_500));
    load.stop();
    service.stop()?;
    if ledger.count(503) == 0 || ledger.others(&[204, 503]) > 0 {
        bail!("a queue of 4 never was full");
    }
    let verdict = oracle::require(setup, &place, &ledger)?;
    Ok(format!("{}; a full queue: {} × 503; {}", seen.join("; "), ledger.count(503), verdict.text()))
}
