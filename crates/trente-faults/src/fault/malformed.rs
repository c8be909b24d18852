//! Malformed requests: bytes that are not HTTP, or almost.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rusqlite::Connection;

use crate::client::Client;
use crate::numbers::{Random, frame};
use crate::service::Start;
use crate::setup::{ORIGIN, Setup};

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("malformed")?;
    let mut service = Start::new(setup, &place)?.start()?;
    let mut random = Random(11);
    let end = Instant::now() + Duration::from_secs(setup.pick(600, 6));
    let (mut sent, mut answered, mut errors) = (0u64, 0u64, 0u64);
    let contact = [&frame(place.survey, 1)[..], b"ada@shop.example"].concat();
    let good = [request("responses", &frame(place.survey, 1)), request("contacts", &contact)];
    while Instant::now() < end {
        let bytes = spoil(good.get(random.between(0, 2) as usize).unwrap_or(&contact), &mut random);
        sent += 1;
        if let Some(status) = send(service.public, &bytes) {
            answered += 1;
            errors += u64::from(status >= 500 && status != 505);
        }
    }
    let log = service.log();
    if !service.runs() || log.contains("panicked") || errors > 0 {
        bail!("{errors} of {sent} were answered 5xx: {log}");
    }
    let status = Client::new(service.public).post(&frame(place.survey, 2))?;
    if status != 204 {
        bail!("afterwards a good response is {status}");
    }
    service.stop()?;
    // Some of them were whole after all, or another response; none may have become something that cannot be read.
    let stray: u64 =
        Connection::open(&place.database)?.query_row("select count(*) from stray", [], |row| row.get(0))?;
    if stray > 0 {
        bail!("{stray} frames were accepted that cannot be folded");
    }
    Ok(format!("{sent} requests, {answered} answered, none with 5xx; no panic; good ones go on"))
}

fn request(path: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /v1/{path} HTTP/1.1\r\nHost: test\r\nOrigin: {ORIGIN}\r\nContent-Type: text/plain\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A request with up to eight wounds: bits, bytes, cuts, repetitions, and words that mean something.
fn spoil(good: &[u8], random: &mut Random) -> Vec<u8> {
    const WORDS: [&str; 12] = [
        "Transfer-Encoding: chunked\r\n",
        "Content-Length: 0\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Expect: 100-continue\r\n",
        "Connection: upgrade\r\nUpgrade: h2c\r\n",
        "\r\n\r\n",
        "0\r\n\r\n",
        " HTTP/2.0",
        "GET /s/olive?l=%ff&o=%00 ",
        "X-Forwarded-For: ,,,[::\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{0}",
    ];
    let mut bytes = good.to_vec();
    for _ in 0..random.between(1, 9) {
        let at = random.between(0, bytes.len() as u64 + 1) as usize;
        match random.between(0, 6) {
            0 => bytes.truncate(at),
            1 => {
                let word = WORDS.get(random.between(0, WORDS.len() as u64) as usize).copied().unwrap_or_default();
                bytes.splice(at..at, word.bytes());
            }
            2 => {
                let piece: Vec<u8> = bytes.iter().skip(at).take(40).copied().collect();
                bytes.splice(at..at, piece);
            }
            3 => bytes.insert(at, random.next() as u8),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.between(0, 8);
                }
            }
        }
    }
    bytes
}

fn send(address: SocketAddr, bytes: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    // A service that has refused already may have closed.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
}
