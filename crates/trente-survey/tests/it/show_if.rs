//! Display conditions: one rule, compared with a second statement of it over every small survey.

use proptest::prelude::*;
use trente_survey::Branch;
use trente_survey::extra::ExtraKind;
use trente_survey::show_if::{Branches, Condition, asked, may_be_asked};

const BRANCHES: [Branch; 3] = [Branch::Incident, Branch::Promoter, Branch::Neutral];

fn any_condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        Just(Condition::Always),
        proptest::collection::vec(0..3usize, 0..=3)
            .prop_map(|all| Condition::Branches(all.into_iter().map(|index| BRANCHES[index]).collect())),
        (0..4usize, 0..=5u8).prop_map(|(earlier, answer)| Condition::Answer { earlier, answer }),
    ]
}

fn any_kind() -> impl Strategy<Value = ExtraKind> {
    prop_oneof![
        Just(ExtraKind::Stars),
        Just(ExtraKind::YesNo),
        Just(ExtraKind::Text),
        (2..=4u8).prop_map(ExtraKind::Choice),
        (2..=4u8).prop_map(ExtraKind::Choices),
    ]
}

/// The rule as the hosted page applied it: go through the questions in order, and take away the answer of each that is
/// not asked, so that the conditions on it fail.
fn by_forgetting(questions: &[(ExtraKind, Condition)], branch: Branch, mut codes: [u16; 3]) -> [bool; 3] {
    let mut asked = [false; 3];
    for (index, (_, condition)) in questions.iter().enumerate() {
        asked[index] = match *condition {
            Condition::Always => true,
            Condition::Branches(branches) => branches.contains(branch),
            Condition::Answer { earlier, answer } => {
                earlier < index && questions[earlier].0.holds(codes[earlier], answer)
            }
        };
        if !asked[index] {
            codes[index] = 0;
        }
    }
    asked
}

proptest! {
    #[test]
    fn what_is_asked_is_what_forgetting_unasked_answers_leaves(
        questions in proptest::collection::vec((any_kind(), any_condition()), 0..=3),
        branch in 0..3usize,
        codes in [0..32u16, 0..32u16, 0..32u16],
    ) {
        let (branch, expected) = (BRANCHES[branch], by_forgetting(&questions, BRANCHES[branch], codes));
        prop_assert_eq!(asked(questions.iter().copied(), branch, &codes), expected);
    }
}

proptest! {
    // Each case tries every combination of answers.
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn what_may_be_asked_is_whatever_some_answers_lead_to(
        questions in proptest::collection::vec((any_kind(), any_condition()), 0..=3),
        branch in 0..3usize,
    ) {
        let branch = BRANCHES[branch];
        // A condition on an answer that its question does not have never holds; a published survey has none.
        prop_assume!(questions.iter().all(|(_, condition)| match *condition {
            Condition::Answer { earlier, answer } => {
                questions.get(earlier).is_none_or(|(kind, _)| (0..32).any(|code| kind.holds(code, answer)))
            }
            _ => true,
        }));
        let mut reached = [false; 3];
        for bits in 0..1u32 << 15 {
            let codes = [0, 5, 10].map(|shift| (bits >> shift & 31) as u16);
            for (slot, asked) in reached.iter_mut().zip(asked(questions.iter().copied(), branch, &codes)) {
                *slot |= asked;
            }
        }
        let possible = may_be_asked(questions.iter().copied(), branch);
        // Two questions may wait for different answers of one: each is possible, if not both.
        prop_assert_eq!(possible, reached);
    }
}

#[test]
fn questions_beyond_the_last_allowed_are_ignored() {
    let many = [(ExtraKind::Stars, Condition::Always); 5];
    assert_eq!(asked(many, Branch::Neutral, &[0; 3]), [true; 3]);
}

#[test]
fn a_set_has_the_branches_that_it_was_given() {
    let set = Branches::default().with(Branch::Promoter).with(Branch::Promoter);
    assert_eq!(BRANCHES.map(|branch| set.contains(branch)), [false, true, false]);
    assert_eq!(set, [Branch::Promoter].into_iter().collect());
}
