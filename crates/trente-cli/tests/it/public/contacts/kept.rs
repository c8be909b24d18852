//! Tests of a stored contact's end: it goes with its response, its answer or its retention, and is in no export.

use serde_json::json;
use trente_collector::jobs::retention;
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::encoding;
use trente_store::model::scope::Scope;
use trente_testing::frames::bytes;
use trente_testing::stores::{ORIGIN, wait};
use trente_testing::surveys::publish;

use super::{ADA, KEY, OTHER, asks, hurt, send, server, text, told};
use crate::inner::admin::exports::dechunked;
use crate::support::{Server, get, post};

#[test]
fn a_contact_goes_with_its_response_or_with_the_wish_to_be_put_right() {
    let (server, survey) = server();
    for number in [1, 2] {
        assert_eq!(send(&server, &hurt(survey, number, 2, 1), ADA).status, 204);
    }
    assert_eq!(text(&server, 1).as_deref(), Some(ADA));
    // Forgiven after all, and lost after all.
    assert_eq!(post(server.address, ORIGIN, &bytes(&hurt(survey, 1, 1, 2))).status, 204);
    assert_eq!((text(&server, 1), server.count("contact")), (None, 1));
    let body = json!({ "response": encoding::hex(&2u64.to_be_bytes()) });
    let erased = server.api(&server.master(), "POST", "/sites/olive/erasures", Some(body));
    assert_eq!((erased.status, server.count("contact")), (200, 0), "{}", erased.text());
    // An outbox does not bring it back: it is acknowledged, as its response is.
    assert_eq!(send(&server, &hurt(survey, 2, 2, 1), ADA).status, 204);
    assert_eq!((server.folded(), server.count("contact")), (1, 0));
}

#[test]
fn a_contact_has_a_time_of_its_own() {
    let (server, survey) = server();
    assert_eq!(send(&server, &hurt(survey, 1, 2, 1), ADA).status, 204);
    server.folded();
    let purge = |days: u64| wait(retention::delete_expired(&server.store(), now_ms() + days * DAY_MS)).unwrap();
    purge(29);
    assert_eq!(text(&server, 1).as_deref(), Some(ADA));
    purge(31);
    assert_eq!((text(&server, 1), server.count("response"), server.count("recovery")), (None, 1, 1));
}

#[test]
fn former_keys_open_what_they_sealed_and_a_lost_one_is_told() {
    let (server, survey) = server();
    assert_eq!(send(&server, &hurt(survey, 1, 2, 1), ADA).status, 204);
    assert_eq!(text(&server, 1).as_deref(), Some(ADA));
    // Rotated: the new key seals, the former one opens.
    let server = Server::sealing(server.stop(), Some(&format!("{OTHER}\n{KEY}")));
    assert_eq!(send(&server, &hurt(survey, 2, 2, 1), "eve@b.example").status, 204);
    assert_eq!((text(&server, 1).as_deref(), text(&server, 2).as_deref()), (Some(ADA), Some("eve@b.example")));
    // The former one is gone, too early: that a contact is kept is told, and what it says is not known.
    let server = Server::sealing(server.stop(), Some(OTHER));
    let contact = told(&server, 1).unwrap();
    assert!(contact["text"].is_null() && contact["received"].is_string(), "{contact}");
    assert_eq!(text(&server, 2).as_deref(), Some("eve@b.example"));
    assert_eq!(server.count("contact"), 2);
}

#[test]
fn no_export_no_list_and_no_log_of_acts_has_a_contact() {
    let (server, survey) = server();
    assert_eq!(send(&server, &hurt(survey, 1, 2, 1), ADA).status, 204);
    assert_eq!(text(&server, 1).as_deref(), Some(ADA), "it is there to be found");
    let (token, cookie) = (server.token("all", &[Scope::Read, Scope::Export, Scope::Admin], None), server.cookie());
    let mut found = String::new();
    for path in ["responses", "export?format=csv", "export?format=ndjson", "summary", "audit", "webhooks"] {
        let path = if path == "audit" { "/audit".to_owned() } else { format!("/sites/olive/{path}") };
        let answer = server.api(&token, "GET", &path, None);
        assert_eq!(answer.status, 200, "{path}");
        found.push_str(&String::from_utf8(dechunked(&answer).0).unwrap());
    }
    for path in ["/sites/olive", "/sites/olive/voices", "/sites/olive/settings", "/sites/olive/settings/audit"] {
        let answer = get(server.results, path, &[("Cookie", &cookie)]);
        assert_eq!(answer.status, 200, "{path}");
        found.push_str(&String::from_utf8(dechunked(&answer).0).unwrap());
    }
    assert!(found.contains("olive") && !found.contains("lovelace"), "{found}");
    let parquet = server.api(&token, "GET", "/sites/olive/export?format=parquet", None);
    assert!(!dechunked(&parquet).0.windows(8).any(|window| window == b"lovelace"));
}

/// A survey that is published later, and asks for none, takes nothing away from those who were asked before.
#[test]
fn an_answer_to_an_earlier_survey_still_brings_its_contact() {
    let (server, survey) = server();
    publish(&server.folder.database(), "olive", trente_testing::surveys::draft(json!({})));
    assert_eq!(send(&server, &hurt(survey, 1, 2, 1), ADA).status, 204);
    assert_eq!(text(&server, 1).as_deref(), Some(ADA));
    assert_ne!(publish(&server.folder.database(), "olive", asks()).0, server.survey());
}
