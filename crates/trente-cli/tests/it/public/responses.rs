//! Tests of storing: what is acknowledged is stored once, under its best frame, with our own score.

use std::fs;

use trente_collector::domain::assets::Files;
use trente_store::clock::{day, epoch, now_ms};
use trente_survey::frame::Frame;
use trente_survey::locale::Language;
use trente_survey::score::flag;
use trente_survey::wording::Wording;
use trente_survey::{Answers, Class};
use trente_testing::frames::{bytes, frame, scored, signed};
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::{Folder, wait_for};

use crate::support::server::short;
use crate::support::{Server, get, post, request};

type Row = (u32, bool, u8, u8, u8, u16, Option<u8>, Option<String>);

fn row(server: &Server) -> Row {
    server
        .database()
        .query_row("select day, verified, rev, score, class, flags, primary_cause, verbatim from response", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
        })
        .unwrap()
}

fn counted(server: &Server) -> Vec<(u8, u32, u64)> {
    let database = server.database();
    let mut statement = database.prepare("select kind, key, n from daily order by verified, kind, key").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_stored_frame_is_204_without_a_cookie_or_a_body() {
    let server = Server::start();
    let answer = post(server.address, ORIGIN, &bytes(&frame(server.survey(), 1)));
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(answer.header("vary"), Some("Origin"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(server.folded(), 1);
    let today = day(now_ms());
    assert_eq!(row(&server), (today, false, 0, 86, Class::Ok as u8, 0, None, None));
}

#[test]
fn replays_and_reorderings_store_one_response_under_its_last_revision() {
    let server = Server::start();
    let first = frame(server.survey(), 1);
    let incident = Answers { recommend: Some(2), ..first.answers };
    let second = scored(Frame { rev: 1, answers: Answers { moment: 7, ..incident }, ..first.clone() });
    let third = Frame { rev: 2, answers: Answers { moment: 7, forgive: 3, ..incident }, ..first.clone() };
    let third = scored(Frame { verbatim: Some("24 minutes".into()), ..third });
    for frame in [&third, &first, &second, &first, &third, &second, &third] {
        assert_eq!(post(server.address, ORIGIN, &bytes(frame)).status, 204);
        server.folded();
    }
    assert_eq!(post(server.address, ORIGIN, &[bytes(&second), bytes(&third), bytes(&first)].concat()).status, 204);
    assert_eq!(server.folded(), 1);
    let (_, _, rev, score, class, flags, primary, verbatim) = row(&server);
    assert_eq!((rev, score, class), (2, 19, Class::Unforgivable as u8));
    assert_eq!(flags, flag::LOST | flag::MIXED | flag::NOTED);
    assert_eq!((primary, verbatim.as_deref()), (Some(6), Some("24 minutes")));
    // One response in one key, one bucket, one verbatim.
    assert_eq!(counted(&server).iter().map(|(kind, _, n)| (*kind, *n)).collect::<Vec<_>>(), [(0, 1), (1, 1), (2, 1)]);
}

#[test]
fn a_verified_response_is_never_displaced() {
    let server = Server::start();
    let verified = signed(frame(server.survey(), 0), &server.key(), "MO-1", epoch(now_ms()));
    let answers = Answers { recommend: Some(0), ..verified.answers };
    let forged = scored(Frame { proof: None, rev: 3, answers, ..verified.clone() });
    for frame in [&forged, &verified, &forged] {
        assert_eq!(post(server.address, ORIGIN, &bytes(frame)).status, 204);
        server.folded();
    }
    let (_, proven, rev, .., flags, _, _) = row(&server);
    assert_eq!((proven, rev, flags & flag::VERIFIED), (true, 0, flag::VERIFIED));
    assert_eq!(counted(&server).len(), 2, "the forged one is in no count");
    let last = signed(frame(server.survey(), 0), &server.key(), "MO-2", epoch(now_ms()) - 2);
    assert_eq!(post(server.address, ORIGIN, &bytes(&last)).status, 204, "the third newest epoch still counts");
}

#[test]
fn a_score_that_is_not_ours_is_replaced_and_flagged() {
    let server = Server::start();
    let lie = Frame { score: 100, ..frame(server.survey(), 1) };
    assert_eq!(post(server.address, ORIGIN, &bytes(&lie)).status, 204);
    assert_eq!(server.folded(), 1);
    let (_, _, _, score, _, flags, ..) = row(&server);
    assert_eq!((score, flags), (86, flag::SCORE_MISMATCH));
    assert_eq!(counted(&server).last(), Some(&(2, 1, 1)));
}

#[test]
fn a_preview_is_checked_and_leaves_nothing() {
    let server = Server::start();
    let preview = Frame { preview: true, ..frame(server.survey(), 1) };
    assert_eq!(post(server.address, ORIGIN, &bytes(&preview)).status, 204);
    let mut bad = bytes(&preview);
    bad[18] = 101;
    assert_eq!(post(server.address, ORIGIN, &bad).code(), "E_RANGE");
    assert!(server.is_empty());
    assert_eq!(server.count("inbox"), 0);
}

#[test]
fn an_answer_counts_on_the_day_it_was_given() {
    let server = Server::start();
    let late = |minutes| Frame { age_minutes: Some(minutes), ..frame(server.survey(), 1) };
    assert_eq!(post(server.address, ORIGIN, &bytes(&late(3 * 24 * 60))).status, 204);
    server.folded();
    assert_eq!(row(&server).0, day(now_ms()) - 3);
    // No client is believed further back than seven days.
    assert_eq!(post(server.address, ORIGIN, &bytes(&late(u16::MAX))).status, 204);
    server.folded();
    assert_eq!(row(&server).0, day(now_ms()) - 7);
    assert_eq!(counted(&server).len(), 2);
}

#[test]
fn own_pages_and_programs_may_send() {
    let server = Server::start();
    let body = bytes(&frame(server.survey(), 1));
    let own = format!("http://{}", server.address);
    assert_eq!(post(server.address, &own, &body).status, 204);
    assert_eq!(request(server.address, "POST", "/v1/responses", &[], &body).status, 204);
    let proxied = [("Origin", "https://avis.example"), ("Sec-Fetch-Site", "same-origin")];
    assert_eq!(request(server.address, "POST", "/v1/responses", &proxied, &body).status, 204);
    assert_eq!(server.folded(), 1);
}

#[test]
fn preflights_are_answered() {
    let server = Server::start();
    let answer = request(server.address, "OPTIONS", "/v1/responses", &[("Origin", ORIGIN)], b"");
    assert_eq!((answer.status, answer.header("access-control-max-age")), (204, Some("7200")));
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
    let foreign = request(server.address, "OPTIONS", "/v1/responses", &[("Origin", "https://evil.example")], b"");
    assert_eq!((foreign.status, foreign.header("access-control-allow-origin")), (403, None));
}

#[test]
fn a_survey_comes_in_the_language_asked_for_and_is_cached() {
    let server = Server::start();
    for (query, lang) in
        [("?lang=en", "en"), ("?lang=en-GB", "en"), ("?lang=xx", "en"), ("", "fr"), ("?lang=fr_CA", "fr")]
    {
        let answer = get(server.address, &format!("/v1/surveys/olive{query}"), &[("Origin", ORIGIN)]);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
        let sheet = answer.json();
        assert_eq!((sheet["lang"].as_str(), sheet["dir"].as_str()), (Some(lang), Some("ltr")));
        let survey = u32::from_be_bytes(server.survey().0);
        assert_eq!(sheet["survey"], format!("{survey:08x}"));
        let etag = answer.header("etag").unwrap();
        let again = [("Origin", ORIGIN), ("If-None-Match", etag)];
        let again = get(server.address, &format!("/v1/surveys/olive{query}"), &again);
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(etag)));
        assert_eq!(again.header("access-control-allow-origin"), Some(ORIGIN));
    }
    for language in Language::ALL {
        let query = format!("/v1/surveys/olive?lang={}-x-own", language.tag());
        let sheet = get(server.address, &query, &[("Origin", ORIGIN)]).json();
        assert_eq!((sheet["lang"].as_str(), sheet["dir"].as_str()), (Some(language.tag()), Some(language.direction())));
        assert_eq!(sheet["locale"], language.number());
        assert_eq!(sheet["text"]["several"], Wording::of(language).several.as_ref());
    }
}

#[test]
fn a_site_added_while_serving_is_found() {
    let server = Server::start();
    add_site(&server.folder.database(), "fig", &["https://fig.example"]);
    let body = bytes(&frame(trente_testing::frames::survey("fig"), 1));
    wait_for("the new site", || post(server.address, "https://fig.example", &body).status == 204);
    assert_eq!(get(server.address, "/v1/surveys/fig", &[("Origin", "https://fig.example")]).status, 200);
    assert_eq!(server.folded(), 1);
}

#[test]
fn nothing_of_the_browser_is_kept() {
    let server = Server::start();
    let headers = [
        ("Origin", ORIGIN),
        ("User-Agent", "canary-agent"),
        ("Referer", "https://shop.example/canary-referrer"),
        ("Cookie", "a=canary-cookie"),
        ("X-Forwarded-For", "203.0.113.77"),
    ];
    let body = bytes(&frame(server.survey(), 1));
    assert_eq!(request(server.address, "POST", "/v1/responses", &headers, &body).status, 204);
    assert_eq!(get(server.address, "/s/olive?o=canary-order&l=fr", &headers).status, 200);
    server.folded();
    for entry in fs::read_dir(server.folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for canary in ["canary", "203.0.113.77"] {
            assert!(!bytes.windows(canary.len()).any(|window| window == canary.as_bytes()), "{canary}");
        }
    }
}

/// Widgets are cached and outboxes wait: an upgrade that adds a string must not make older surveys unknown.
#[test]
fn frames_of_a_survey_that_an_older_version_published_are_stored() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let database = rusqlite::Connection::open(folder.database()).unwrap();
    let trigger: String = database
        .query_row("select sql from sqlite_schema where name = 'survey_unchanged'", [], |row| row.get(0))
        .unwrap();
    database.execute_batch("drop trigger survey_unchanged").unwrap();
    let changed =
        database.execute("update survey set definition = replace(definition, '\"skip\":\"Passer\",', '')", []).unwrap();
    assert_eq!(changed, 1);
    // A database without it is not served.
    database.execute_batch(&trigger).unwrap();
    let server = Server::on(folder, short(), Files::Embedded);
    assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), 1))).status, 204);
    assert_eq!((server.folded(), server.count("stray")), (1, 0));
    let sheet = get(server.address, "/v1/surveys/olive?lang=fr", &[]);
    assert!(sheet.text().contains("\"skip\":\"Passer\""), "what the survey lacks is ours");
}
