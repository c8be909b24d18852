//! Tests of the contact screen: asked last, of those who ask to be put right, and no revision.

use super::*;

/// A dialogue that asks for a contact, with a word before it or not, after an incident that is this forgivable.
fn hurt(word: bool, forgive: Option<u8>) -> State {
    let mut state = State::new(Rc::new(Plan { contact: true, word, ..Plan::default() }));
    for choice in SORRY {
        answer(&mut state, choice);
    }
    answer(&mut state, Some(7));
    answer(&mut state, forgive);
    state
}

#[test]
fn it_is_asked_of_those_alone_who_ask_to_be_put_right() {
    for forgive in [Some(1), Some(3), None] {
        assert_eq!(hurt(false, forgive).screen, Screen::End, "{forgive:?}");
    }
    let mut state = hurt(true, Some(2));
    assert_eq!((state.screen, state.rev), (Screen::Verbatim, Some(2)));
    write(&mut state, "Une erreur");
    assert_eq!((state.screen, state.rev, state.contact.as_str()), (Screen::Contact, Some(3), ""));
    // Off by default, and not of a promoter, whatever was answered before.
    assert!(!Plan::default().contact);
    let mut happy = State::new(Rc::new(Plan { contact: true, ..Plan::default() }));
    for choice in HAPPY.into_iter().chain([None, None]) {
        answer(&mut happy, choice);
    }
    assert_eq!(happy.screen, Screen::End);
}

#[test]
fn it_goes_with_the_newest_revision_and_makes_none() {
    let mut state = hurt(true, Some(2));
    write(&mut state, "Une erreur");
    let said = state.said.clone();
    state.apply(Action::Delivery(Delivery::Delivered(1)));
    state.apply(Action::Write(" ada@shop.example ".to_owned()));
    assert_eq!((state.room(), state.stands()), (120 - 16, true));
    assert_eq!(state.apply(Action::Confirm(0)), Some(3), "once more");
    assert_eq!((state.screen, state.rev, state.contact.as_str()), (Screen::End, Some(3), "ada@shop.example"));
    assert_eq!((state.delivery, state.said), (Delivery::Sending, said));
}

#[test]
fn it_is_left_out_by_skip_and_by_an_empty_field() {
    for action in [Action::Skip(0), Action::Confirm(0)] {
        let mut state = hurt(false, Some(2));
        assert_eq!((state.screen, state.rev), (Screen::Contact, Some(2)), "the answers are sent before it is asked");
        state.apply(Action::Write("  ".to_owned()));
        assert_eq!(state.apply(action), None, "nothing is sent");
        assert_eq!((state.screen, state.contact.as_str()), (Screen::End, ""));
    }
}

#[test]
fn what_is_written_and_not_sent_on_is_not_sent() {
    let mut state = hurt(false, Some(2));
    state.apply(Action::Write("ada@shop.example".to_owned()));
    assert_eq!(state.apply(Action::Leave), None);
    // Nor is it kept where the customer goes back and changes their mind.
    state.apply(Action::Back);
    assert_eq!((state.screen, state.contact.as_str(), state.asides.len()), (Screen::Forgive, "", 0));
    answer(&mut state, Some(3));
    assert_eq!((state.screen, state.rev), (Screen::End, Some(3)));
    let mut state = hurt(false, Some(2));
    state.apply(Action::Write("x".repeat(121)));
    assert_eq!((state.room(), state.apply(Action::Confirm(0)), state.screen), (-1, None, Screen::Contact));
}

/// The last revision is not held back for it, because it needs none.
#[test]
fn the_last_revision_is_sent_before_it_is_asked() {
    let mut state = hurt(false, Some(2));
    state.apply(Action::Back);
    assert_eq!(state.screen, Screen::Forgive);
    answer(&mut state, Some(1));
    assert_eq!((state.screen, state.rev), (Screen::End, Some(3)));
    let state = hurt(false, None);
    assert_eq!((state.screen, state.rev), (Screen::End, Some(1)));
    let mut state = hurt(false, Some(2));
    state.apply(Action::Back);
    state.apply(Action::Back);
    answer(&mut state, Some(3));
    assert_eq!((state.screen, state.rev), (Screen::Forgive, Some(2)), "the last one is held for the next question");
    answer(&mut state, Some(2));
    assert_eq!((state.screen, state.rev), (Screen::Contact, Some(3)), "all of it is sent, and it is still asked");
}
