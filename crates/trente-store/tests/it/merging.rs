//! The merge of frames is a semilattice, those that were kept aside included.

use proptest::prelude::*;
use trente_stats::zone::Zone;
use trente_store::fold::merge::StoredResponse;
use trente_store::inbound::Inbound;
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
