//! Copies between stores of either kind, and backups: equal row for row, cut off or not, and never over a stranger's.

use std::process::{Command, Stdio};
use std::time::Duration;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use trente_store::backup::{BackupError, backup, restore};
use trente_store::change::Change;
use trente_store::copy::{CopyError, copy};
use trente_store::model::access::Sites;
use trente_store::model::account::{Device, Rights, Stage};
use trente_store::model::audit::Actor;
use trente_store::model::mail::{Alerts, MailChoice, NewNotice, Notice};
use trente_store::model::role::Role;
use trente_store::model::scope::Scopes;
use trente_store::model::secret::SecretHash;
use trente_store::model::token::TokenRow;
use trente_store::model::webhook::{DeliveryOutcome, Events};
use trente_store::model::webhook_secret::WebhookSecret;
use trente_store::{Address, Store, StoreError};
use trente_survey::definition::Definition;
use trente_survey::locale::Language;

use super::{QUEUE, WAIT, add, folded, happy, olive, on_both, run};
use crate::cli::TRENTE;
use crate::support::arrivals::arrival;
use crate::support::backend::{Backend, Server, Sqlite};
use crate::support::frames::survey;

/// A store with two sites, a second survey, folded responses of many kinds, a stray, and an inbox.
async fn full(at: &Address) -> Store {
    let store = olive(at).await;
    add(&store, "fig").await;
    let mut runner = TestRunner::deterministic();
    let arrivals: Vec<_> = (0..40).map(|_| arrival().new_tree(&mut runner).unwrap().current()).collect();
    store.append(arrivals, WAIT).await.unwrap();
    let mut cut = happy(1);
    cut.bytes.truncate(9);
    store.append((100..130).map(happy).chain([cut]).collect(), WAIT).await.unwrap();
    administered(&store).await;
    folded(&store).await;
    let webhook = store.webhooks("olive").await.unwrap().remove(0).id;
    let due = store.lease_due(webhook, u64::MAX >> 2, u64::MAX >> 2, 1).await.unwrap().remove(0);
    store.finish_delivery(due, DeliveryOutcome::RetryAt(7), "503".to_owned(), 9).await.unwrap();
    store
}

/// An account that has signed in and gets mails, a token, two keys, a webhook with messages that are due, and an erased response.
async fn administered(store: &Store) {
    let hash = |number| SecretHash([number; 32]);
    let (site, secret) = ("olive".to_owned(), WebhookSecret([4; 32]));
    for change in [
        Change::AddAccount {
            name: "ada".into(),
            hash: "$argon2id$x".into(),
            rights: Rights { role: Role::Desk, sites: Sites::only([site.clone()]) },
        },
        Change::SignIn {
            session: hash(1),
            account: "ada".into(),
            before: None,
            device: Some(Device { new: hash(3), before: None }),
            stage: Stage::Full,
            proof: None,
        },
        Change::BeginSecondFactor { account: "ada".into(), shared: [7; 20] },
        Change::ConfirmSecondFactor { account: "ada".into(), step: 9, codes: vec![hash(8)], keep: hash(1) },
        Change::ChooseMail(MailChoice {
            account: "ada".into(),
            address: "ada@olive.example".into(),
            language: Language::Fr,
            alerts: Alerts::AtOnce,
            digest: true,
            since_ms: 1,
            secret: [6; 32],
        }),
        Change::AddToken(TokenRow {
            hash: hash(2),
            name: "till".into(),
            scopes: Scopes::ALL,
            site: Some(site.clone()),
            created_ms: 1,
            expires_ms: None,
            used_ms: None,
        }),
        Change::RotateKey { site: site.clone(), key: [3; 32] },
        Change::SetRetention { site: site.clone(), days: Some(3650) },
        Change::AddWebhook {
            site: site.clone(),
            url: "https://a.example/".into(),
            host: "a.example".into(),
            secret,
            events: Events::RESPONSE,
        },
        Change::Erase { site, places: vec![(survey("olive").0, [9; 8])], until_ms: u64::MAX >> 2, reason: None },
    ] {
        store.change(Actor::account("ada"), change).await.unwrap();
    }
    let (account, number) = ("ada".to_owned(), store.site("olive").await.unwrap());
    let notices = [Notice::Digest(20_786), Notice::Customer((survey("olive").0, [8; 8]))];
    let notices = notices.map(|notice| NewNotice {
        id: format!("{notice:?}"),
        account: account.clone(),
        site: number,
        notice,
        due_ms: 9,
    });
    store.add_notices(notices.into(), 8).await.unwrap();
    store.append(vec![happy(300)], WAIT).await.unwrap();
}

/// Everything that a copy takes along, asked by SQL of its own.
fn whole<B: Backend>(backend: &B, at: &Address) -> Vec<String> {
    let mut lines = backend.tables(at);
    for sql in [
        "select id, name, key, created_ms, any_origin, former_key, retention_days from site",
        "select name, hash, created_ms from account",
        "select hash, account, created_ms, seen_ms from session",
        "select account, address, language, alerts, digest, since_ms, secret from mail_choice",
        "select id, account, site, kind, day, survey, rid, created_ms, due_ms, tries, outcome from notice",
        "select hash, name, scopes, site, created_ms, expires_ms, used_ms from token",
        "select id, at_ms, actor, act, subject from audit",
        "select survey, rid, until_ms from tombstone",
        "select survey, rid, at_ms from erasure",
        "select id, site, url, secret, created_ms, failing_ms from webhook",
        "select survey, rid, webhook, due_ms, tries from delivery",
        "select webhook, number, at_ms, tries, outcome, said from attempt",
        "select site, origin from site_origin",
        "select id, site, definition, current, created_ms from survey",
    ] {
        let mut rows = backend.sql(at, sql);
        rows.sort();
        lines.extend(rows);
    }
    lines
}

/// From a store of one kind into one of the other, and into one of its own.
fn a_copy_is_the_same_row_for_row<B: Backend>() {
    let (backend, file) = (B::start(), Sqlite::start());
    run(async {
        let store = full(&backend.address()).await;
        // In service, with frames that are not folded yet.
        store.append(vec![happy(500)], WAIT).await.unwrap();
        let (same, other) = (backend.another(), file.another());
        for to in [&same, &other] {
            let first = copy(&backend.address(), to, |_| {}).await.unwrap();
            assert!(first.iter().all(|table| table.changed == table.rows), "{first:?}");
            assert!(first.iter().any(|table| table.table == "response" && table.rows >= 30));
        }
        store.close().await;
        // What has changed since then and nothing else is written: responses, counts, which survey is asked.
        let store = Store::serve(&backend.address(), QUEUE).await.unwrap();
        store.append(vec![happy(501)], WAIT).await.unwrap();
        let mut named = Definition::default_for("olive");
        named.name = "Olive again".into();
        store.publish(Actor::shell(), "olive", &named).await.unwrap();
        folded(&store).await;
        store.close().await;
        for to in [&same, &other] {
            let again = copy(&backend.address(), to, |_| {}).await.unwrap();
            let of = |name: &str| again.iter().find(|table| table.table == name).unwrap().changed;
            assert!(of("response") <= 2 && of("survey") == 2 && of("site") == 0, "{again:?}");
            let still = copy(&backend.address(), to, |_| {}).await.unwrap();
            assert!(still.iter().all(|table| table.changed == 0), "{still:?}");
        }
        let all = whole(&backend, &backend.address());
        assert_eq!(whole(&backend, &same), all);
        assert_eq!(whole(&file, &other), all);
        // A copy is a store like any other.
        for to in [same, other] {
            let store = Store::serve(&to, QUEUE).await.unwrap();
            store.append(vec![happy(502)], WAIT).await.unwrap();
            folded(&store).await;
            add(&store, "date").await;
            store.close().await;
        }
    });
}

fn a_target_that_is_somebody_elses_is_left_alone<B: Backend>() {
    let backend = B::start();
    run(async {
        full(&backend.address()).await.close().await;
        let (own, copied) = (backend.another(), backend.another());
        let store = olive(&own).await;
        store.close().await;
        let before = whole(&backend, &own);
        let occupied = copy(&backend.address(), &own, |_| {}).await.unwrap_err().to_string();
        assert!(occupied.contains("holds data of its own"), "{occupied}");
        // Where a copy of another source has begun.
        copy(&own, &copied, |_| {}).await.unwrap();
        let foreign = copy(&backend.address(), &copied, |_| {}).await.unwrap_err().to_string();
        assert!(foreign.contains("has a site `olive` that is not the source's"), "{foreign}");
        assert_eq!((whole(&backend, &own), whole(&backend, &copied)), (before.clone(), before));
        // What has come in since the move is never taken back by the same copy once more.
        let store = Store::serve(&copied, QUEUE).await.unwrap();
        store.append(vec![happy(1)], WAIT).await.unwrap();
        store.close().await;
        assert!(matches!(copy(&own, &copied, |_| {}).await, Err(CopyError::Occupied(_))));
        let same = copy(&own, &own, |_| {}).await.unwrap_err();
        assert!(matches!(same, CopyError::Same(_)));
        assert!(copy(&backend.another(), &backend.another(), |_| {}).await.is_err(), "there is nothing to copy");
        assert_eq!(backend.sql(&copied, "select count(*) from response"), ["1"]);
    });
}

fn a_backup_in_service_holds_what_was_acknowledged_and_can_be_put_back<B: Backend>() {
    let (backend, file) = (B::start(), Sqlite::start());
    let folder = crate::support::Folder::new();
    let path = folder.path().join("backup.db");
    run(async {
        let store = full(&backend.address()).await;
        // Under load: answers come in all the while.
        let loading = tokio::spawn({
            let store = store.clone();
            async move {
                let mut acknowledged = Vec::new();
                for number in 1_000..1_200 {
                    store.append(vec![happy(number)], WAIT).await.unwrap();
                    acknowledged.push(number);
                }
                acknowledged
            }
        });
        let before: Vec<u64> = (100..130).collect();
        backup(&backend.address(), &path).await.unwrap();
        let after = loading.await.unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "it holds the keys");
        assert!(matches!(backup(&backend.address(), &path).await, Err(BackupError::Exists(_))));
        store.close().await;

        let (back, other) = (backend.another(), file.another());
        for to in [&back, &other] {
            restore(&path, to, Vec::new()).await.unwrap();
            let store = Store::serve(to, QUEUE).await.unwrap();
            folded(&store).await;
            let site = store.site("olive").await.unwrap();
            let found = store.responses(site, None, 10_000).await.unwrap();
            let numbers: Vec<_> = found.iter().map(|one| u64::from_be_bytes(one.frame.response.0)).collect();
            assert!(before.iter().all(|number| numbers.contains(number)));
            // What came after it comes again from the outboxes, and is stored once.
            store.append(after.iter().copied().map(happy).collect(), WAIT).await.unwrap();
            folded(&store).await;
            let counted = store.counts(site, trente_store::ALL_DAYS).await.unwrap();
            let all = store.responses(site, None, 10_000).await.unwrap().len() as u64;
            assert_eq!(counted.verified.n() + counted.unverified.n(), all);
            assert!(all >= 230);
            store.close().await;
            // Never over what is there.
            let error = restore(&path, to, Vec::new()).await.unwrap_err();
            assert!(matches!(error, BackupError::Exists(_) | BackupError::Copy(_)), "{error}");
        }
        assert_eq!((backend.recount_differs(&back), file.recount_differs(&other)), (0, 0));
        // A backup that was damaged is not put back.
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 4096 / 2 * 4096;
        bytes[middle..middle + 64].fill(0xff);
        let damaged = folder.path().join("damaged.db");
        std::fs::write(&damaged, bytes).unwrap();
        let nowhere = backend.another();
        let error = restore(&damaged, &nowhere, Vec::new()).await.unwrap_err();
        assert!(matches!(error, BackupError::Store(StoreError::Damaged(_) | StoreError::Sqlite(_))), "{error}");
    });
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

on_both!(
    a_copy_is_the_same_row_for_row,
    a_target_that_is_somebody_elses_is_left_alone,
    a_backup_in_service_holds_what_was_acknowledged_and_can_be_put_back,
);

/// The real program, killed again and again, in both directions.
#[test]
fn a_copy_that_is_killed_goes_on_where_it_was() {
    let (backend, file) = (Server::start(), Sqlite::start());
    run(async {
        let store = full(&file.address()).await;
        for page in 0..12u64 {
            store.append((0..1_000).map(|number| happy(1 << 40 | page << 20 | number)).collect(), WAIT).await.unwrap();
        }
        folded(&store).await;
        store.close().await;
    });
    let database = backend.another();
    let url = backend.server.url(database.to_string().rsplit_once('/').unwrap().1);
    let back = file.another();
    for (from, to) in [(file.address().to_string(), url.clone()), (url, back.to_string())] {
        let start = || {
            let mut command = Command::new(TRENTE);
            command.args(["copy", "--from", &from, "--to", &to]).stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().unwrap()
        };
        let mut killed = 0;
        for after in [120, 250, 400, 600] {
            let mut child = start();
            std::thread::sleep(Duration::from_millis(after));
            if child.try_wait().unwrap().is_none() {
                killed += 1;
                child.kill().unwrap();
            }
            child.wait().unwrap();
        }
        assert!(killed > 0, "every copy was quicker than its kill");
        assert!(start().wait().unwrap().success());
    }
    let all = whole(&file, &file.address());
    assert_eq!(whole(&backend, &database), all);
    assert_eq!(whole(&file, &back), all);
}
