//! Accounts, sign-ins, sessions, second factors and tokens.

use trente_store::change::Change;
use trente_store::clock::now_ms;
use trente_store::model::access::Sites;
use trente_store::model::account::{Ages, Device, Rights, Stage};
use trente_store::model::audit::Actor;
use trente_store::model::role::Role;
use trente_store::model::scope::Scopes;
use trente_store::model::second_factor::Proof;
use trente_store::model::secret::SecretHash;
use trente_store::model::token::TokenRow;
use trente_store::{Store, StoreError};
use trente_testing::backend::Backend;
use trente_testing::on_both;
use trente_testing::stores::{olive, run};

use super::administering::{account, change};

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

/// An operator at the shell, who may leave the sites without an owner.
async fn by_operator(store: &Store, change: Change) {
    store.change(Actor::shell(), change).await.unwrap();
}

/// Of two owners who demote each other at the same time one stays.
fn an_owner_of_every_site_stays<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        for name in ["ada", "bo"] {
            by_operator(&store, account(name)).await;
        }
        let only = Rights { role: Role::Owner, sites: Sites::only(["olive".to_owned()]) };
        let team = Rights { role: Role::Team, sites: Sites::Every };
        let (first, second) = tokio::join!(
            change(&store, Change::SetRights { name: "ada".into(), rights: only.clone() }),
            change(&store, Change::SetRights { name: "bo".into(), rights: team.clone() }),
        );
        assert!(first.is_ok() != second.is_ok(), "one of the two: {first:?} {second:?}");
        let last = if first.is_ok() { "bo" } else { "ada" };
        let lines = store.audit(None, 100).await.unwrap().len();
        for refused in [
            Change::SetRights { name: last.into(), rights: only },
            Change::SetRights { name: last.into(), rights: team },
            Change::RemoveAccount { name: last.into() },
        ] {
            assert!(matches!(change(&store, refused).await, Err(StoreError::LastOwner)));
        }
        assert_eq!(store.account(last.into()).await.unwrap().unwrap().rights, Rights::OWNER, "nothing has changed");
        assert_eq!(store.audit(None, 100).await.unwrap().len(), lines);
        change(&store, account("cy")).await.unwrap();
        change(&store, Change::RemoveAccount { name: last.into() }).await.unwrap();
        store.close().await;
    });
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
        by_operator(&store, Change::SetRights { name: "ada".into(), rights: desk.clone() }).await;
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
        by_operator(&store, Change::RemoveAccount { name: "ada".into() }).await;
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

on_both!(
    an_owner_of_every_site_stays,
    of_two_first_accounts_one_is_made,
    accounts_sessions_and_tokens_come_and_go,
    a_second_factor_is_used_up,
);
