//! Lost reply (idempotency): the response was stored, and the client sends it again.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::oracle;
use crate::proxy::{NetworkFault, Proxy};
use crate::service::Start;
use crate::setup::Setup;

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("reply-lost")?;
    let ledger = Ledger::new(&place.folder)?;
    let service = Start::new(setup, &place)?.start()?;
    let proxy = Proxy::start(service.public, |random| {
        if random.between(0, 2) == 0 { NetworkFault::LoseReply } else { NetworkFault::CutReply(600) }
    })?;
    let load = Load::start(&ledger, proxy.address, place.survey, 16, Retry::UntilAcked)?;
    thread::sleep(Duration::from_millis(setup.pick(20_000, 2_500)));
    load.stop();
    service.stop()?;
    let lost = ledger.broken();
    let verdict = oracle::require(setup, &place, &ledger)?;
    if lost == 0 || verdict.stored as u64 > ledger.tried() {
        bail!("{lost} replies were lost, {} responses are stored of {}", verdict.stored, ledger.tried());
    }
    let cut = proxy.faults.load(Ordering::Relaxed);
    Ok(format!(
        "{cut} connections cut, {lost} replies lost: {}, {} stored of {} told",
        verdict.text(),
        verdict.stored,
        ledger.tried()
    ))
}
