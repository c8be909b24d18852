//! Tests of overload: too many frames, too many connections, slow clients.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use trente_collector::domain::assets::Files;
use trente_collector::domain::throttle::rate::{Rate, Rates};
use trente_collector::limits::Limits;
use trente_store::clock::{epoch, now_ms};
use trente_testing::frames::{bytes, frame, signed};
use trente_testing::stores::ORIGIN;
use trente_testing::{Folder, wait_for};

use crate::public::hosted::fields;
use crate::support::client::{connect, finish, raw};
use crate::support::server::short;
use crate::support::{Answer, Server, post, request};

/// A bucket of 64 frames that refills one a second.
fn narrow() -> Rates {
    Rates { prefix: Rate::of(1, 64), ..Rates::default() }
}

fn from(server: &Server, forwarded: &str, body: &[u8]) -> Answer {
    request(server.address, "POST", "/v1/responses", &[("Origin", ORIGIN), ("X-Forwarded-For", forwarded)], body)
}

#[test]
fn too_many_frames_of_one_network_are_429_and_other_networks_and_proven_orders_go_on() {
    let server = Server::with(Limits { rates: narrow(), ..short() }, Files::Embedded);
    let whole: Vec<u8> = (0..64).flat_map(|index| bytes(&frame(server.survey(), index))).collect();
    assert_eq!(from(&server, "203.0.113.9", &whole).status, 204);
    // Its neighbour in the same /24, and whatever the client writes before it.
    let refused = from(&server, "198.51.100.1, 203.0.113.77", &whole);
    assert_eq!((refused.status, refused.code().as_str()), (429, "E_RATE"));
    let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    // The widget may read when to come back.
    assert_eq!(refused.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(refused.header("access-control-expose-headers"), Some("Retry-After"));
    let proven = signed(frame(server.survey(), 0), &server.key(), "MO-1", epoch(now_ms()));
    assert_eq!(from(&server, "203.0.113.9", &bytes(&proven)).status, 204);
    assert_eq!(from(&server, "203.0.114.9", &bytes(&frame(server.survey(), 100))).status, 204);
    assert_eq!(from(&server, "2001:db8::9", &bytes(&frame(server.survey(), 101))).status, 204);
    assert_eq!(server.folded(), 64 + 3);
}

#[test]
fn the_hosted_page_says_that_it_takes_the_answer_later() {
    let server = Server::with(Limits { rates: narrow(), ..short() }, Files::Embedded);
    let whole: Vec<u8> = (0..64).flat_map(|index| bytes(&frame(server.survey(), index))).collect();
    assert_eq!(from(&server, "203.0.113.9", &whole).status, 204);
    let page = request(server.address, "GET", "/s/olive?o=MO-7&l=fr", &[], b"");
    let form = fields(&page, &[("satisfaction", "4"), ("ease", "6"), ("lens", "5"), ("recommend", "9")]);
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Forwarded-For", "203.0.113.9")];
    let mut answer = request(server.address, "POST", "/s/olive", &headers, form.as_bytes());
    // A second may have passed since, which is worth one frame.
    if answer.status == 200 {
        answer = request(server.address, "POST", "/s/olive", &headers, form.replace("ease=6", "ease=5").as_bytes());
    }
    assert_eq!(answer.status, 429, "{}", answer.text());
    assert!(answer.header("retry-after").is_some());
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
}

/// The same form again and again changes nothing, and still has to be looked up: that is what is counted.
#[test]
fn a_form_that_is_sent_again_and_again_meets_the_rate_limit() {
    let server = Server::with(Limits { rates: narrow(), ..short() }, Files::Embedded);
    let page = request(server.address, "GET", "/s/olive?o=MO-7&l=fr", &[], b"");
    let form = fields(&page, &[("satisfaction", "4"), ("ease", "6"), ("lens", "5"), ("recommend", "9")]);
    let send = |from: &str| {
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Forwarded-For", from)];
        request(server.address, "POST", "/s/olive", &headers, form.as_bytes()).status
    };
    let statuses: Vec<u16> = (0..90).map(|_| send("203.0.113.9")).collect();
    let taken = statuses.iter().filter(|status| **status == 200).count();
    // Some seconds may pass meanwhile, each worth one more.
    assert!((64..85).contains(&taken) && statuses.contains(&429), "{statuses:?}");
    assert_eq!(send("198.51.100.9"), 200, "another network goes on");
    assert_eq!(server.folded(), 1);
}

/// A client who asks and asks and never reads fills the kernel's buffers, and then our patience.
#[test]
fn a_client_that_does_not_read_is_closed() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path().join("t")).unwrap();
    std::fs::write(folder.path().join("t/big.js"), vec![b'x'; 2_000_000]).unwrap();
    let files = Files::Folder(folder.path().to_owned());
    let server = Server::with(Limits { write: Duration::from_millis(300), ..short() }, files);
    let mut stream = connect(server.address);
    stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    let ask = format!("GET /t/big.js HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    for _ in 0..20 {
        if stream.write_all(ask.as_bytes()).is_err() {
            break;
        }
    }
    // Forty megabytes are owed; what comes is what was in the buffers when the service gave up.
    std::thread::sleep(Duration::from_millis(1_500));
    let mut read = Vec::new();
    let _ = stream.read_to_end(&mut read);
    assert!(read.len() < 30_000_000, "{} bytes", read.len());
    // A client that reads gets all of it, however slowly.
    let mut patient = connect(server.address);
    patient.write_all(ask.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let (mut total, mut piece) = (0, vec![0; 100_000]);
    loop {
        std::thread::sleep(Duration::from_millis(30));
        match patient.read(&mut piece).unwrap() {
            0 => break,
            length => total += length,
        }
    }
    assert!(total > 2_000_000, "{total} bytes");
}

/// Each write has its deadline, and so has a response: a client that takes a little again and again is closed too.
#[test]
fn a_client_that_reads_too_slowly_is_closed() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path().join("t")).unwrap();
    std::fs::write(folder.path().join("t/big.js"), vec![b'x'; 30_000_000]).unwrap();
    let files = Files::Folder(folder.path().to_owned());
    let limits = Limits { read_grace: Duration::from_secs(1), read_rate: 1_000_000_000, ..short() };
    let ask = b"GET /t/big.js HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    // A quarter of a megabyte every thirtieth of a second, which never lets a write wait for five seconds.
    let read = |server: &Server| {
        let mut stream = connect(server.address);
        stream.write_all(ask).unwrap();
        let (mut total, mut piece) = (0, vec![0; 250_000]);
        loop {
            std::thread::sleep(Duration::from_millis(30));
            match stream.read(&mut piece) {
                Ok(length) if length > 0 => total += length,
                _ => return total,
            }
        }
    };
    let total = read(&Server::with(limits, files.clone()));
    assert!(total < 30_000_000, "{total} bytes of a response that took too long");
    let total = read(&Server::with(short(), files));
    assert!(total > 30_000_000, "{total} bytes for a client that is slow but not too slow");
}

/// Half heads, half bodies and silence, as many as there are: each is closed in time, and the good ones are served
/// while they wait.
#[test]
fn slow_clients_are_closed_and_cost_the_others_nothing() {
    let limits = Limits { header_read: Duration::from_secs(5), body_read: Duration::from_secs(5), ..short() };
    let server = Server::with(limits, Files::Embedded);
    let start = Instant::now();
    let slow: Vec<TcpStream> = (0..300)
        .map(|index| {
            let mut stream = connect(server.address);
            let half = ["", "POST /v1/resp", "POST /v1/responses HTTP/1.1\r\nHost: a\r\nContent-Length: 19\r\n\r\nabc"];
            stream.write_all(half[index % 3].as_bytes()).unwrap();
            stream
        })
        .collect();
    let served = 8;
    for number in 0..served {
        assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), number))).status, 204);
    }
    let last = slow.last().unwrap();
    last.set_nonblocking(true).unwrap();
    let waits = last.peek(&mut [0]).unwrap_err();
    assert_eq!(waits.kind(), ErrorKind::WouldBlock, "the slow ones are closed already");
    last.set_nonblocking(false).unwrap();
    for mut stream in slow {
        let _ = finish(&mut stream);
    }
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    assert_eq!(server.folded(), served);
}

#[test]
fn a_network_has_only_so_many_connections_unless_it_is_a_proxy() {
    let limits = Limits { connections_prefix: 3, header_read: Duration::from_secs(20), ..short() };
    let server = Server::with_proxies(limits, "192.0.2.0/24");
    let mut open: Vec<TcpStream> = Vec::new();
    for _ in 0..3 {
        let mut stream = connect(server.address);
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let mut head = [0; 15];
        stream.read_exact(&mut head).unwrap();
        assert_eq!(&head, b"HTTP/1.1 200 OK");
        open.push(stream);
    }
    assert!(raw(server.address, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").is_none());
    open.clear();
    wait_for("a free place", || {
        raw(server.address, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").is_some()
    });
}
