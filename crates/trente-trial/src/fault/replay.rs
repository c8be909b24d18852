//! Everything is told up to five times, in any order, on both sides of a restart.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::{Result, bail};

use crate::client::Client;
use crate::load::Ledger;
use crate::numbers::{Random, frame};
use crate::oracle;
use crate::service::Start;
use crate::setup::Setup;

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.place("replay")?;
    let ledger = Ledger::new(&place.folder)?;
    let responses = setup.or(20_000, 1_000);
    let mut random = Random(3);
    let mut tellings: Vec<u64> =
        (0..responses).flat_map(|number| vec![number; random.between(1, 6) as usize]).collect();
    for index in (1..tellings.len()).rev() {
        tellings.swap(index, random.between(0, index as u64 + 1) as usize);
    }
    let refused = Arc::new(AtomicU64::new(0));
    let halves = tellings.len() / 3;
    for part in tellings.chunks(halves.max(1)) {
        let service = Start::new(setup, &place)?.start()?;
        thread::scope(|scope| {
            for share in part.chunks(part.len().div_ceil(16).max(1)) {
                let (ledger, refused, address) = (&ledger, &refused, service.public);
                scope.spawn(move || {
                    let mut client = Client::new(address);
                    for &number in share {
                        match client.post(&frame(place.survey, number)) {
                            Ok(204) => ledger.acknowledge(number),
                            _ => _ = refused.fetch_add(1, Ordering::Relaxed),
                        }
                    }
                });
            }
        });
        service.stop()?;
    }
    let verdict = oracle::require(setup, &place, &ledger)?;
    let refused = refused.load(Ordering::Relaxed);
    if refused > 0 || verdict.stored as u64 != responses {
        bail!("{refused} tellings were refused, {} responses are stored of {responses}", verdict.stored);
    }
    Ok(format!("{} tellings over 3 restarts, all 204: {} responses, none twice", tellings.len(), verdict.stored))
}
