//! Full disk: the disk fills up under load, and gets room again.

use std::fs::{self, File};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::oracle;
use crate::service::Start;
use crate::setup::Setup;
use crate::tools::Mount;

/// Megabytes of the disk, and of what else is on it.
const DISK_MB: u32 = 16;
const BALLAST_MB: u64 = 12;
const MOST: Duration = Duration::from_secs(60);

pub fn run(setup: &Setup) -> Result<String> {
    let folder = setup.folder("disk-full")?;
    let logs = setup.folder("disk-full-log")?;
    let mount = Mount::tmpfs(&folder, DISK_MB)?;
    let place = setup.test_database_in(folder)?;
    let ballast = place.folder.join("ballast");
    let file = File::create(&ballast)?;
    // Written, not only announced: a hole takes no room.
    std::io::copy(&mut std::io::Read::take(std::io::repeat(1), BALLAST_MB << 20), &mut &file)?;
    drop(file);

    let ledger = Ledger::new(&logs)?;
    let mut service = Start::new(setup, &place)?.start()?;
    let load = Load::start(&ledger, service.public, place.survey, 16, Retry::UntilAcked)?;
    let start = Instant::now();
    while ledger.count(503) < 50 {
        if start.elapsed() > MOST {
            bail!("the disk did not fill up: {} acknowledged", ledger.count(204));
        }
        thread::sleep(Duration::from_millis(20));
    }
    let (before, refused) = (ledger.count(204), ledger.count(503));
    if !service.runs() {
        bail!("the process ended on a full disk: {}", service.log());
    }
    fs::remove_file(&ballast)?;
    let freed = Instant::now();
    while ledger.count(204) < before + 50 {
        if freed.elapsed() > MOST {
            bail!("it did not recover by itself: {}", service.log());
        }
        thread::sleep(Duration::from_millis(20));
    }
    let recovered = freed.elapsed();
    load.stop();
    let others = ledger.others(&[204, 503]) + ledger.broken();
    if others > 0 || service.log().contains("panicked") {
        bail!("{others} answers were neither 204 nor 503: {}", service.log());
    }
    service.stop()?;
    let verdict = oracle::require(setup, &place, &ledger)?;
    drop(mount);
    Ok(format!("{refused} × 503 with a full disk, {} ms to recover: {}", recovered.as_millis(), verdict.text()))
}
