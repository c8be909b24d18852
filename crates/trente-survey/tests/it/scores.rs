//! Properties of score, class, flags and branch over every state.

use trente_survey::score::flag;
use trente_survey::{Answers, Branch, Cause, Class, CoreQuestion, Error, Verdict};

use crate::{answers, every_state, verdict};

#[test]
fn class_ranges_are_those_of_4_3() {
    let mut ranges = [(u8::MAX, u8::MIN); 5];
    for state in every_state() {
        let verdict = verdict(state);
        if let Some(score) = verdict.score {
            let (low, high) = &mut ranges[verdict.class as usize];
            (*low, *high) = ((*low).min(score), (*high).max(score));
        }
    }
    assert_eq!(ranges, [(u8::MAX, u8::MIN), (89, 100), (21, 100), (0, 69), (0, 19)]);
}

/// Lesson 0b: one false note voids every earlier good one.
#[test]
fn no_other_answer_buys_an_incident_back() {
    for state in every_state().filter(|state| state.branch() == Branch::Incident) {
        let cap = [59, 69, 49, 19][usize::from(state.forgive)];
        assert!(verdict(state).score.is_none_or(|score| score <= cap), "{state:?}");
    }
}

/// Lesson 3d: the class is a function of branch, forgiveness and the ratings; lesson 3h: not coming back is LOST.
#[test]
fn class_table() {
    for state in every_state() {
        let verdict = verdict(state);
        let incident = state.branch() == Branch::Incident;
        assert_eq!(verdict.class == Class::Unforgivable, incident && state.forgive == 3);
        assert_eq!(verdict.class == Class::Forgivable, incident && state.forgive != 3);
        assert_eq!(verdict.flags & flag::LOST != 0, verdict.class == Class::Unforgivable);
        assert_eq!(verdict.flags & flag::DELIGHT != 0, verdict.class == Class::Delight);
        assert_eq!(verdict.class == Class::None, !incident && verdict.score.is_none());
    }
}

/// Lesson 3c.
#[test]
fn recover_is_forgive_2() {
    assert!(every_state().all(|state| (verdict(state).flags & flag::RECOVER != 0) == (state.forgive == 2)));
}

/// Lesson 4d: the truth table of contradiction.
#[test]
fn mixed_truth_table() {
    let mixed = |satisfaction, recommend| verdict(answers(satisfaction, 0, 0, recommend)).flags & flag::MIXED != 0;
    for satisfaction in 0..=5 {
        for recommend in (0..=10).chain([15]) {
            let present = satisfaction != 0 && recommend != 15;
            let pleased_but = satisfaction >= 4 && recommend <= 6;
            let displeased_but = satisfaction <= 2 && recommend >= 9;
            assert_eq!(
                mixed(satisfaction, recommend),
                present && (pleased_but || displeased_but),
                "{satisfaction} {recommend}"
            );
        }
    }
}

/// Lesson 1d: doing one's job and delighting are different classes.
#[test]
fn ok_is_not_delight() {
    assert_eq!(verdict(answers(4, 6, 5, 9)).class, Class::Ok);
    assert_eq!(verdict(answers(5, 6, 5, 9)).class, Class::Delight);
    assert_eq!(verdict(answers(5, 5, 5, 9)).class, Class::Ok);
    assert_eq!(verdict(answers(5, 6, 3, 9)).class, Class::Ok);
}

#[test]
fn fast_is_below_600_ms_an_answer() {
    let fast = |answers: Answers, elapsed| {
        Verdict::of(&answers, Cause::Promise, elapsed, false).unwrap().flags & flag::FAST != 0
    };
    assert!(fast(answers(4, 6, 5, 9), 4), "2.0 s for four answers");
    assert!(!fast(answers(4, 6, 5, 9), 5), "2.5 s for four answers");
    assert!(fast(answers(4, 0, 0, 15), 1) && !fast(answers(4, 0, 0, 15), 2));
    assert!(!fast(answers(0, 0, 0, 15), 0) && !fast(answers(4, 6, 5, 9), 63));
}

/// Raising one rating, forgiveness fixed, never lowers the score, across branches too.
#[test]
fn score_is_monotone() {
    for state in every_state().filter(|state| state.answered() == 4 && state.moment == 0) {
        let before = verdict(state).score;
        let raised = [
            Answers { satisfaction: state.satisfaction.map(|rating| rating + 1), ..state },
            Answers { ease: state.ease.map(|rating| rating + 1), ..state },
            Answers { lens: state.lens.map(|rating| rating + 1), ..state },
            Answers { recommend: state.recommend.map(|rating| rating + 1), ..state },
        ];
        for mut higher in raised {
            if higher.branch() != Branch::Incident {
                higher.forgive = 0;
            }
            if higher.check().is_ok() {
                assert!(verdict(higher).score >= before, "{state:?} -> {higher:?}");
            }
        }
    }
}

#[test]
fn branch_table_of_3_1() {
    for satisfaction in 0..=5 {
        for recommend in (0..=10).chain([15]) {
            let expected = match (satisfaction, recommend) {
                (_, 0..=6) | (1..=2, _) => Branch::Incident,
                (0 | 4..=5, 9..=10) => Branch::Promoter,
                _ => Branch::Neutral,
            };
            assert_eq!(answers(satisfaction, 0, 0, recommend).branch(), expected, "{satisfaction} {recommend}");
        }
    }
}

/// Lesson 4g: no compulsory field.
#[test]
fn nothing_answered_is_valid() {
    let verdict = verdict(Answers::default());
    assert_eq!((verdict.score, verdict.class, verdict.branch, verdict.flags), (None, Class::None, Branch::Neutral, 0));
}

#[test]
fn off_scale_is_refused() {
    let code = |answers: Answers| answers.check().map_err(Error::code);
    assert_eq!(code(answers(6, 0, 0, 15)), Err("E_RANGE"));
    assert_eq!(code(answers(0, 8, 0, 15)), Err("E_RANGE"));
    assert_eq!(code(answers(0, 0, 6, 15)), Err("E_RANGE"));
    assert_eq!(code(answers(0, 0, 0, 11)), Err("E_RANGE"));
    assert_eq!(code(Answers { satisfaction: Some(0), ..Answers::default() }), Err("E_RANGE"));
    assert_eq!(code(Answers { moment: 11, ..Answers::default() }), Err("E_RANGE"));
    assert_eq!(code(Answers { forgive: 4, ..Answers::default() }), Err("E_RANGE"));
    assert_eq!(code(Answers { forgive: 1, ..Answers::default() }), Err("E_BRANCH"));
    assert_eq!(code(Answers { moment: 9, ..Answers::default() }), Err("E_MOMENT"));
    assert_eq!(Verdict::of(&Answers::default(), Cause::Promise, 64, false).map_err(Error::code), Err("E_RANGE"));
}

/// A rating is read and written by the name of its question, and each question is refused off its own scale.
#[test]
fn ratings_by_question() {
    for question in CoreQuestion::ALL {
        let mut answers = Answers::default();
        answers.set_rating(question, Some(*question.scale().end()));
        assert_eq!(answers.check(), Ok(()));
        assert_eq!(answers.answered(), 1);
        let rated: Vec<_> = CoreQuestion::ALL.into_iter().filter(|&each| answers.rating(each).is_some()).collect();
        assert_eq!(rated, [question]);
        answers.set_rating(question, Some(question.scale().end() + 1));
        assert!(answers.check().is_err());
        answers.set_rating(question, None);
        assert_eq!(answers, Answers::default());
    }
}
