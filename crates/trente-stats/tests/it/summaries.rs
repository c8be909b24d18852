//! A summary is a homomorphism, and every response is in each of its counts once.

use proptest::prelude::*;
use trente_stats::Summary;
use trente_stats::aggregate::{Aggregate, COUNT_MAX, Count, CountError, Kind};
use trente_stats::nps::Nps;
use trente_stats::wilson;
use trente_survey::response_id::SurveyId;
use trente_survey::score::flag;
use trente_survey::{Answers, Cause};

use crate::{aggregate, contribution, near, nps, responses, sum};

fn summary(answers: &[Answers]) -> Summary {
    let responses = answers.iter().map(|answers| contribution(answers, Cause::Detail, 63, false));
    Summary::of(&Aggregate::of(responses).unwrap())
}

fn slow(forgive: u8) -> Answers {
    Answers { satisfaction: Some(2), recommend: Some(3), moment: 7, forgive, ..Answers::default() }
}

proptest! {
    #[test]
    fn the_summary_of_a_sum_is_the_sum_of_the_summaries(a in responses(30), b in responses(30)) {
        let (a, b) = (aggregate(&a), aggregate(&b));
        let (left, right) = (Summary::of(&a), Summary::of(&b));
        let mut added = left.clone();
        added.merge(&right).unwrap();
        prop_assert_eq!(&added, &Summary::of(&sum(&[&a, &b])));
        let mut turned = right;
        turned.merge(&left).unwrap();
        prop_assert_eq!(turned, added);
        let mut same = left.clone();
        same.merge(&Summary::of(&Aggregate::default())).unwrap();
        prop_assert_eq!(same, left);
    }

    #[test]
    fn every_response_is_counted_once(responses in responses(40)) {
        let whole = Summary::of(&aggregate(&responses));
        let of = |counts: &[u64]| counts.iter().sum::<u64>();
        prop_assert_eq!(whole.n, responses.len() as u64);
        prop_assert_eq!((of(&whole.classes), of(&whole.elapsed)), (whole.n, whole.n));
        prop_assert_eq!(whole.flagged(flag::NOTED), responses.iter().filter(|response| response.noted).count() as u64);
        prop_assert_eq!(whole.flagged(flag::LOST), whole.classes[4]);
        prop_assert_eq!(whole.flagged(flag::DELIGHT), whole.classes[1]);
        let diagnosed: u64 = whole.causes.iter().map(|cause| cause.incidents()).sum();
        prop_assert_eq!(diagnosed + whole.without_cause.incidents(), whole.incidents());
        let moments: u64 = whole.moments.iter().map(Nps::n).sum();
        let causes: u64 = whole.causes.iter().chain([&whole.without_cause]).map(|cause| cause.nps.n()).sum();
        prop_assert_eq!(moments, causes);
        let pareto = whole.pareto();
        prop_assert!(pareto.windows(2).all(|pair| pair[0].1.impact() >= pair[1].1.impact()));
        // Lesson 1f, exactly: those who are disappointed become passives, and the score gains 100·D_f/n.
        for gain in whole.what_if() {
            let without = Nps {
                detractors: whole.nps.detractors - gain.detractors,
                passives: whole.nps.passives + gain.detractors,
                ..whole.nps
            };
            near(without.points().unwrap() - whole.nps.points().unwrap(), gain.nps_delta, 1e-9);
        }
    }
}

#[test]
fn impact_weighs_what_is_not_forgiven() {
    let rule = Answers { moment: 6, ..slow(1) };
    let silent = Answers { moment: 0, ..slow(0) };
    let summary = summary(&[slow(3), slow(2), slow(1), slow(0), rule, silent]);
    let found: Vec<_> = summary
        .pareto()
        .into_iter()
        .map(|(cause, counts)| (cause, counts.incidents(), counts.unforgivable(), counts.impact()))
        .collect();
    assert_eq!(found, [(Cause::Speed, 4, 1, 7), (Cause::Policy, 1, 0, 1)]);
    assert_eq!(summary.without_cause.incidents(), 1);
    assert_eq!(summary.classes, [0, 0, 0, 5, 1]);
    assert_eq!(summary.score_mean(), Some((19 + 28 + 28 + 28 + 28 + 28) as f64 / 6.0));
}

#[test]
fn equal_impact_keeps_the_order_of_the_families() {
    let of = |moment| Answers { moment, ..slow(1) };
    let found: Vec<_> = summary(&[of(8), of(7), of(1)]).pareto().into_iter().map(|(cause, _)| cause).collect();
    assert_eq!(found, [Cause::Promise, Cause::Speed, Cause::Detail]);
}

#[test]
fn missing_answers_are_in_no_mean() {
    let few = Answers { ease: Some(6), lens: Some(4), ..Answers::default() };
    let summary = Summary::of(&aggregate(&[contribution(&few, Cause::Promise, 63, true)]));
    assert_eq!((summary.n, summary.scored(), summary.score_mean()), (1, 0, None));
    assert_eq!((summary.nps.points(), summary.csat.share(), summary.ces.mean()), (None, None, Some(6.0)));
    assert_eq!((summary.flagged(flag::NOTED), summary.fast(), summary.fast_share()), (1, 0, Some(0.0)));
    assert_eq!(Summary::of(&Aggregate::default()).fast_share(), None);
}

#[test]
fn fast_answers_are_shown_apart() {
    let answers = |recommend| Answers { satisfaction: Some(4), recommend: Some(recommend), ..Answers::default() };
    let of = |recommend, elapsed| contribution(&answers(recommend), Cause::Promise, elapsed, false);
    let summary = Summary::of(&aggregate(&[of(10, 1), of(10, 30), of(8, 63), of(0, 0)]));
    assert_eq!((summary.fast(), summary.fast_share()), (2, Some(0.5)));
    assert_eq!((summary.nps, summary.nps_without_fast), (nps(2, 1, 1), nps(1, 1, 0)));
}

/// Lesson 0e: a feigned attention costs recommendation.
#[test]
fn lesson_0e_the_score_with_and_without_a_cause() {
    let happy = Answers { satisfaction: Some(5), recommend: Some(10), ..Answers::default() };
    let feigned = Answers { satisfaction: Some(4), recommend: Some(1), moment: 4, forgive: 3, ..Answers::default() };
    let summary = summary(&[happy, happy, happy, feigned]);
    let cause = &summary.causes[usize::from(Cause::Sincerity.family())];
    assert_eq!((cause.nps, summary.moments[4]), (nps(0, 0, 1), nps(0, 0, 1)));
    assert_eq!(summary.nps.points(), Some(50.0));
    assert_eq!(summary.nps.without(&cause.nps).points(), Some(100.0));
}

/// Lesson 3i: the data say what cannot be forgiven.
#[test]
fn lesson_3i_how_often_a_cause_is_unforgivable() {
    let summary = summary(&[slow(3), slow(3), slow(1), slow(2), slow(0)]);
    let speed = &summary.causes[usize::from(Cause::Speed.family())];
    assert_eq!((speed.forgive, speed.judged(), speed.incidents()), ([1, 1, 1, 2], 4, 5));
    assert_eq!((speed.unforgivable_share(), speed.unforgivable_interval()), (Some(0.5), wilson::interval(2, 4)));
    assert_eq!(summary.causes[0].unforgivable_share(), None, "nobody was asked");
}

/// Lesson 4b: customers handed to competitors are lost for want of means or by a rule.
#[test]
fn lesson_4b_customers_handed_to_competitors() {
    let of = |moment, forgive| Answers { moment, ..slow(forgive) };
    // Means, policy, means not lost, speed lost, no cause lost.
    let summary = summary(&[of(2, 3), of(6, 3), of(2, 2), of(7, 3), of(10, 3)]);
    assert_eq!(summary.handed_to_competitors(), 2);
}

#[test]
fn summaries_stay_in_their_bounds() {
    let row = |kind, key| Count { kind, survey: SurveyId([0; 4]), key, n: COUNT_MAX };
    let key = contribution(&slow(3), Cause::Detail, 63, false).key;
    let full = Aggregate::from_counts([row(Kind::Answers, key), row(Kind::Elapsed, 63)]).unwrap();
    let mut full = Summary::of(&full);
    assert_eq!((full.causes[6].impact(), full.score_mean()), (3 * COUNT_MAX, Some(19.0)));
    assert_eq!(full.what_if()[0].nps_delta, 100.0);
    let before = full.clone();
    assert_eq!(full.merge(&summary(&[slow(1)])), Err(CountError::TooMany));
    assert_eq!(full, before);
}
