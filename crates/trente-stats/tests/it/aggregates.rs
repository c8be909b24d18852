//! The aggregate is a commutative monoid, and subtraction undoes addition.

use proptest::prelude::*;
use trente_stats::Aggregate;
use trente_stats::aggregate::{
    COUNT_MAX, Contribution, Count, CountError, Kind, key, question_key, unpack, unpack_question,
};
use trente_survey::response_id::SurveyId;
use trente_survey::{Answers, Cause};

use crate::{aggregate, contribution, response, responses, sum};

const CORE: SurveyId = SurveyId([0; 4]);

fn count(kind: Kind, key: u32, n: u64) -> Count {
    Count { kind, survey: CORE, key, n }
}

proptest! {
    #[test]
    fn merging_is_associative_and_commutative_and_has_an_identity(
        a in responses(20), b in responses(20), c in responses(20),
    ) {
        let (a, b, c) = (aggregate(&a), aggregate(&b), aggregate(&c));
        prop_assert_eq!(sum(&[&sum(&[&a, &b]), &c]), sum(&[&a, &sum(&[&b, &c])]));
        prop_assert_eq!(sum(&[&a, &b]).to_bytes(), sum(&[&b, &a]).to_bytes());
        prop_assert_eq!(sum(&[&a, &Aggregate::default()]), a.clone());
        let mut rest = sum(&[&a, &b]);
        rest.subtract(&b).unwrap();
        prop_assert_eq!(rest, a);
    }

    #[test]
    fn any_split_and_order_gives_equal_bytes(
        responses in prop::collection::vec((response(), 0usize..4), 0..60),
        order in any::<prop::sample::Index>(),
        turns in 0usize..60,
    ) {
        let all: Vec<_> = responses.iter().map(|(response, _)| *response).collect();
        let mut shards: Vec<_> = (0..4).map(|shard| {
            Aggregate::of(responses.iter().filter(|(_, of)| *of == shard).map(|(response, _)| *response)).unwrap()
        }).collect();
        shards.rotate_left(order.index(4));
        let mut turned = all.clone();
        turned.rotate_left(turns.min(all.len()));
        let whole = aggregate(&all);
        prop_assert_eq!(sum(&shards.iter().collect::<Vec<_>>()).to_bytes(), whole.to_bytes());
        prop_assert_eq!(Aggregate::of(turned.iter().rev().copied()).unwrap().to_bytes(), whole.to_bytes());
        prop_assert_eq!(whole.n(), all.len() as u64);
    }

    #[test]
    fn rows_of_a_store_give_the_aggregate_back(responses in responses(40), turns in 0usize..40) {
        let whole = aggregate(&responses);
        let mut rows: Vec<_> = whole.counts().collect();
        prop_assert!(rows.iter().all(|row| row.n > 0));
        let turns = turns.min(rows.len());
        rows.rotate_left(turns);
        // A row in two halves, as from two partitions, is one count.
        if let Some(row) = rows.iter().copied().find(|row| row.n > 1) {
            rows.retain(|other| *other != row);
            rows.extend([Count { n: 1, ..row }, Count { n: row.n - 1, ..row }]);
        }
        prop_assert_eq!(Aggregate::from_counts(rows).unwrap(), whole);
    }

    #[test]
    fn the_counts_that_a_response_raises_are_its_aggregate(response in response()) {
        let rows = response.counts().map(|(kind, key)| {
            let survey = if kind == Kind::Question { response.survey } else { CORE };
            Count { kind, survey, key, n: 1 }
        });
        prop_assert_eq!(Aggregate::from_counts(rows).unwrap(), aggregate(&[response]));
    }

    #[test]
    fn keys_unpack(response in response()) {
        let (fast, family, answers) = unpack(response.key).unwrap();
        prop_assert_eq!(key(fast, family, &answers), response.key);
    }

    #[test]
    fn question_keys_unpack(question in 0u8..3, code in 1u16..=8191) {
        prop_assert_eq!(unpack_question(question_key(question, code)), Ok((question, code)));
    }
}

#[test]
fn more_responses_than_one_batch_are_all_counted() {
    // 150 000 responses over 30 000 keys: more than two batches of the fold.
    let valid = (0u32..).filter_map(|bits| Answers::from_bits(bits & 0x7_ffff).ok().map(|answers| answers.to_bits()));
    let keys: Vec<u32> = valid.take(30_000).collect();
    let one = contribution(&Answers::default(), Cause::Promise, 63, false);
    let many = (0..150_000u32).map(|index| {
        let mut response = one;
        response.key = keys[index as usize * 7919 % keys.len()];
        response.elapsed = (index % 64) as u8;
        response
    });
    let whole = Aggregate::of(many).unwrap();
    assert_eq!((whole.n(), whole.answers().len()), (150_000, 30_000));
    assert!(whole.answers().all(|(_, count)| count == 5));
}

#[test]
fn counts_stay_in_their_bounds() {
    let one = contribution(&Answers::default(), Cause::Promise, 63, false);
    let rows = [count(Kind::Answers, one.key, COUNT_MAX), count(Kind::Elapsed, 63, COUNT_MAX)];
    let full = Aggregate::from_counts(rows).unwrap();
    let mut more = full.clone();
    assert_eq!(more.record(&one), Err(CountError::TooMany));
    assert_eq!(more.merge(&aggregate(&[one])), Err(CountError::TooMany));
    assert_eq!(more, full, "nothing is half added");
    assert_eq!(Aggregate::from_counts([rows[0], rows[0]]), Err(CountError::TooMany));
    assert_eq!(Aggregate::from_counts([count(Kind::Elapsed, 0, u64::MAX)]), Err(CountError::TooMany));
    let mut empty = Aggregate::default();
    assert_eq!(empty.subtract(&aggregate(&[one])), Err(CountError::TooFew));
    assert_eq!(empty, Aggregate::default());
}

#[test]
fn what_was_not_counted_is_not_taken_away() {
    let slow = contribution(&Answers::default(), Cause::Promise, 63, false);
    let known = Contribution { extra: [1, 0, 0], ..slow };
    for other in [
        Contribution { key: key(false, Cause::Detail, &Answers::default()), ..known },
        Contribution { elapsed: 7, ..known },
        Contribution { noted: true, ..known },
        Contribution { mismatch: true, ..known },
        Contribution { extra: [2, 0, 0], ..known },
        Contribution { survey: SurveyId([1; 4]), ..known },
    ] {
        let mut counted = aggregate(&[known, known]);
        assert_eq!(counted.subtract(&aggregate(&[other])), Err(CountError::TooFew), "{other:?}");
        assert_eq!(counted, aggregate(&[known, known]));
    }
}

#[test]
fn counts_of_other_responses_are_refused() {
    let answers = count(Kind::Answers, contribution(&Answers::default(), Cause::Promise, 63, false).key, 2);
    let elapsed = count(Kind::Elapsed, 63, 2);
    let question = |code, n| Count { survey: SurveyId([7; 4]), ..count(Kind::Question, question_key(1, code), n) };
    for (rows, fine) in [
        (vec![answers], false),
        (vec![elapsed], false),
        (vec![answers, elapsed], true),
        (vec![answers, elapsed, count(Kind::Extra, 0, 2)], true),
        (vec![answers, elapsed, count(Kind::Extra, 0, 3)], false),
        (vec![answers, elapsed, count(Kind::Extra, 1, 3)], false),
        (vec![answers, elapsed, question(1, 1), question(2, 1)], true),
        (vec![answers, elapsed, question(1, 1), question(2, 2)], false),
    ] {
        let found = Aggregate::from_counts(rows.iter().copied());
        assert_eq!(found.map(drop), if fine { Ok(()) } else { Err(CountError::Parts) }, "{rows:?}");
    }
}

#[test]
fn keys_of_no_response_are_refused() {
    // Satisfaction 6; bit 23; forgiveness off the incident branch.
    let ok = Answers { recommend: Some(9), forgive: 0, ..Answers::default() }.to_bits();
    let one = contribution(&Answers::default(), Cause::Promise, 63, false);
    for bad in [6 << 16, 1 << 23 | ok, ok | 1] {
        assert_eq!(unpack(bad), Err(CountError::Key(bad)));
        assert_eq!(Aggregate::from_counts([count(Kind::Answers, bad, 1)]), Err(CountError::Key(bad)));
        let response = Contribution { key: bad, ..one };
        assert_eq!(Aggregate::default().record(&response), Err(CountError::Key(bad)));
        assert_eq!(Aggregate::of([one, response]), Err(CountError::Key(bad)));
    }
    for (kind, bad) in [
        (Kind::Elapsed, 64),
        (Kind::Extra, 2),
        (Kind::Question, question_key(0, 0)),
        (Kind::Question, question_key(3, 1)),
        (Kind::Question, question_key(0, 8192)),
    ] {
        assert_eq!(Aggregate::from_counts([count(kind, bad, 1)]), Err(CountError::Key(bad)));
    }
    let late = Contribution { elapsed: 64, ..one };
    assert_eq!(Aggregate::default().record(&late), Err(CountError::Key(64)));
    assert_eq!(Aggregate::of([late]), Err(CountError::Key(64)));
}
