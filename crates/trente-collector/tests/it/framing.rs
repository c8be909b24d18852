//! Requests whose end is a matter of opinion: nothing of them is stored, and no second request is found in one.

use std::io::Write;

use crate::support::client::{connect, finish, raw};
use crate::support::frames::{bytes, frame};
use crate::support::{Server, request};

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
    let post = "POST /v1/responses HTTP/1.1\r\nHost: a\r\n";
    let corpus = [
        format!("{post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Transfer-Encoding:\u{b}chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Transfer-Encoding: chunked\r\n\r\n5;x=\"\r\nabcde\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n{HIDDEN}"),
        format!("{post}Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n{HIDDEN}"),
        format!("{post}Content-Length: 5\r\nContent-Length: 0\r\n\r\nabcde{HIDDEN}"),
        format!("{post}Content-Length: 5, 0\r\n\r\nabcde{HIDDEN}"),
        format!("{post}Content-Length: +5\r\n\r\nabcde{HIDDEN}"),
        format!("{post}Content-Length: -1\r\n\r\n{HIDDEN}"),
        format!("{post}Content-Length: 0x5\r\n\r\nabcde{HIDDEN}"),
        format!("{post}Content-Length: 99999999999999999999\r\n\r\n{HIDDEN}"),
        format!("{post}Content-Length : 5\r\n\r\nabcde{HIDDEN}"),
        format!("{post} Content-Length: 5\r\n\r\nabcde{HIDDEN}"),
        format!("POST /v1/responses HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}"),
        format!("POST /v1/responses HTTP/9.9\r\nHost: a\r\nContent-Length: 0\r\n\r\n{HIDDEN}"),
        format!("POST /v1/ responses HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n{HIDDEN}"),
        format!("\u{0}POST /v1/responses HTTP/1.1\r\nHost: a\r\n\r\n{HIDDEN}"),
    ];
    for request in corpus {
        let found = statuses(&server, request.as_bytes());
        assert!(found.len() <= 1, "{request:?} was answered {found:?}");
        assert!(
            found.iter().all(|status| matches!(status, 400 | 411 | 413 | 414 | 431 | 505)),
            "{request:?}: {found:?}"
        );
    }
    assert!(server.is_empty());
}

#[test]
fn a_body_in_chunks_is_asked_for_its_length() {
    let server = Server::start();
    let head = "POST /v1/responses HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n";
    let body = bytes(&frame(server.survey(), 1));
    let answer = raw(server.address, &[head.as_bytes(), &body, b"\r\n0\r\n\r\n"].concat()).unwrap();
    assert_eq!((answer.status, answer.code().as_str()), (411, "E_LENGTH"));
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(server.is_empty());
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
