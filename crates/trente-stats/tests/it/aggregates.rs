//! The aggregate is a commutative monoid, and subtraction undoes addition.

use proptest::prelude::*;
use trente_stats::aggregate::{Aggregate, COUNT_MAX, Contribution, CountError, Kind, key, unpack};
use trente_survey::{Answers, Cause};

use crate::contribution;

/// Any valid response.
pub fn response() -> impl Strategy<Value = Contribution> {
    let answers = (0u32..1 << 19).prop_filter_map("invalid answers", |bits| Answers::from_bits(bits).ok());
    (answers, 0u8..8, 0u8..64, any::<bool>(), any::<bool>()).prop_map(|(answers, family, elapsed, noted, mismatch)| {
        Contribution { mismatch, ..contribution(&answers, Cause::from_family(family), elapsed, noted) }
    })
}

pub fn aggregate(responses: &[Contribution]) -> Aggregate {
    let mut aggregate = Aggregate::default();
    for response in responses {
        aggregate.record(response).unwrap();
    }
    aggregate
}

fn sum(parts: &[&Aggregate]) -> Aggregate {
    let mut sum = Aggregate::default();
    for part in parts {
        sum.merge(part).unwrap();
    }
    sum
}

proptest! {
    #[test]
    fn merging_is_associative_commutative_and_has_an_identity(
        a in prop::collection::vec(response(), 0..20),
        b in prop::collection::vec(response(), 0..20),
        c in prop::collection::vec(response(), 0..20),
    ) {
        let (a, b, c) = (aggregate(&a), aggregate(&b), aggregate(&c));
        prop_assert_eq!(sum(&[&sum(&[&a, &b]), &c]), sum(&[&a, &sum(&[&b, &c])]));
        prop_assert_eq!(sum(&[&a, &b]), sum(&[&b, &a]));
        prop_assert_eq!(sum(&[&a, &Aggregate::default()]), a.clone());
        let mut rest = sum(&[&a, &b]);
        rest.subtract(&b).unwrap();
        prop_assert_eq!(rest, a);
    }

    #[test]
    fn any_split_gives_the_whole(
        responses in prop::collection::vec((response(), 0usize..4), 0..40).prop_shuffle(),
    ) {
        let all: Vec<_> = responses.iter().map(|(response, _)| *response).collect();
        let shards: Vec<_> = (0..4).map(|shard| {
            aggregate(&responses.iter().filter(|(_, of)| *of == shard).map(|(response, _)| *response).collect::<Vec<_>>())
        }).collect();
        let whole = aggregate(&all);
        prop_assert_eq!(sum(&shards.iter().collect::<Vec<_>>()), whole.clone());
        prop_assert_eq!(Aggregate::from_counts(whole.counts()).unwrap(), whole.clone());
        prop_assert_eq!(whole.n(), all.len() as u64);
    }

    #[test]
    fn keys_unpack(response in response()) {
        let (fast, family, answers) = unpack(response.key).unwrap();
        prop_assert_eq!(key(fast, family, &answers), response.key);
    }
}

#[test]
fn counts_stay_in_their_bounds() {
    let one = contribution(&Answers::default(), Cause::Promise, 63, false);
    let full = Aggregate::from_counts([(Kind::Answers, one.key, COUNT_MAX)]).unwrap();
    let mut more = full.clone();
    assert_eq!(more.record(&one), Err(CountError::TooMany));
    assert_eq!(more, full, "nothing is half added");
    let mut empty = Aggregate::default();
    assert_eq!(empty.subtract(&aggregate(&[one])), Err(CountError::TooFew));
    assert_eq!(empty, Aggregate::default());
}

#[test]
fn keys_of_no_response_are_refused() {
    // Satisfaction 6; bit 23; forgiveness off the incident branch.
    let ok = Answers { recommend: Some(9), forgive: 0, ..Answers::default() }.to_bits();
    for bad in [6 << 16, 1 << 23 | ok, ok | 1] {
        assert_eq!(unpack(bad), Err(CountError::Key(bad)));
        assert_eq!(Aggregate::from_counts([(Kind::Answers, bad, 1)]), Err(CountError::Key(bad)));
    }
    assert!(Aggregate::from_counts([(Kind::Elapsed, 64, 1)]).is_err());
    assert!(Aggregate::from_counts([(Kind::Extra, 2, 1)]).is_err());
}
