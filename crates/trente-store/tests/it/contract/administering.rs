//! Administration: every change with its line of the audit log, keys, erasure, retention, deliveries. Accounts and
//! sign-ins are in `accounts`.

use trente_store::change::{AddWebhook, Change, Erase};
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::model::account::{Ages, Rights};
use trente_store::model::audit::Actor;
use trente_store::model::mail::Notice;
use trente_store::model::webhook::{AttemptEnd, DeliveryOutcome, Events, NewBulletin, Queue};
use trente_store::model::webhook_secret::WebhookSecret;
use trente_store::{ALL_DAYS, Store, StoreError};
use trente_testing::backend::Backend;
use trente_testing::frames::{response_key, survey};
use trente_testing::on_both;
use trente_testing::stores::{WAIT, add, folded, happy, olive, run};

pub(super) async fn change(store: &Store, change: Change) -> Result<(), StoreError> {
    store.change(Actor::account("ada"), change).await
}

pub(super) fn account(name: &str) -> Change {
    Change::AddAccount { name: name.into(), hash: "$argon2id$x".into(), rights: Rights::OWNER }
}

fn every_change_has_its_line_and_a_change_that_fails_has_none<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let version = store.catalog_version().await.unwrap();
        change(&store, account("ada")).await.unwrap();
        assert_eq!(store.catalog_version().await.unwrap(), version, "the services need not read on");
        let keys = |store: Store| async move { store.keys_of("olive").await.unwrap() };
        let first = keys(store.clone()).await[0].0;
        change(&store, Change::RotateKey { site: "olive".into(), key: [7; 32] }).await.unwrap();
        assert!(store.catalog_version().await.unwrap() > version);
        let both: Vec<[u8; 32]> = keys(store.clone()).await.iter().map(|key| key.0).collect();
        assert_eq!(both, [[7; 32], first]);
        let twice = change(&store, Change::RotateKey { site: "olive".into(), key: [8; 32] }).await;
        assert!(matches!(twice, Err(StoreError::FormerKey(_))));
        change(&store, Change::RetireKey { site: "olive".into() }).await.unwrap();
        assert!(matches!(
            change(&store, Change::RetireKey { site: "olive".into() }).await,
            Err(StoreError::Unknown(..))
        ));
        change(&store, Change::SetRetention { site: "olive".into(), days: Some(30) }).await.unwrap();
        let origins = vec!["https://b.example".to_owned(), "https://a.example".to_owned()];
        change(&store, Change::SetOrigins { site: "olive".into(), origins, any_origin: true }).await.unwrap();
        let site = store.sites().await.unwrap().remove(0);
        assert_eq!((site.key, site.former_key, site.retention_days), ([7; 32], None, Some(30)));
        assert_eq!((site.any_origin, site.origins.len(), &site.origins[0][..]), (true, 2, "https://a.example"));

        let acts = |rows: Vec<trente_store::model::audit::AuditRow>| {
            rows.into_iter().map(|row| (row.actor, row.act)).collect::<Vec<_>>()
        };
        let ada = |act: &str| ("account ada".to_owned(), act.to_owned());
        let lines = acts(store.audit(None, 100).await.unwrap());
        let wanted = ["origins changed", "retention changed", "former key retired", "key rotated", "account added"];
        assert_eq!(lines[..5], wanted.map(ada));
        assert_eq!((lines.len(), &lines[5].0[..]), (6, "shell"));
        let second = store.audit(None, 2).await.unwrap().pop().unwrap().id;
        assert_eq!(acts(store.audit(Some(second), 1).await.unwrap()), [ada("former key retired")]);
        store.close().await;
    });
    assert_eq!(backend.count("audit"), 6);
}

fn an_erased_response_stays_away_and_its_counts_are_taken_back<B: Backend>() {
    let backend = B::start();
    let at = backend.address();
    run(async {
        let store = olive(&at).await;
        add(&store, "fig").await;
        store.append(vec![happy(1), happy(2)], WAIT).await.unwrap();
        folded(&store).await;
        let place = |number| response_key("olive", number);
        let erase = async |site: &str, number: u64, until_ms: u64| {
            let places = vec![place(number), place(number)];
            let act = Erase { site: site.into(), places, until_ms, reason: None };
            store.erase(Actor::account("ada"), act).await
        };
        // Another site's responses are not one's own to erase.
        assert_eq!(erase("fig", 1, u64::MAX >> 1).await.unwrap(), 0);
        let later = now_ms() + DAY_MS;
        assert_eq!(erase("olive", 1, later).await.unwrap(), 1);
        assert!(store.response(place(1)).await.unwrap().is_none());
        assert!(store.response(place(2)).await.unwrap().is_some());
        store.append(vec![happy(1), happy(2)], WAIT).await.unwrap();
        folded(&store).await;
        assert!(store.response(place(1)).await.unwrap().is_none());
        let site = store.site("olive").await.unwrap();
        assert_eq!(store.counts(site, ALL_DAYS).await.unwrap().unverified.n(), 1);
        store
            .purge_expired(Ages {
                began_ms: 0,
                seen_ms: 0,
                lasting_ms: 0,
                device_ms: 0,
                ahead_ms: u64::MAX >> 1,
                now_ms: later + 1,
            })
            .await
            .unwrap();
        store.append(vec![happy(1)], WAIT).await.unwrap();
        folded(&store).await;
        assert!(store.response(place(1)).await.unwrap().is_some());
        store.close().await;
    });
    assert_eq!((backend.recount_differs(&at), backend.count("stray"), backend.count("tombstone")), (0, 0, 0));
}

fn retention_deletes_and_counts_stay<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = store.site("olive").await.unwrap();
        store.append((0..5).map(happy).collect(), WAIT).await.unwrap();
        folded(&store).await;
        assert!(store.expired(1000, None, 10).await.unwrap().is_empty());
        change(&store, Change::SetRetention { site: "olive".into(), days: Some(30) }).await.unwrap();
        assert!(store.expired(31, None, 10).await.unwrap().is_empty(), "they came on day 1");
        let first = store.expired(32, None, 2).await.unwrap();
        let rest = store.expired(32, first.last().copied(), 10).await.unwrap();
        assert_eq!((first.len(), rest.len()), (2, 3));
        assert_eq!(store.delete_expired([first, rest].concat(), now_ms() + DAY_MS).await.unwrap(), 5);
        store.append(vec![happy(3)], WAIT).await.unwrap();
        folded(&store).await;
        assert_eq!(store.responses(site, None, 10).await.unwrap().len(), 0);
        assert_eq!(store.counts(site, ALL_DAYS).await.unwrap().unverified.n(), 5);
        store.close().await;
    });
    assert_eq!(backend.count("tombstone"), 5);
}

fn a_message_is_taken_once_and_stays_until_it_is_settled<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        store.append(vec![happy(1)], WAIT).await.unwrap();
        folded(&store).await;
        let far = u64::MAX >> 2;
        assert!(store.due_webhooks(far).await.unwrap().is_empty(), "there is nobody to tell");
        let (site, url, secret) = ("olive".to_owned(), "https://a.example/x".to_owned(), WebhookSecret([5; 32]));
        let act = AddWebhook { site, host: "a.example".to_owned(), url, secret, events: Events::RESPONSE };
        let added = store.add_webhook(Actor::account("ada"), act).await.unwrap();
        let id = store.webhooks("olive").await.unwrap()[0].id;
        assert_eq!(added, id);
        store.append((2..5).map(happy).collect(), WAIT).await.unwrap();
        folded(&store).await;
        assert!(!store.due_webhooks(far).await.unwrap().is_empty() && store.due_webhooks(0).await.unwrap().is_empty());
        let lease = now_ms() + DAY_MS;
        let mut due = store.lease_due(id, now_ms(), lease, 10).await.unwrap();
        assert_eq!(due.len(), 3);
        assert!(due.iter().all(|one| one.webhook.id == id && one.webhook.site == "olive" && one.tries == 0));
        assert!(store.lease_due(id, now_ms(), lease, 10).await.unwrap().is_empty(), "they are under way");
        assert!(store.lease_due(id + 1, far, lease, 10).await.unwrap().is_empty(), "another webhook has none");
        store.finish_delivery(due.pop().unwrap(), DeliveryOutcome::Delivered, String::new(), 9).await.unwrap();
        store.finish_delivery(due.pop().unwrap(), DeliveryOutcome::RetryAt(now_ms()), "503".into(), 9).await.unwrap();
        store.finish_delivery(due.pop().unwrap(), DeliveryOutcome::GaveUp, "timeout".into(), 10).await.unwrap();
        assert_eq!(store.webhooks("olive").await.unwrap()[0].failing_ms, Some(9));
        let log = async || {
            let lines = store.webhook_attempts(id).await.unwrap();
            lines.into_iter().map(|line| (line.at_ms, line.tries, line.ended, line.said)).collect::<Vec<_>>()
        };
        let first = [
            (10, 0, AttemptEnd::GaveUp, "timeout".to_owned()),
            (9, 0, AttemptEnd::Again, "503".to_owned()),
            (9, 0, AttemptEnd::Delivered, String::new()),
        ];
        assert_eq!(log().await, first);
        assert_eq!(store.webhook_queue(id).await.unwrap().waiting, 1);
        let again = store.lease_due(id, now_ms(), lease, 10).await.unwrap();
        assert_eq!((again.len(), again[0].tries), (1, 1));

        // A response that changes while its message is under way is told once more.
        let place = again[0].place;
        let number = u64::from_be_bytes(place.rid);
        let later = trente_survey::frame::Frame { rev: 1, ..trente_testing::frames::frame(survey("olive"), number) };
        let bytes = trente_testing::frames::bytes(&later);
        store.append(vec![trente_store::inbound::Inbound { bytes, ..happy(1) }], WAIT).await.unwrap();
        folded(&store).await;
        store.finish_delivery(again[0].clone(), DeliveryOutcome::Delivered, String::new(), 11).await.unwrap();
        assert_eq!(store.webhooks("olive").await.unwrap()[0].failing_ms, None);
        let changed = store.lease_due(id, now_ms(), lease, 10).await.unwrap();
        assert_eq!((changed.len(), changed[0].place, changed[0].tries), (1, place, 0));
        assert_eq!(log().await[0], (11, 1, AttemptEnd::Delivered, String::new()));
        // What waits, and what is under way, is due at once when it is to be sent again.
        assert_eq!(store.webhook_queue(id).await.unwrap(), Queue { waiting: 1, due_ms: Some(lease) });
        change(&store, Change::SendAgain { site: "olive".into(), id }).await.unwrap();
        assert_eq!(store.webhook_queue(id).await.unwrap(), Queue { waiting: 1, due_ms: Some(0) });
        for (site, id) in [("olive", id + 1), ("fig", id)] {
            let again = change(&store, Change::SendAgain { site: site.into(), id }).await;
            assert!(matches!(again, Err(StoreError::Unknown("webhook", _) | StoreError::SiteUnknown(_))), "{site}");
        }
        // What is erased is told to no receiver, and a webhook that is gone tells none.
        let erase = Erase { site: "olive".into(), places: vec![place], until_ms: far, reason: None };
        store.erase(Actor::account("ada"), erase).await.unwrap();
        assert!(store.due_webhooks(far).await.unwrap().is_empty());
        store.append(vec![happy(9)], WAIT).await.unwrap();
        folded(&store).await;
        let one = store.lease_due(id, now_ms(), lease, 10).await.unwrap().remove(0);
        // The log keeps the last tries alone.
        for number in 100..140 {
            let said = number.to_string();
            store.finish_delivery(one.clone(), DeliveryOutcome::RetryAt(lease), said, number).await.unwrap();
        }
        let kept = log().await;
        assert_eq!((kept.len(), kept[0].0, kept[29].0), (30, 139, 110));
        // One whose receiver is gone stays in the list, has nothing that waits, and is told of nothing that comes.
        let end = || Change::EndWebhook { site: "olive".into(), id, host: "hooks.example".into() };
        change(&store, end()).await.unwrap();
        assert!(matches!(change(&store, end()).await, Err(StoreError::Unknown(..))), "it ends once");
        let last = store.audit(None, 1).await.unwrap().remove(0);
        assert_eq!(
            (last.act.as_str(), last.subject),
            ("webhook ended by its receiver", format!("olive {id} hooks.example"))
        );
        store.append(vec![happy(10)], WAIT).await.unwrap();
        folded(&store).await;
        assert!(store.webhooks("olive").await.unwrap()[0].gone_ms.is_some());
        assert_eq!(store.webhook_queue(id).await.unwrap(), Queue::default());
        assert!(store.due_webhooks(far).await.unwrap().is_empty());
        change(&store, Change::RemoveWebhook { site: "olive".into(), id }).await.unwrap();
        // A try that ends after its webhook leaves no line.
        store.finish_delivery(one, DeliveryOutcome::GaveUp, String::new(), 13).await.unwrap();
        assert_eq!(log().await, []);
        store.close().await;
    });
}

fn an_alert_is_put_into_the_queue_once_and_taken_once<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let hook = async |events: &[&str]| {
            let (site, url, secret) = ("olive".to_owned(), "https://a.example/x".to_owned(), WebhookSecret([5; 32]));
            let events = Events::named(events.iter().copied()).unwrap();
            let act = AddWebhook { site, host: "a.example".to_owned(), url, secret, events };
            let added = store.add_webhook(Actor::account("ada"), act).await;
            let id = store.webhooks("olive").await.unwrap().last().unwrap().id;
            assert_eq!(added.unwrap(), id);
            id
        };
        let (id, other) = (hook(&["alert", "digest"]).await, hook(&["response"]).await);
        let rows = store.webhooks("olive").await.unwrap();
        assert_eq!(
            rows.iter().map(|row| row.events.names()).collect::<Vec<_>>(),
            [vec!["alert", "digest"], vec!["response"]]
        );
        // An answer is told to the one, a customer to put right to the other.
        let lost = trente_survey::Answers {
            satisfaction: Some(1),
            recommend: Some(2),
            moment: 7,
            forgive: 3,
            ..Default::default()
        };
        let one = trente_survey::frame::Frame { answers: lost, ..trente_testing::frames::frame(survey("olive"), 1) };
        let bytes = trente_testing::frames::bytes(&trente_testing::frames::scored(one));
        let one = trente_store::inbound::Inbound { received_ms: now_ms(), verified: false, aside: false, bytes };
        store.append(vec![one], WAIT).await.unwrap();
        folded(&store).await;
        assert_eq!(store.due_webhooks(u64::MAX >> 2).await.unwrap(), [other]);
        let untold = store.untold_webhooks(0, 9).await.unwrap();
        assert_eq!(untold.iter().map(|(webhook, _)| *webhook).collect::<Vec<_>>(), [id]);
        let place = untold[0].1;
        let new = |notice| NewBulletin { webhook: id, notice, due_ms: 5 };
        let all = vec![new(Notice::Customer(place)), new(Notice::Day(9)), new(Notice::Digest(9))];
        assert_eq!(store.add_bulletins(all.clone(), 1).await.unwrap(), 3);
        assert_eq!(
            (store.add_bulletins(all, 2).await.unwrap(), store.untold_webhooks(0, 9).await.unwrap().len()),
            (0, 0)
        );
        assert_eq!(store.webhook_queue(id).await.unwrap(), Queue { waiting: 3, due_ms: Some(5) });
        assert!(store.lease_bulletins(id, 4, 50, 9).await.unwrap().is_empty(), "not due yet");
        let mut due = store.lease_bulletins(id, 5, 50, 9).await.unwrap();
        assert!(store.lease_bulletins(id, 5, 50, 9).await.unwrap().is_empty(), "they are under way");
        due.sort_by_key(|one| one.notice.id());
        let [customer, of_day, digest]: [_; 3] = due.try_into().ok().unwrap();
        assert_eq!(
            (customer.notice, of_day.notice, digest.notice),
            (Notice::Customer(place), Notice::Day(9), Notice::Digest(9))
        );
        store.finish_bulletin(of_day, DeliveryOutcome::GaveUp, "503".into(), 7).await.unwrap();
        assert_eq!(store.webhooks("olive").await.unwrap()[0].failing_ms, Some(7));
        store.finish_bulletin(digest, DeliveryOutcome::Delivered, String::new(), 8).await.unwrap();
        assert_eq!(store.webhooks("olive").await.unwrap()[0].failing_ms, None);
        store.finish_bulletin(customer, DeliveryOutcome::RetryAt(60), "timeout".into(), 9).await.unwrap();
        let log = store.webhook_attempts(id).await.unwrap().into_iter().map(|line| line.said).collect::<Vec<_>>();
        assert_eq!(log, ["timeout", "", "503"]);
        // What waits can be sent at once; what was settled is forgotten after a while, and not before.
        change(&store, Change::SendAgain { site: "olive".into(), id }).await.unwrap();
        assert_eq!(store.webhook_queue(id).await.unwrap(), Queue { waiting: 1, due_ms: Some(0) });
        store.purge_notices(2).await.unwrap();
        assert_eq!(store.add_bulletins(vec![new(Notice::Customer(place)), new(Notice::Day(9))], 3).await.unwrap(), 1);
        // What is erased is told to no receiver.
        let erase = Erase { site: "olive".into(), places: vec![place], until_ms: now_ms() * 2, reason: None };
        store.erase(Actor::account("ada"), erase).await.unwrap();
        assert_eq!(store.webhook_queue(id).await.unwrap().waiting, 1);
        change(&store, Change::EndWebhook { site: "olive".into(), id, host: "a.example".into() }).await.unwrap();
        assert_eq!(store.webhook_queue(id).await.unwrap().waiting, 0);
        assert_eq!(store.add_bulletins(vec![new(Notice::Day(10))], 4).await.unwrap(), 0, "it wants nothing more");
        store.close().await;
    });
}

/// An order of a site with many surveys is looked for in thousands of places, some of them twice.
fn an_erasure_of_many_places_takes_each_response_once<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        store.append((1..=6).map(happy).collect(), WAIT).await.unwrap();
        folded(&store).await;
        // What could not be folded, of one that is folded and of one that is not.
        for number in [2, 7] {
            let (survey, rid) = (survey("olive").0, u64::to_be_bytes(number));
            let hex = |bytes: &[u8]| trente_store::encoding::hex(bytes);
            let (survey, rid) = (hex(&survey), hex(&rid));
            let sql = if B::NO_BYTES.starts_with('x') {
                format!("insert into stray (received_ms, verified, frame) values (1, 0, x'01{survey}{rid}00')")
            } else {
                format!(
                    "insert into stray (id, survey, rid, received_ms, verified, frame)
                     values ({number}, '\\x{survey}', '\\x{rid}', 1, false, '\\x00')"
                )
            };
            backend.sql(&backend.address(), &sql);
        }
        let places = (0..3_000).chain([1, 2, 2]).filter(|number| !(3..=4).contains(number));
        let places = places.map(|number| response_key("olive", number)).collect();
        let erased = store.erase(Actor::shell(), Erase::forever("olive".to_owned(), places, None)).await.unwrap();
        assert_eq!((erased, backend.count("response"), backend.count("stray")), (5, 2, 0));
        assert_eq!((backend.count("tombstone"), backend.recount_differs(&backend.address())), (2_998, 0));
        let site = store.site("olive").await.unwrap();
        assert_eq!(store.counts(site, ALL_DAYS).await.unwrap().unverified.n(), 2);
        store.close().await;
    });
}

on_both!(
    an_erasure_of_many_places_takes_each_response_once,
    an_alert_is_put_into_the_queue_once_and_taken_once,
    every_change_has_its_line_and_a_change_that_fails_has_none,
    an_erased_response_stays_away_and_its_counts_are_taken_back,
    retention_deletes_and_counts_stay,
    a_message_is_taken_once_and_stays_until_it_is_settled,
);
