//! The five essays, told as answers. **Source**: docs/lessons.md.

use trente_survey::cause::Owner;
use trente_survey::locale::Language;
use trente_survey::score::{ELAPSED_UNKNOWN, flag};
use trente_survey::wording::{CHIP_MOMENTS, Wording};
use trente_survey::{Answers, Cause, Class, Verdict};

use crate::answers;

fn replay(moment: u8, forgive: u8, family: Cause, lens: u8) -> Verdict {
    let answers = Answers { moment, forgive, ..answers(2, 4, lens, 2) };
    Verdict::of(&answers, family, ELAPSED_UNKNOWN, true).unwrap()
}

fn causes(verdict: &Verdict) -> (Option<Cause>, Option<Cause>) {
    (verdict.diagnosis.primary, verdict.diagnosis.secondary)
}

/// Essay 0: a waiter whose attention was feigned for a tip.
#[test]
fn essay_0_calculated_attention() {
    let verdict = replay(4, 3, Cause::Detail, 0);
    assert_eq!(verdict.diagnosis.primary, Some(Cause::Sincerity));
    assert_eq!(verdict.class, Class::Unforgivable);
    assert_ne!(verdict.flags & flag::SINCERITY, 0);
    assert_ne!(verdict.flags & flag::NOTED, 0, "lesson 0l: the customer's own words are kept");
}

/// Essay 1, lesson 1b: six bad moments, each with one code and its cause.
#[test]
fn essay_1_bad_moments() {
    let stories = [
        ("the plumber who does not come", 3, Cause::Availability),
        ("the baker without a look", 3, Cause::Availability),
        ("the waiters among themselves", 9, Cause::Sincerity),
        ("the doctor in a hurry", 3, Cause::Availability),
        ("24 minutes with the call centre", 7, Cause::Speed),
        ("the station clerk and his rule", 6, Cause::Policy),
    ];
    for (story, moment, cause) in stories {
        assert_eq!(replay(moment, 0, Cause::Detail, 0).diagnosis.primary, Some(cause), "{story}");
    }
    // Lesson 4i: turning one's back on a customer is the same lack of attention.
    assert_eq!(replay(3, 0, Cause::Detail, 0).diagnosis.primary, Some(Cause::Availability));
}

/// Essay 1, lesson 1c: six good moments, each with one chip.
#[test]
fn essay_1_good_moments() {
    let stories = [
        ("the hotel and its smile", "Une attention sincère", Cause::Sincerity),
        ("the beach bar", "Du temps pour moi", Cause::Availability),
        ("the VAT office: it is my job", "Une vraie solution", Cause::Means),
        ("the osteopath at 23:30", "La souplesse", Cause::Policy),
        ("the chef", "Le savoir-faire", Cause::Competence),
        ("the saleswoman", "Une attention sincère", Cause::Sincerity),
    ];
    let chips = Wording::of(Language::Fr).chip_options;
    for (story, chip, cause) in stories {
        let at = chips.iter().position(|label| label == chip).unwrap();
        assert_eq!(CHIP_MOMENTS[at] - 1, cause.family(), "{story}");
    }
}

/// Essay 2: a promise on the shop window that was not passed on. Lesson 2c.
#[test]
fn essay_2_promise_then_sincerity() {
    let verdict = replay(1, 0, Cause::Detail, 0);
    assert_eq!(causes(&verdict), (Some(Cause::Promise), Some(Cause::Sincerity)));
    assert_ne!(verdict.flags & flag::PROMISE, 0);
    // Lesson 2h: the tone of « ça soye » is not the feigned attention.
    assert_eq!(causes(&replay(9, 0, Cause::Detail, 0)), (Some(Cause::Sincerity), Some(Cause::Promise)));
    // Lesson 2f: details.
    assert_eq!(replay(8, 0, Cause::Detail, 0).diagnosis.primary, Some(Cause::Detail));
}

/// Essay 3: an owner who would not give thirty seconds. Lessons 3b and 3h.
#[test]
fn essay_3_no_thirty_seconds() {
    let verdict = replay(3, 3, Cause::Availability, 1);
    assert_eq!(verdict.diagnosis.primary, Some(Cause::Availability));
    assert_eq!(verdict.class, Class::Unforgivable);
    assert!(verdict.score.is_some_and(|score| score <= 19));
    assert_ne!(verdict.flags & flag::LOST, 0);
}

/// Essay 4: a counter without change and a strict rule for cards. Lesson 4a.
#[test]
fn essay_4_mission_without_means() {
    let verdict = replay(2, 0, Cause::Detail, 0);
    assert_eq!(causes(&verdict), (Some(Cause::Means), Some(Cause::Policy)));
    assert_ne!(verdict.flags & flag::MEANS, 0);
    // The symptom is not the cause: slow service with no means is a lack of means (docs/score.md#diagnosis).
    assert_eq!(replay(7, 0, Cause::Means, 1).diagnosis.primary, Some(Cause::Means));
}

/// Without an effort of the customer, a lens never moves the verdict to a family that the symptom does not name.
#[test]
fn a_lens_does_not_invent_a_cause() {
    for moment in 1..=9 {
        let named = replay(moment, 0, Cause::Detail, 0).diagnosis.primary;
        for family in Cause::ALL {
            let moved = replay(moment, 0, family, 1).diagnosis.primary;
            let alone = Answers { moment, ..answers(2, 4, 0, 2) };
            let row = Verdict::of(&alone, family, ELAPSED_UNKNOWN, false).unwrap().diagnosis;
            assert!(moved == named || moved == Some(family), "m{moment} {family:?}: {moved:?}, row {row:?}");
        }
    }
    assert_eq!(replay(10, 0, Cause::Detail, 0).diagnosis.primary, None);
}

/// Lessons 0m, 4h, 4j: every cause has an owner, a question and a first step, in both languages of the results.
#[test]
fn every_cause_has_a_remedy() {
    for cause in Cause::ALL {
        for language in Language::ALL {
            let remedy = cause.remedy(language);
            assert!(remedy.question.ends_with('?') && remedy.first_step.ends_with('.'), "{cause:?}");
        }
        let shared = cause.owner() == Owner::TeamAndManager;
        assert_eq!(shared, cause == Cause::Detail, "the owner is a manager or above, but for details");
    }
    // Lesson 4k: sincerity and competence are recruited and trained.
    assert!(Cause::Sincerity.remedy(Language::En).first_step.contains("recruit"));
    assert!(Cause::Competence.remedy(Language::En).first_step.contains("train"));
    // Lesson 2d: the promise is known at every post and hour.
    assert!(Cause::Promise.remedy(Language::Fr).question.contains("à ce poste et à cette heure"));
}
