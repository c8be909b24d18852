//! Tests of going back and sending again on the hosted page: the last answer counts, and no answer is lost by it.

use serde_json::{Value, json};
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_survey::response_id::ResponseId;
use trente_testing::frames::{bytes, frame, scored};
use trente_testing::recount::recount_differs;
use trente_testing::stores::ORIGIN;

use super::{fields, send};
use crate::support::{Answer, Server, get, post};

fn stored(server: &Server) -> Value {
    server.folded();
    let database = server.database();
    assert_eq!(recount_differs(&database), 0);
    let mut found = server.responses();
    assert_eq!(found.len(), 1, "one order is one response: {found:?}");
    found.remove(0)
}

fn first(server: &Server) -> Answer {
    get(server.address, "/s/olive?o=MO-1&l=en", &[])
}

const BEST: [(&str, &str); 4] = [("satisfaction", "5"), ("ease", "7"), ("lens", "5"), ("recommend", "10")];
const WORST: [(&str, &str); 4] = [("satisfaction", "1"), ("ease", "1"), ("lens", "1"), ("recommend", "0")];

/// Both directions, because a tie between equal revisions would be decided by the larger bytes.
#[test]
fn the_core_form_sent_again_wins_whichever_way_it_changes() {
    for (before, after, recommend) in [(BEST, WORST, 0), (WORST, BEST, 10)] {
        let server = Server::start();
        let page = first(&server);
        assert_eq!(send(&server, &fields(&page, &before)).status, 200);
        // With and without a fold between them.
        if recommend == 0 {
            server.folded();
        }
        assert_eq!(send(&server, &fields(&page, &after)).status, 200);
        let found = stored(&server);
        assert_eq!((&found["recommend"], &found["rev"]), (&json!(recommend), &json!(1)));
        // Sent once more, nothing changes and no revision is spent.
        assert_eq!(send(&server, &fields(&page, &after)).status, 200);
        assert_eq!(stored(&server)["rev"], 1);
    }
}

#[test]
fn what_the_second_form_said_outlives_a_change_of_the_first() {
    let server = Server::start();
    let page = first(&server);
    let second = send(&server, &fields(&page, &WORST));
    let end = send(&server, &fields(&second, &[("moment", "7"), ("forgive", "2"), ("word", "24 minutes")]));
    assert!(end.text().contains("Thank you for telling us."));
    let again = send(&server, &fields(&page, &[("satisfaction", "2"), ("recommend", "1")]));
    assert!(again.text().contains("What went wrong?"));
    assert!(!again.text().contains("24 minutes"), "a page that an order opens shows nothing of what was answered");
    let found = stored(&server);
    assert_eq!((&found["satisfaction"], &found["ease"], &found["rev"]), (&json!(2), &json!(null), &json!(2)));
    assert_eq!((&found["moment"], &found["forgive"], &found["verbatim"]), (&json!(7), &json!(2), &json!("24 minutes")));
    // On another branch there is nothing to forgive; the words stay the customer's.
    send(&server, &fields(&page, &BEST));
    let found = stored(&server);
    assert_eq!((&found["moment"], &found["forgive"], &found["verbatim"]), (&json!(0), &json!(0), &json!("24 minutes")));
    assert_eq!((&found["rev"], &found["class"]), (&json!(3), &json!("delight")));
}

/// The second form comes back blank, because the page shows nothing of what is kept: sent as it is, it takes nothing back.
#[test]
fn a_blank_second_form_takes_nothing_back() {
    let server = Server::start();
    let page = first(&server);
    let second = send(&server, &fields(&page, &WORST));
    send(&server, &fields(&second, &[("moment", "7"), ("forgive", "2"), ("word", "24 minutes")]));
    let again = send(&server, &fields(&page, &[("satisfaction", "2"), ("recommend", "1")]));
    for blank in [&[][..], &[("word", " "), ("contact", "")]] {
        let end = send(&server, &fields(&again, blank));
        assert!(end.status == 200 && end.text().contains("Thank you for telling us."));
        let found = stored(&server);
        assert_eq!((&found["moment"], &found["forgive"], &found["rev"]), (&json!(7), &json!(2), &json!(2)));
        assert_eq!(found["verbatim"], "24 minutes");
    }
    // What is filled in replaces it, as ever.
    send(&server, &fields(&again, &[("moment", "1")]));
    let found = stored(&server);
    assert_eq!((&found["moment"], &found["verbatim"], &found["rev"]), (&json!(1), &json!(null), &json!(3)));
}

#[test]
fn the_second_form_sent_again_replaces_itself() {
    let server = Server::start();
    let second = send(&server, &fields(&first(&server), &WORST));
    send(&server, &fields(&second, &[("moment", "9"), ("word", "Zut")]));
    send(&server, &fields(&second, &[("moment", "1"), ("word", "")]));
    let found = stored(&server);
    assert_eq!((&found["moment"], &found["verbatim"], &found["rev"]), (&json!(1), &json!(null), &json!(2)));
}

/// Four revisions are all there are: after the last nothing more is asked, and what cannot be kept is not called sent.
#[test]
fn after_the_last_revision_the_page_says_so() {
    let server = Server::start();
    let page = first(&server);
    let choose = |satisfaction: &str| fields(&page, &[("satisfaction", satisfaction)]);
    for satisfaction in ["1", "2", "3"] {
        assert!(send(&server, &choose(satisfaction)).text().contains("<form"));
    }
    let last = send(&server, &choose("4"));
    assert!(last.status == 200 && last.text().contains("Nothing to win") && !last.text().contains("<form"));
    let closed = send(&server, &choose("5"));
    assert_eq!(closed.status, 409);
    assert!(closed.text().contains("Your view is already recorded") && closed.text().contains(r#"lang="en""#));
    assert_eq!(send(&server, &choose("4")).status, 200, "that is what is kept");
    assert_eq!((&stored(&server)["satisfaction"], &stored(&server)["rev"]), (&json!(4), &json!(3)));
}

#[test]
fn an_order_answered_in_the_widget_first_is_answered_anew() {
    let server = Server::start();
    let widget = frame(server.survey(), 0);
    let widget = Frame { response: ResponseId::from_order(server.survey(), "MO-1"), rev: 1, ..widget };
    assert_eq!(post(server.address, ORIGIN, &bytes(&scored(widget.clone()))).status, 204);
    send(&server, &fields(&first(&server), &[("recommend", "2")]));
    let found = stored(&server);
    assert_eq!((&found["recommend"], &found["satisfaction"], &found["rev"]), (&json!(2), &json!(null), &json!(2)));
    // A widget that comes late with what it knew then changes nothing.
    let late = Frame { answers: Answers { recommend: Some(10), ..widget.answers }, ..widget };
    assert_eq!(post(server.address, ORIGIN, &bytes(&scored(late))).status, 204);
    assert_eq!(stored(&server)["recommend"], 2);
}

/// A stranger who knows an order reference can answer for it, but not put words into a verified answer.
#[test]
fn an_unverified_answer_gives_nothing_to_a_verified_one() {
    let server = Server::start();
    let epoch = trente_store::clock::epoch(trente_store::clock::now_ms());
    let signature = server.key().sign(server.survey(), "MO-7", epoch);
    let id = trente_store::encoding::hex(&signature.response.0);
    let forged = get(server.address, &format!("/s/olive?r={id}&l=en"), &[]);
    let second = send(&server, &fields(&forged, &WORST));
    send(&server, &fields(&second, &[("word", "forged")]));
    let g = trente_store::encoding::base64url(&signature.to_bytes());
    send(&server, &fields(&get(server.address, &format!("/s/olive?g={g}&l=en"), &[]), &BEST));
    let found = stored(&server);
    assert_eq!((&found["verified"], &found["verbatim"], &found["rev"]), (&json!(true), &json!(null), &json!(0)));
    assert_eq!(found["recommend"], 10);
}
