//! Tests of texts with U+0000, which PostgreSQL neither keeps nor compares: both stores answer alike, and without an error.

use std::path::Path;

use trente_store::Store;
use trente_store::change::Change;
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::model::account::{Rights, Stage};
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scope;
use trente_store::model::secret::{Secret, TOKEN_PREFIX};
use trente_store::model::token::TokenRow;
use trente_testing::backend::{Backend, Server, Sqlite};
use trente_testing::stores::{add, wait};

use crate::process::Process;
use crate::support::request;

/// The statuses of requests with such texts, of a service on a store; its log has no error.
fn statuses(backend: &impl Backend, database: &str) -> Vec<u16> {
    let (session, token) = (Secret::new().unwrap(), Secret::new().unwrap());
    wait(async {
        let store = Store::open(&backend.address(), true).await.unwrap();
        add(&store, "olive").await;
        let account = Change::AddAccount { name: "ada".to_owned(), hash: "x".to_owned(), rights: Rights::OWNER };
        let (session, account_name) = (session.hash(), "ada".to_owned());
        let sign_in = Change::SignIn {
            session,
            account: account_name,
            before: None,
            device: None,
            stage: Stage::Full,
            proof: None,
        };
        let token = Change::AddToken(TokenRow {
            hash: token.hash(),
            name: "all".to_owned(),
            scopes: [Scope::Read, Scope::Export, Scope::Erase, Scope::Admin].into_iter().collect(),
            site: None,
            created_ms: now_ms(),
            expires_ms: Some(now_ms() + DAY_MS),
            used_ms: None,
        });
        for change in [account, sign_in, token] {
            store.change(Actor::shell(), change).await.unwrap();
        }
        store.close().await;
    });
    let mut process = Process::start(Path::new(database));
    let cookie = format!("{}={}", trente_collector::inner::session::NAME, session.reveal());
    let bearer = format!("Bearer {TOKEN_PREFIX}{}", token.reveal());
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let json = ("Content-Type", "application/json");
    let own = ("Sec-Fetch-Site", "same-origin");
    let mut found = Vec::new();
    for path in ["/sites/olive/voices?q=%00", "/sites/%00", "/sites/olive?lang=%00", "/settings?account=%00"] {
        found.push(request(process.results, "GET", path, &[("Cookie", &cookie)], b"").status);
    }
    for path in ["/sites/%00/responses", "/sites/olive/responses?after=%00", "/audit?after=%00"] {
        let path = format!("/api/v1{path}");
        found.push(request(process.results, "GET", &path, &[("Authorization", &bearer)], b"").status);
    }
    let lookup = br#"{"order":"a\u0000b"}"#;
    let headers = [("Authorization", bearer.as_str()), json];
    found.push(request(process.results, "POST", "/api/v1/sites/olive/lookups", &headers, lookup).status);
    let login = b"name=%00&password=x&next=%00";
    found.push(request(process.results, "POST", "/login", &[own, form], login).status);
    for path in ["/s/%00", "/s/olive?o=%00", "/v1/surveys/%00"] {
        found.push(request(process.address, "GET", path, &[], b"").status);
    }
    process.signal("TERM");
    assert_eq!(process.wait(), Some(0));
    let log = process.stderr();
    assert!(!log.contains("ERROR"), "{log}");
    found
}

#[test]
fn a_text_with_nul_is_answered_alike_on_both_stores_and_is_no_error() {
    let (file, server) = (Sqlite::start(), Server::start());
    let on_sqlite = statuses(&file, &file.address().to_string());
    let on_postgres = statuses(&server, &server.server.url(&server.database));
    assert_eq!(on_sqlite, on_postgres);
    assert!(on_sqlite.iter().all(|status| *status < 500), "{on_sqlite:?}");
    assert_eq!(on_sqlite[..2], [200, 404]);
}
