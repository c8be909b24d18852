//! Tests of telemetry: metrics and log lines.

use trente_store::clock::{epoch, now_ms};
use trente_testing::frames::{bytes, frame, signed};
use trente_testing::stores::ORIGIN;
use trente_testing::wait_for;

use crate::support::{Server, get, post, request};

/// The value of a sample, by its name and labels as they are written.
fn sample(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn metrics_count_what_happens_and_name_nobody() {
    let server = Server::start();
    let body = bytes(&frame(server.survey(), 1));
    assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    let proven = signed(frame(server.survey(), 0), &server.key(), "canary-order", epoch(now_ms()));
    assert_eq!(post(server.address, ORIGIN, &bytes(&proven)).status, 204);
    let headers = [("Origin", "https://canary.example"), ("User-Agent", "canary"), ("X-Forwarded-For", "203.0.113.77")];
    assert_eq!(request(server.address, "POST", "/v1/responses", &headers, &body).status, 403);
    assert_eq!(get(server.address, "/canary", &headers).status, 404);
    server.folded();
    let answer = get(server.results, "/metrics", &[]);
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    assert!(answer.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let text = answer.text();
    for (name, least) in [
        ("trente_requests_total{listener=\"public\",status=\"204\"}", 2.0),
        ("trente_requests_total{listener=\"public\",status=\"403\"}", 1.0),
        ("trente_refusals_total{code=\"E_ORIGIN\"}", 1.0),
        ("trente_frames_total{signed=\"yes\"}", 1.0),
        ("trente_frames_total{signed=\"no\"}", 1.0),
        ("trente_connections{listener=\"inner\"}", 1.0),
        ("trente_commit_seconds_count", 1.0),
        ("trente_commit_seconds_bucket{le=\"+Inf\"}", 1.0),
        ("trente_commit_batch_frames_count", 1.0),
        ("trente_fold_seconds_count", 1.0),
        ("trente_store_up", 1.0),
    ] {
        let value = sample(text, name);
        assert!(value.is_some_and(|value| value >= least), "{name} is {value:?} in\n{text}");
    }
    assert_eq!(sample(text, "trente_queue_jobs"), Some(0.0));
    assert_eq!(sample(text, "trente_inbox_frames"), Some(0.0));
    assert!(!text.contains("canary") && !text.contains("203.0"), "{text}");
    // Not for the public, and not for a page elsewhere that points its name at this machine.
    assert_eq!(get(server.address, "/metrics", &[]).status, 404);
    let foreign = crate::support::client::raw(server.results, b"GET /metrics HTTP/1.0\r\nHost: evil.example\r\n\r\n");
    assert_eq!(foreign.unwrap().status, 421);
}

#[test]
fn the_lag_of_the_inbox_is_told_with_its_age() {
    let server = Server::start();
    server.database().execute_batch("alter table daily rename to away").unwrap();
    for response in 0..3 {
        assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), response))).status, 204);
    }
    let value = |name: &str| sample(get(server.results, "/metrics", &[]).text(), name).unwrap();
    wait_for("an age", || value("trente_inbox_oldest_seconds") > 0.0);
    assert_eq!(value("trente_inbox_frames"), 3.0);
    wait_for("the failure", || value("trente_store_up") == 0.0);
    server.database().execute_batch("alter table away rename to daily").unwrap();
    server.folded();
    assert_eq!(value("trente_inbox_frames"), 0.0);
    assert_eq!(value("trente_inbox_oldest_seconds"), 0.0);
    wait_for("health", || value("trente_store_up") == 1.0);
}
