//! Test store with rows in every table, and everything that a copy of it must have.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use trente_store::change::{AddWebhook, Change, Erase};
use trente_store::key::ResponseKey;
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
use trente_store::{Address, Store};
use trente_survey::locale::Language;

use crate::arrivals::arrival;
use crate::backend::Backend;
use crate::frames::survey;
use crate::stores::{WAIT, add, folded, happy, olive};

/// A store with two sites, a second survey, folded responses of many kinds, a stray, and an inbox.
pub async fn full(at: &Address) -> Store {
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
    ] {
        store.change(Actor::account("ada"), change).await.unwrap();
    }
    let hook = AddWebhook {
        site: site.clone(),
        url: "https://a.example/".into(),
        host: "a.example".into(),
        secret,
        events: Events::RESPONSE,
    };
    store.add_webhook(Actor::account("ada"), hook).await.unwrap();
    let places = vec![ResponseKey { survey: survey("olive").0, rid: [9; 8] }];
    let erase = Erase { site, places, until_ms: u64::MAX >> 2, reason: None };
    store.erase(Actor::account("ada"), erase).await.unwrap();
    let (account, number) = ("ada".to_owned(), store.site("olive").await.unwrap());
    let notices = [Notice::Digest(20_786), Notice::Customer(ResponseKey { survey: survey("olive").0, rid: [8; 8] })];
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
pub fn whole<B: Backend>(backend: &B, at: &Address) -> Vec<String> {
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
