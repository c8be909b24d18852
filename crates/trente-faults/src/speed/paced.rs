//! Open-loop load: requests at a steady rate whether or not the service keeps up; latency counts from the due time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::numbers::{frame, percentile};
use crate::setup::ORIGIN;

/// Numbers that no other measurement uses.
static NEXT: AtomicU64 = AtomicU64::new(1 << 50);

/// A whole request with a response that was not sent before.
pub fn request(survey: [u8; 4]) -> Vec<u8> {
    let body = frame(survey, NEXT.fetch_add(1, Ordering::Relaxed));
    let head = format!(
        "POST /v1/responses HTTP/1.1\r\nHost: test\r\nOrigin: {ORIGIN}\r\nContent-Type: text/plain\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), &body].concat()
}

/// Sends a request and reads its answer, which for a 204 is a head alone.
pub async fn ask(stream: &mut TcpStream, request: &[u8]) -> std::io::Result<u16> {
    stream.write_all(request).await?;
    let (mut bytes, mut piece) = (Vec::new(), [0; 1024]);
    while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut piece).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            length => bytes.extend_from_slice(piece.get(..length).unwrap_or_default()),
        }
    }
    let status = bytes.get(9..12).and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
    status.ok_or_else(|| std::io::Error::other("no HTTP answer"))
}

/// So many requests a second over so many connections.
pub fn run(address: SocketAddr, survey: [u8; 4], rate: u64, connections: u64, time: Duration) -> Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut waits, wrong) = runtime.block_on(async {
        let wrong = Arc::new(AtomicU64::new(0));
        let start = Instant::now() + Duration::from_millis(100);
        let mut tasks = Vec::new();
        for index in 0..connections {
            let wrong = Arc::clone(&wrong);
            tasks.push(tokio::spawn(async move {
                let mut waits = Vec::new();
                let Ok(mut stream) = TcpStream::connect(address).await else {
                    wrong.fetch_add(1, Ordering::Relaxed);
                    return waits;
                };
                let _ = stream.set_nodelay(true);
                let each = Duration::from_secs_f64(connections as f64 / rate as f64);
                let first = start + each.mul_f64(index as f64 / connections as f64);
                for turn in 0..(time.as_secs_f64() / each.as_secs_f64()) as u32 {
                    let due = first + each * turn;
                    tokio::time::sleep_until(due).await;
                    if ask(&mut stream, &request(survey)).await.ok() != Some(204) {
                        wrong.fetch_add(1, Ordering::Relaxed);
                        return waits;
                    }
                    waits.push(due.elapsed().as_secs_f64() * 1000.0);
                }
                waits
            }));
        }
        let mut waits = Vec::new();
        for task in tasks {
            waits.extend(task.await.unwrap_or_default());
        }
        (waits, wrong.load(Ordering::Relaxed))
    });
    if wrong > 0 {
        bail!("{wrong} connections met something else than 204");
    }
    let sent = waits.len() as f64 / time.as_secs_f64();
    let (p50, p99, p999) = (percentile(&mut waits, 50.0), percentile(&mut waits, 99.0), percentile(&mut waits, 99.9));
    Ok(format!("{sent:.0}/s of {rate}/s: p50 {p50:.1} ms, p99 {p99:.1} ms, p99.9 {p999:.1} ms (goal 25)"))
}
