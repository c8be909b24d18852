//! I/O error: the disk fails to make one commit durable.

use std::fs::{self, File};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::service::Start;
use crate::setup::Setup;
use crate::{oracle, shim};

/// `EX_IOERR` of sysexits.h.
const EXIT_IO: i32 = 74;

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("eio")?;
    let library = shim::build(&place.folder)?;
    let ledger = Ledger::new(&place.folder)?;
    let rounds = setup.pick(20, 4);
    let trigger = place.folder.join("fail");
    for round in 0..rounds {
        let mut service = Start::new(setup, &place)?
            .variable("LD_PRELOAD", &library)
            .variable("TRENTE_SHIM_FAIL", &trigger)
            .start()?;
        let load = Load::start(&ledger, service.public, place.survey, 16, Retry::Never)?;
        thread::sleep(Duration::from_millis(200 + 30 * round));
        File::create(&trigger)?;
        let status = service.ended(Duration::from_secs(10))?;
        load.stop();
        if trigger.exists() {
            fs::remove_file(&trigger)?;
            bail!("nothing was synced while clients were acknowledged");
        }
        if status.code() != Some(EXIT_IO) {
            bail!("after a failed fsync it ended with {status}: {}", service.log());
        }
    }
    let verdict = oracle::require(setup, &place, &ledger)?;
    Ok(format!("{rounds} × EIO, each ended the process with {EXIT_IO}: {}", verdict.text()))
}
