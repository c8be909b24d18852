//! Tests of erasure, tombstones and retention.

use serde_json::json;
use trente_collector::jobs::retention;
use trente_collector::jobs::retention::clock_check::{ClockCheck, Reading};
use trente_store::change::Change;
use trente_store::clock::{DAY_MS, epoch, now_ms};
use trente_store::model::scope::Scope;
use trente_survey::frame::Frame;
use trente_survey::response_id::ResponseId;
use trente_testing::frames::{bytes, frame, scored, signed};
use trente_testing::recount::recount_differs;
use trente_testing::stores::{ORIGIN, wait};

use crate::support::{Server, post};

fn send(server: &Server, frame: &Frame) {
    assert_eq!(post(server.address, ORIGIN, &bytes(&scored(frame.clone()))).status, 204);
}

fn of_order(server: &Server, order: &str) -> Frame {
    Frame { response: ResponseId::from_order(server.survey(), order), ..frame(server.survey(), 0) }
}

#[test]
fn an_erased_response_is_gone_everywhere_and_an_outbox_does_not_bring_it_back() {
    let server = Server::start();
    let token = server.master();
    let erase = |body| {
        let answer = server.api(&token, "POST", "/sites/olive/erasures", Some(body));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["erased"].as_u64().unwrap()
    };
    // What one order has answered: without a key, and signed with the present and the former key.
    let unsigned = Frame { verbatim: Some("canary-word".into()), ..of_order(&server, "MO-1") };
    let former = signed(frame(server.survey(), 0), &server.key(), "MO-1", epoch(now_ms()));
    server.change(Change::RotateKey { site: "olive".into(), key: [7; 32] });
    let other = frame(server.survey(), 99);
    for frame in [&unsigned, &former, &other] {
        send(&server, frame);
    }
    assert_eq!(server.folded(), 3);
    assert_eq!(erase(json!({ "order": "MO-2" })), 0);
    assert_eq!(erase(json!({ "order": "MO-1" })), 2);
    assert_eq!((server.folded(), recount_differs(&server.database())), (1, 0));
    // Not in a free corner of a page either, nor in the write-ahead log.
    for entry in std::fs::read_dir(server.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let file = std::fs::read(&path).unwrap();
        assert!(!file.windows(11).any(|at| at == b"canary-word"), "{}", path.display());
    }

    // Replays, later revisions and a shuffled order are acknowledged, so that the outbox rests, and stay out.
    for _ in 0..2 {
        for frame in [&Frame { rev: 1, ..unsigned.clone() }, &former, &unsigned] {
            send(&server, frame);
        }
        assert_eq!((server.folded(), recount_differs(&server.database())), (1, 0));
    }
    // The tombstone has the key alone, and no end: a frame can be replayed whenever a client has kept it.
    let (until, columns): (u64, u64) = server
        .database()
        .query_row(
            "select max(until_ms), (select count(*) from pragma_table_info('tombstone')) from tombstone",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(columns, 3);
    assert!(until > now_ms() + 365_000 * DAY_MS);
    for days in [15, 101, 4000] {
        wait(retention::delete_expired(&server.store(), now_ms() + days * DAY_MS)).unwrap();
        send(&server, &unsigned);
        assert_eq!(server.folded(), 1);
    }
    assert_eq!(server.count("erasure"), server.count("tombstone"));

    assert_eq!(erase(json!({ "response": "0000000000000063" })), 1);
    assert_eq!(server.folded(), 0);
    assert_eq!(server.counts().unverified.n(), 0);
    for body in [
        json!({}),
        json!({ "order": "" }),
        json!({ "response": "63" }),
        json!({ "order": "a", "response": "0000000000000063" }),
    ] {
        assert_eq!(server.api(&token, "POST", "/sites/olive/erasures", Some(body)).status, 422);
    }
    // The audit log says that it was done, and neither to which order nor to which response.
    let audit = format!("{:?}", server.audit());
    assert!(audit.contains("responses erased") && !audit.contains("MO-1") && !audit.contains("0000000000000063"));
}

/// An order is the same order with white space around it; what earlier releases stored as another is found.
#[test]
fn what_is_looked_up_is_what_is_erased() {
    let server = Server::start();
    let token = server.master();
    let key = server.key();
    let indented = "\n      MO-1\n    ";
    for frame in [
        of_order(&server, "MO-1"),
        of_order(&server, indented),
        signed(frame(server.survey(), 0), &key, "MO-1 ", epoch(now_ms())),
        of_order(&server, "MO-2"),
    ] {
        send(&server, &frame);
    }
    assert_eq!(server.folded(), 4);
    let look = |body| {
        let answer = server.api(&token, "POST", "/sites/olive/lookups", Some(body));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["responses"].as_array().unwrap().clone()
    };
    let found = look(json!({ "order": "MO-1" }));
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found.iter().filter(|response| response["verified"] == true).count(), 1);
    assert_eq!(look(json!({ "order": " MO-2\u{200b}" })).len(), 1);
    assert_eq!(look(json!({ "order": "MO-3" })).len(), 0);
    let id = found[0]["response"].as_str().unwrap();
    assert_eq!(look(json!({ "response": id })), [found[0].clone()]);
    // Looking changes nothing but the audit log, which says so without the order.
    assert_eq!(server.folded(), 4);
    let audit = server.audit();
    assert_eq!(audit.iter().filter(|line| line.act == "responses looked up").count(), 4);
    assert!(!format!("{audit:?}").contains("MO-"));

    for body in [
        json!({}),
        json!({ "order": " \n" }),
        json!({ "order": "undefined" }),
        json!({ "order": "{{ order.name }}" }),
        json!({ "response": "63" }),
        json!({ "order": "a", "response": id }),
    ] {
        for path in ["/sites/olive/lookups", "/sites/olive/erasures"] {
            let answer = server.api(&token, "POST", path, Some(body.clone()));
            assert_eq!((answer.status, answer.json()["code"].as_str()), (422, Some("E_INPUT")), "{path} {body}");
        }
    }
    assert_eq!(server.api(&token, "POST", "/sites/nobody/lookups", Some(json!({ "order": "MO-1" }))).status, 404);
    let erased = server.api(&token, "POST", "/sites/olive/erasures", Some(json!({ "order": "\tMO-1\r\n" })));
    assert_eq!(erased.json()["erased"], 3);
    assert_eq!((server.folded(), recount_differs(&server.database())), (1, 0));
}

#[test]
fn looking_up_needs_the_scope_of_exports() {
    let server = Server::start();
    for (index, (scope, status)) in
        [(Scope::Read, 403), (Scope::Erase, 403), (Scope::Admin, 403), (Scope::Export, 200)].into_iter().enumerate()
    {
        let token = server.token(&index.to_string(), &[scope], None);
        let answer = server.api(&token, "POST", "/sites/olive/lookups", Some(json!({ "order": "MO-1" })));
        assert_eq!(answer.status, status, "{scope:?}");
    }
}

#[test]
fn retention_deletes_responses_keeps_their_counts_and_counts_nothing_twice() {
    let server = Server::start();
    let old = of_order(&server, "MO-1");
    for frame in [&old, &of_order(&server, "MO-2")] {
        send(&server, frame);
    }
    assert_eq!(server.folded(), 2);
    let id = trente_store::encoding::hex(&old.response.0);
    server
        .database()
        .execute_batch(&format!("update response set day = day - 31 where hex(rid) = upper('{id}')"))
        .unwrap();
    let run = || wait(retention::delete_expired(&server.store(), now_ms())).unwrap();
    assert_eq!(run(), 0, "a site that says nothing keeps its responses");
    server.change(Change::SetRetention { site: "olive".into(), days: Some(31) });
    assert_eq!(run(), 0, "the thirty-first day is kept");
    server.change(Change::SetRetention { site: "olive".into(), days: Some(30) });
    assert_eq!(run(), 1);
    assert_eq!((server.folded(), server.counts().unverified.n()), (1, 2));
    assert!(server.responses().iter().all(|response| response["response"] != id));
    // A frame that comes again is not counted again.
    send(&server, &Frame { rev: 2, ..old });
    assert_eq!((server.folded(), server.counts().unverified.n()), (1, 2));
    assert_eq!(run(), 0);
}

#[test]
fn a_clock_that_jumps_ahead_deletes_nothing_before_it_has_run_on_for_a_day() {
    let server = Server::start();
    send(&server, &of_order(&server, "MO-1"));
    server.folded();
    server.change(Change::SetRetention { site: "olive".into(), days: Some(30) });
    let store = server.store();
    let begin = |start: Reading| wait(ClockCheck::begin(&store, start)).unwrap();
    let rounds = |check: &mut ClockCheck, readings: &[Reading]| {
        let deleted = readings.iter().map(|&now| wait(retention::run(&store, check, now)).unwrap());
        deleted.collect::<Vec<_>>()
    };
    let start = Reading { wall_ms: now_ms(), running_ms: 0 };
    let at = |ahead_days: u64, hours: u64| Reading {
        wall_ms: start.wall_ms + ahead_days * DAY_MS + hours * DAY_MS / 24,
        running_ms: hours * DAY_MS / 24,
    };
    // A clock that is set to another year for some hours, and set right.
    let mut check = begin(start);
    assert_eq!(rounds(&mut check, &[at(0, 1), at(400, 2), at(400, 3), at(0, 4), at(0, 28), at(0, 29)]), [0; 6]);
    assert_eq!(server.count("response"), 1);
    // A machine that starts with a clock that is ahead; a shop that was closed is no different for the first day.
    let mut check = begin(at(400, 0));
    assert_eq!(rounds(&mut check, &[at(400, 1), at(400, 23)]), [0, 0]);
    // Started again meanwhile: what was stored since bears the same wrong time, and makes it no more plausible.
    let sql = "insert into audit (at_ms, actor, act, subject) values (?1, 'shell', 'site added', 'fig')";
    server.database().execute(sql, [at(400, 2).wall_ms]).unwrap();
    let mut check = begin(at(400, 23));
    assert_eq!(rounds(&mut check, &[at(400, 24), at(400, 46), at(400, 47)]), [0, 0, 1]);
}
