//! Contacts of customers, from the request to the recovery desk: who may give one, where it is seen, and where it is not.

mod desk;
mod kept;
mod strangers;

use std::fs;

use serde_json::json;
use trente_collector::domain::assets::Files;
use trente_store::encoding;
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_survey::response_id::SurveyId;
use trente_testing::frames::{bytes, frame, scored};
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::surveys::{draft, publish};
use trente_testing::{Folder, wait_for};

use crate::support::server::short;
use crate::support::{Answer, Server, get, post, request};

/// A key, and another one.
const KEY: &str = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
const OTHER: &str = "c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3";
const ADA: &str = "ada.lovelace@engine.example";

/// A service with a key, and a site that asks for contacts.
fn server() -> (Server, SurveyId) {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let (survey, _) = publish(&folder.database(), "olive", asks());
    (Server::sealing(folder, Some(KEY)), survey)
}

fn asks() -> serde_json::Value {
    draft(json!({ "follow_up": { "contact": true } }))
}

/// An incident that its customer would forgive, or not: 2 asks to be put right.
fn hurt(survey: SurveyId, number: u64, forgive: u8, rev: u8) -> Frame {
    let one = frame(survey, number);
    let answers = Answers { satisfaction: Some(1), recommend: Some(1), moment: 7, forgive, ..one.answers };
    scored(Frame { answers, rev, ..one })
}

fn send(server: &Server, frame: &Frame, contact: &str) -> Answer {
    send_from(server, &[("Origin", ORIGIN)], &[&bytes(frame), contact.as_bytes()].concat())
}

fn send_from(server: &Server, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let headers = [headers, &[("Content-Type", "text/plain;charset=UTF-8")]].concat();
    request(server.address, "POST", "/v1/contacts", &headers, body)
}

/// The contacts that a request for access is told of the first response.
fn told(server: &Server, number: u64) -> Option<serde_json::Value> {
    server.folded();
    let token =
        server.token(&format!("reader {}", server.count("token")), &[trente_store::model::scope::Scope::Export], None);
    let body = json!({ "response": encoding::hex(&number.to_be_bytes()) });
    let found = server.api(&token, "POST", "/sites/olive/lookups", Some(body)).json();
    found["responses"][0].get("contact").cloned()
}

/// How many contacts are kept: a removed one leaves a row without any bytes of it.
fn sealed(server: &Server) -> u64 {
    let sql = "select count(*) from contact where length(sealed) > 0";
    server.database().query_row(sql, [], |row| row.get(0)).unwrap()
}

fn text(server: &Server, number: u64) -> Option<String> {
    told(server, number).map(|contact| contact["text"].as_str().unwrap_or("sealed").to_owned())
}

#[test]
fn a_contact_comes_with_its_response_and_the_last_one_is_kept() {
    let (server, survey) = server();
    // Before its response has come by itself: the request brings it along.
    let answer = send(&server, &hurt(survey, 1, 2, 1), ADA);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some(ORIGIN)));
    assert_eq!((text(&server, 1).as_deref(), server.count("response")), (Some(ADA), 1));
    // Again, after it, and another one: the response counts once.
    assert_eq!(post(server.address, ORIGIN, &bytes(&hurt(survey, 1, 2, 1))).status, 204);
    assert_eq!(send(&server, &hurt(survey, 1, 2, 1), "  +33 6 12 34 56 78 ").status, 204);
    assert_eq!((text(&server, 1).as_deref(), server.folded()), (Some("+33 6 12 34 56 78"), 1));
    // Nothing written deletes it, and the response stays.
    assert_eq!(send(&server, &hurt(survey, 1, 2, 1), " ").status, 204);
    assert_eq!((text(&server, 1), server.count("response"), sealed(&server)), (None, 1, 0));
}

#[test]
fn what_is_no_contact_is_refused_and_its_response_is_kept() {
    let (server, survey) = server();
    let long = "x".repeat(121);
    let bad: [&[u8]; 7] = [
        b"ada@a.example\r\nBcc: eve@b.example",
        b"ada@a.example\n",
        b"ada\tlovelace",
        b"ada\0",
        &[0x61, 0xff, 0xfe],
        "ada\u{2028}lovelace".as_bytes(),
        long.as_bytes(),
    ];
    for (number, contact) in (1..).zip(bad) {
        let body = [&bytes(&hurt(survey, number, 2, 1))[..], contact].concat();
        let answer = send_from(&server, &[("Origin", ORIGIN)], &body);
        assert_eq!((answer.status, answer.code().as_str()), (400, "E_CONTACT"), "{contact:?}");
        assert!(!answer.text().contains("ada"), "a message never quotes the request");
    }
    assert_eq!((server.folded(), server.count("contact")), (7, 0));
    // Not one who asks to be put right: lost, forgiven, not asked.
    for (number, forgive) in [(11, 3), (12, 1), (13, 0)] {
        let answer = send(&server, &hurt(survey, number, forgive, 1), ADA);
        assert_eq!((answer.status, answer.code().as_str()), (400, "E_CONTACT"), "{forgive}");
    }
    assert_eq!(send(&server, &frame(survey, 14), ADA).code(), "E_CONTACT");
    assert_eq!((server.folded(), server.count("contact")), (11, 0));
}

#[test]
fn what_is_no_frame_of_this_page_stores_nothing() {
    let (server, survey) = server();
    add_site(&server.folder.database(), "fig", &["https://fig.example"]);
    let one = bytes(&hurt(survey, 1, 2, 1));
    let body = [&one[..], ADA.as_bytes()].concat();
    let from = |origin: &str, body: &[u8]| {
        let answer = send_from(&server, &[("Origin", origin)], body);
        (answer.status, answer.code())
    };
    let refused = |status, code: &str| (status, code.to_owned());
    assert_eq!(from("https://evil.example", &body), refused(403, "E_ORIGIN"));
    assert_eq!(from("https://fig.example", &body), refused(403, "E_ORIGIN"), "a page of another site");
    assert_eq!(from(ORIGIN, &one[..18]), refused(400, "E_LEN"));
    assert_eq!(from(ORIGIN, b""), refused(400, "E_LEN"));
    assert_eq!(from(ORIGIN, &[&[0x20], ADA.as_bytes()].concat()), refused(400, "E_VERSION"));
    let unknown = [&bytes(&hurt(SurveyId([9; 4]), 1, 2, 1))[..], ADA.as_bytes()].concat();
    assert_eq!(from(ORIGIN, &unknown), refused(404, "E_SURVEY"));
    let html = [("Origin", ORIGIN), ("Content-Type", "text/html")];
    assert_eq!(request(server.address, "POST", "/v1/contacts", &html, &body).code(), "E_TYPE");
    let large = [&body[..], &vec![b'x'; 256 * 1024]].concat();
    assert_eq!(from(ORIGIN, &large), refused(413, "E_SIZE"));
    assert_eq!(request(server.address, "GET", "/v1/contacts", &[], b"").status, 405);
    assert!(server.is_empty() && server.count("contact") == 0);
    // A survey that asks for none: the earlier one of the same site.
    let answer = send(&server, &hurt(server.survey(), 1, 2, 1), ADA);
    assert_eq!((answer.status, answer.code().as_str()), (400, "E_CONTACT"));
    assert_eq!((server.folded(), server.count("contact")), (1, 0));
}

#[test]
fn a_page_may_ask_first_and_a_rehearsal_leaves_nothing() {
    let (server, survey) = server();
    let asked = [("Origin", ORIGIN), ("Access-Control-Request-Method", "POST")];
    let answer = request(server.address, "OPTIONS", "/v1/contacts", &asked, b"");
    assert_eq!((answer.status, answer.header("access-control-allow-methods")), (204, Some("POST")));
    let foreign = [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST")];
    assert_eq!(request(server.address, "OPTIONS", "/v1/contacts", &foreign, b"").status, 403);
    let rehearsal = Frame { preview: true, ..hurt(survey, 1, 2, 1) };
    assert_eq!(send(&server, &rehearsal, ADA).status, 204);
    assert!(server.is_empty() && server.count("contact") == 0);
}

#[test]
fn contacts_are_counted_as_responses_are() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let (survey, _) = publish(&folder.database(), "olive", asks());
    let mut limits = short();
    limits.rates.site = "1:64".parse().unwrap();
    let server = Server::on(folder, limits, Files::Embedded);
    let codes: Vec<u16> = (1..=80).map(|number| send(&server, &hurt(survey, number, 2, 1), "").status).collect();
    assert!(codes[..64].iter().all(|code| *code == 204) && codes.contains(&429), "{codes:?}");
}

#[test]
fn a_survey_with_a_contact_needs_a_key() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let server = Server::sealing(folder, None);
    let master = server.master();
    let answer = server.api(&master, "POST", "/sites/olive/surveys", Some(asks()));
    assert_eq!((answer.status, answer.code().as_str()), (422, "E_INPUT"));
    assert!(answer.text().contains("contact_key_file"), "{}", answer.text());
    // With one it is published, and asked.
    let folder = server.stop();
    let server = Server::sealing(folder, Some(KEY));
    let master = server.token("another", &[trente_store::model::scope::Scope::Admin], None);
    assert_eq!(server.api(&master, "POST", "/sites/olive/surveys", Some(asks())).status, 201);
    let sheet = |server: &Server| get(server.address, "/v1/surveys/olive?lang=fr", &[]).json();
    wait_for("the survey", || sheet(&server)["contact"]["label"] == "Où pouvons-nous vous répondre\u{202f}?");
    // The key is lost: answers are taken, no customer is asked, and a page that asked before keeps what it has.
    let survey = SurveyId(encoding::array_from_hex(sheet(&server)["survey"].as_str().unwrap()).unwrap());
    let server = Server::sealing(server.stop(), None);
    let served = sheet(&server);
    assert_eq!((served.get("contact"), served["survey"].as_str()), (None, Some(&*encoding::hex(&survey.0))));
    assert_eq!(post(server.address, ORIGIN, &bytes(&hurt(survey, 1, 2, 1))).status, 204);
    let answer = send(&server, &hurt(survey, 2, 2, 1), ADA);
    assert_eq!((answer.status, answer.code().as_str()), (503, "E_KEY"));
    assert!(answer.header("retry-after").is_some());
    assert_eq!((server.folded(), server.count("contact")), (2, 0), "nothing else is lost");
    // It is back, and so is the widget with what it kept.
    let server = Server::sealing(server.stop(), Some(KEY));
    assert_eq!(send(&server, &hurt(survey, 2, 2, 1), ADA).status, 204);
    assert_eq!((text(&server, 2).as_deref(), server.folded()), (Some(ADA), 2));
}

/// Every byte of every file of the database.
fn files(folder: &std::path::Path) -> Vec<u8> {
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap_or_default());
    files.flatten().collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn no_file_of_the_database_holds_a_contact() {
    let (server, survey) = server();
    let path = server.folder.database().parent().unwrap().to_owned();
    let said = Frame { verbatim: Some("Rappelez-moi demain".to_owned()), ..hurt(survey, 1, 2, 1) };
    assert_eq!(send(&server, &scored(said), ADA).status, 204);
    assert_eq!(text(&server, 1).as_deref(), Some(ADA));
    // With the log next to it, and after an orderly end, which copies the log into it.
    let open = files(&path);
    assert!(holds(&open, "Rappelez-moi demain"), "the look finds what is there");
    assert!(!holds(&open, "lovelace") && !holds(&open, "engine"));
    let folder = server.stop();
    let closed = files(&path);
    assert!(holds(&closed, "Rappelez-moi demain") && !holds(&closed, "lovelace") && !holds(&closed, "engine"));
    // Nor does it hold the key.
    assert!(!holds(&closed, "ZZZZZZZZZZZZZZZZ") && !holds(&closed, &KEY[..16]));
    drop(folder);
}
