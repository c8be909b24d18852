//! Frames that contradict a customer on another network: kept, counted once, and gone with their response.

use trente_store::change::Erase;
use trente_store::inbound::Inbound;
use trente_store::limits::ASIDES_MAX;
use trente_store::model::audit::Actor;
use trente_store::{ALL_DAYS, Store};
use trente_survey::extra::Layout;
use trente_survey::response_id::ResponseId;
use trente_testing::backend::Backend;
use trente_testing::frames::{bytes, frame, response_key, scored, survey};
use trente_testing::on_both;
use trente_testing::stores::{WAIT, add, folded, happy, olive, run};

/// A frame of a stranger, of the largest revision.
fn guess(response: u64, words: &str) -> Inbound {
    let mut one = frame(survey("olive"), response);
    (one.rev, one.answers.recommend, one.verbatim) = (3, Some(0), Some(words.to_owned()));
    Inbound { aside: true, bytes: bytes(&scored(one)), ..happy(response) }
}

async fn disputed(store: &Store) -> u64 {
    store.disputed(store.site("olive").await.unwrap()).await.unwrap()
}

fn a_guess_displaces_nothing_is_counted_once_and_told<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = store.site("olive").await.unwrap();
        // In one fold, in two, and before the customer's own.
        store.append(vec![guess(1, "a"), happy(1), happy(2)], WAIT).await.unwrap();
        folded(&store).await;
        store.append(vec![guess(2, "b"), guess(2, "c"), guess(3, "d")], WAIT).await.unwrap();
        folded(&store).await;
        assert_eq!(disputed(&store).await, 2, "the third has no other answer: it is the response");
        assert_eq!(store.counts(site, ALL_DAYS).await.unwrap().unverified.n(), 3);
        store.append(vec![happy(3), guess(2, "b")], WAIT).await.unwrap();
        folded(&store).await;
        assert_eq!((disputed(&store).await, store.counts(site, ALL_DAYS).await.unwrap().unverified.n()), (3, 3));
        let found = store.responses(site, None, 10).await.unwrap();
        let shown: Vec<_> = found.iter().map(|one| (one.frame.rev, one.contradictions().count())).collect();
        assert_eq!(shown, [(0, 1), (0, 2), (0, 1)]);
        let place = response_key("olive", 2);
        assert_eq!(store.response(place).await.unwrap().unwrap().contradictions().count(), 2);
        let at = store.responses_at(vec![response_key("olive", 9), place, place]).await.unwrap();
        assert_eq!(at.iter().map(|one| one.contradictions().count()).collect::<Vec<_>>(), [2], "as a lookup finds it");
        let kept =
            store.latest_frame(Layout::CORE, survey("olive"), ResponseId(2u64.to_be_bytes()), false).await.unwrap();
        assert_eq!(kept.map(|frame| frame.rev), Some(0), "nor does it win where a form looks for its revision");
        store.close().await;
    });
    assert_eq!((backend.recount_differs(&backend.address()), backend.count("aside")), (0, 4));
}

fn erasing_and_retiring_take_what_was_kept_aside_along<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        store.append(vec![happy(1), guess(1, "a"), happy(2), guess(2, "b"), guess(3, "c")], WAIT).await.unwrap();
        folded(&store).await;
        // And one that is not folded yet.
        store.append(vec![guess(1, "d")], WAIT).await.unwrap();
        let first = vec![response_key("olive", 1)];
        assert_eq!(store.erase(Actor::shell(), Erase::forever("olive".to_owned(), first, None)).await.unwrap(), 1);
        folded(&store).await;
        assert_eq!(disputed(&store).await, 1);
        let places = [2u64, 3].map(|number| response_key("olive", number)).to_vec();
        assert_eq!(store.delete_expired(places, u64::MAX >> 2).await.unwrap(), 2);
        assert_eq!(disputed(&store).await, 0);
        store.close().await;
    });
    assert_eq!((backend.count("aside"), backend.count("response"), backend.count("inbox")), (0, 0, 0));
}

fn a_day_has_its_unsigned_responses_and_a_site_that_signs_says_so<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        add(&store, "fig").await;
        let (site, other) = (store.site("olive").await.unwrap(), store.site("fig").await.unwrap());
        let later = |number: u64| Inbound { received_ms: 3 * 86_400_000, ..happy(number) };
        store.append(vec![happy(1), happy(2), later(3), happy(2)], WAIT).await.unwrap();
        folded(&store).await;
        assert_eq!(store.unsigned_by_day(site, 0..=9).await.unwrap(), [(1, 2), (3, 1)]);
        assert_eq!(store.unsigned_by_day(site, 2..=9).await.unwrap(), [(3, 1)]);
        assert_eq!(store.unsigned_by_day(other, 0..=9).await.unwrap(), []);
        use trente_store::fold::counts::Headline;
        assert_eq!(store.headline(site).await.unwrap(), Headline::All);
        store.append(vec![Inbound { verified: true, ..happy(1) }], WAIT).await.unwrap();
        folded(&store).await;
        assert_eq!(store.unsigned_by_day(site, 0..=9).await.unwrap(), [(1, 1), (3, 1)]);
        assert_eq!(store.headline(site).await.unwrap(), Headline::Verified);
        assert_eq!(store.headline(other).await.unwrap(), Headline::All);
        store.close().await;
    });
}

fn a_flood_of_guesses_is_kept_aside_up_to_a_bound<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let later =
            |words: u64| Inbound { received_ms: 86_400_000 * (2 + words % 3), ..guess(1, &format!("{words:03}")) };
        store.append([vec![happy(1)], (0..20).map(later).collect()].concat(), WAIT).await.unwrap();
        folded(&store).await;
        for part in [20..60, 60..100] {
            store.append(part.map(later).collect(), WAIT).await.unwrap();
            folded(&store).await;
        }
        let kept = async || {
            let found = store.response(response_key("olive", 1)).await.unwrap().unwrap();
            found.asides.into_values().collect::<Vec<u32>>()
        };
        assert_eq!((kept().await, backend.count("aside")), (vec![2; ASIDES_MAX], ASIDES_MAX as u64));
        // One that was answered earlier, and waited in an outbox, is kept.
        store.append(vec![guess(1, "999")], WAIT).await.unwrap();
        folded(&store).await;
        assert_eq!((kept().await.iter().min(), backend.count("aside")), (Some(&1), ASIDES_MAX as u64));
        assert_eq!((disputed(&store).await, backend.recount_differs(&backend.address())), (1, 0));
        store.close().await;
    });
}

on_both!(
    a_flood_of_guesses_is_kept_aside_up_to_a_bound,
    a_guess_displaces_nothing_is_counted_once_and_told,
    erasing_and_retiring_take_what_was_kept_aside_along,
    a_day_has_its_unsigned_responses_and_a_site_that_signs_says_so,
);
