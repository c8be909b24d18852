//! Bad input: each the status and the code of docs/wire-format.md#errors and #what-the-collector-answers, nothing
//! stored, nothing leaked.

use std::io::Write;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use trente_collector::domain::assets::Files;
use trente_collector::limits::Limits;
use trente_store::clock::{epoch, now_ms};
use trente_survey::frame::Frame;
use trente_survey::response_id::{Key, SurveyId};
use trente_testing::frames::{bytes, frame, scored, signed};
use trente_testing::stores::ORIGIN;

use crate::support::client::{connect, finish, raw};
use crate::support::server::short;
use crate::support::{Answer, Server, get, post, request};

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn bad_frames_are_400_with_code_and_index() {
    let server = Server::start();
    let good = bytes(&frame(server.survey(), 1));
    let patched = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    for (body, code) in [
        (Vec::new(), "E_LEN"),
        (good[..18].to_vec(), "E_LEN"),
        (patched(0, 0x20), "E_VERSION"),
        (patched(15, good[15] | 1), "E_RESERVED"),
        (patched(17, good[17] | 1), "E_RESERVED"),
        (patched(13, 6 << 5), "E_RANGE"),
        (patched(18, 101), "E_RANGE"),
        (patched(15, good[15] | 1 << 5), "E_BRANCH"),
    ] {
        let answer = post(server.address, ORIGIN, &body);
        refused(&answer, 400, code);
        assert_eq!(answer.json()["frame"], 0);
        // The widget may read the refusal, so that it stops trying.
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(answer.header("vary"), Some("Origin"));
    }
    // All or nothing: a good frame before a bad one is not stored either.
    let answer = post(server.address, ORIGIN, &[good.clone(), patched(18, 101)].concat());
    refused(&answer, 400, "E_RANGE");
    assert_eq!(answer.json()["frame"], 1);
    assert!(server.is_empty());
}

#[test]
fn every_truncation_is_refused() {
    let server = Server::start();
    let whole =
        bytes(&Frame { verbatim: Some("très bien".into()), age_minutes: Some(3), ..frame(server.survey(), 1) });
    for length in 0..whole.len() {
        assert_eq!(post(server.address, ORIGIN, &whole[..length]).status, 400, "{length} bytes");
    }
    assert!(server.is_empty());
}

#[test]
fn an_unknown_survey_is_404_and_a_bad_tag_403() {
    let server = Server::start();
    refused(&post(server.address, ORIGIN, &bytes(&frame(SurveyId([1, 2, 3, 4]), 1))), 404, "E_SURVEY");
    let now = epoch(now_ms());
    let forged = signed(frame(server.survey(), 1), &Key([7; 32]), "MO-1", now);
    refused(&post(server.address, ORIGIN, &bytes(&forged)), 403, "E_TAG");
    let old = signed(frame(server.survey(), 1), &server.key(), "MO-1", now - 3);
    refused(&post(server.address, ORIGIN, &bytes(&old)), 403, "E_TAG");
    assert!(server.is_empty());
}

#[test]
fn foreign_pages_are_403_and_cannot_read_it() {
    let server = Server::start();
    let body = bytes(&frame(server.survey(), 1));
    for origin in ["https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example", "x"] {
        let answer = post(server.address, origin, &body);
        refused(&answer, 403, "E_ORIGIN");
        assert_eq!(answer.header("access-control-allow-origin"), None);
        let sheet = get(server.address, "/v1/surveys/olive", &[("Origin", origin)]);
        refused(&sheet, 403, "E_ORIGIN");
        assert_eq!(sheet.header("access-control-allow-origin"), None);
    }
    // A page of one site may not answer for another.
    trente_testing::stores::add_site(&server.folder.database(), "fig", &["https://fig.example"]);
    trente_testing::wait_for("the new site", || get(server.address, "/v1/surveys/fig", &[]).status == 200);
    refused(&post(server.address, "https://fig.example", &body), 403, "E_ORIGIN");
    assert!(server.is_empty());
}

#[test]
fn unknown_sites_paths_and_methods() {
    let server = Server::start();
    refused(&get(server.address, "/v1/surveys/nobody", &[("Origin", ORIGIN)]), 404, "E_SITE");
    refused(&get(server.address, "/v1/surveys/%ff", &[]), 404, "E_SITE");
    assert_eq!(get(server.address, "/s/%ff", &[]).status, 404);
    refused(&get(server.address, "/nothing", &[]), 404, "E_PATH");
    refused(&get(server.address, "/t/../Cargo.toml", &[]), 404, "E_PATH");
    refused(&request(server.address, "DELETE", "/v1/responses", &[], b""), 405, "E_METHOD");
    refused(&request(server.address, "POST", "/v1/surveys/olive", &[], b""), 405, "E_METHOD");
    refused(&get(server.address, "/v1/responses", &[]), 405, "E_METHOD");
    assert_eq!(raw(server.address, b"nonsense\r\n\r\n").map(|answer| answer.status), Some(400));
}

/// ASVS 3.4.3, 3.4.4 and 3.4.6, on every response of the public listener.
#[test]
fn asvs_3_4_every_public_response_has_a_policy_and_its_own_type() {
    let server = Server::start();
    let good = bytes(&frame(server.survey(), 1));
    let etag = get(server.address, "/v1/surveys/olive", &[]).header("etag").unwrap().to_owned();
    let answers = [
        post(server.address, ORIGIN, &good),
        post(server.address, ORIGIN, &good[..5]),
        post(server.address, "https://evil.example", &good),
        get(server.address, "/v1/surveys/olive", &[]),
        get(server.address, "/v1/surveys/olive", &[("If-None-Match", &etag)]),
        get(server.address, "/v1/surveys/nobody", &[]),
        get(server.address, "/s/olive", &[]),
        get(server.address, "/s/nobody", &[]),
        get(server.address, "/s/hosted.css", &[]),
        get(server.address, "/healthz", &[]),
        get(server.address, "/readyz", &[]),
        get(server.address, "/nothing", &[]),
        request(server.address, "DELETE", "/v1/responses", &[], b""),
        request(server.address, "OPTIONS", "/v1/responses", &[("Origin", ORIGIN)], b""),
        raw(server.address, b"GET / HTTP/1.1\r\n\r\n").unwrap(),
    ];
    for answer in answers {
        let policy = answer.header("content-security-policy").ok_or(&answer).unwrap();
        for directive in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(directive), "{directive}: {answer:?}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer:?}");
    }
}

#[test]
fn other_types_are_415() {
    let server = Server::start();
    let body = bytes(&frame(server.survey(), 1));
    for kind in ["application/json", "multipart/form-data", "text/html", "text"] {
        let answer = request(server.address, "POST", "/v1/responses", &[("Content-Type", kind)], &body);
        refused(&answer, 415, "E_TYPE");
    }
    assert!(server.is_empty());
    for kind in ["text/plain", "TEXT/PLAIN; charset=utf-8", "application/octet-stream"] {
        let answer = request(server.address, "POST", "/v1/responses", &[("Content-Type", kind)], &body);
        assert_eq!(answer.status, 204);
    }
    assert_eq!(request(server.address, "POST", "/v1/responses", &[], &body).status, 204);
    assert_eq!(server.folded(), 1);
}

#[test]
fn sixty_four_frames_of_the_longest_kind_fit_and_one_more_does_not() {
    let server = Server::start();
    let text = "😀".repeat(500);
    let long = |index: u64| {
        let frame = Frame {
            verbatim: Some(text.clone()),
            age_minutes: Some(9),
            channel: Some(1),
            ..frame(server.survey(), index)
        };
        bytes(&scored(frame))
    };
    let body: Vec<u8> = (0..64).flat_map(long).collect();
    refused(&post(server.address, ORIGIN, &[body.clone(), long(64)].concat()), 413, "E_SIZE");
    refused(&post(server.address, ORIGIN, &vec![0x10; 256 * 1024 + 1]), 413, "E_SIZE");
    refused(&post(server.address, ORIGIN, &vec![0x10; 2 * 1024 * 1024]), 413, "E_SIZE");
    // So much is announced that it is not even waited for.
    let announced = b"POST /v1/responses HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n";
    refused(&raw(server.address, announced).unwrap(), 413, "E_SIZE");
    assert!(server.is_empty());
    assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    assert_eq!(server.folded(), 64);
}

#[test]
fn a_slow_body_is_408() {
    let server = Server::start();
    let body = bytes(&frame(server.survey(), 1));
    let mut stream = connect(server.address);
    write!(stream, "POST /v1/responses HTTP/1.1\r\nHost: a\r\nOrigin: {ORIGIN}\r\nContent-Length: 19\r\n\r\n").unwrap();
    stream.write_all(&body[..10]).unwrap();
    let start = Instant::now();
    let answer = finish(&mut stream).unwrap();
    refused(&answer, 408, "E_SLOW");
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(server.is_empty());
}

#[test]
fn a_body_that_ends_early_is_not_stored() {
    let server = Server::start();
    let body = bytes(&frame(server.survey(), 1));
    let mut stream = connect(server.address);
    stream.write_all(b"POST /v1/responses HTTP/1.1\r\nHost: a\r\nContent-Length: 38\r\n\r\n").unwrap();
    stream.write_all(&body).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let answer = finish(&mut stream);
    assert!(answer.is_none_or(|answer| answer.status == 400));
    assert!(server.is_empty());
}

#[test]
fn half_a_header_is_closed_in_time() {
    let server = Server::start();
    for head in ["", "POST /v1/resp", "POST /v1/responses HTTP/1.1\r\nHost: a\r\nOri"] {
        let mut stream = connect(server.address);
        stream.write_all(head.as_bytes()).unwrap();
        let start = Instant::now();
        let _ = finish(&mut stream);
        let elapsed = start.elapsed();
        assert!(elapsed > Duration::from_millis(200) && elapsed < Duration::from_secs(2), "{head}: {elapsed:?}");
    }
    // A drip of one byte at a time does not put the deadline off.
    let mut stream = connect(server.address);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(2) && stream.write_all(b"P").is_ok() {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(server.is_empty());
}

#[test]
fn the_real_deadline_of_a_header_is_five_seconds() {
    let limits = Limits { body_read: Duration::from_millis(300), ..Limits::default() };
    let server = Server::with(limits, Files::Embedded);
    let mut stream = connect(server.address);
    stream.write_all(b"POST /v1/responses HTTP/1.1\r\nHost:").unwrap();
    let start = Instant::now();
    let _ = finish(&mut stream);
    let elapsed = start.elapsed();
    assert!((4_500..7_000).contains(&elapsed.as_millis()), "{elapsed:?}");
}

#[test]
fn too_many_headers_are_refused() {
    let server = Server::start();
    let many: String = (0..70).map(|index| format!("x-{index}: 1\r\n")).collect();
    let answer = raw(server.address, format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{many}\r\n").as_bytes()).unwrap();
    assert_eq!(answer.status, 431);
    let long = format!("GET /healthz HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n", "a".repeat(20_000));
    assert!(raw(server.address, long.as_bytes()).is_none_or(|answer| answer.status == 431));
}

#[test]
fn a_full_queue_and_a_slow_store_are_503() {
    let limits = Limits { queue: 1, store_wait: Duration::from_millis(700), ..short() };
    let server = Server::with(limits, Files::Embedded);
    let body = bytes(&frame(server.survey(), 1));
    let lock = Connection::open(server.folder.database()).unwrap();
    lock.execute_batch("begin immediate").unwrap();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let posts: Vec<_> = (0..6).map(|_| scope.spawn(|| post(server.address, ORIGIN, &body))).collect();
        posts.into_iter().map(|post| post.join().unwrap()).collect()
    });
    lock.execute_batch("rollback").unwrap();
    let mut codes: Vec<_> = answers.iter().map(Answer::code).collect();
    codes.sort();
    assert_eq!((codes.first().unwrap().as_str(), codes.last().unwrap().as_str()), ("E_BUSY", "E_STORE"));
    for answer in &answers {
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    }
    // Coming back with the same frame stores it once, whatever became of the first tries.
    trente_testing::wait_for("the store", || post(server.address, ORIGIN, &body).status == 204);
    assert_eq!(server.folded(), 1);
}

#[test]
fn a_fold_that_fails_shows_in_readiness_and_loses_nothing() {
    let server = Server::start();
    server.database().execute_batch("alter table daily rename to away").unwrap();
    for response in 0..3 {
        assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), response))).status, 204);
    }
    trente_testing::wait_for("the failure", || get(server.address, "/readyz", &[]).status == 503);
    assert_eq!((server.count("inbox"), server.count("response")), (3, 0));
    server.database().execute_batch("alter table away rename to daily").unwrap();
    assert_eq!(server.folded(), 3);
    trente_testing::wait_for("readiness", || get(server.address, "/readyz", &[]).status == 200);
}

#[test]
fn a_store_that_fails_is_503_and_heals() {
    let server = Server::start();
    let body = bytes(&frame(server.survey(), 1));
    server.database().execute_batch("alter table inbox rename to away").unwrap();
    refused(&post(server.address, ORIGIN, &body), 503, "E_STORE");
    assert_eq!(get(server.address, "/readyz", &[]).status, 503);
    assert_eq!(get(server.address, "/healthz", &[]).status, 200);
    server.database().execute_batch("alter table away rename to inbox").unwrap();
    assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    assert_eq!(server.folded(), 1);
    assert_eq!(get(server.address, "/readyz", &[]).json()["ready"], true);
}
