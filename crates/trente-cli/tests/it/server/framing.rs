//! Tests of request smuggling: of a request with ambiguous length nothing is stored, and no second request is found in
//! one.

use std::io::Write;

use trente_testing::frames::{bytes, frame};

use crate::public::hosted::fields;
use crate::support::client::{connect, finish, raw};
use crate::support::{Server, get, request};

/// The second request that a smuggler hides: it would be answered 405, which no refusal of the first can be.
const HIDDEN: &str = "DELETE /v1/responses HTTP/1.1\r\nHost: a\r\n\r\n";

/// Sends it all at once and gives the statuses of everything that comes back.
fn statuses(server: &Server, bytes: &[u8]) -> Vec<u16> {
    let mut stream = connect(server.address);
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut text = Vec::new();
    let _ = std::io::Read::read_to_end(&mut stream, &mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    text.match_indices("HTTP/1.1 ").filter_map(|(at, _)| text.get(at + 9..at + 12)?.parse().ok()).collect()
}

#[test]
fn two_lengths_or_none_that_can_be_read_are_refused_and_hide_nothing() {
    let server = Server::start();
    let chunked = "Transfer-Encoding: chunked\r\n";
    let heads = ["POST /v1/responses HTTP/1.1\r\nHost: a\r\n", "POST /s/olive HTTP/1.1\r\nHost: a\r\n"];
    for post in heads {
        let corpus = [
            format!("{post}{chunked}Content-Length: 4\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Content-Length: 6\r\n{chunked}\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}content-length: 0\r\nX: y\r\ntRANSFER-eNCODING: chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}X: y\r\nCONTENT-LENGTH:0\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}Content-Length: x\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}{chunked}\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding:\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}Transfer-Encoding:\u{b}chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\nffffffffffffffff1\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n-5\r\nabcde\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n0x5\r\nabcde\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n+5\r\nabcde\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n 5\r\nabcde\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n5\nabcde\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n5\r\nabcde0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n5\r\nabcdef\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n5;x\ny\r\nabcde\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n\r\n0\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n0\r\nX y\r\n\r\n{HIDDEN}"),
            format!("{post}{chunked}\r\n1;{}\r\na\r\n0\r\n\r\n{HIDDEN}", "x".repeat(20_000)),
            format!("{post}{chunked}\r\n0\r\nX: {}\r\n\r\n{HIDDEN}", "x".repeat(20_000)),
            format!("{post}{chunked}\r\n0\r\n{}\r\n{HIDDEN}", "X: y\r\n".repeat(100)),
            format!("{post}Content-Length: 5\r\nContent-Length: 0\r\n\r\nabcde{HIDDEN}"),
            format!("{post}Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde{HIDDEN}"),
            format!("{post}Content-Length: 5, 0\r\n\r\nabcde{HIDDEN}"),
            format!("{post}Content-Length: +5\r\n\r\nabcde{HIDDEN}"),
            format!("{post}Content-Length: -1\r\n\r\n{HIDDEN}"),
            format!("{post}Content-Length: 0x5\r\n\r\nabcde{HIDDEN}"),
            format!("{post}Content-Length: 99999999999999999999\r\n\r\n{HIDDEN}"),
            format!("{post}Content-Length : 5\r\n\r\nabcde{HIDDEN}"),
            format!("{post} Content-Length: 5\r\n\r\nabcde{HIDDEN}"),
            format!("POST /v1/responses HTTP/1.0\r\n{chunked}\r\n0\r\n\r\n{HIDDEN}"),
            format!("POST /v1/responses HTTP/9.9\r\nHost: a\r\nContent-Length: 0\r\n\r\n{HIDDEN}"),
            format!("POST /v1/ responses HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n{HIDDEN}"),
            format!("\u{0}POST /v1/responses HTTP/1.1\r\nHost: a\r\n\r\n{HIDDEN}"),
        ];
        for request in corpus {
            let shown = &request[..request.len().min(200)];
            let found = statuses(&server, request.as_bytes());
            assert!(found.len() <= 1, "{shown:?} was answered {found:?}");
            assert!(found.iter().all(|status| matches!(status, 400 | 413 | 414 | 431 | 505)), "{shown:?}: {found:?}");
        }
    }
    assert!(server.is_empty());
}

/// A body in chunks of so many bytes.
fn chunks(body: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for chunk in body.chunks(size) {
        bytes.extend(format!("{:X}\r\n", chunk.len()).bytes().chain(chunk.iter().copied()).chain(*b"\r\n"));
    }
    bytes.extend(b"0\r\n\r\n");
    bytes
}

const CHUNKED: &str = "POST /v1/responses HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n";

/// As tunnels and proxies over HTTP/2 send bodies (RFC 9112 7.1).
#[test]
fn a_body_in_chunks_is_read_however_it_is_cut() {
    let server = Server::start();
    let body = bytes(&frame(server.survey(), 1));
    for size in [1, 7, 19, 100] {
        let whole = [CHUNKED.as_bytes(), b"Connection: close\r\n\r\n", &chunks(&body, size)].concat();
        assert_eq!(raw(server.address, &whole).map(|answer| answer.status), Some(204), "chunks of {size}");
        // The same, byte by byte.
        let mut stream = connect(server.address);
        for byte in whole {
            stream.write_all(&[byte]).unwrap();
        }
        assert_eq!(finish(&mut stream).map(|answer| answer.status), Some(204), "chunks of {size}, byte by byte");
    }
    // With what the standard allows besides: extensions, zeros before the size, trailers, another case of the letters.
    let odd = [
        "POST /v1/responses HTTP/1.1\r\nHost: a\r\ntransfer-encoding:  Chunked \r\nConnection: close\r\n\r\n"
            .as_bytes(),
        b"0013;name=\"value\";x\r\n",
        &body,
        b"\r\n000;last\r\nContent-Length: 5\r\nX-Checksum: 1\r\n\r\n",
    ];
    assert_eq!(raw(server.address, &odd.concat()).map(|answer| answer.status), Some(204));
    assert_eq!(server.folded(), 1);
}

/// Each is one request, and the connection goes on behind it.
#[test]
fn chunks_and_lengths_take_turns_on_one_connection() {
    let server = Server::start();
    let chunked = |response: u64| {
        let body = bytes(&frame(server.survey(), response));
        [CHUNKED.as_bytes(), b"\r\n", &chunks(&body, 5)].concat()
    };
    let sized = |response: u64| {
        let head = "POST /v1/responses HTTP/1.1\r\nHost: a\r\nContent-Length: 19\r\n\r\n";
        [head.as_bytes(), &bytes(&frame(server.survey(), response))].concat()
    };
    let get = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".to_vec();
    let all = [chunked(1), sized(2), chunked(3), get, chunked(1), sized(4)].concat();
    assert_eq!(statuses(&server, &all), [204, 204, 204, 200, 204, 204]);
    assert_eq!(server.folded(), 4);
}

#[test]
fn a_body_in_chunks_has_the_bounds_of_any_other() {
    let server = Server::start();
    // Too large, and still read so far that the client reads its refusal.
    let large = [CHUNKED.as_bytes(), b"\r\n", &chunks(&vec![0x10; 256 * 1024 + 1], 8192)].concat();
    let answer = raw(server.address, &large).unwrap();
    assert_eq!((answer.status, answer.code().as_str()), (413, "E_SIZE"));
    // Too slow: in a size, in a chunk, before the last one, in the trailers.
    for said in ["1", "13\r\nabc", "3\r\nabc\r\n", "0\r\nX: y\r\n"] {
        let mut stream = connect(server.address);
        stream.write_all(format!("{CHUNKED}\r\n{said}").as_bytes()).unwrap();
        let answer = finish(&mut stream).unwrap();
        assert_eq!((answer.status, answer.code().as_str()), (408, "E_SLOW"), "{said:?}");
        assert_eq!(answer.header("connection"), Some("close"));
    }
    // Ended early.
    let mut stream = connect(server.address);
    stream.write_all(format!("{CHUNKED}\r\n13\r\n").as_bytes()).unwrap();
    stream.write_all(&bytes(&frame(server.survey(), 1))).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert!(finish(&mut stream).is_none_or(|answer| answer.status == 400));
    assert!(server.is_empty());
}

#[test]
fn both_listeners_and_the_hosted_form_take_chunks() {
    let server = Server::start();
    let page = get(server.address, "/s/olive?o=MO-7&l=fr", &[]);
    let form = fields(&page, &[("satisfaction", "4"), ("ease", "6"), ("lens", "5"), ("recommend", "9")]);
    let send = |address, path: &str, kind: &str, body: &[u8]| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\
             Connection: close\r\nOrigin: http://127.0.0.1\r\n\r\n"
        );
        raw(address, &[head.as_bytes(), &chunks(body, 10)].concat()).unwrap()
    };
    let form_type = "application/x-www-form-urlencoded; charset=UTF-8";
    assert_eq!(send(server.address, "/s/olive", form_type, form.as_bytes()).status, 200);
    assert_eq!(server.folded(), 1);
    let token = server.master();
    let head = format!(
        "PUT /api/v1/sites/olive/retention HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    );
    let answer = raw(server.results, &[head.as_bytes(), &chunks(b"{\"days\":30}", 3)].concat()).unwrap();
    assert_eq!((answer.status, answer.json()["retention_days"].as_u64()), (200, Some(30)), "{answer:?}");
    let wrong = send(server.results, "/login", form_type, b"name=ada&password=wrong");
    assert!(matches!(wrong.status, 303 | 401 | 403 | 422), "{wrong:?}");
    // What is said twice is refused there as well.
    for address in [server.address, server.results] {
        let both = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n";
        let answer = raw(address, both).unwrap();
        assert_eq!((answer.status, answer.code().as_str()), (400, "E_LENGTH"));
        assert_eq!(answer.header("connection"), Some("close"));
    }
}

/// RFC 9112 3.2: a request has one host.
#[test]
fn two_hosts_or_none_are_refused() {
    let server = Server::start();
    for address in [server.address, server.results] {
        let path = if address == server.address { "/healthz" } else { "/login" };
        for head in [
            format!("GET {path} HTTP/1.1\r\n"),
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n"),
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nhost: 127.0.0.1\r\n"),
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1, evil.example\r\n"),
            format!("GET {path} HTTP/1.1\r\nHost: ada@127.0.0.1\r\n"),
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1/x\r\n"),
            format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n"),
            format!("GET http://127.0.0.1{path} HTTP/1.1\r\n"),
            format!("GET http://ada@127.0.0.1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"),
            format!("GET ftp://127.0.0.1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"),
        ] {
            let answer = raw(address, format!("{head}\r\n").as_bytes()).unwrap();
            assert_eq!(answer.status, 400, "{head:?}: {answer:?}");
        }
        // HTTP/1.0 has none to say, and a target of its own counts before the header.
        for head in [
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"),
            format!("GET http://127.0.0.1{path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n"),
        ] {
            assert_eq!(raw(address, format!("{head}\r\n").as_bytes()).unwrap().status, 200, "{head:?}");
        }
        let evil = format!("GET http://evil.example{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        let status = raw(address, evil.as_bytes()).unwrap().status;
        assert_eq!(status, if address == server.address { 200 } else { 421 });
    }
    assert_eq!(raw(server.address, b"GET /healthz HTTP/1.0\r\n\r\n").unwrap().status, 200);
    assert_eq!(raw(server.results, b"GET /login HTTP/1.0\r\n\r\n").unwrap().status, 421);
}

#[test]
fn requests_in_one_packet_are_two_requests() {
    let server = Server::start();
    let post = |response: u64| {
        let head = "POST /v1/responses HTTP/1.1\r\nHost: a\r\nContent-Length: 19\r\n\r\n";
        [head.as_bytes(), &bytes(&frame(server.survey(), response))].concat()
    };
    assert_eq!(statuses(&server, &[post(1), post(2), post(1)].concat()), [204, 204, 204]);
    assert_eq!(server.folded(), 2);
}

#[test]
fn methods_that_nobody_knows_are_405_wherever_they_ask() {
    let server = Server::start();
    for method in ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW"] {
        for path in ["/v1/responses", "/v1/surveys/olive", "/s/olive", "/healthz", "/trente.js", "/nothing", "*"] {
            assert_eq!(request(server.address, method, path, &[], b"").status, 405, "{method} {path}");
        }
    }
    let mut stream = connect(server.address);
    stream.write_all(b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(finish(&mut stream).map(|answer| answer.status), Some(405));
    assert!(server.is_empty());
}
