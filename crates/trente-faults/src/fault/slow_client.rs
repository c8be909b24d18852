//! Slow clients (slowloris): clients that drip, stall or do not read, together with well-behaved ones.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::load::{Ledger, Load, Retry};
use crate::numbers::percentile;
use crate::oracle;
use crate::service::Start;
use crate::setup::Setup;

const HEAD: &str = "POST /v1/responses HTTP/1.1\r\nHost: a\r\nContent-Length: 19\r\n";

/// What a slow client does.
const KINDS: [&str; 4] = ["silence", "a head, byte by byte", "a body, byte by byte", "an unread reply"];
/// How long the service may bear one. The goal, which the table shows, is 6 s: the deadline of 5, and one for the
/// closing; a machine that does other things keeps no deadline to the second.
const LASTS_MAX: Duration = Duration::from_secs(20);

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("slow-client")?;
    let ledger = Ledger::new(&place.folder)?;
    let service = Start::new(setup, &place)?.start()?;
    let each = setup.pick(500, 40);
    let load = Load::start(&ledger, service.public, place.survey, 4, Retry::UntilAcked)?;
    let (mut calm, mut pressed) = (Vec::new(), Vec::new());
    let longest = Mutex::new([Duration::ZERO; KINDS.len()]);
    for _ in 0..setup.pick(3, 1) {
        ledger.latencies_ms();
        thread::sleep(Duration::from_secs(setup.pick(6, 2)));
        calm.push(percentile(&mut ledger.latencies_ms(), 99.0));
        thread::scope(|scope| {
            for index in 0..each {
                let (address, longest) = (service.public, &longest);
                let slow = move || {
                    let kind = index % KINDS.len();
                    let lasted = suffer(address, kind).unwrap_or_default();
                    let mut all = longest.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some(most) = all.get_mut(kind) {
                        *most = (*most).max(lasted);
                    }
                };
                let _ = thread::Builder::new().stack_size(128 * 1024).spawn_scoped(scope, slow);
            }
        });
        pressed.push(percentile(&mut ledger.latencies_ms(), 99.0));
    }
    load.stop();
    let others = ledger.others(&[204]) + ledger.broken();
    service.stop()?;
    let verdict = oracle::require(setup, &place, &ledger)?;
    let longest = longest.into_inner().unwrap_or_else(PoisonError::into_inner);
    let list: Vec<_> =
        KINDS.iter().zip(longest).map(|(kind, most)| format!("{kind} {:.1} s", most.as_secs_f64())).collect();
    if longest.iter().any(|most| *most > LASTS_MAX || most.is_zero()) || others > 0 {
        bail!("closed after {}; {others} good requests failed", list.join(", "));
    }
    let (calm, pressed) = (percentile(&mut calm, 50.0), percentile(&mut pressed, 50.0));
    Ok(format!(
        "{each} at once, closed after (goal 6 s): {}; p99 of 4 good clients {calm:.1} ms alone, {pressed:.1} ms with them; {}",
        list.join(", "),
        verdict.text()
    ))
}

/// How long the service bears one of them.
fn suffer(address: SocketAddr, kind: usize) -> std::io::Result<Duration> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.set_write_timeout(Some(Duration::from_secs(30)))?;
    let start = Instant::now();
    match kind {
        0 => {}
        1 => drip(&mut stream, HEAD.as_bytes())?,
        2 => {
            stream.write_all(format!("{HEAD}\r\n").as_bytes())?;
            drip(&mut stream, &[0x10; 19])?;
        }
        _ => return unread(stream, start),
    }
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    Ok(start.elapsed())
}

/// A byte a second until the service has had enough.
fn drip(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    for byte in bytes {
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        match stream.read(&mut [0; 512]) {
            // The second has passed.
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            _ => break,
        }
    }
    Ok(())
}

/// Asks for the survey until nothing more can be sent, reads none of them, and waits for the connection to be closed. The
/// time counts from where the service could send no more.
fn unread(mut stream: TcpStream, start: Instant) -> std::io::Result<Duration> {
    let ask = b"GET /v1/surveys/olive?lang=fr HTTP/1.1\r\nHost: a\r\n\r\n".repeat(64);
    stream.set_write_timeout(Some(Duration::from_millis(500)))?;
    let full = AtomicBool::new(false);
    let mut since = start;
    let end = start + Duration::from_secs(30);
    while Instant::now() < end {
        match stream.write(&ask) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                if !full.swap(true, Ordering::Relaxed) {
                    since = Instant::now();
                }
            }
            Err(_) => return Ok(since.elapsed()),
        }
    }
    Ok(since.elapsed())
}
