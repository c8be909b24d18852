//! Tests of contacts from strangers: an order can be guessed, and with it an unsigned response.

use trente_store::clock::{epoch, now_ms};
use trente_testing::frames::{bytes, signed};
use trente_testing::stores::ORIGIN;

use super::{ADA, hurt, send_from, server, text};
use crate::support::Server;

const HOME: &str = "81.2.69.160";
const STRANGER: &str = "203.0.113.9";

fn from(server: &Server, address: &str, frame: &[u8], contact: &str) -> u16 {
    let headers = [("Origin", ORIGIN), ("X-Forwarded-For", address)];
    send_from(server, &headers, &[frame, contact.as_bytes()].concat()).status
}

#[test]
fn a_stranger_who_guesses_the_answers_changes_no_contact() {
    let (server, survey) = server();
    let said = hurt(survey, 1, 2, 1);
    assert_eq!(from(&server, HOME, &bytes(&said), ADA), 204);
    assert_eq!(text(&server, 1).as_deref(), Some(ADA));
    // Other answers contradict the customer: kept aside, as ever, and the contact with them is dropped without a word.
    for moment in [1, 2, 3] {
        let mut guess = said.clone();
        guess.answers.moment = moment;
        assert_eq!(from(&server, STRANGER, &bytes(&guess), "eve@evil.example"), 204);
        assert_eq!(text(&server, 1).as_deref(), Some(ADA), "{moment}");
    }
    // Even the right ones come too late by then, and so does an empty contact.
    assert_eq!(from(&server, STRANGER, &bytes(&said), "eve@evil.example"), 204);
    assert_eq!(from(&server, STRANGER, &bytes(&said), ""), 204);
    assert_eq!(text(&server, 1).as_deref(), Some(ADA));
    // The customer still may.
    assert_eq!(from(&server, HOME, &bytes(&said), "ada@home.example"), 204);
    assert_eq!(text(&server, 1).as_deref(), Some("ada@home.example"));
}

/// As a customer does who leaves the Wi-Fi between two answers.
#[test]
fn a_customer_on_another_network_may_add_a_contact() {
    let (server, survey) = server();
    assert_eq!(from(&server, HOME, &bytes(&hurt(survey, 1, 0, 0)), ""), 204);
    assert_eq!(from(&server, "92.184.100.7", &bytes(&hurt(survey, 1, 2, 1)), ADA), 204);
    assert_eq!(text(&server, 1).as_deref(), Some(ADA));
}

#[test]
fn a_proven_contact_is_replaced_by_a_proof_alone() {
    let (server, survey) = server();
    let proven = signed(hurt(survey, 1, 2, 1), &server.key(), "MO-1", epoch(now_ms()));
    let number = u64::from_be_bytes(proven.response.0);
    assert_eq!(from(&server, HOME, &bytes(&proven), ADA), 204);
    let mut unproven = proven.clone();
    unproven.proof = None;
    for contact in ["eve@evil.example", ""] {
        assert_eq!(from(&server, STRANGER, &bytes(&unproven), contact), 204);
        assert_eq!(text(&server, number).as_deref(), Some(ADA), "{contact}");
    }
    assert_eq!(from(&server, STRANGER, &bytes(&proven), "+33 6 12 34 56 78"), 204);
    assert_eq!(text(&server, number).as_deref(), Some("+33 6 12 34 56 78"));
}
