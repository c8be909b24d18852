use trente_survey::response_id::{ResponseId, SurveyId};

use super::Judgement::{Aside, Ask, Keep};
use crate::domain::senders::*;

const HOME: Client = Client::Network(1 << 32);
const MOBILE: Client = Client::Network(2 << 32);
const STRANGER: Client = Client::Network(3 << 32);

fn frame(rev: u8, recommend: u8, words: Option<&str>) -> Frame {
    Frame {
        survey: SurveyId([1; 4]),
        response: ResponseId([2; 8]),
        answers: Answers { satisfaction: Some(5), recommend: Some(recommend), ..Answers::default() },
        extra: Default::default(),
        extra_text: Default::default(),
        elapsed: 36,
        rev,
        locale: 1,
        preview: false,
        score: 255,
        proof: None,
        verbatim: words.map(str::to_owned),
        age_minutes: None,
        channel: None,
    }
}

/// A customer who has answered and written something, whom the store knows as well.
fn answered() -> Senders {
    let senders = Senders::default();
    let first = frame(0, 9, None);
    assert_eq!(senders.judge(0, HOME, &first), Keep);
    assert_eq!(senders.judge(0, HOME, &frame(1, 9, Some("good"))), Ask);
    assert_eq!(senders.judge_stored(0, HOME, &frame(1, 9, Some("good")), Some(&first)), Keep);
    senders
}

#[test]
fn a_stranger_who_contradicts_is_set_aside_whatever_the_revision() {
    let senders = answered();
    for rev in 0..=3 {
        assert_eq!(senders.judge(0, STRANGER, &frame(rev, 0, Some("awful"))), Aside, "{rev}");
    }
    assert_eq!(senders.judge(0, HOME, &frame(2, 3, Some("not so good"))), Keep, "the customer may think again");
}

#[test]
fn a_stranger_who_guesses_the_core_answers_changes_no_word_and_takes_none_away() {
    let senders = answered();
    assert_eq!(senders.judge(0, STRANGER, &frame(3, 9, Some("awful"))), Aside);
    assert_eq!(senders.judge(0, STRANGER, &frame(3, 9, None)), Aside);
    let other_channel = Frame { channel: Some(2), ..frame(3, 9, Some("good")) };
    assert_eq!(senders.judge(0, STRANGER, &other_channel), Aside);
}

#[test]
fn a_customer_who_leaves_the_wifi_keeps_the_optional_word() {
    let senders = Senders::default();
    assert_eq!(senders.judge(0, HOME, &frame(0, 9, None)), Keep);
    assert_eq!(senders.judge(0, MOBILE, &frame(1, 9, Some("good"))), Keep);
    // What an outbox repeats from there displaces nothing.
    assert_eq!(senders.judge(0, MOBILE, &frame(0, 9, None)), Keep);
    assert_eq!(senders.judge(0, MOBILE, &frame(1, 9, Some("good"))), Keep);
    assert_eq!(senders.judge(0, STRANGER, &frame(2, 9, Some("awful"))), Aside, "the word is the customer's by now");
}

#[test]
fn the_possible_answers_cannot_be_tried_out() {
    let senders = Senders::default();
    assert_eq!(senders.judge(0, HOME, &frame(0, 9, None)), Keep);
    for recommend in [0, 1, 2] {
        assert_eq!(senders.judge(0, Client::Network(u64::from(recommend) + 70), &frame(3, recommend, None)), Aside);
    }
    assert_eq!(senders.judge(0, STRANGER, &frame(3, 9, Some("awful"))), Aside, "right, but too late");
    assert_eq!(senders.judge(0, MOBILE, &frame(0, 9, None)), Keep, "a repetition is none of that");
}

#[test]
fn after_a_restart_the_store_tells_who_contradicts() {
    let stored = frame(1, 9, Some("good"));
    // Guessed at once, from any revision.
    let senders = Senders::default();
    assert_eq!(senders.judge(0, STRANGER, &frame(3, 0, None)), Ask);
    assert_eq!(senders.judge_stored(0, STRANGER, &frame(3, 0, None), Some(&stored)), Aside);
    assert_eq!(senders.judge(0, STRANGER, &frame(3, 1, None)), Aside, "and again");
    // A stranger who opens with revision 0 as a customer would gains nothing by it.
    let senders = Senders::default();
    assert_eq!(senders.judge(0, STRANGER, &frame(0, 0, None)), Keep, "revision 0 does not win over 1");
    assert_eq!(senders.judge(0, STRANGER, &frame(3, 0, None)), Ask);
    assert_eq!(senders.judge_stored(0, STRANGER, &frame(3, 0, None), Some(&stored)), Aside);
    // The customer goes on.
    let senders = Senders::default();
    let more = Frame { answers: Answers { moment: 3, ..stored.answers }, rev: 2, ..stored.clone() };
    assert_eq!(senders.judge(0, HOME, &more), Ask);
    assert_eq!(senders.judge_stored(0, HOME, &more, Some(&stored)), Keep);
    assert_eq!(senders.judge(0, HOME, &frame(3, 4, None)), Keep, "and is known from then on");
    assert_eq!(senders.judge(0, STRANGER, &frame(3, 4, Some("awful"))), Keep, "adding a word, which was none yet");
}

#[test]
fn a_revision_that_comes_first_opens_the_response() {
    let senders = Senders::default();
    assert_eq!(senders.judge(0, HOME, &frame(2, 9, None)), Ask);
    assert_eq!(senders.judge_stored(0, HOME, &frame(2, 9, None), None), Keep);
    assert_eq!(senders.judge(0, HOME, &frame(3, 8, None)), Keep);
    assert_eq!(senders.judge(0, STRANGER, &frame(3, 0, None)), Aside);
}

#[test]
fn memory_is_bounded_and_ends_with_the_key_of_the_numbers() {
    let senders = Senders::new(10);
    let other = |number: u8| Frame { response: ResponseId([number; 8]), ..frame(0, 9, None) };
    for number in 0..100 {
        assert_eq!(senders.judge(0, HOME, &other(number)), Keep);
    }
    let tables = senders.tables.lock().unwrap();
    assert!(tables.recent.len() <= 10 && tables.older.len() <= 10);
    drop(tables);
    let contradiction = |number: u8| Frame { response: ResponseId([number; 8]), ..frame(1, 0, None) };
    assert_eq!(senders.judge(0, STRANGER, &contradiction(99)), Aside);
    assert_eq!(senders.judge(0, STRANGER, &contradiction(1)), Ask, "forgotten, so the store is asked");
    assert_eq!(senders.judge(1, STRANGER, &contradiction(99)), Ask, "the numbers mean nothing any more");
}
