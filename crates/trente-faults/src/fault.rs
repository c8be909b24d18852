//! Fault-injection tests, by name: the fault, and what must hold afterwards. Prints one table at the end.

mod ack_order;
mod backup;
mod clock;
mod cluster;
mod corrupt_page;
mod database_gone;
mod deploy;
mod disk_full;
mod eio;
mod erased;
mod kill9;
mod malformed;
mod migration;
mod network;
mod nginx;
mod postgres_restart;
mod powercut;
mod replay;
mod reply_lost;
mod sign_in_flood;
mod slow_client;
mod slow_disk;
mod soak;
mod vm;

use std::time::Instant;

use anyhow::{Result, bail};

use crate::setup::Setup;

/// Makes one fault and says what was seen; an error is a broken promise, or a tool that is not here.
type Fault = fn(&Setup) -> Result<String>;

/// Name, whether it fits into a run of all tests, and the work.
const FAULTS: [(&str, bool, Fault); 23] = [
    ("kill9", true, kill9::run),
    ("powercut", false, powercut::run),
    ("ack-order", true, ack_order::run),
    ("disk-full", true, disk_full::run),
    ("eio", true, eio::run),
    ("database-gone", true, database_gone::run),
    ("erased", true, erased::run),
    ("slow-disk", true, slow_disk::run),
    ("clock", true, clock::run),
    ("corrupt-page", true, corrupt_page::run),
    ("slow-client", true, slow_client::run),
    ("malformed", true, malformed::run),
    ("replay", true, replay::run),
    ("reply-lost", true, reply_lost::run),
    ("network", true, network::run),
    ("postgres-restart", true, postgres_restart::run),
    ("cluster", true, cluster::run),
    ("migration", true, migration::run),
    ("backup", true, backup::run),
    ("nginx", true, nginx::run),
    ("deploy", true, deploy::run),
    ("sign-in-flood", true, sign_in_flood::run),
    ("soak", false, soak::run),
];

/// Makes one fault, or all; false when a promise was broken.
pub fn run(setup: &Setup, name: &str) -> Result<bool> {
    let chosen: Vec<_> =
        FAULTS.iter().filter(|(known, fits, _)| *known == name || (name == "all" && (*fits || !setup.short))).collect();
    if chosen.is_empty() {
        let names: Vec<_> = FAULTS.iter().map(|(name, ..)| *name).collect();
        bail!("no fault `{name}`; there are all, {}", names.join(", "));
    }
    let mut rows = Vec::new();
    for (name, _, work) in chosen {
        println!("▸ {name}");
        let start = Instant::now();
        let outcome = work(setup);
        let (passed, text) = match outcome {
            Ok(text) => (true, text),
            Err(error) => (false, format!("{error:#}")),
        };
        let row = format!(
            "| {name} | {} | {:.0} s | {text} |",
            if passed { "held" } else { "BROKEN" },
            start.elapsed().as_secs_f64()
        );
        println!("  {row}");
        rows.push((passed, row));
    }
    println!("\n| fault | promise | time | seen |\n|---|---|---:|---|");
    for (_, row) in &rows {
        println!("{row}");
    }
    Ok(rows.iter().all(|(passed, _)| *passed))
}
