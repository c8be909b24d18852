//! Queues after a clock that ran ahead: what it has put off for months is sent, and what waits by design waits on.

use trente_store::change::{AddWebhook, Change};
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::inbound::Inbound;
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::audit::Actor;
use trente_store::model::mail::{Alerts, MailChoice, NewNotice, Notice};
use trente_store::model::role::Role;
use trente_store::model::webhook::{Events, NewBulletin};
use trente_store::model::webhook_secret::WebhookSecret;
use trente_survey::locale::Language;
use trente_testing::backend::Backend;
use trente_testing::on_both;
use trente_testing::stores::{WAIT, folded, happy, olive, run};

fn what_a_clock_that_was_ahead_has_put_off_is_due_now<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = store.site("olive").await.unwrap();
        let (name, url, secret) = ("olive".to_owned(), "https://a.example/x".to_owned(), WebhookSecret([5; 32]));
        let events = Events::named(["response", "alert"]).unwrap();
        let act = AddWebhook { site: name, host: "a.example".to_owned(), url, secret, events };
        let id = store.add_webhook(Actor::shell(), act).await.unwrap();
        let rights = Rights { role: Role::Owner, sites: Sites::Every };
        let add = Change::AddAccount { name: "ada".to_owned(), hash: "x".to_owned(), rights };
        store.change(Actor::shell(), add).await.unwrap();
        store
            .append((1..=2).map(happy).map(|one| Inbound { received_ms: now_ms(), ..one }).collect(), WAIT)
            .await
            .unwrap();
        folded(&store).await;
        let (now, tomorrow, ahead) = (now_ms(), now_ms() + DAY_MS, now_ms() + 400 * DAY_MS);
        let bulletin = |day, due_ms| NewBulletin { webhook: id, notice: Notice::Day(day), due_ms };
        store.add_bulletins(vec![bulletin(1, ahead), bulletin(2, tomorrow)], now).await.unwrap();
        let mail = |day: u32, due_ms| NewNotice {
            id: format!("day {day}"),
            account: "ada".to_owned(),
            site,
            notice: Notice::Day(day),
            due_ms,
        };
        store.add_notices(vec![mail(1, ahead), mail(2, tomorrow)], now).await.unwrap();
        // Both messages are leased by a worker whose clock is ahead; the lease of one ends as it should.
        let leased = store.lease_due(id, ahead, ahead + 90_000, 9).await.unwrap();
        assert_eq!(leased.len(), 2);
        let one = trente_store::encoding::hex(&leased[0].place.rid);
        let literal = if B::NO_BYTES.starts_with("x") { format!("x'{one}'") } else { format!("'\\x{one}'") };
        backend.sql(&backend.address(), &format!("update delivery set due_ms = {tomorrow} where rid = {literal}"));

        // The webhook was added, and mails were chosen, while the clock was ahead.
        let choice = MailChoice {
            account: "ada".to_owned(),
            address: "ada@olive.example".to_owned(),
            language: Language::Fr,
            alerts: Alerts::AtOnce,
            digest: false,
            since_ms: ahead,
            secret: [7; 32],
        };
        store.change(Actor::shell(), Change::ChooseMail(choice)).await.unwrap();
        backend.sql(&backend.address(), &format!("update webhook set created_ms = {ahead}"));
        assert_eq!(store.recall_queues(now, now + 2 * DAY_MS).await.unwrap(), 3);
        assert_eq!(store.mail_choice("ada".to_owned()).await.unwrap().unwrap().since_ms, now);
        let created = backend.sql(&backend.address(), "select created_ms from webhook");
        assert_eq!(created, [now.to_string()]);
        assert_eq!(store.recall_queues(now, now + 2 * DAY_MS).await.unwrap(), 0);
        assert_eq!(store.due_webhooks(now).await.unwrap(), [id]);
        assert_eq!(store.lease_due(id, now, now + 90_000, 9).await.unwrap().len(), 1);
        let bulletins = store.lease_bulletins(id, now, now + 90_000, 9).await.unwrap();
        assert_eq!(bulletins.iter().map(|one| one.notice).collect::<Vec<_>>(), [Notice::Day(1)]);
        assert_eq!(store.lease_notice(now, now + 90_000).await.unwrap().map(|one| one.id).as_deref(), Some("day 1"));
        assert!(store.lease_notice(now, now + 90_000).await.unwrap().is_none());
        store.close().await;
    });
}

on_both!(what_a_clock_that_was_ahead_has_put_off_is_due_now);
