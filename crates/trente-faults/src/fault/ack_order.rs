//! Order of fsync and acknowledgement, from strace: for every 204, a sync ended after the write of its frame and before
//! the response.

use std::collections::HashMap;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::numbers::response_id;
use crate::oracle;
use crate::service::Start;
use crate::setup::Setup;
use crate::tools;

const CALLS: &str = "trace=pwrite64,fdatasync,fsync,recvfrom,read,sendto,writev,write,sendmsg";
/// `HTTP/1.1 204`, as strace prints bytes.
const STORED: &str = r"\x48\x54\x54\x50\x2f\x31\x2e\x31\x20\x32\x30\x34";

/// A system call: between which lines of the account it ran, on what, with what.
struct Call {
    name: String,
    file: String,
    data: String,
    begun: usize,
    ended: usize,
}

pub fn run(setup: &Setup) -> Result<String> {
    let strace = tools::find("strace", "strace")?;
    let place = setup.test_database("ack-order")?;
    let ledger = Ledger::new(&place.folder)?;
    let account = place.folder.join("strace.log");
    let mut command = Command::new(strace);
    // `-D`: the program is our child and strace its own, so that signals reach the program.
    command.args(["-D", "-f", "-qq", "-xx", "-s", "8192", "-e", CALLS, "-o"]).arg(&account).arg(&setup.trente);
    let service = Start::through(command, &place)?.start()?;
    let load = Load::start(&ledger, service.public, place.survey, 8, Retry::UntilAcked)?;
    while ledger.count(204) < setup.pick(1_500, 200) {
        thread::sleep(Duration::from_millis(20));
    }
    load.stop();
    service.stop()?;
    // strace writes its last lines after the program has ended.
    thread::sleep(Duration::from_millis(500));
    let calls = read(&fs::read_to_string(&account)?);
    let syncs: Vec<&Call> = calls.iter().filter(|call| matches!(call.name.as_str(), "fdatasync" | "fsync")).collect();
    let acked = ledger.acked();
    for &number in &acked {
        check(&calls, &syncs, number).with_context(|| format!("response {number}"))?;
    }
    let verdict = oracle::require(setup, &place, &ledger)?;
    let each = syncs.len() as f64 / acked.len() as f64;
    Ok(format!(
        "{} of {} answers came after a sync of their frame, {each:.2} syncs an answer; {}",
        acked.len(),
        acked.len(),
        verdict.text()
    ))
}

fn check(calls: &[Call], syncs: &[&Call], number: u64) -> Result<()> {
    let id: String = response_id(number).iter().map(|byte| format!("\\x{byte:02x}")).collect();
    let holds = |call: &&Call| call.data.contains(&id);
    let asked = calls.iter().filter(|call| matches!(call.name.as_str(), "recvfrom" | "read")).find(holds);
    let asked = asked.context("its request was not seen")?;
    let answer = calls.iter().find(|call| {
        call.begun > asked.ended
            && call.file == asked.file
            && matches!(call.name.as_str(), "sendto" | "writev" | "write" | "sendmsg")
    });
    let answer = answer.context("its answer was not seen")?;
    if !answer.data.contains(STORED) {
        bail!("its next answer was no 204");
    }
    let written = calls.iter().filter(|call| call.name == "pwrite64").find(holds).context("it was never written")?;
    let synced =
        syncs.iter().any(|sync| sync.file == written.file && sync.begun > written.ended && sync.ended < answer.begun);
    if !synced {
        bail!("it was acknowledged at line {} without a sync since line {}", answer.begun, written.ended);
    }
    Ok(())
}

/// The calls that succeeded, with those that strace shows in two parts put together.
fn read(account: &str) -> Vec<Call> {
    let mut open: HashMap<&str, (usize, &str)> = HashMap::new();
    let mut calls = Vec::new();
    for (number, line) in account.lines().enumerate() {
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(begun) = rest.strip_suffix("<unfinished ...>") {
            open.insert(process, (number, begun));
        } else if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some((begun, first)) = open.remove(process) else { continue };
            let last = resumed.split_once("resumed>").map_or("", |(_, last)| last);
            calls.extend(call(&format!("{first}{last}"), begun, number));
        } else {
            calls.extend(call(rest, number, number));
        }
    }
    calls.sort_by_key(|call| call.begun);
    calls
}

fn call(text: &str, begun: usize, ended: usize) -> Option<Call> {
    let (name, rest) = text.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let file = arguments.split([',', ')']).next()?;
    let failed = result.starts_with('-') || result.starts_with('?');
    (!failed).then(|| Call { name: name.into(), file: file.trim().into(), data: arguments.into(), begun, ended })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(order: [&str; 4]) -> Vec<Call> {
        let id: String = response_id(7).iter().map(|byte| format!("\\x{byte:02x}")).collect();
        let lines = order.map(|line| line.replace("ID", &id).replace("204", STORED));
        read(&lines.join("\n"))
    }

    fn verdict(calls: &[Call]) -> Result<()> {
        let syncs: Vec<&Call> = calls.iter().filter(|call| call.name == "fdatasync").collect();
        check(calls, &syncs, 7)
    }

    #[test]
    fn an_answer_before_the_sync_is_found() {
        let (ask, write) = ("1 recvfrom(9, \"ID\", 8) = 8", "2 pwrite64(5, \"ID\", 8, 0) = 8");
        let (sync, answer) = ("2 fdatasync(5) = 0", "1 sendto(9, \"204\", 8) = 8");
        assert!(verdict(&account([ask, write, sync, answer])).is_ok());
        assert!(verdict(&account([ask, write, answer, sync])).is_err());
        assert!(verdict(&account([ask, sync, write, answer])).is_err());
        assert!(verdict(&account([ask, write, "2 fdatasync(5) = -1 EIO (Input/output error)", answer])).is_err());
        assert!(verdict(&account([ask, write, "2 fdatasync(6) = 0", answer])).is_err());
    }

    #[test]
    fn a_sync_that_ends_after_the_answer_does_not_count() {
        let id: String = response_id(7).iter().map(|byte| format!("\\x{byte:02x}")).collect();
        let lines = [
            format!("1 recvfrom(9, \"{id}\", 8) = 8"),
            format!("2 pwrite64(5, \"{id}\", 8, 0) = 8"),
            "2 fdatasync(5 <unfinished ...>".into(),
            format!("1 sendto(9, \"{STORED}\", 8) = 8"),
            "2 <... fdatasync resumed>) = 0".into(),
        ];
        assert!(verdict(&read(&lines.join("\n"))).is_err());
    }
}
