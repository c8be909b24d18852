//! Tests of idle keep-alive connections, and of requests that arrive while one becomes idle.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use trente_collector::domain::assets::Files;
use trente_collector::limits::{Limits, REST_AFTER};
use trente_testing::Folder;
use trente_testing::frames::{bytes, frame};
use trente_testing::stores::ORIGIN;

use crate::support::Server;
use crate::support::client::connect;
use crate::support::server::short;

/// Long enough to be asleep, also on a busy machine most of the time.
const NAP: Duration = REST_AFTER.saturating_mul(4);

fn patient() -> Server {
    Server::with(Limits { header_read: Duration::from_secs(5), ..short() }, Files::Embedded)
}

fn ask(server: &Server, number: u64) -> Vec<u8> {
    let body = bytes(&frame(server.survey(), number));
    let head =
        format!("POST /v1/responses HTTP/1.1\r\nHost: a\r\nOrigin: {ORIGIN}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), &body].concat()
}

/// The status of the next response, which has no body.
fn status(stream: &mut TcpStream) -> u16 {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    std::str::from_utf8(&head[9..12]).unwrap().parse().unwrap()
}

#[test]
fn a_connection_that_has_rested_is_answered_as_before() {
    let server = patient();
    let mut stream = connect(server.address);
    sleep(NAP);
    for number in 0..5 {
        let request = ask(&server, number);
        // In pieces, with pauses in which it would rest if nothing had been said: in the head and in the body.
        for piece in [&request[..30], &request[30..request.len() - 5], &request[request.len() - 5..]] {
            sleep(NAP);
            stream.write_all(piece).unwrap();
        }
        assert_eq!(status(&mut stream), 204);
        sleep(NAP);
    }
    assert_eq!(server.folded(), 5);
}

#[test]
fn half_a_request_that_came_with_a_whole_one_is_not_forgotten() {
    let server = patient();
    let mut stream = connect(server.address);
    for number in 0..3 {
        let (first, second) = (ask(&server, number * 2), ask(&server, number * 2 + 1));
        let cut = [10, 60, second.len() - 3][number as usize];
        stream.write_all(&[&first[..], &second[..cut]].concat()).unwrap();
        assert_eq!(status(&mut stream), 204);
        sleep(NAP);
        stream.write_all(&second[cut..]).unwrap();
        assert_eq!(status(&mut stream), 204);
    }
    assert_eq!(server.folded(), 6);
}

#[test]
fn half_a_head_has_no_more_time_because_the_connection_had_rested() {
    let server = Server::with(Limits { header_read: Duration::from_millis(600), ..short() }, Files::Embedded);
    let mut stream = connect(server.address);
    stream.write_all(&ask(&server, 0)).unwrap();
    assert_eq!(status(&mut stream), 204);
    sleep(NAP);
    let (start, mut sent) = (Instant::now(), 0);
    // A byte now and then, each within the time; all of them would take a minute.
    for byte in ask(&server, 1) {
        sleep(Duration::from_millis(400));
        if stream.write_all(&[byte]).is_err() {
            break;
        }
        sent += 1;
    }
    assert!(sent < 100 && start.elapsed() < Duration::from_secs(40), "{sent} bytes in {:?}", start.elapsed());
    assert_eq!(server.folded(), 1);
}

#[test]
fn the_rest_of_a_body_that_nobody_read_is_no_request() {
    let limits = Limits { header_read: Duration::from_secs(5), ..short() };
    let server = Server::with(limits, Files::Embedded);
    let heads = [
        // Too slow, too long, of the wrong type, on a path that takes none, for a page that may not.
        ("POST /v1/responses", "Content-Length: 1000"),
        ("POST /v1/responses", "Content-Length: 9000000"),
        ("POST /v1/responses", "Content-Type: text/html\r\nContent-Length: 1000"),
        ("POST /healthz", "Content-Length: 1000"),
        ("GET /healthz", "Content-Length: 1000"),
        ("GET /healthz", "Transfer-Encoding: chunked"),
        ("POST /healthz", "Transfer-Encoding: chunked"),
        ("POST /v1/responses", "Content-Type: text/html\r\nTransfer-Encoding: chunked"),
        ("POST /v1/responses", "Origin: https://elsewhere.example\r\nContent-Length: 1000"),
    ];
    for (line, fields) in heads {
        let mut stream = connect(server.address);
        stream.write_all(format!("{line} HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\nabc").as_bytes()).unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        sleep(NAP);
        // Within the body that was said: nothing of it is a question.
        let _ = stream.write_all(b"GET /t/nothing HTTP/1.1\r\nHost: a\r\n\r\n");
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        let answers = String::from_utf8_lossy(&rest).matches("HTTP/1.1 ").count();
        assert_eq!(answers, 0, "{line} {fields}: {}", String::from_utf8_lossy(&rest));
    }
}

#[test]
fn whoever_says_nothing_is_closed_in_time() {
    let server = Server::start();
    for said in [false, true] {
        let mut stream = connect(server.address);
        if said {
            stream.write_all(&ask(&server, 0)).unwrap();
            assert_eq!(status(&mut stream), 204);
        }
        let start = Instant::now();
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
        assert!(start.elapsed() >= Duration::from_millis(250), "{:?}", start.elapsed());
    }
}

#[test]
fn a_download_whose_reader_pauses_is_whole() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path().join("t")).unwrap();
    std::fs::write(folder.path().join("t/big.js"), vec![b'x'; 20_000_000]).unwrap();
    let files = Files::Folder(folder.path().to_owned());
    let server = Server::with(Limits { header_read: Duration::from_secs(5), ..short() }, files);
    let mut stream = connect(server.address);
    stream.write_all(b"GET /t/big.js HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    let (mut total, mut piece) = (0, vec![0; 4_000_000]);
    loop {
        sleep(NAP);
        match stream.read(&mut piece).unwrap() {
            0 => break,
            length => total += length,
        }
    }
    assert!(total > 20_000_000, "{total} bytes");
}
