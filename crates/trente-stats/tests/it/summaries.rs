//! A summary is a homomorphism: its counts add up over any split, and every response is in each once.

use proptest::prelude::*;
use trente_stats::Summary;
use trente_survey::{Answers, Cause};

use crate::aggregates::{aggregate, response};
use crate::contribution;

fn counts(summary: &Summary) -> Vec<u64> {
    let mut counts = vec![summary.n, summary.nps.promoters, summary.nps.passives, summary.nps.detractors];
    counts.extend(summary.csat.counts);
    counts.extend(summary.ces.counts);
    counts.extend(summary.classes);
    counts.extend([summary.scored, summary.score_sum, summary.fast, summary.noted, summary.mismatches]);
    for cause in Cause::ALL {
        let found = summary.causes.iter().find(|impact| impact.cause == cause);
        counts.extend(found.map_or([0; 3], |impact| [impact.incidents, impact.unforgivable, impact.impact]));
    }
    counts.push(summary.incidents_without_cause);
    counts
}

proptest! {
    #[test]
    fn summaries_add_up(
        a in prop::collection::vec(response(), 0..30),
        b in prop::collection::vec(response(), 0..30),
    ) {
        let (left, right) = (Summary::of(&aggregate(&a)), Summary::of(&aggregate(&b)));
        let whole = Summary::of(&aggregate(&[a, b].concat()));
        let sums: Vec<_> = counts(&left).iter().zip(counts(&right)).map(|(left, right)| left + right).collect();
        prop_assert_eq!(counts(&whole), sums);
        prop_assert_eq!(whole.classes.iter().sum::<u64>(), whole.n);
        let diagnosed: u64 = whole.causes.iter().map(|cause| cause.incidents).sum();
        prop_assert_eq!(diagnosed + whole.incidents_without_cause, whole.incidents());
        prop_assert!(whole.causes.windows(2).all(|pair| pair[0].impact >= pair[1].impact));
    }
}

#[test]
fn impact_weighs_what_is_not_forgiven() {
    let slow =
        |forgive| Answers { satisfaction: Some(2), recommend: Some(3), moment: 7, forgive, ..Answers::default() };
    let rule = Answers { moment: 6, ..slow(1) };
    let silent = Answers { moment: 0, ..slow(0) };
    let responses: Vec<_> = [slow(3), slow(2), slow(1), slow(0), rule, silent]
        .iter()
        .map(|answers| contribution(answers, Cause::Detail, 63, false))
        .collect();
    let summary = Summary::of(&aggregate(&responses));
    let found: Vec<_> = summary
        .causes
        .iter()
        .map(|impact| (impact.cause, impact.incidents, impact.unforgivable, impact.impact))
        .collect();
    assert_eq!(found, [(Cause::Speed, 4, 1, 7), (Cause::Policy, 1, 0, 1)]);
    assert_eq!(summary.incidents_without_cause, 1);
    assert_eq!(summary.classes, [0, 0, 0, 5, 1]);
}

#[test]
fn missing_answers_are_in_no_mean() {
    let few = Answers { ease: Some(6), lens: Some(4), ..Answers::default() };
    let summary = Summary::of(&aggregate(&[contribution(&few, Cause::Promise, 63, true)]));
    assert_eq!((summary.n, summary.scored, summary.score_mean()), (1, 0, None));
    assert_eq!((summary.nps.points(), summary.csat.share(), summary.ces.mean()), (None, None, Some(6.0)));
    assert_eq!((summary.noted, summary.fast, summary.fast_share()), (1, 0, Some(0.0)));
    assert_eq!(Summary::of(&aggregate(&[])).fast_share(), None);
}
