//! Administration: every change with its line of the audit log, sessions, tokens, keys, erasure, retention, deliveries.

use trente_collector::webhooks::address::host_of;
use trente_store::change::{Change, Changed};
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::model::access::Sites;
use trente_store::model::account::{Ages, Device, Rights, Stage};
use trente_store::model::audit::Actor;
use trente_store::model::role::Role;
use trente_store::model::scope::Scopes;
use trente_store::model::second_factor::Proof;
use trente_store::model::secret::SecretHash;
use trente_store::model::token::TokenRow;
use trente_store::model::webhook::DeliveryOutcome;
use trente_store::model::webhook_secret::WebhookSecret;
use trente_store::{ALL_DAYS, Store, StoreError};

use super::{WAIT, add, folded, happy, olive, on_both, run};
use crate::support::backend::Backend;
use crate::support::frames::survey;

async fn change(store: &Store, change: Change) -> Result<Changed, StoreError> {
    store.change(Actor::account("ada"), change).await
}

fn account(name: &str) -> Change {
    Change::AddAccount { name: name.into(), hash: "$argon2id$x".into(), rights: Rights::OWNER }
}

fn sign_in(session: u8, before: Option<u8>) -> Change {
    let hash = |number| SecretHash([number; 32]);
    let device = Device { new: hash(100 + session), before: before.map(|before| hash(100 + before)) };
    Change::SignIn {
        session: hash(session),
        account: "ada".into(),
        before: before.map(hash),
        device: Some(device),
        stage: Stage::Full,
        proof: None,
    }
}

/// Of two who make the first account at the same time one does, and neither where there is an account.
fn of_two_first_accounts_one_is_made<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let first = |name: &str| Change::AddFirstAccount { name: name.into(), hash: "$argon2id$x".into() };
        let (ada, eve) = tokio::join!(change(&store, first("ada")), change(&store, first("eve")));
        let made = [&ada, &eve].map(|outcome| outcome.is_ok());
        assert!(made == [true, false] || made == [false, true], "{made:?}");
        for outcome in [ada, eve, change(&store, first("bob")).await].into_iter().filter_map(Result::err) {
            assert!(matches!(outcome, StoreError::Exists("account", _)), "{outcome}");
        }
        let accounts = store.accounts().await.unwrap();
        assert!(accounts.len() == 1 && accounts[0].rights == Rights::OWNER);
        store.close().await;
    });
}

/// A code counts once, also when two requests bring it at the same time.
fn a_second_factor_is_used_up<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        change(&store, account("ada")).await.unwrap();
        let hash = |number| SecretHash([number; 32]);
        let enter = |session, proof| Change::SignIn {
            session: hash(session),
            account: "ada".into(),
            before: None,
            device: None,
            stage: Stage::Full,
            proof: Some(proof),
        };
        let refused = |outcome| matches!(outcome, Err(StoreError::Unknown("code of account", _)));
        assert!(refused(change(&store, enter(1, Proof::Step(5))).await), "there is none yet");
        let confirm = |step| Change::ConfirmSecondFactor {
            account: "ada".into(),
            step,
            codes: vec![hash(50), hash(51)],
            keep: hash(0),
        };
        assert!(change(&store, confirm(5)).await.is_err(), "none was begun");
        let begin = |byte| Change::BeginSecondFactor { account: "ada".into(), shared: [byte; 20] };
        change(&store, begin(1)).await.unwrap();
        change(&store, begin(2)).await.unwrap();
        assert!(refused(change(&store, enter(1, Proof::Step(9))).await), "it waits for its first code");
        assert!(!store.account("ada".into()).await.unwrap().unwrap().second_factor);
        change(&store, confirm(5)).await.unwrap();
        assert!(store.account("ada".into()).await.unwrap().unwrap().second_factor);
        let factors = store.second_factors("ada".into()).await.unwrap();
        assert_eq!((factors.len(), factors[0].shared, factors[0].confirmed), (1, [2; 20], true));
        for (session, proof, taken) in [
            (1, Proof::Step(5), false),
            (2, Proof::Step(6), true),
            (3, Proof::Step(6), false),
            (4, Proof::Step(4), false),
            (5, Proof::Recovery(hash(50)), true),
            (6, Proof::Recovery(hash(50)), false),
            (7, Proof::Recovery(hash(52)), false),
        ] {
            assert_eq!(change(&store, enter(session, proof)).await.is_ok(), taken, "{proof:?}");
            assert_eq!(store.session(hash(session)).await.unwrap().is_some(), taken, "all or nothing");
        }
        let both = tokio::join!(
            change(&store, enter(8, Proof::Recovery(hash(51)))),
            change(&store, enter(9, Proof::Recovery(hash(51))))
        );
        assert_eq!([both.0, both.1].iter().filter(|outcome| outcome.is_ok()).count(), 1);
        // Setting it up ends every other session, taking it away too.
        change(&store, begin(3)).await.unwrap();
        let keep = Change::ConfirmSecondFactor { account: "ada".into(), step: 1, codes: vec![], keep: hash(2) };
        change(&store, keep).await.unwrap();
        assert_eq!(store.sessions("ada".into()).await.unwrap().len(), 1);
        let remove = || Change::RemoveSecondFactor { account: "ada".into(), keep: None };
        change(&store, remove()).await.unwrap();
        assert!(store.sessions("ada".into()).await.unwrap().is_empty());
        assert!(change(&store, remove()).await.is_err());
        // Or its writer finds its database gone, and ends the process.
        store.close().await;
    });
}

fn accounts_sessions_and_tokens_come_and_go<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        change(&store, account("ada")).await.unwrap();
        assert!(matches!(change(&store, account("ada")).await, Err(StoreError::Exists("account", _))));
        assert_eq!(store.password("ada".into()).await.unwrap().as_deref(), Some("$argon2id$x"));
        assert_eq!(store.password("bob".into()).await.unwrap(), None);
        assert_eq!(store.account("ada".into()).await.unwrap().unwrap().rights, Rights::OWNER);
        assert_eq!(store.account("bob".into()).await.unwrap(), None);
        let desk = Rights { role: Role::Desk, sites: Sites::only(["olive".to_owned()]) };
        change(&store, Change::SetRights { name: "ada".into(), rights: desk.clone() }).await.unwrap();
        let rows = store.accounts().await.unwrap();
        assert_eq!((rows.len(), &rows[0].name, &rows[0].rights), (1, &"ada".to_owned(), &desk));
        let lost = Rights { role: Role::Team, sites: Sites::only(["nowhere".to_owned()]) };
        let wrong = change(&store, Change::SetRights { name: "ada".into(), rights: lost }).await;
        assert!(matches!(wrong, Err(StoreError::SiteUnknown(_))));
        assert_eq!(store.accounts().await.unwrap()[0].rights, desk, "all or nothing");
        let wrong = change(&store, Change::SetRights { name: "bob".into(), rights: desk }).await;
        assert!(matches!(wrong, Err(StoreError::Unknown("account", _))));
        for (session, before) in [(1, None), (2, None), (3, Some(1))] {
            change(&store, sign_in(session, before)).await.unwrap();
        }
        let sessions = |store: Store| async move {
            let rows = store.sessions("ada".into()).await.unwrap();
            let mut numbers: Vec<u8> = rows.iter().map(|row| row.hash.0[0]).collect();
            numbers.sort_unstable();
            numbers
        };
        assert_eq!(sessions(store.clone()).await, [2, 3], "a new one ends the one before it");
        let known = |store: Store| async move {
            let mut known = Vec::new();
            for number in 1..=9 {
                if let Some(row) = store.device(SecretHash([100 + number; 32])).await.unwrap() {
                    assert_eq!(row.account, "ada");
                    known.push(number);
                }
            }
            known
        };
        assert_eq!(known(store.clone()).await, [2, 3], "and so does a new device cookie");
        let later = now_ms() + 60_000;
        store.touch_session(SecretHash([2; 32]), later).await.unwrap();
        store.touch_session(SecretHash([2; 32]), 5).await.unwrap();
        assert_eq!(store.session(SecretHash([2; 32])).await.unwrap().unwrap().seen_ms, later);
        let wrong = Change::SignOut { account: "bob".into(), session: SecretHash([2; 32]), forget: true };
        assert!(matches!(change(&store, wrong).await, Err(StoreError::Unknown("session", _))));
        let hash = "$argon2id$y".to_owned();
        let keep = Some(SecretHash([3; 32]));
        change(&store, Change::SetPassword { name: "ada".into(), hash: hash.clone(), keep }).await.unwrap();
        assert_eq!((sessions(store.clone()).await, known(store.clone()).await), (vec![3], vec![3]));
        change(&store, sign_in(4, None)).await.unwrap();
        change(&store, Change::SignOutOthers { account: "ada".into(), keep: SecretHash([4; 32]) }).await.unwrap();
        assert_eq!((sessions(store.clone()).await, known(store.clone()).await), (vec![4], vec![4]));
        // Ended where its browser is, a session leaves the browser known; ended from elsewhere, it does not.
        for (session, forget, left) in [(7, false, vec![4, 7]), (8, true, vec![4, 7])] {
            change(&store, sign_in(session, None)).await.unwrap();
            let session = SecretHash([session; 32]);
            change(&store, Change::SignOut { account: "ada".into(), session, forget }).await.unwrap();
            assert_eq!((sessions(store.clone()).await, known(store.clone()).await), (vec![4], left));
        }
        change(&store, Change::SetPassword { name: "ada".into(), hash, keep: None }).await.unwrap();
        assert!(known(store.clone()).await.is_empty());
        change(&store, sign_in(5, None)).await.unwrap();
        let never = Ages { began_ms: 0, seen_ms: 0, lasting_ms: 0, device_ms: 0, ahead_ms: u64::MAX >> 1, now_ms: 0 };
        store.purge_expired(never).await.unwrap();
        assert_eq!((sessions(store.clone()).await, known(store.clone()).await), (vec![5], vec![5]));
        // The sign-in of a screen in the shop lasts longer than an evening.
        store.purge_expired(Ages { began_ms: now_ms() + 1, seen_ms: now_ms() + 1, ..never }).await.unwrap();
        assert_eq!(sessions(store.clone()).await, [5]);
        store.purge_expired(Ages { lasting_ms: now_ms() + 1, ..never }).await.unwrap();
        assert_eq!((sessions(store.clone()).await, known(store.clone()).await), (vec![], vec![5]));
        change(&store, Change::SetRights { name: "ada".into(), rights: Rights::OWNER }).await.unwrap();
        change(&store, sign_in(10, None)).await.unwrap();
        assert!(!store.session(SecretHash([10; 32])).await.unwrap().unwrap().lasting);
        store.purge_expired(Ages { began_ms: now_ms() + 1, ..never }).await.unwrap();
        assert_eq!(sessions(store.clone()).await, [0; 0]);
        store.purge_expired(Ages { device_ms: now_ms() + 1, ..never }).await.unwrap();
        assert!(known(store.clone()).await.is_empty());
        // What was made while a clock was ahead would otherwise come to life when that time comes.
        change(&store, sign_in(9, None)).await.unwrap();
        store.purge_expired(Ages { ahead_ms: now_ms() - 10_000, ..never }).await.unwrap();
        assert_eq!((sessions(store.clone()).await, known(store.clone()).await), (vec![], vec![]));
        change(&store, sign_in(6, None)).await.unwrap();
        change(&store, Change::RemoveAccount { name: "ada".into() }).await.unwrap();
        assert!(store.session(SecretHash([6; 32])).await.unwrap().is_none());

        let token = |name: &str, number: u8, site: Option<&str>| TokenRow {
            hash: SecretHash([number; 32]),
            name: name.into(),
            scopes: Scopes::ALL,
            site: site.map(str::to_owned),
            created_ms: 1,
            expires_ms: Some(u64::MAX >> 1),
            used_ms: None,
        };
        let till = token("till", 1, Some("olive"));
        change(&store, Change::AddToken(till.clone())).await.unwrap();
        for (again, number) in [("till", 2), ("other", 1)] {
            let twice = change(&store, Change::AddToken(token(again, number, None))).await;
            assert!(matches!(twice, Err(StoreError::Exists("token", _))));
        }
        let nowhere = change(&store, Change::AddToken(token("x", 9, Some("nobody")))).await;
        assert!(matches!(nowhere, Err(StoreError::SiteUnknown(_))));
        assert_eq!(store.token(SecretHash([1; 32])).await.unwrap(), Some(till.clone()));
        store.touch_token(SecretHash([1; 32]), 7).await.unwrap();
        assert_eq!(store.tokens().await.unwrap(), [TokenRow { used_ms: Some(7), ..till }]);
        change(&store, Change::RevokeToken { name: "till".into() }).await.unwrap();
        assert!(store.token(SecretHash([1; 32])).await.unwrap().is_none());
        store.close().await;
    });
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
        let place = |number: u64| (survey("olive").0, number.to_be_bytes());
        let erase = |site: &str, number: u64, until_ms: u64| Change::Erase {
            site: site.into(),
            places: vec![place(number), place(number)],
            until_ms,
            reason: None,
        };
        // Another site's responses are not one's own to erase.
        assert_eq!(change(&store, erase("fig", 1, u64::MAX >> 1)).await.unwrap(), Changed::Erased(0));
        let later = now_ms() + DAY_MS;
        assert_eq!(change(&store, erase("olive", 1, later)).await.unwrap(), Changed::Erased(1));
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
        let added = change(&store, Change::AddWebhook { site, host: host_of(&url), url, secret }).await.unwrap();
        let id = store.webhooks("olive").await.unwrap()[0].id;
        assert_eq!(added, Changed::Webhook(id));
        store.append((2..5).map(happy).collect(), WAIT).await.unwrap();
        folded(&store).await;
        assert!(!store.due_webhooks(far).await.unwrap().is_empty() && store.due_webhooks(0).await.unwrap().is_empty());
        let lease = now_ms() + DAY_MS;
        let mut due = store.lease_due(id, now_ms(), lease, 10).await.unwrap();
        assert_eq!(due.len(), 3);
        assert!(due.iter().all(|one| one.webhook.id == id && one.webhook.site == "olive" && one.tries == 0));
        assert!(store.lease_due(id, now_ms(), lease, 10).await.unwrap().is_empty(), "they are under way");
        assert!(store.lease_due(id + 1, far, lease, 10).await.unwrap().is_empty(), "another webhook has none");
        store.finish_delivery(due.pop().unwrap(), DeliveryOutcome::Delivered, 9).await.unwrap();
        store.finish_delivery(due.pop().unwrap(), DeliveryOutcome::RetryAt(now_ms()), 9).await.unwrap();
        store.finish_delivery(due.pop().unwrap(), DeliveryOutcome::GaveUp, 10).await.unwrap();
        assert_eq!(store.webhooks("olive").await.unwrap()[0].failing_ms, Some(9));
        let again = store.lease_due(id, now_ms(), lease, 10).await.unwrap();
        assert_eq!((again.len(), again[0].tries), (1, 1));

        // A response that changes while its message is under way is told once more.
        let place = again[0].place;
        let number = u64::from_be_bytes(place.1);
        let later = trente_survey::frame::Frame { rev: 1, ..crate::support::frames::frame(survey("olive"), number) };
        let bytes = crate::support::frames::bytes(&later);
        store.append(vec![trente_store::inbound::Inbound { bytes, ..happy(1) }], WAIT).await.unwrap();
        folded(&store).await;
        store.finish_delivery(again[0].clone(), DeliveryOutcome::Delivered, 11).await.unwrap();
        assert_eq!(store.webhooks("olive").await.unwrap()[0].failing_ms, None);
        let changed = store.lease_due(id, now_ms(), lease, 10).await.unwrap();
        assert_eq!((changed.len(), changed[0].place, changed[0].tries), (1, place, 0));
        // What is erased is told to no receiver, and a webhook that is gone tells none.
        let erase = Change::Erase { site: "olive".into(), places: vec![place], until_ms: far, reason: None };
        change(&store, erase).await.unwrap();
        assert!(store.due_webhooks(far).await.unwrap().is_empty());
        store.append(vec![happy(9)], WAIT).await.unwrap();
        folded(&store).await;
        let one = store.lease_due(id, now_ms(), lease, 10).await.unwrap().remove(0);
        store.finish_delivery(one, DeliveryOutcome::EndpointGone, 12).await.unwrap();
        assert!(store.webhooks("olive").await.unwrap().is_empty() && store.due_webhooks(far).await.unwrap().is_empty());
        store.close().await;
    });
}

on_both!(
    of_two_first_accounts_one_is_made,
    accounts_sessions_and_tokens_come_and_go,
    a_second_factor_is_used_up,
    every_change_has_its_line_and_a_change_that_fails_has_none,
    an_erased_response_stays_away_and_its_counts_are_taken_back,
    retention_deletes_and_counts_stay,
    a_message_is_taken_once_and_stays_until_it_is_settled,
);
