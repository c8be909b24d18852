//! What stands behind a report: rows that the lessons ask for.

use trente_stats::detail::Detail;
use trente_stats::{Summary, wilson};
use trente_survey::locale::Language;
use trente_survey::{Answers, Cause};

use crate::{aggregate, contribution, near};

fn detail(responses: &[(Answers, Cause)], orders: Option<u64>) -> Detail {
    let counted: Vec<_> = responses.iter().map(|(answers, cause)| contribution(answers, *cause, 63, false)).collect();
    Detail::of(&Summary::of(&aggregate(&counted)), 1, orders, Language::En)
}

fn pleased() -> Answers {
    Answers { satisfaction: Some(5), ease: Some(7), recommend: Some(10), ..Answers::default() }
}

fn hurt(moment: u8, forgive: u8) -> Answers {
    Answers { satisfaction: Some(2), ease: Some(1), recommend: Some(2), moment, forgive, ..Answers::default() }
}

/// Lesson 0e: a feigned attention costs recommendation, and the report has the row that says how much.
#[test]
fn lesson_0e_a_row_with_and_without_each_cause() {
    let all = [(pleased(), Cause::Promise), (pleased(), Cause::Promise), (hurt(4, 3), Cause::Promise)];
    let found = detail(&all, None);
    let [row] = found.causes.as_slice() else { panic!("{:?}", found.causes) };
    assert_eq!((row.cause, row.owner, row.incidents), ("sincerity", "direction", 1));
    assert_eq!((row.nps_with.points, row.nps_without.points), (Some(-100.0), Some(100.0)));
    // The cross-table of moments: m4 alone has answers.
    let [moment] = found.moments.as_slice() else { panic!("{:?}", found.moments) };
    assert_eq!((moment.moment, moment.nps.points), (4, Some(-100.0)));
}

/// Lesson 1a: one mean may hide two crowds, which the spread tells apart.
#[test]
fn lesson_1a_the_same_mean_is_spread_differently() {
    let of = |ratings: [u8; 4]| {
        let all = ratings.map(|rating| (Answers { satisfaction: Some(rating), ..Answers::default() }, Cause::Promise));
        detail(&all, None).satisfaction
    };
    let (torn, alike) = (of([1, 1, 5, 5]), of([3, 3, 3, 3]));
    assert_eq!((torn.mean, alike.mean), (Some(3.0), Some(3.0)));
    assert_eq!((torn.histogram.as_slice(), alike.histogram.as_slice()), (&[2, 0, 0, 0, 2][..], &[0, 0, 4, 0, 0][..]));
    near(torn.deviation.unwrap(), (16.0f64 / 3.0).sqrt(), 1e-12);
    assert_eq!(alike.deviation, Some(0.0));
    let alone = detail(&[(pleased(), Cause::Promise)], None);
    assert_eq!((alone.satisfaction.mean, alone.satisfaction.deviation), (Some(5.0), None));
}

/// Lesson 0n: what delights depends on what was expected, family by family.
#[test]
fn lesson_0n_each_family_has_its_class() {
    let mut all = Vec::new();
    for (lens, recommend) in [(1, 2), (3, 8), (5, 9)] {
        let answers = Answers { lens: Some(lens), recommend: Some(recommend), ..Answers::default() };
        all.extend([(answers, Cause::Speed); 10]);
    }
    let found = detail(&all, None);
    let speed = &found.families[6];
    assert_eq!((speed.family, speed.kano, speed.n), ("speed", "basic", 30));
    assert_eq!((speed.penalty, speed.reward, speed.index), (Some(6.0), Some(1.0), Some(50.0)));
    assert!(speed.r.unwrap() > 0.9 && speed.low.unwrap() < speed.high.unwrap());
    assert!(found.families.iter().all(|family| family.family == "speed" || (family.kano, family.n) == ("unknown", 0)));
}

/// Lesson 4d: a promise may be less well kept than the whole was liked.
#[test]
fn lesson_4d_the_promise_lens_beside_satisfaction() {
    let of = |satisfaction, lens| Answers { satisfaction: Some(satisfaction), lens: Some(lens), ..Answers::default() };
    let found = detail(&[(of(5, 2), Cause::Promise), (of(4, 3), Cause::Promise)], None);
    assert_eq!(found.families[0].gap_to_satisfaction, Some(2.5 - 4.5));
    assert_eq!(found.families[1].gap_to_satisfaction, None);
}

/// Lesson 4f: silence is not satisfaction.
#[test]
fn lesson_4f_the_response_rate_and_nothing_about_nobody() {
    let rate = detail(&[(pleased(), Cause::Promise)], Some(40)).response_rate.unwrap();
    assert_eq!((rate.n, rate.orders, rate.rate), (1, 40, Some(0.025)));
    assert_eq!(rate.high, wilson::interval(1, 40).map(|interval| interval.high));
    assert_eq!(detail(&[(pleased(), Cause::Promise)], None).response_rate, None, "nobody knows how many were asked");
    let nothing = detail(&[], Some(40));
    assert_eq!((nothing.satisfaction.mean, nothing.ease.mean, nothing.families[0].index), (None, None, None));
    assert_eq!(nothing.response_rate.unwrap().rate, Some(0.0), "that none of forty answered is known");
    assert_eq!(detail(&[], Some(0)).response_rate.unwrap().rate, None);
}

/// Lesson 3i, and the owners of 4h, in the row that the report prints.
#[test]
fn lesson_3i_how_often_each_cause_is_unforgivable() {
    let all = [(hurt(7, 3), Cause::Promise), (hurt(7, 1), Cause::Promise), (hurt(7, 0), Cause::Promise)];
    let found = detail(&all, None);
    let row = &found.causes[0];
    assert_eq!((row.cause, row.owner, row.judged, row.unforgivable), ("speed", "manager", 2, 1));
    assert_eq!(row.unforgivable_share, Some(0.5));
    assert_eq!(row.low, wilson::interval(1, 2).map(|interval| interval.low));
    assert_eq!(row.first_step, "Say the true waiting time first.");
}

#[test]
fn numbers_of_too_few_answers_are_left_out() {
    let counted = [contribution(&pleased(), Cause::Promise, 63, false)];
    let few = Detail::of(&Summary::of(&aggregate(&counted)), 5, None, Language::Fr);
    assert_eq!((few.satisfaction.mean, few.satisfaction.n, few.time_label), (None, 1, "thirty_seconds"));
}
