//! Several collectors on one PostgreSQL: they fold without stepping on each other, and come back when it comes back.

use std::time::Duration;

use trente_store::inbound::AppendError;
use trente_store::{ALL_DAYS, Address, Store, StoreError};
use trente_testing::Postgres;
use trente_testing::backend::{Backend, Server};
use trente_testing::stores::{QUEUE, WAIT, add, folded, happy, olive, run};

#[test]
fn three_collectors_fold_one_inbox_once() {
    let backend = Server::start();
    run(async {
        let mut stores = vec![olive(&backend.address()).await];
        for _ in 0..2 {
            stores.push(Store::serve(&backend.address(), QUEUE).await.unwrap());
        }
        let mut tasks = tokio::task::JoinSet::new();
        for (index, store) in stores.iter().enumerate() {
            for round in 0..30u64 {
                let store = store.clone();
                // Every response comes to two of the three.
                let numbers = (0..20).map(move |number| round * 20 + number + 300 * (index as u64 / 2));
                tasks.spawn(async move {
                    let sent = numbers.clone().map(happy).collect();
                    store.append(sent, WAIT).await.unwrap();
                });
            }
        }
        tasks.join_all().await;
        folded(&stores[0]).await;
        let site = stores[0].site("olive").await.unwrap();
        assert_eq!(stores[1].counts(site, ALL_DAYS).await.unwrap().unverified.n(), 900);
        assert!(stores.iter().all(Store::healthy));
        for store in &stores {
            store.close().await;
        }
    });
    assert_eq!(
        (backend.count("response"), backend.count("stray"), backend.recount_differs(&backend.address())),
        (900, 0, 0)
    );
}

#[test]
fn collectors_that_start_at_once_make_the_tables_once() {
    let backend = Server::start();
    run(async {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let address = backend.address();
            tasks.spawn(async move { Store::serve(&address, QUEUE).await.map(drop) });
        }
        for outcome in tasks.join_all().await {
            outcome.unwrap();
        }
    });
    assert_eq!(backend.count("trente"), 1);
}

#[test]
fn a_server_that_is_away_refuses_and_nothing_has_to_be_done_when_it_is_back() {
    let mut server = Postgres::start();
    let database = server.database();
    run(async {
        let store = olive(&server.address(&database)).await;
        store.append(vec![happy(1)], WAIT).await.unwrap();
        for (signal, number) in [("QUIT", 2), ("INT", 3)] {
            server.end(signal);
            let refused = store.append(vec![happy(number)], WAIT).await;
            assert!(matches!(refused, Err(AppendError::Failed | AppendError::Late)), "{refused:?}");
            assert!(!store.healthy());
            assert!(store.lag().await.is_err());
            server.run();
            store.append(vec![happy(number)], WAIT).await.unwrap();
        }
        // Every session is ended by the administrator.
        server.sql(
            "postgres",
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'trente%'",
        );
        let mut tries = 0;
        while store.append(vec![happy(4)], WAIT).await.is_err() {
            tries += 1;
            assert!(tries < 50, "still refused");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        folded(&store).await;
        let site = store.site("olive").await.unwrap();
        assert_eq!(store.responses(site, None, 10).await.unwrap().len(), 4);
        store.close().await;
    });
}

/// A standby that never answers: a commit that waits for it is not acknowledged, nor when its wait is cancelled, which
/// the server reports as a success with a warning.
#[test]
fn a_commit_that_no_standby_has_confirmed_is_not_acknowledged() {
    let server = Postgres::start();
    let database = server.database();
    run(async {
        let store = olive(&server.address(&database)).await;
        server.sql("postgres", "alter system set synchronous_standby_names = 'nobody'");
        server.sql("postgres", "select pg_reload_conf()");
        wait_until(|| server.sql("postgres", "show synchronous_standby_names") == "nobody").await;
        let waiting = "from pg_stat_activity where wait_event = 'SyncRep' and application_name like '%append%'";
        let appending = tokio::spawn({
            let store = store.clone();
            async move { store.append(vec![happy(1)], WAIT).await }
        });
        wait_until(|| server.sql("postgres", &format!("select count(*) {waiting}")) == "1").await;
        server.sql("postgres", &format!("select pg_cancel_backend(pid) {waiting}"));
        assert_eq!(appending.await.unwrap(), Err(AppendError::Late));
        // No client cancels: the deadline makes it unknown, and no session is left behind for each that was given up.
        for number in 2..5 {
            assert_eq!(store.append(vec![happy(number)], WAIT).await, Err(AppendError::Late));
        }
        let sessions: u32 = server.sql("postgres", &format!("select count(*) {waiting}")).parse().unwrap();
        assert!(sessions <= 2, "{sessions} sessions wait");
        server.sql("postgres", "alter system reset synchronous_standby_names");
        server.sql("postgres", "select pg_reload_conf()");
        let mut tries = 0;
        while store.append(vec![happy(9)], WAIT).await.is_err() {
            tries += 1;
            assert!(tries < 20, "still refused");
        }
        folded(&store).await;
        assert!(store.healthy());
        store.close().await;
    });
    assert_eq!(server.sql(&database, "select count(*) from response where rid = '\\x0000000000000009'"), "1");
}

async fn wait_until(mut done: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(done(), "it did not happen");
}

#[test]
fn a_server_that_may_forget_is_not_used() {
    let server = Postgres::with("fsync = off");
    let database = server.database();
    run(async {
        let error = Store::serve(&server.address(&database), QUEUE).await.unwrap_err().to_string();
        assert!(error.contains("fsync is off"), "{error}");
        server.sql("postgres", "create database latin encoding 'LATIN1' template template0");
        let server = Postgres::start();
        server.sql("postgres", "create database latin encoding 'LATIN1' template template0");
        let error = Store::serve(&server.address("latin"), QUEUE).await.unwrap_err().to_string();
        assert!(error.contains("LATIN1"), "{error}");
    });
}

#[test]
fn a_role_that_does_not_wait_for_the_disk_waits_all_the_same() {
    let server = Postgres::with("synchronous_commit = off");
    let database = server.database();
    run(async {
        let store = Store::serve(&server.address(&database), QUEUE).await.unwrap();
        add(&store, "olive").await;
        let Store::Postgres(store) = store else { return assert_eq!("another kind of store", "") };
        let rows = store.query("select current_setting('synchronous_commit')", &[]).await.unwrap();
        assert_eq!(rows[0].get::<_, String>(0), "on");
    });
}

#[test]
fn other_databases_and_newer_ones_are_left_alone() {
    let backend = Server::start();
    backend.server.sql(&backend.database, "create table site (theirs int)");
    run(async {
        let error = Store::serve(&backend.address(), QUEUE).await.unwrap_err();
        assert!(matches!(error, StoreError::Foreign), "{error}");
        let address = backend.another();
        Store::open(&address, true).await.unwrap();
        backend.sql(&address, "update trente set version = 99");
        let error = Store::open(&address, true).await.unwrap_err().to_string();
        assert!(error.starts_with("the database has version 99, this trente knows up to "), "{error}");
        assert_eq!(backend.sql(&address, "select version from trente"), ["99"]);
    });
    assert_eq!(backend.sql(&backend.address(), "select count(*) from pg_tables where schemaname = 'public'"), ["1"]);
}

#[test]
fn a_service_waits_for_a_server_that_is_not_there_yet_and_a_command_does_not() {
    let mut server = Postgres::start();
    let database = server.database();
    server.end("INT");
    let address = server.address(&database);
    run(async {
        assert!(Store::open(&address, true).await.is_err());
        let serving = tokio::spawn(async move { Store::serve(&address, QUEUE).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!serving.is_finished());
        server.run();
        let store = serving.await.unwrap().unwrap();
        add(&store, "olive").await;
        store.append(vec![happy(1)], WAIT).await.unwrap();
        store.close().await;
        // What waiting would not mend is said at once.
        let nobody = Address::parse(server.url("nowhere").into()).unwrap();
        let error = Store::serve(&nobody, QUEUE).await.unwrap_err().to_string();
        assert!(error.contains("\"nowhere\" does not exist"), "{error}");
    });
}
