//! The recovery desk: customers to put right appear as they arrive, the first reply counts, and erasure, retention and a
//! changed mind take them off, in both stores.

use trente_store::change::{Change, Erase};
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::inbound::Inbound;
use trente_store::model::audit::Actor;
use trente_store::model::recovery::{AfterRecovery, Queue, RecoveryAct, RecoveryRow, Waiting};
use trente_store::{Store, StoreError};
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_testing::backend::Backend;
use trente_testing::frames::{bytes, frame, response_key, scored, survey};
use trente_testing::on_both;
use trente_testing::stores::{WAIT, add, folded, happy, olive, run};

/// How forgiving the customer is: 2 waits to be put right, 3 is lost, 1 forgets it.
fn hurt(number: u64, received_ms: u64, forgive: u8, rev: u8, said: Option<&str>) -> Inbound {
    let one = frame(survey("olive"), number);
    let answers = Answers { satisfaction: Some(1), recommend: Some(2), moment: 7, forgive, ..one.answers };
    let frame = scored(Frame { answers, rev, verbatim: said.map(str::to_owned), ..one });
    Inbound { received_ms, verified: false, aside: false, bytes: bytes(&frame) }
}

async fn put(store: &Store, frames: Vec<Inbound>) {
    store.append(frames, WAIT).await.unwrap();
    folded(store).await;
}

async fn list(store: &Store, site: i64, which: Waiting) -> Vec<RecoveryRow> {
    store.recoveries(site, 0, which, None, 100).await.unwrap()
}

async fn act(store: &Store, site: &str, number: u64, act: RecoveryAct) -> Result<(), StoreError> {
    let place = response_key("olive", number);
    store.change(Actor::shell(), Change::Recover { site: site.to_owned(), place, act }).await
}

fn numbers(rows: &[RecoveryRow]) -> Vec<u64> {
    rows.iter().map(|row| u64::from_be_bytes(row.place.rid)).collect()
}

fn customers_to_put_right_are_listed_as_they_arrive<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        add(&store, "fig").await;
        let (site, other) = (store.site("olive").await.unwrap(), store.site("fig").await.unwrap());
        let at = |day: u64| day * DAY_MS;
        put(&store, vec![happy(1), hurt(2, at(12), 1, 0, None)]).await;
        assert_eq!(list(&store, site, Waiting::All).await, [], "nothing of theirs is to be put right");
        put(&store, vec![hurt(3, at(10), 2, 0, None), hurt(4, at(11), 3, 0, Some("Jamais plus"))]).await;
        // A later revision of the first comes a day later, with words; it is the same customer, who came when they came.
        put(&store, vec![hurt(3, at(11), 2, 1, Some("Rappelez-moi"))]).await;
        let rows = list(&store, site, Waiting::Open).await;
        assert_eq!(numbers(&rows), [4, 3], "newest first");
        let words = |row: &RecoveryRow| row.said.as_ref().and_then(|said| said.verbatim.clone());
        assert_eq!((rows[0].lost, words(&rows[0]).as_deref()), (true, Some("Jamais plus")));
        assert_eq!((rows[1].lost, words(&rows[1]).as_deref()), (false, Some("Rappelez-moi")));
        assert_eq!((rows[1].received_ms, rows[1].said.as_ref().unwrap().day), (at(10), 10));
        let queue = store.recovery_queue(site, 0).await.unwrap();
        assert_eq!(queue, Queue { waiting: 1, lost: 1, oldest_ms: Some(at(10)), all: 2 });
        assert_eq!(store.recovery_queue(site, at(11)).await.unwrap().all, 1, "what is older is not told");
        // Page by page.
        let after = AfterRecovery { received_ms: rows[0].received_ms, place: rows[0].place };
        assert_eq!(numbers(&store.recoveries(site, 0, Waiting::All, Some(after), 9).await.unwrap()), [3]);
        assert_eq!(numbers(&store.recoveries(site, 0, Waiting::All, None, 1).await.unwrap()), [4]);
        // Another site sees and changes nothing of it.
        assert_eq!(list(&store, other, Waiting::All).await, []);
        assert!(matches!(act(&store, "fig", 3, RecoveryAct::Seen).await, Err(StoreError::Unknown(..))));
        assert!(matches!(act(&store, "olive", 99, RecoveryAct::Seen).await, Err(StoreError::Unknown(..))));
        store.close().await;
    });
}

fn the_first_reply_counts_and_a_changed_mind_is_heard<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = store.site("olive").await.unwrap();
        let came = now_ms() - 2 * DAY_MS;
        put(&store, (3..=6).map(|number| hurt(number, came + number, 2, 0, None)).collect()).await;
        put(&store, vec![hurt(7, came, 3, 0, None)]).await;
        act(&store, "olive", 3, RecoveryAct::Seen).await.unwrap();
        act(&store, "olive", 4, RecoveryAct::Answered).await.unwrap();
        act(&store, "olive", 3, RecoveryAct::Note("rappeler mardi".to_owned())).await.unwrap();
        assert_eq!(numbers(&list(&store, site, Waiting::Open).await), [6, 5, 3, 7]);
        assert_eq!(numbers(&list(&store, site, Waiting::Seen).await), [3]);
        let queue = store.recovery_queue(site, 0).await.unwrap();
        let wanted = Queue { waiting: 3, lost: 1, oldest_ms: Some(came + 3), all: 5 };
        assert_eq!(queue, wanted, "the lost one came first, and waits for nothing");
        let all = list(&store, site, Waiting::All).await;
        assert_eq!(numbers(&all), [6, 5, 4, 3, 7]);
        assert_eq!(
            (all[3].note.as_deref(), all[3].seen_ms.is_some(), all[3].answered_ms),
            (Some("rappeler mardi"), true, None)
        );
        let first = all[2].answered_ms.unwrap();
        assert_eq!(all[2].seen_ms, Some(first), "who answers has seen it");
        // Again changes nothing, and what was answered can be taken back.
        act(&store, "olive", 4, RecoveryAct::Answered).await.unwrap();
        assert_eq!(list(&store, site, Waiting::All).await[2].answered_ms, Some(first));
        let mut times = store.recovery_times(site, 0, 10).await.unwrap();
        assert_eq!(times.len(), 4, "who is lost waits for nothing");
        times.retain(|(_, answered)| answered.is_some());
        assert_eq!(times, [(came + 4, Some(first))]);
        act(&store, "olive", 4, RecoveryAct::Reopened).await.unwrap();
        act(&store, "olive", 3, RecoveryAct::Note(String::new())).await.unwrap();
        let all = list(&store, site, Waiting::All).await;
        assert_eq!((all[2].answered_ms, all[3].note.as_deref()), (None, None));
        // A customer who forgives after all waits no more; one who was answered stays with the answer.
        act(&store, "olive", 6, RecoveryAct::Answered).await.unwrap();
        put(&store, vec![hurt(5, came + 9, 1, 1, None), hurt(6, came + 9, 1, 1, None)]).await;
        assert_eq!(numbers(&list(&store, site, Waiting::All).await), [6, 4, 3, 7]);
        // And one who is lost after all is.
        put(&store, vec![hurt(4, came + 9, 3, 1, None)]).await;
        assert!(list(&store, site, Waiting::All).await[1].lost);
        let acts: Vec<_> =
            store.audit(None, 6).await.unwrap().into_iter().map(|line| (line.act, line.subject)).collect();
        assert!(acts.contains(&("customer to put right answered".to_owned(), "olive".to_owned())), "{acts:?}");
        assert!(acts.iter().all(|(_, subject)| subject == "olive"), "no line names a response or a note: {acts:?}");
        store.close().await;
    });
}

/// The frame that stands in the end may have the revision of the one before, or a lower one: two tabs that each send
/// revision 0, or a proof that comes after an answer without one.
fn a_changed_mind_is_heard_whatever_its_revision<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = store.site("olive").await.unwrap();
        let came = now_ms() - DAY_MS;
        put(&store, vec![hurt(1, came, 2, 0, None), hurt(2, came, 3, 0, None)]).await;
        put(&store, vec![hurt(3, came, 2, 1, None), hurt(4, came, 2, 0, None)]).await;
        assert_eq!(numbers(&list(&store, site, Waiting::Open).await), [4, 3, 2, 1]);
        // Of two frames of one revision the larger bytes win, which are those of the better answers.
        let proven = Inbound { verified: true, ..happy(3) };
        put(&store, vec![happy(1), happy(2), proven]).await;
        assert_eq!(numbers(&list(&store, site, Waiting::All).await), [4]);
        store.close().await;
    });
}

fn erasure_and_the_desks_own_retention_take_customers_off<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = store.site("olive").await.unwrap();
        let now = now_ms();
        put(&store, vec![hurt(3, now - 100 * DAY_MS, 2, 0, None), hurt(4, now - 5 * DAY_MS, 2, 0, None)]).await;
        put(&store, vec![hurt(5, now - 4 * DAY_MS, 2, 0, Some("Bonjour")), hurt(6, now, 2, 0, None)]).await;
        // The retention of single responses takes the words, not the customer.
        let gone = response_key("olive", 5);
        assert_eq!(store.delete_expired(vec![gone], now + DAY_MS).await.unwrap(), 1);
        let rows = list(&store, site, Waiting::All).await;
        assert_eq!((numbers(&rows), rows[1].said.is_none()), (vec![6, 5, 4, 3], true));
        assert_eq!(store.purge_recoveries(now).await.unwrap(), 1, "ninety days at first");
        let set = Change::SetDeskRetention { site: "olive".to_owned(), days: 4 };
        store.change(Actor::shell(), set).await.unwrap();
        assert_eq!(store.site_row("olive").await.unwrap().desk_days, 4);
        assert_eq!(store.purge_recoveries(now).await.unwrap(), 1);
        assert_eq!(numbers(&list(&store, site, Waiting::All).await), [6, 5]);
        // The mail of a day goes out on the morning after it: two days are kept in any case.
        let set = Change::SetDeskRetention { site: "olive".to_owned(), days: 1 };
        store.change(Actor::shell(), set).await.unwrap();
        assert_eq!(store.purge_recoveries(now - 2 * DAY_MS).await.unwrap(), 0);
        let erased =
            store.erase(Actor::shell(), Erase::forever("olive".to_owned(), vec![response_key("olive", 6)], None));
        assert_eq!(erased.await.unwrap(), 1);
        assert_eq!(numbers(&list(&store, site, Waiting::All).await), [5]);
        // It does not come back.
        put(&store, vec![hurt(6, now, 2, 1, None)]).await;
        assert_eq!(numbers(&list(&store, site, Waiting::All).await), [5]);
        store.close().await;
    });
}

on_both!(
    customers_to_put_right_are_listed_as_they_arrive,
    the_first_reply_counts_and_a_changed_mind_is_heard,
    a_changed_mind_is_heard_whatever_its_revision,
    erasure_and_the_desks_own_retention_take_customers_off,
);
