//! Tests of a merchant's own questions, and their order.

use super::*;

/// Two core questions; a yes or no, several of three after a yes, a text for promoters; no chips.
pub(super) fn own_plan() -> Plan {
    let kinds = [ExtraKind::YesNo, ExtraKind::Choices(3), ExtraKind::Text];
    let conditions = [
        Condition::Always,
        Condition::Answer { earlier: 0, answer: 1 },
        Condition::Branches([Branch::Neutral, Branch::Promoter].into_iter().collect()),
    ];
    let extra = kinds.into_iter().zip(conditions).map(|(kind, show_if)| Extra { kind, show_if }).collect();
    Plan {
        core: vec![Core::Satisfaction, Core::Recommend],
        chips: false,
        extra,
        layout: Layout::new(&kinds).unwrap(),
        ..Plan::default()
    }
}

pub(super) fn merchants_own() -> State {
    State::new(Rc::new(own_plan()))
}

#[test]
fn a_merchants_own_questions_follow_the_core() {
    let mut state = merchants_own();
    answer(&mut state, Some(5));
    assert_eq!((state.rev, state.place()), (None, Some(1)));
    answer(&mut state, Some(10));
    assert_eq!((state.rev, state.screen), (Some(0), Screen::Extra(0)), "complete after the second, no chips");
    answer(&mut state, Some(1));
    assert_eq!((state.rev, state.screen), (Some(1), Screen::Extra(1)));
    state.apply(Action::Mark(3));
    state.apply(Action::Mark(2));
    state.apply(Action::Mark(2));
    state.apply(Action::Mark(4));
    assert_eq!((state.ticked, state.marked), (0b100, None));
    state.apply(Action::Confirm(0));
    assert_eq!((state.rev, state.screen, state.said.extra), (Some(2), Screen::Extra(2), [1, 0b1001, 0]));
    write(&mut state, " Olive ");
    assert_eq!((state.rev, state.screen), (Some(2), Screen::Verbatim), "the last revision waits for the last screen");
    write(&mut state, "Merci");
    assert_eq!((state.rev, state.screen), (Some(3), Screen::End));
    assert_eq!(state.said.extra_text[2].as_deref(), Some("Olive"));
    assert_eq!(state.sent, Some(state.said.clone()));
}

#[test]
fn nothing_that_was_answered_stays_behind() {
    let mut state = merchants_own();
    for choice in [Some(5), Some(10), Some(1), None] {
        answer(&mut state, choice);
    }
    state.apply(Action::Back);
    state.apply(Action::Mark(1));
    state.apply(Action::Confirm(0));
    write(&mut state, "Olive");
    assert_eq!((state.rev, state.screen), (Some(2), Screen::Verbatim), "the last revision is kept for the last screen");
    let mut skipped = state.clone();
    skipped.apply(Action::Skip(0));
    assert_eq!((skipped.rev, skipped.screen), (Some(3), Screen::End), "skipping the last sends what was held");
    state.apply(Action::Leave);
    assert_eq!((state.rev, state.sent.as_ref() == Some(&state.said)), (Some(3), true));
    let left = state.clone();
    state.apply(Action::Leave);
    assert_eq!(state, left, "nothing is sent twice");
    let mut early = merchants_own();
    answer(&mut early, Some(5));
    early.apply(Action::Leave);
    assert_eq!(early.rev, None, "leaving sends nothing while a core question is open");
}

#[test]
fn a_question_that_is_asked_no_more_leaves_no_answer() {
    let mut state = merchants_own();
    for choice in [Some(5), Some(10), Some(1)] {
        answer(&mut state, choice);
    }
    state.apply(Action::Mark(2));
    state.apply(Action::Confirm(0));
    state.apply(Action::Back);
    assert_eq!((state.screen, state.ticked), (Screen::Extra(1), 0b10), "what was ticked is shown again");
    state.apply(Action::Back);
    answer(&mut state, Some(2));
    assert_eq!((state.screen, state.said.extra), (Screen::Extra(2), [2, 0, 0]));
}

#[test]
fn a_text_of_the_merchants_is_held_to_its_bytes() {
    let mut state = merchants_own();
    for choice in [Some(5), Some(10), Some(2)] {
        answer(&mut state, choice);
    }
    assert_eq!(state.screen, Screen::Extra(2));
    write(&mut state, &"é".repeat(123));
    assert_eq!((state.screen, state.room()), (Screen::Extra(2), -1), "one character too many, not one byte");
    state.apply(Action::Write("é".repeat(120)));
    assert_eq!(state.room(), 2, "five bytes are left, for two more like the last");
    write(&mut state, &"é".repeat(122));
    assert_eq!((state.screen, state.said.extra_text[2].as_ref().map(String::len)), (Screen::Verbatim, Some(244)));
}

#[test]
fn ticking_nothing_is_an_answer_too() {
    let mut state = merchants_own();
    for choice in [Some(5), Some(10), Some(1)] {
        answer(&mut state, choice);
    }
    state.apply(Action::Confirm(0));
    assert_eq!(state.said.extra[1], 0b1000);
}

#[test]
fn a_survey_may_end_with_its_core() {
    let plan = Plan { core: vec![Core::Ease], incident: false, chips: false, word: false, ..Plan::default() };
    let mut state = State::new(Rc::new(plan));
    assert!(!state.can_go_back());
    answer(&mut state, Some(1));
    assert_eq!((state.rev, state.screen), (Some(0), Screen::End));
}
