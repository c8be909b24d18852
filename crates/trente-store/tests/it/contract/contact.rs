//! Contacts of customers, sealed: kept with their response, replaced by who may, and gone with it, in both stores.

use trente_store::change::{Change, Erase};
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::copy::copy;
use trente_store::inbound::Inbound;
use trente_store::key::ResponseKey;
use trente_store::model::audit::Actor;
use trente_store::model::contact::SealedContact;
use trente_store::{Store, StoreError};
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_testing::backend::Backend;
use trente_testing::frames::{bytes, frame, response_key, scored, survey};
use trente_testing::on_both;
use trente_testing::stores::{WAIT, folded, olive, run};

/// How forgiving the customer is: 2 asks to be put right.
fn hurt(number: u64, forgive: u8, rev: u8, verified: bool) -> Inbound {
    let one = frame(survey("olive"), number);
    let answers = Answers { satisfaction: Some(1), recommend: Some(2), moment: 7, forgive, ..one.answers };
    Inbound { received_ms: now_ms(), verified, aside: false, bytes: bytes(&scored(Frame { answers, rev, ..one })) }
}

fn place(number: u64) -> ResponseKey {
    response_key("olive", number)
}

fn sealed(number: u64, received_ms: u64, verified: bool, said: &str) -> SealedContact {
    SealedContact { place: place(number), received_ms, rev: 1, verified, key: *b"key1", sealed: said.into() }
}

async fn fold(store: &Store, frames: Vec<Inbound>) {
    store.append(frames, WAIT).await.unwrap();
    folded(store).await;
}

async fn put(store: &Store, contact: SealedContact) {
    store.put_contact(contact, now_ms()).await.unwrap();
}

async fn remove(store: &Store, number: u64, rev: u8, verified: bool) {
    put(store, SealedContact::removed(place(number), now_ms(), rev, verified)).await;
}

/// What is sealed of these responses.
async fn kept(store: &Store, numbers: &[u64]) -> Vec<(u64, String)> {
    let found = store.contacts_at(numbers.iter().map(|number| place(*number)).collect()).await.unwrap();
    let said = |contact: &SealedContact| String::from_utf8(contact.sealed.clone()).unwrap();
    found.iter().map(|(place, contact)| (u64::from_be_bytes(place.rid), said(contact))).collect()
}

fn one(number: u64, said: &str) -> Vec<(u64, String)> {
    vec![(number, said.to_owned())]
}

fn the_last_contact_of_a_response_is_kept_and_a_proven_one_stays<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let now = now_ms();
        fold(&store, vec![hurt(1, 2, 1, false), hurt(2, 2, 1, true)]).await;
        put(&store, sealed(1, now, false, "first")).await;
        put(&store, sealed(1, now + 5, false, "second")).await;
        let found = store.contacts_at(vec![place(1)]).await.unwrap();
        assert_eq!(found.get(&place(1)), Some(&sealed(1, now + 5, false, "second")));
        // A response that is proven takes no contact without a proof, and one that has a proven contact none either.
        put(&store, sealed(2, now, false, "stranger")).await;
        assert_eq!(kept(&store, &[2]).await, []);
        put(&store, sealed(2, now, true, "proven")).await;
        put(&store, sealed(1, now, true, "proven too")).await;
        put(&store, sealed(1, now, false, "stranger")).await;
        put(&store, sealed(2, now, false, "stranger")).await;
        let both = [one(1, "proven too"), one(2, "proven")].concat();
        assert_eq!(kept(&store, &[1, 2, 3]).await, both);
        // The same to delete it.
        remove(&store, 1, 1, false).await;
        assert_eq!(kept(&store, &[1, 2]).await, both);
        remove(&store, 1, 1, true).await;
        assert_eq!(kept(&store, &[1, 2]).await, one(2, "proven"));
        assert_eq!(store.contact_keys().await.unwrap(), [(*b"key1", 1)]);
        store.close().await;
    });
}

fn a_contact_is_of_a_response_that_asks_to_be_put_right<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        fold(&store, vec![hurt(1, 3, 2, false), hurt(2, 2, 1, false), hurt(4, 0, 0, false)]).await;
        for number in [1, 2, 3, 4] {
            put(&store, sealed(number, now_ms(), false, "x")).await;
        }
        // The first has said later that it is lost. Of the third nothing is folded yet, of the fourth an earlier revision:
        // their contacts are kept, and shown once their revision is there.
        assert_eq!(kept(&store, &[1, 2, 3, 4]).await, one(2, "x"));
        assert_eq!(backend.count("contact"), 3);
        fold(&store, vec![hurt(3, 2, 1, false), hurt(4, 0, 1, false)]).await;
        assert_eq!(kept(&store, &[3, 4]).await, one(3, "x"));
        assert_eq!(store.purge_contacts(now_ms()).await.unwrap(), 0, "the revision of the fourth may still come");
        assert_eq!(store.purge_contacts(now_ms() + DAY_MS).await.unwrap(), 1);
        // Who changes their mind has no contact any more.
        fold(&store, vec![hurt(2, 1, 2, false), hurt(3, 3, 2, false)]).await;
        assert_eq!(backend.count("contact"), 0);
        // Nor does a later one of the same response come in.
        put(&store, sealed(2, now_ms(), false, "x")).await;
        assert_eq!(backend.count("contact"), 0);
        store.close().await;
    });
}

fn a_contact_goes_with_its_response_and_does_not_come_back<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        fold(&store, (1..=4).map(|number| hurt(number, 2, 1, false)).collect()).await;
        for number in 1..=4 {
            put(&store, sealed(number, now_ms(), false, "x")).await;
        }
        // Of a response that was never folded, too.
        put(&store, sealed(5, now_ms(), false, "x")).await;
        let erased =
            store.erase(Actor::shell(), Erase::forever("olive".to_owned(), vec![place(1), place(5)], None)).await;
        assert_eq!((erased.unwrap(), backend.count("contact")), (1, 3));
        assert_eq!(store.delete_expired(vec![place(2)], now_ms() + DAY_MS).await.unwrap(), 1);
        assert_eq!(backend.count("contact"), 2);
        for number in [1, 2, 5] {
            put(&store, sealed(number, now_ms(), false, "again")).await;
        }
        assert_eq!((kept(&store, &[1, 2, 3, 4, 5]).await.len(), backend.count("contact")), (2, 2));
        store.close().await;
    });
}

fn contacts_have_a_retention_of_their_own<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let now = now_ms();
        fold(&store, (1..=3).map(|number| hurt(number, 2, 1, false)).collect()).await;
        for (number, days) in [(1, 31), (2, 8), (3, 1)] {
            put(&store, sealed(number, now - days * DAY_MS, false, "x")).await;
        }
        assert_eq!(store.site_row("olive").await.unwrap().contact_days, 30);
        assert_eq!(store.purge_contacts(now).await.unwrap(), 1, "thirty days at first");
        let set = |site: &str| Change::SetContactRetention { site: site.to_owned(), days: 7 };
        store.change(Actor::shell(), set("olive")).await.unwrap();
        assert!(matches!(store.change(Actor::shell(), set("fig")).await, Err(StoreError::SiteUnknown(_))));
        assert_eq!(store.purge_contacts(now).await.unwrap(), 1);
        assert_eq!(kept(&store, &[1, 2, 3]).await, one(3, "x"));
        // The customer and their answer stay.
        assert_eq!(store.recovery_queue(store.site("olive").await.unwrap(), 0).await.unwrap().waiting, 3);
        let line = store.audit(None, 1).await.unwrap().remove(0);
        assert_eq!((line.act.as_str(), line.subject.as_str()), ("retention of contacts changed", "olive 7 days"));
        store.close().await;
    });
}

fn a_copy_carries_the_sealed_bytes<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        fold(&store, vec![hurt(1, 2, 1, false)]).await;
        put(&store, sealed(1, 77, true, "sealed")).await;
        store.change(Actor::shell(), Change::SetContactRetention { site: "olive".to_owned(), days: 9 }).await.unwrap();
        store.close().await;
        let there = backend.another();
        copy(&backend.address(), &there, |_| {}).await.unwrap();
        let copied = Store::open(&there, false).await.unwrap();
        assert_eq!(copied.contacts_at(vec![place(1)]).await.unwrap()[&place(1)], sealed(1, 77, true, "sealed"));
        assert_eq!(copied.site_row("olive").await.unwrap().contact_days, 9);
    });
}

/// Two tabs, or an outbox that was offline: what was sent first may come last.
fn a_late_contact_of_an_earlier_revision_changes_nothing<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        fold(&store, (1..=4).map(|number| hurt(number, 2, 1, false)).collect()).await;
        let said = |number: u64, rev: u8, said: &str| SealedContact { rev, ..sealed(number, now_ms(), false, said) };
        // Changed: in either order the newer one stays.
        for (number, order) in [(1, [2, 3]), (2, [3, 2])] {
            for rev in order {
                put(&store, said(number, rev, &format!("revision {rev}"))).await;
            }
            assert_eq!(kept(&store, &[number]).await, one(number, "revision 3"));
            remove(&store, number, 2, false).await;
            assert_eq!(kept(&store, &[number]).await, one(number, "revision 3"), "an earlier one removes nothing");
        }
        // Removed: in either order there is none, and of its bytes nothing is kept.
        put(&store, said(3, 2, "removed")).await;
        remove(&store, 3, 3, false).await;
        remove(&store, 4, 3, false).await;
        put(&store, said(4, 2, "removed")).await;
        assert_eq!(kept(&store, &[3, 4]).await, []);
        assert_eq!(backend.sql(&backend.address(), "select count(*) from contact where length(sealed) > 0"), ["2"]);
        assert_eq!(store.contact_keys().await.unwrap(), [(*b"key1", 2)]);
        // A proof is above every revision without one.
        put(&store, SealedContact { rev: 1, ..sealed(4, now_ms(), true, "proven") }).await;
        assert_eq!(kept(&store, &[4]).await, one(4, "proven"));
        // What says that there is none goes with the retention of contacts.
        assert_eq!(store.purge_contacts(now_ms() + 31 * DAY_MS).await.unwrap(), 4);
        assert_eq!(backend.count("contact"), 0);
        store.close().await;
    });
}

on_both!(
    a_late_contact_of_an_earlier_revision_changes_nothing,
    the_last_contact_of_a_response_is_kept_and_a_proven_one_stays,
    a_contact_is_of_a_response_that_asks_to_be_put_right,
    a_contact_goes_with_its_response_and_does_not_come_back,
    contacts_have_a_retention_of_their_own,
    a_copy_carries_the_sealed_bytes,
);
