//! Load generator: clients that send one response after the other and record which were acknowledged.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::client::Client;
use crate::numbers::frame;

/// How long a client waits after a refusal. The widget waits longer; a fault test wants to see what happens.
const PAUSE: Duration = Duration::from_millis(20);

/// Retry policy of a client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Sends each response once, and never again when it does not know what became of it.
    Never,
    /// Sends each until it is acknowledged, as the widget does.
    UntilAcked,
}

/// Everything that clients learnt, over several loads of one test.
pub struct Ledger {
    /// The log of acknowledged numbers, appended before the next request.
    log: Mutex<File>,
    acked: Mutex<Vec<u64>>,
    next: AtomicU64,
    statuses: Mutex<BTreeMap<u16, u64>>,
    broken: AtomicU64,
    latencies_ms: Mutex<Vec<f64>>,
}

/// Clients at work; dropping them stops them.
pub struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Ledger {
    /// An empty one, whose log is in a folder.
    pub fn new(folder: &Path) -> Result<Arc<Self>> {
        let log = File::options().create(true).append(true).open(folder.join("acked.log"))?;
        Ok(Arc::new(Self {
            log: Mutex::new(log),
            acked: Mutex::default(),
            // The id of 0 is all zeros, which stand in many pages.
            next: AtomicU64::new(1),
            statuses: Mutex::default(),
            broken: AtomicU64::new(0),
            latencies_ms: Mutex::default(),
        }))
    }

    /// A number that was not used before.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// How many numbers were given out.
    pub fn tried(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// Writes down that a response was acknowledged.
    pub fn acknowledge(&self, number: u64) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        // A log that cannot be written must not pass for an empty one.
        if writeln!(log, "{number}").is_ok() {
            self.acked.lock().unwrap_or_else(PoisonError::into_inner).push(number);
        } else {
            eprintln!("the log of acknowledged responses cannot be written");
            std::process::exit(1);
        }
    }

    /// Writes down an answer, or that there was none.
    pub fn note(&self, status: Option<u16>) {
        match status {
            Some(status) => {
                *self.statuses.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1
            }
            None => {
                self.broken.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// What was acknowledged so far.
    pub fn acked(&self) -> Vec<u64> {
        self.acked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many answers had this status.
    pub fn count(&self, status: u16) -> u64 {
        self.statuses.lock().unwrap_or_else(PoisonError::into_inner).get(&status).copied().unwrap_or_default()
    }

    /// How many answers had another status than these.
    pub fn others(&self, known: &[u16]) -> u64 {
        let statuses = self.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        statuses.iter().filter(|(status, _)| !known.contains(status)).map(|(_, count)| count).sum()
    }

    /// How many connections broke before their answer.
    pub fn broken(&self) -> u64 {
        self.broken.load(Ordering::Relaxed)
    }

    /// Milliseconds of each acknowledged request since this was asked last.
    pub fn latencies_ms(&self) -> Vec<f64> {
        std::mem::take(&mut *self.latencies_ms.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Load {
    /// Starts so many clients.
    pub fn start(
        ledger: &Arc<Ledger>,
        address: SocketAddr,
        survey: [u8; 4],
        clients: usize,
        retry: Retry,
    ) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        for _ in 0..clients {
            let (ledger, stop) = (Arc::clone(ledger), Arc::clone(&stop));
            let work = move || work(&ledger, &stop, Client::new(address), survey, retry);
            threads.push(thread::Builder::new().stack_size(128 * 1024).spawn(work).context("no thread")?);
        }
        Ok(Self { stop, threads })
    }

    /// Stops them and waits for the last answers.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn work(ledger: &Ledger, stop: &AtomicBool, mut client: Client, survey: [u8; 4], retry: Retry) {
    while !stop.load(Ordering::Relaxed) {
        let number = ledger.number();
        loop {
            let start = Instant::now();
            let status = client.post(&frame(survey, number)).ok();
            ledger.note(status);
            if status == Some(204) {
                ledger.acknowledge(number);
                let elapsed = start.elapsed().as_secs_f64() * 1000.0;
                ledger.latencies_ms.lock().unwrap_or_else(PoisonError::into_inner).push(elapsed);
                break;
            }
            thread::sleep(PAUSE);
            if retry == Retry::Never || stop.load(Ordering::Relaxed) {
                break;
            }
        }
    }
}
