//! Mails to people: who is to be told, and a queue that gives each mail to one worker and remembers it, in both stores.

use trente_store::change::{Change, Erase};
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::inbound::Inbound;
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::audit::Actor;
use trente_store::model::mail::{
    Alerts, MailChoice, NewNotice, Notice, NoticeOutcome, PendingNotice, Subscription, Untold,
};
use trente_store::model::role::Role;
use trente_store::{Store, StoreError};
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_survey::locale::Language;
use trente_testing::backend::Backend;
use trente_testing::frames::{bytes, frame, response_key, scored, survey};
use trente_testing::on_both;
use trente_testing::stores::{WAIT, add, folded, olive, run};

fn choice(account: &str, alerts: Alerts, since_ms: u64) -> MailChoice {
    MailChoice {
        account: account.to_owned(),
        address: format!("{account}@olive.example"),
        language: Language::Fr,
        alerts,
        digest: true,
        since_ms,
        secret: [7; 32],
    }
}

async fn change(store: &Store, change: Change) -> Result<(), StoreError> {
    store.change(Actor::shell(), change).await
}

async fn account(store: &Store, name: &str, sites: Sites) {
    let rights = Rights { role: Role::Owner, sites };
    change(store, Change::AddAccount { name: name.to_owned(), hash: "x".to_owned(), rights }).await.unwrap();
}

async fn lost(store: &Store, site: &str, number: u64, received_ms: u64) {
    let one = frame(survey(site), number);
    let answers = Answers { satisfaction: Some(1), recommend: Some(2), moment: 7, forgive: 3, ..one.answers };
    let bytes = bytes(&scored(Frame { answers, ..one }));
    store.append(vec![Inbound { received_ms, verified: false, aside: false, bytes }], WAIT).await.unwrap();
    folded(store).await;
}

fn notice(site: i64, id: &str, account: &str, notice: Notice, due_ms: u64) -> NewNotice {
    NewNotice { id: id.to_owned(), account: account.to_owned(), site, notice, due_ms }
}

fn choices_are_kept_and_ended<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        account(&store, "ada", Sites::Every).await;
        let chosen = async || store.mail_choice("ada".to_owned()).await.unwrap();
        assert!(chosen().await.is_none());
        let missing = change(&store, Change::ChooseMail(choice("bo", Alerts::Daily, 1))).await;
        assert!(matches!(missing, Err(StoreError::Unknown(..))));
        for since_ms in [1, 2] {
            change(&store, Change::ChooseMail(choice("ada", Alerts::AtOnce, since_ms))).await.unwrap();
        }
        assert!(chosen().await == Some(choice("ada", Alerts::AtOnce, 2)), "the last one holds");
        assert_eq!(store.mail_choices().await.unwrap().len(), 1);
        let stop = |subscription| Change::StopMail { account: "ada".to_owned(), subscription };
        change(&store, stop(Subscription::Alerts)).await.unwrap();
        let now = chosen().await.unwrap();
        assert_eq!((now.alerts, now.digest), (Alerts::Off, true));
        for _ in 0..2 {
            change(&store, stop(Subscription::Digest)).await.unwrap();
        }
        assert!(!chosen().await.unwrap().digest);
        change(&store, Change::RemoveAccount { name: "ada".to_owned() }).await.unwrap();
        assert!(chosen().await.is_none());
        store.close().await;
    });
}

fn who_may_see_a_customer_and_wants_to_is_told_once<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        add(&store, "fig").await;
        let (olive, fig) = (store.site("olive").await.unwrap(), store.site("fig").await.unwrap());
        account(&store, "ada", Sites::Every).await;
        account(&store, "bo", Sites::only(["fig".to_owned()])).await;
        account(&store, "cy", Sites::Every).await;
        let now = now_ms();
        lost(&store, "olive", 1, now - 3000).await;
        for (name, alerts) in [("ada", Alerts::AtOnce), ("bo", Alerts::AtOnce), ("cy", Alerts::Daily)] {
            change(&store, Change::ChooseMail(choice(name, alerts, now - 2000))).await.unwrap();
        }
        lost(&store, "olive", 2, now - 1000).await;
        lost(&store, "fig", 3, now).await;
        let untold = async |since_ms| store.untold(since_ms, 100).await.unwrap();
        let one = |account: &str, site, place| Untold { account: account.to_owned(), site, place };
        let [second, third] = [response_key("olive", 2), response_key("fig", 3)];
        let mut found = untold(0).await;
        found.sort_by(|left, right| left.account.cmp(&right.account).then(left.place.rid.cmp(&right.place.rid)));
        assert_eq!(found, [one("ada", olive, second), one("ada", fig, third), one("bo", fig, third)]);
        assert_eq!(untold(now).await.len(), 2, "what is older is not told");
        assert_eq!(store.untold(0, 1).await.unwrap(), [one("ada", olive, second)], "the oldest first");
        store.add_notices(vec![notice(olive, "a", "ada", Notice::Customer(second), now)], now).await.unwrap();
        assert_eq!(untold(0).await.len(), 2);
        // Done with is told too; erased takes the mail along.
        let taken = store.lease_notice(now, now + 1000).await.unwrap().unwrap();
        store.finish_notice(taken, NoticeOutcome::Sent).await.unwrap();
        assert_eq!(untold(0).await.len(), 2);
        let erase = Erase { site: "olive".to_owned(), places: vec![second], until_ms: u64::MAX >> 2, reason: None };
        store.erase(Actor::shell(), erase).await.unwrap();
        assert_eq!((untold(0).await.len(), backend.count("notice")), (2, 0));
        store.close().await;
    });
}

fn a_mail_is_taken_by_one_worker_and_made_once<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = store.site("olive").await.unwrap();
        account(&store, "ada", Sites::Every).await;
        let digest = notice(site, "digest", "ada", Notice::Digest(20_786), 1000);
        let stranger = notice(site, "stranger", "bo", Notice::Digest(20_786), 0);
        let alerts = notice(site, "day", "ada", Notice::Day(20_785), 2000);
        let all = vec![alerts, stranger, digest.clone()];
        assert_eq!(store.add_notices(all.clone(), 5).await.unwrap(), 2, "nobody is told who is not there");
        assert_eq!(store.add_notices(all.clone(), 6).await.unwrap(), 0, "the same is made once");
        assert_eq!(store.lease_notice(999, 5000).await.unwrap(), None, "nothing is due");
        let pending = PendingNotice {
            id: "digest".to_owned(),
            account: "ada".to_owned(),
            site: "olive".to_owned(),
            notice: Notice::Digest(20_786),
            created_ms: 5,
            tries: 0,
            lease_ms: 5000,
        };
        assert_eq!(store.lease_notice(1000, 5000).await.unwrap(), Some(pending.clone()));
        assert_eq!(store.lease_notice(1000, 5000).await.unwrap(), None, "it is under way");
        store.finish_notice(pending.clone(), NoticeOutcome::RetryAt(3000)).await.unwrap();
        // Who comes back after their lease changes nothing.
        store.finish_notice(pending.clone(), NoticeOutcome::Refused).await.unwrap();
        let day = store.lease_notice(2500, 9000).await.unwrap().unwrap();
        assert_eq!((day.notice, day.tries), (Notice::Day(20_785), 0));
        store.finish_notice(day, NoticeOutcome::GaveUp).await.unwrap();
        let again = store.lease_notice(3000, 9000).await.unwrap().unwrap();
        assert_eq!((again.id.as_str(), again.tries, again.created_ms), ("digest", 1, 5));
        store.finish_notice(again, NoticeOutcome::Sent).await.unwrap();
        assert_eq!(store.lease_notice(u64::MAX >> 2, 9000).await.unwrap(), None);
        assert_eq!(store.add_notices(all, 7).await.unwrap(), 0, "what was sent is remembered");
        let outcomes = backend.sql(&backend.address(), "select id, outcome, tries from notice order by id");
        assert_eq!(outcomes, ["day|3|1", "digest|1|2"]);
        assert_eq!((store.purge_notices(5).await.unwrap(), store.purge_notices(6).await.unwrap()), (0, 2));
        let waits = notice(site, "waits", "ada", Notice::Day(1), 1);
        store.add_notices(vec![waits], 1).await.unwrap();
        assert_eq!(store.purge_notices(DAY_MS).await.unwrap(), 0, "what waits is not forgotten");
        store.close().await;
    });
}

on_both!(
    choices_are_kept_and_ended,
    who_may_see_a_customer_and_wants_to_is_told_once,
    a_mail_is_taken_by_one_worker_and_made_once
);
