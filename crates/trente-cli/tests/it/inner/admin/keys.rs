//! Tests of key rotation: signed orders under two keys, and under a survey that is no longer asked.

use serde_json::json;
use trente_store::change::Change;
use trente_store::clock::{epoch, now_ms};
use trente_survey::response_id::{Key, ResponseId};
use trente_testing::frames::{bytes, frame, signed};
use trente_testing::stores::ORIGIN;
use trente_testing::{surveys, wait_for};

use crate::support::{Server, get, post};

fn send(server: &Server, key: &Key, order: &str) -> u16 {
    let one = signed(frame(server.survey(), 1), key, order, epoch(now_ms()));
    post(server.address, ORIGIN, &bytes(&one)).status
}

#[test]
fn a_key_is_rotated_without_losing_what_the_former_has_signed() {
    let server = Server::start();
    let (token, former) = (server.master(), server.key());
    let rotate = || server.api(&token, "POST", "/sites/olive/key/rotate", None);
    let rotated = rotate();
    assert_eq!(rotated.status, 200);
    let key = Key(trente_store::encoding::array_from_hex(rotated.json()["key"].as_str().unwrap()).unwrap());
    assert_eq!(key.0, server.key().0);
    assert_ne!(key.0, former.0);
    // The service knows the new key within a second.
    wait_for("the new key", || send(&server, &key, "MO-1") == 204);
    assert_eq!(send(&server, &former, "MO-2"), 204);
    assert_eq!(send(&server, &Key([9; 32]), "MO-3"), 403);

    let again = rotate();
    assert_eq!((again.status, again.code().as_str()), (409, "E_CONFLICT"), "with a third key the first would be lost");
    assert_eq!(server.api(&token, "DELETE", "/sites/olive/key/former", None).status, 204);
    assert_eq!(server.api(&token, "DELETE", "/sites/olive/key/former", None).status, 404);
    wait_for("the end of the former key", || send(&server, &former, "MO-4") == 403);
    assert_eq!(send(&server, &key, "MO-5"), 204);
    assert_eq!(rotate().status, 200);
    let verified = server.responses().iter().filter(|response| response["verified"] == true).count();
    assert!(verified >= 3, "{verified}");
}

/// A merchant publishes while a page is open: the widget asks the new survey, with the signature of the one before.
#[test]
fn an_answer_signed_for_an_earlier_survey_of_the_site_is_kept_unverified_and_never_lost() {
    let server = Server::start();
    let (before, key, now) = (server.survey(), server.key(), epoch(now_ms()));
    let (after, _) = surveys::publish(&server.folder.database(), "olive", surveys::draft(json!({ "version": 2 })));
    wait_for("the new survey", || {
        get(server.address, "/v1/surveys/olive", &[]).json()["survey"] == trente_store::encoding::hex(&after.0)
    });
    assert_ne!(before, after);

    // The page was signed for the survey before.
    let old = signed(frame(before, 1), &key, "MO-1", now);
    let mut sent = frame(after, 1);
    (sent.response, sent.proof) = (old.response, old.proof);
    assert_eq!(post(server.address, ORIGIN, &bytes(&trente_testing::frames::scored(sent.clone()))).status, 204);
    // Signed for the one that is asked, it is verified as ever.
    assert_eq!(post(server.address, ORIGIN, &bytes(&signed(frame(after, 2), &key, "MO-2", now))).status, 204);
    let responses = server.responses();
    let verified = |id: ResponseId| {
        let id = trente_store::encoding::hex(&id.0);
        responses.iter().find(|response| response["response"] == id).map(|response| response["verified"] == true)
    };
    assert_eq!(verified(old.response), Some(false));
    assert_eq!(verified(key.sign(after, "MO-2", now).response), Some(true));

    // A tag that no key of this site made is refused, and so is that of another site's key.
    trente_testing::stores::add_site(&server.folder.database(), "fig", &[ORIGIN]);
    let fig: [u8; 32] =
        server.database().query_row("select key from site where name = 'fig'", [], |row| row.get(0)).unwrap();
    let foreign = signed(frame(trente_testing::frames::survey("fig"), 1), &Key(fig), "MO-1", now);
    let mut sent = frame(after, 3);
    (sent.response, sent.proof) = (foreign.response, foreign.proof);
    let refused = post(server.address, ORIGIN, &bytes(&trente_testing::frames::scored(sent)));
    assert_eq!((refused.status, refused.code().as_str()), (403, "E_TAG"));
}

#[test]
fn rotating_is_written_down_without_the_key() {
    let server = Server::start();
    server.change(Change::RotateKey { site: "olive".to_owned(), key: [0xab; 32] });
    let audit = server.audit();
    assert_eq!(
        (audit[0].actor.as_str(), audit[0].act.as_str(), audit[0].subject.as_str()),
        ("shell", "key rotated", "olive")
    );
    assert!(!format!("{audit:?}").contains("abab"));
}
