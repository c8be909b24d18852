//! The dialogue, action by action.

use super::*;

/// A dialogue after these choices, one per screen; `None` skips.
fn after(choices: &[Option<u8>]) -> State {
    let mut state = State::default();
    for choice in choices {
        answer(&mut state, *choice);
    }
    state
}

fn answer(state: &mut State, choice: Option<u8>) {
    match choice {
        Some(value) => {
            state.apply(Action::Mark(value));
            state.apply(Action::Confirm(9_000));
        }
        None => state.apply(Action::Skip(9_000)),
    }
}

fn write(state: &mut State, text: &str) {
    state.apply(Action::Write(text.to_owned()));
    state.apply(Action::Confirm(0));
}

const HAPPY: [Option<u8>; 4] = [Some(4), Some(6), Some(5), Some(9)];
const SORRY: [Option<u8>; 4] = [Some(2), Some(2), Some(0), Some(3)];

#[test]
fn four_taps_are_one_response() {
    for taps in 0..4 {
        assert_eq!(after(&HAPPY[..taps]).rev, None, "nothing is sent after {taps} taps");
    }
    let state = after(&HAPPY);
    assert_eq!((state.rev, state.screen, state.elapsed_ms), (Some(0), Screen::Moment, 9_000));
    assert_eq!(state.answers.recommend, Some(9));
}

#[test]
fn a_mark_is_not_sent() {
    let mut state = after(&HAPPY[..3]);
    for value in 0..=10 {
        state.apply(Action::Mark(value));
    }
    assert_eq!((state.screen, state.rev, state.marked), (Screen::Recommend, None, Some(10)));
}

#[test]
fn confirm_without_a_mark_does_nothing() {
    let mut state = State::default();
    state.apply(Action::Confirm(1));
    assert_eq!(state, State::default());
}

#[test]
fn marks_off_the_scale_are_ignored() {
    let mut state = State::default();
    for value in [0, 6, 255] {
        state.apply(Action::Mark(value));
    }
    assert_eq!(state.marked, None);
}

#[test]
fn everything_can_be_skipped() {
    let state = after(&[None; 4]);
    assert_eq!((state.rev, state.answers), (Some(0), Answers::default()));
    let end = after(&[None; 6]);
    assert_eq!((end.screen, end.rev), (Screen::End, Some(0)), "skipped optional questions send nothing");
}

#[test]
fn not_applicable_is_missing() {
    assert_eq!(after(&[Some(4), Some(6), Some(0), Some(9)]).answers.lens, None);
}

#[test]
fn incident_pair_then_word() {
    let mut state = after(&SORRY);
    assert_eq!(state.answers.branch(), Branch::D);
    answer(&mut state, Some(2));
    assert_eq!((state.rev, state.screen), (Some(1), Screen::Forgive));
    answer(&mut state, Some(2));
    assert_eq!((state.rev, state.screen), (Some(2), Screen::Word));
    write(&mut state, "  On m’a fait attendre. ");
    assert_eq!((state.rev, state.screen), (Some(3), Screen::End));
    assert_eq!(state.verbatim.as_deref(), Some("On m’a fait attendre."));
    assert!(state.answers.check().is_ok());
}

#[test]
fn promoters_are_not_asked_to_forgive() {
    let mut state = after(&HAPPY);
    answer(&mut state, Some(4));
    assert_eq!(state.screen, Screen::Word);
}

#[test]
fn an_empty_word_sends_nothing() {
    let mut state = after(&HAPPY);
    answer(&mut state, None);
    write(&mut state, " \n ");
    assert_eq!((state.screen, state.rev, state.verbatim), (Screen::End, Some(0), None));
}

#[test]
fn a_word_is_never_cut() {
    let mut state = after(&HAPPY);
    answer(&mut state, None);
    write(&mut state, &"é".repeat(501));
    assert_eq!((state.screen, state.room(), state.rev), (Screen::Word, -1, Some(0)));
    write(&mut state, &"é".repeat(500));
    assert_eq!((state.screen, state.rev), (Screen::End, Some(1)));
}

#[test]
fn a_word_is_held_to_its_bytes_too() {
    let mut state = after(&HAPPY);
    answer(&mut state, None);
    write(&mut state, &"語".repeat(342));
    assert_eq!((state.screen, state.room()), (Screen::Word, -2));
}

#[test]
fn back_shows_the_answer_and_changes_nothing() {
    let mut state = after(&HAPPY);
    state.apply(Action::Back);
    assert_eq!((state.screen, state.marked, state.rev), (Screen::Recommend, Some(9), Some(0)));
    state.apply(Action::Confirm(20_000));
    assert_eq!((state.rev, state.elapsed_ms), (Some(0), 9_000), "the same answer is not sent again");
}

#[test]
fn a_changed_core_answer_is_the_next_revision() {
    let mut state = after(&HAPPY);
    answer(&mut state, Some(1));
    state.apply(Action::Back);
    state.apply(Action::Back);
    assert_eq!(state.screen, Screen::Recommend);
    answer(&mut state, Some(2));
    assert_eq!((state.rev, state.answers.branch(), state.answers.moment), (Some(2), Branch::D, 0));
    assert!(state.answers.check().is_ok());
}

#[test]
fn an_incident_taken_back_leaves_no_ghost() {
    let mut state = after(&SORRY);
    answer(&mut state, Some(9));
    answer(&mut state, Some(3));
    for _ in 0..6 {
        state.apply(Action::Back);
    }
    assert_eq!(state.screen, Screen::Satisfaction);
    for choice in HAPPY {
        answer(&mut state, choice);
    }
    assert_eq!((state.answers.moment, state.answers.forgive, state.rev), (0, 0, Some(3)));
    assert!(state.answers.check().is_ok());
    assert_eq!(state.screen, Screen::End, "what could not be sent is not asked");
    assert!(!state.can_go_back());
}

#[test]
fn back_is_gone_where_there_is_no_way_back() {
    assert!(!State::default().can_go_back());
    let mut state = State::default();
    state.apply(Action::Back);
    assert_eq!(state, State::default());
    assert!(!after(&[None; 6]).can_go_back());
}

/// Whatever a customer does, what is to be sent is a valid frame's answers, and revisions only grow.
#[test]
fn any_walk_sends_valid_answers() {
    let mut seed = 30_u32;
    let mut random = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % below
    };
    for _ in 0..2_000 {
        let mut state = State::default();
        for _ in 0..30 {
            let before = state.clone();
            let action = match random(8) {
                0 => Action::Back,
                1 => Action::Skip(random(40_000)),
                2 => Action::Write("é".repeat(random(600) as usize)),
                3..=5 => Action::Mark(random(12) as u8),
                _ => Action::Confirm(random(40_000)),
            };
            state.apply(action);
            if state.rev != before.rev {
                assert!(state.answers.check().is_ok(), "{state:?}");
                assert_eq!(state.rev, Some(before.rev.map_or(0, |rev| rev + 1)));
            }
            assert!(state.rev <= Some(REV_MAX));
        }
    }
}
