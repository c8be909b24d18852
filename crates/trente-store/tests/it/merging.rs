//! The merge of frames is a semilattice, those that were kept aside included.

use proptest::prelude::*;
use trente_stats::zone::Zone;
use trente_store::fold::merge::StoredResponse;
use trente_store::inbound::Inbound;
use trente_store::limits::ASIDES_MAX;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::ResponseId;
use trente_testing::arrivals::arrival;
use trente_testing::frames::{bytes, scored};

/// All of one response, so that any two of them may be merged.
fn candidate(arrived: Inbound) -> StoredResponse {
    let (frame, _) = Frame::decode(&arrived.bytes, &Layout::CORE).unwrap();
    let frame = Frame { response: ResponseId([7; 8]), ..frame };
    StoredResponse::new(Layout::CORE, frame.clone(), Inbound { bytes: bytes(&frame), ..arrived }, &Zone::default())
}

fn some() -> impl Strategy<Value = StoredResponse> {
    prop::collection::vec(arrival(), 1..5)
        .prop_map(|arrivals| arrivals.into_iter().map(candidate).reduce(StoredResponse::merge).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn merging_is_commutative_associative_and_idempotent((a, b, c) in (some(), some(), some())) {
        prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
        prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.clone().merge(b.clone().merge(c)));
        prop_assert_eq!(a.clone().merge(a.clone()), a.clone());
        let both = a.clone().merge(b.clone());
        prop_assert_eq!(both.clone().merge(b).merge(a), both, "what was merged before changes nothing");
    }

    #[test]
    fn a_frame_that_was_kept_aside_never_displaces_one_that_was_not(arrivals in prop::collection::vec(arrival(), 1..8)) {
        let all = arrivals.iter().cloned().map(candidate).reduce(StoredResponse::merge).unwrap();
        let others = arrivals.iter().cloned().map(candidate).filter(|one| !one.aside).reduce(StoredResponse::merge);
        let asides = arrivals.into_iter().map(candidate).filter(|one| one.aside).count();
        match others {
            Some(others) => {
                prop_assert!(!all.aside);
                prop_assert_eq!((&all.bytes, all.day, all.verified), (&others.bytes, others.day, others.verified));
            }
            None => prop_assert!(all.aside),
        }
        prop_assert!(all.asides.len() <= asides && all.asides.is_empty() == (asides == 0), "nothing of them is lost");
    }
}

/// A frame that was kept aside, by its words and its day since 1970.
fn aside((words, day): (u8, u64)) -> StoredResponse {
    let one = trente_testing::frames::frame(trente_testing::frames::survey("olive"), 1);
    let frame = scored(Frame { rev: 3, verbatim: Some(format!("guess {words:03}")), ..one });
    let arrived = Inbound { received_ms: day * 86_400_000, verified: false, aside: true, bytes: bytes(&frame) };
    StoredResponse::new(Layout::CORE, frame, arrived, &Zone::default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn more_frames_than_are_kept_aside_give_the_same_ones_in_any_order(
        parts in prop::array::uniform3(prop::collection::vec((0u8..120, 20_000u64..20_005), 1..60)),
    ) {
        let all: Vec<_> = parts.concat();
        let [a, b, c] = parts.map(|part| part.into_iter().map(aside).reduce(StoredResponse::merge).unwrap());
        let merged = a.clone().merge(b.clone()).merge(c.clone());
        prop_assert_eq!(&c.merge(a.clone()).merge(b.clone()), &merged);
        prop_assert_eq!(&merged.clone().merge(a).merge(b), &merged, "what was merged before changes nothing");
        // As if all had been kept.
        let mut days = std::collections::BTreeMap::new();
        for (words, day) in all {
            days.entry(words).and_modify(|known: &mut u64| *known = day.min(*known)).or_insert(day);
        }
        let mut first: Vec<(u64, u8)> = days.into_iter().map(|(words, day)| (day, words)).collect();
        first.sort_unstable();
        first.truncate(ASIDES_MAX);
        let mut kept: Vec<_> = merged.asides.iter().map(|(bytes, day)| (u64::from(*day), bytes.clone())).collect();
        kept.sort_unstable();
        let expected = first.into_iter().map(|(day, words)| (day, aside((words, day)).bytes));
        prop_assert_eq!(kept, expected.collect::<Vec<_>>());
    }
}

#[test]
fn the_day_of_a_response_cannot_be_moved_by_a_frame_that_was_kept_aside() {
    let frame = trente_testing::frames::frame(trente_testing::frames::survey("olive"), 1);
    let kept = Inbound { received_ms: 20_000 * 86_400_000, verified: false, aside: false, bytes: bytes(&frame) };
    let old = Frame { rev: 3, age_minutes: Some(65_535), ..scored(frame.clone()) };
    let aside = Inbound { aside: true, bytes: bytes(&old), ..kept.clone() };
    let read = |frame, arrived| StoredResponse::new(Layout::CORE, frame, arrived, &Zone::default());
    let merged = read(frame, kept).merge(read(old, aside));
    assert_eq!((merged.day, merged.frame.rev, merged.contradictions().count()), (20_000, 0, 1));
}
