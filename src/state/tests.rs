//! Tests of the dialogue, action by action.

use super::*;
use crate::plan::Extra;
use trente_survey::extra::Layout;
use trente_survey::show_if::Condition;

/// The default survey, not begun.
fn start() -> State {
    State::new(Rc::default())
}

/// A dialogue after these choices, one per screen; `None` skips.
fn after(choices: &[Option<u8>]) -> State {
    let mut state = start();
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
        None => {
            state.apply(Action::Skip(9_000));
        }
    }
}

fn write(state: &mut State, text: &str) {
    state.apply(Action::Write(text.to_owned()));
    state.apply(Action::Confirm(0));
}

mod contact;
mod own;

const HAPPY: [Option<u8>; 4] = [Some(4), Some(6), Some(5), Some(9)];
const SORRY: [Option<u8>; 4] = [Some(2), Some(2), Some(0), Some(3)];

#[test]
fn four_taps_are_one_response() {
    for taps in 0..4 {
        assert_eq!(after(&HAPPY[..taps]).rev, None, "nothing is sent after {taps} taps");
    }
    let state = after(&HAPPY);
    assert_eq!((state.rev, state.screen, state.elapsed_ms), (Some(0), Screen::Moment, 9_000));
    assert_eq!(state.said.answers.recommend, Some(9));
}

#[test]
fn a_mark_is_not_sent() {
    let mut state = after(&HAPPY[..3]);
    for value in 0..=10 {
        state.apply(Action::Mark(value));
    }
    assert_eq!((state.screen, state.rev, state.marked), (Screen::Core(Core::Recommend), None, Some(10)));
}

#[test]
fn confirm_without_a_mark_does_nothing() {
    let mut state = start();
    state.apply(Action::Confirm(1));
    assert_eq!(state, start());
}

#[test]
fn marks_off_the_scale_are_ignored() {
    let mut state = start();
    for value in [0, 6, 255] {
        state.apply(Action::Mark(value));
    }
    assert_eq!(state.marked, None);
}

#[test]
fn everything_can_be_skipped() {
    let state = after(&[None; 4]);
    assert_eq!((state.rev, state.said.answers), (Some(0), Answers::default()));
    let end = after(&[None; 6]);
    assert_eq!((end.screen, end.rev), (Screen::End, Some(0)), "skipped optional questions send nothing");
}

#[test]
fn not_applicable_is_missing_and_is_seen_again() {
    let mut state = after(&[Some(4), Some(6), Some(0)]);
    state.apply(Action::Back);
    assert_eq!((state.marked, state.said.answers.lens), (Some(0), None));
    for (choice, seen) in [(Some(3), Some(3)), (Some(0), Some(0))] {
        answer(&mut state, choice);
        state.apply(Action::Back);
        assert_eq!(state.marked, seen);
    }
    assert_eq!(after(&[Some(4), Some(6), Some(0), Some(9)]).said.answers.lens, None);
}

/// Arrows, Tab, Enter on the only button that leads forward; and back again.
#[test]
fn going_forward_takes_nothing_back() {
    let mut state = start();
    state.apply(Action::Mark(4));
    state.apply(Action::Skip(9_000));
    assert_eq!((state.screen, state.said.answers.satisfaction), (Screen::Core(Core::Ease), Some(4)));
    state.apply(Action::Back);
    state.apply(Action::Skip(9_000));
    assert_eq!((state.screen, state.said.answers.satisfaction), (Screen::Core(Core::Ease), Some(4)));
    let mut state = after(&HAPPY);
    answer(&mut state, Some(4));
    state.apply(Action::Back);
    state.apply(Action::Skip(0));
    assert_eq!((state.said.answers.moment, state.rev), (4, Some(1)));
}

/// A mark, ticks and a text that were not sent on are still there when the customer comes back, and are not sent by it.
#[test]
fn going_back_keeps_what_stands() {
    let mut state = after(&HAPPY);
    answer(&mut state, None);
    state.apply(Action::Write("Merci à Anne".into()));
    let written = state.clone();
    assert_eq!(state.apply(Action::Back), None);
    assert_eq!((state.screen, state.draft.as_str()), (Screen::Moment, ""));
    state.apply(Action::Mark(2));
    assert_eq!(state.apply(Action::Back), None);
    state.apply(Action::Skip(0));
    assert_eq!((state.screen, state.marked, state.said.answers.moment), (Screen::Moment, Some(2), 0));
    assert_eq!(state.apply(Action::Skip(0)), Some(1), "the mark counts once the customer goes on");
    assert_eq!((state.screen, &state.draft), (written.screen, &written.draft));
    let mut left = state.clone();
    left.apply(Action::Back);
    assert_eq!(left.apply(Action::Leave), None, "what was not sent on is not sent by leaving");
    assert_eq!(state.apply(Action::Confirm(0)), Some(2));
    assert_eq!(state.said.verbatim.as_deref(), Some("Merci à Anne"));
}

/// An incident's moment is not a promoter's: a mark that another branch has no question for is gone.
#[test]
fn a_mark_of_another_branch_does_not_come_back() {
    let mut state = after(&[Some(1), Some(1), Some(1), Some(1)]);
    state.apply(Action::Mark(Answers::MOMENT_TONE));
    for _ in 0..4 {
        state.apply(Action::Back);
    }
    for choice in HAPPY {
        answer(&mut state, choice);
    }
    assert_eq!((state.screen, state.marked), (Screen::Moment, None));
}

#[test]
fn incident_pair_then_word() {
    let mut state = after(&SORRY);
    assert_eq!(state.said.answers.branch(), Branch::Incident);
    answer(&mut state, Some(2));
    assert_eq!((state.rev, state.screen), (Some(1), Screen::Forgive));
    answer(&mut state, Some(2));
    assert_eq!((state.rev, state.screen), (Some(2), Screen::Verbatim));
    write(&mut state, "  On m’a fait attendre. ");
    assert_eq!((state.rev, state.screen), (Some(3), Screen::End));
    assert_eq!(state.said.verbatim.as_deref(), Some("On m’a fait attendre."));
    assert!(state.said.answers.check().is_ok());
}

#[test]
fn promoters_are_not_asked_to_forgive() {
    let mut state = after(&HAPPY);
    answer(&mut state, Some(4));
    assert_eq!(state.screen, Screen::Verbatim);
}

#[test]
fn an_empty_word_sends_nothing() {
    let mut state = after(&HAPPY);
    answer(&mut state, None);
    write(&mut state, " \n ");
    assert_eq!((state.screen, state.rev, state.said.verbatim), (Screen::End, Some(0), None));
}

#[test]
fn a_word_is_never_cut() {
    let mut state = after(&HAPPY);
    answer(&mut state, None);
    write(&mut state, &"é".repeat(501));
    assert_eq!((state.screen, state.room(), state.rev), (Screen::Verbatim, -1, Some(0)));
    write(&mut state, &"é".repeat(500));
    assert_eq!((state.screen, state.rev), (Screen::End, Some(1)));
}

/// The same limit in every script: 500 characters, whatever bytes they take. Blanks around a word are not sent.
#[test]
fn a_word_is_counted_in_characters() {
    for character in ["e", "é", "語", "🫒"] {
        let mut state = after(&HAPPY);
        answer(&mut state, None);
        state.apply(Action::Write(character.repeat(490)));
        assert_eq!(state.room(), 10, "{character}");
        write(&mut state, &character.repeat(600));
        assert_eq!((state.screen, state.room()), (Screen::Verbatim, -100), "{character}");
        write(&mut state, &[" \n", &character.repeat(500), "  "].concat());
        assert_eq!((state.screen, state.said.verbatim), (Screen::End, Some(character.repeat(500))));
    }
}

#[test]
fn a_reload_goes_on_where_the_customer_was() {
    let mut before = after(&HAPPY[..2]);
    before.apply(Action::Mark(3));
    let unfinished = before.unfinished(7_400).unwrap();
    let mut state = start();
    state.resume(unfinished);
    assert_eq!(state, before);
    for choice in &HAPPY[2..] {
        answer(&mut state, *choice);
    }
    assert_eq!(state, after(&HAPPY));
    assert_eq!(state.unfinished(0), None, "a complete response is not taken up again");
    assert_eq!(after(&[Some(4), Some(6), Some(5), None]).unfinished(0), None);
}

#[test]
fn what_was_answered_before_going_back_is_there_after_a_reload() {
    let mut before = after(&HAPPY[..3]);
    before.apply(Action::Back);
    before.apply(Action::Back);
    let mut state = start();
    state.resume(before.unfinished(0).unwrap());
    assert_eq!((state.screen, state.marked), (Screen::Core(Core::Ease), Some(6)));
    state.apply(Action::Confirm(0));
    assert_eq!((state.screen, state.marked), (Screen::Core(Core::Lens), Some(5)));
    assert_eq!(state, {
        before.apply(Action::Confirm(0));
        before
    });
}

#[test]
fn a_place_or_a_mark_that_this_survey_does_not_have_changes_nothing() {
    let mut unfinished = after(&HAPPY[..2]).unfinished(0).unwrap();
    unfinished.marked = Some(9);
    let mut state = start();
    state.resume(unfinished.clone());
    assert_eq!(state.marked, None, "the lens has five points");
    unfinished.place = 4;
    let mut state = start();
    state.resume(unfinished);
    assert_eq!(state, start());
}

#[test]
fn back_shows_the_answer_and_changes_nothing() {
    let mut state = after(&HAPPY);
    state.apply(Action::Back);
    assert_eq!((state.screen, state.marked, state.rev), (Screen::Core(Core::Recommend), Some(9), Some(0)));
    state.apply(Action::Confirm(20_000));
    assert_eq!((state.rev, state.elapsed_ms), (Some(0), 9_000), "the same answer is not sent again");
}

#[test]
fn a_changed_core_answer_is_the_next_revision() {
    let mut state = after(&HAPPY);
    answer(&mut state, Some(1));
    state.apply(Action::Back);
    state.apply(Action::Back);
    assert_eq!(state.screen, Screen::Core(Core::Recommend));
    answer(&mut state, Some(2));
    assert_eq!((state.rev, state.said.answers.branch(), state.said.answers.moment), (Some(2), Branch::Incident, 0));
    assert!(state.said.answers.check().is_ok());
}

#[test]
fn an_incident_taken_back_leaves_no_ghost() {
    let mut state = after(&SORRY);
    answer(&mut state, Some(9));
    answer(&mut state, Some(3));
    for _ in 0..6 {
        state.apply(Action::Back);
    }
    assert_eq!(state.screen, Screen::Core(Core::Satisfaction));
    for choice in HAPPY {
        answer(&mut state, choice);
    }
    assert_eq!((state.said.answers.moment, state.said.answers.forgive, state.rev), (0, 0, Some(3)));
    assert!(state.said.answers.check().is_ok());
    assert_eq!(state.screen, Screen::End, "what could not be sent is not asked");
    assert!(!state.can_go_back());
}

#[test]
fn back_is_gone_where_there_is_no_way_back() {
    assert!(!start().can_go_back());
    let mut state = start();
    state.apply(Action::Back);
    assert_eq!(state, start());
    assert!(!after(&[None; 6]).can_go_back());
}

/// Ticks and texts as well as marks; and what is taken out again is not said any more.
#[test]
fn going_forward_takes_ticks_and_texts_along() {
    let mut state = own::merchants_own();
    for choice in [Some(5), Some(10), Some(1)] {
        answer(&mut state, choice);
    }
    assert!(!state.stands());
    state.apply(Action::Mark(2));
    assert!(state.stands());
    state.apply(Action::Skip(0));
    assert_eq!((state.screen, state.said.extra[1]), (Screen::Extra(2), 0b1010));
    state.apply(Action::Write("é".repeat(200)));
    state.apply(Action::Skip(0));
    assert_eq!(state.screen, Screen::Extra(2), "too long to be sent, too dear to be lost");
    state.apply(Action::Write("Olive".into()));
    state.apply(Action::Skip(0));
    assert_eq!((state.screen, state.said.extra_text[2].as_deref()), (Screen::Verbatim, Some("Olive")));
    state.apply(Action::Back);
    state.apply(Action::Write(" ".into()));
    state.apply(Action::Skip(0));
    assert_eq!(state.said.extra_text[2], None);
    state.apply(Action::Back);
    state.apply(Action::Back);
    state.apply(Action::Mark(2));
    state.apply(Action::Skip(0));
    assert_eq!(state.said.extra[1], 0b1000, "nothing of the three");
}

/// Whatever a customer does, what is to be sent is a valid frame's answers, and revisions only grow.
#[test]
fn any_walk_sends_valid_answers() {
    let mut seed = 30_u32;
    let mut random = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % below
    };
    let plans = [Rc::default(), Rc::new(own::own_plan())];
    for walk in 0..4_000 {
        let mut state = State::new(plans[walk % 2].clone());
        for _ in 0..30 {
            let before = state.clone();
            let action = match random(9) {
                8 if random(9) == 0 => Action::Leave,
                0 => Action::Back,
                1 => Action::Skip(random(40_000)),
                2 => Action::Write("é".repeat(random(600) as usize)),
                3..=5 => Action::Mark(random(12) as u8),
                _ => Action::Confirm(random(40_000)),
            };
            let forward = matches!(action, Action::Skip(_) | Action::Confirm(_));
            state.apply(action);
            if forward && state.screen != before.screen {
                // What stood marked is what is said, whichever button led on.
                let mut back = state.clone();
                back.show(before.screen);
                let stood = |state: &State| (state.marked, state.ticked, state.draft.trim().to_owned());
                assert_eq!(stood(&back), stood(&before), "going forward loses nothing: {before:?}");
            }
            if state.rev != before.rev {
                let Content { answers, extra, .. } = &state.said;
                assert!(answers.check().is_ok(), "{state:?}");
                let asked = state.plan.extras(answers, extra);
                for (index, kind) in state.plan.layout.kinds().enumerate() {
                    assert!(kind.check(extra[index]).is_ok(), "{state:?}");
                    let said = extra[index] != 0 || state.said.extra_text[index].is_some();
                    assert!(asked[index] || !said, "no ghost of a question that is not asked: {state:?}");
                }
                assert_eq!(state.rev, Some(before.rev.map_or(0, |rev| rev + 1)));
            }
            assert!(state.rev <= Some(REV_MAX));
        }
    }
}
