//! What accounts and tokens may do, and at which sites. OWASP ASVS 5.0, 8.2 and 8.3.

use serde_json::{Value, json};
use trente_store::change::Change;
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;
use trente_store::model::scope::Scope;
use trente_testing::stores::{ORIGIN, add_site};

use crate::support::admin::OWN;
use crate::support::{Answer, Server, get, request};

fn rights(role: Role, sites: &[&str]) -> Rights {
    Rights { role, sites: Sites::only(sites.iter().map(|&site| site.to_owned())) }
}

fn by_cookie(server: &Server, cookie: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let headers = [OWN, ("Cookie", cookie), ("Content-Type", "application/json")];
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    request(server.results, method, &format!("/api/v1{path}"), &headers, body.as_bytes())
}

/// What an account may do to a site, by the scope that it needs.
fn calls(site: &str) -> Vec<(Scope, &'static str, String, Option<Value>)> {
    vec![
        (Scope::Read, "GET", format!("/sites/{site}"), None),
        (Scope::Read, "GET", format!("/sites/{site}/summary"), None),
        (Scope::Read, "GET", format!("/sites/{site}/surveys"), None),
        (Scope::Export, "GET", format!("/sites/{site}/responses"), None),
        (Scope::Export, "GET", format!("/sites/{site}/responses?after=AAAAAAAAAAAAAAAA"), None),
        (Scope::Export, "GET", format!("/sites/{site}/export?format=csv"), None),
        (Scope::Erase, "POST", format!("/sites/{site}/erasures"), Some(json!({ "order": "MO-1" }))),
        (Scope::Admin, "PUT", format!("/sites/{site}/retention"), Some(json!({ "days": 30 }))),
        (Scope::Admin, "PUT", format!("/sites/{site}/origins"), Some(json!({ "origins": [ORIGIN] }))),
        (Scope::Admin, "GET", format!("/sites/{site}/webhooks"), None),
        (Scope::Webhook, "POST", format!("/sites/{site}/webhooks"), Some(json!({ "url": "https://hooks.example/" }))),
        (Scope::Admin, "POST", format!("/sites/{site}/key/rotate"), None),
        (Scope::Admin, "POST", format!("/sites/{site}/close"), None),
        (Scope::Admin, "POST", format!("/sites/{site}/reopen"), None),
        (Scope::Admin, "POST", format!("/sites/{site}/surveys"), Some(json!({ "name": "O", "locales": ["en"] }))),
    ]
}

#[test]
fn asvs_8_3_an_account_sees_its_own_sites_alone() {
    let server = Server::start();
    add_site(&server.folder.database(), "fig", &[ORIGIN]);
    for (name, role) in [("owner", Role::Owner), ("team", Role::Team), ("desk", Role::Desk)] {
        server.add_account_with(name, rights(role, &["olive"]));
        let cookie = server.cookie_for(name);
        let list = get(server.results, "/", &[("Cookie", &cookie)]);
        // One site leads straight to it, so there is only one.
        assert_eq!((list.status, list.header("location")), (303, Some("/sites/olive")), "{name}");
        let page = |site: &str| get(server.results, &format!("/sites/{site}"), &[("Cookie", &cookie)]);
        assert_eq!((page("olive").status, page("fig").status), (200, 404));
        assert_eq!(page("fig").body, page("nobody").body, "told as one that is not there");
        let listed = by_cookie(&server, &cookie, "GET", "/sites", None).json();
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["name"]), (1, &json!("olive")));
        for (_, method, path, body) in calls("fig").into_iter().chain(calls("nobody")) {
            let refused = by_cookie(&server, &cookie, method, &path, body);
            assert_eq!((refused.status, refused.code().as_str()), (403, "E_SCOPE"), "{name} {path}");
        }
        for (scope, method, path, body) in calls("olive") {
            let answer = by_cookie(&server, &cookie, method, &path, body);
            let allowed = role == Role::Owner || scope == Scope::Read;
            assert_eq!(answer.status == 403, !allowed, "{name} {method} {path}: {answer:?}");
        }
        // What concerns every site is for accounts that own every site.
        let new = json!({ "name": "new", "any_origin": true });
        assert_eq!(by_cookie(&server, &cookie, "POST", "/sites", Some(new)).status, 403);
        assert_eq!(by_cookie(&server, &cookie, "GET", "/audit", None).status, 403);
    }
}

#[test]
fn asvs_8_3_rights_that_are_taken_away_are_gone_at_once() {
    let server = Server::start();
    add_site(&server.folder.database(), "fig", &[ORIGIN]);
    let cookie = server.cookie();
    let status = |path: &str| by_cookie(&server, &cookie, "GET", path, None).status;
    let both = || (status("/sites/fig/responses"), status("/sites/olive/responses"), status("/audit"));
    assert_eq!(both(), (200, 200, 200), "who was there before is an owner of every site");
    server.change(Change::SetRights { name: "ada".into(), rights: rights(Role::Owner, &["olive"]) });
    assert_eq!(both(), (403, 200, 403));
    server.change(Change::SetRights { name: "ada".into(), rights: rights(Role::Team, &[]) });
    assert_eq!((both(), status("/sites/fig/summary")), ((403, 403, 403), 200));
    // Bound to a site that is no more, or to none, an account sees nothing rather than everything.
    server.change(Change::SetRights { name: "ada".into(), rights: rights(Role::Owner, &["olive"]) });
    server.database().execute("delete from account_site", []).unwrap();
    assert_eq!((both(), status("/sites/olive")), ((403, 403, 403), 403));
    assert!(by_cookie(&server, &cookie, "GET", "/sites", None).json().as_array().unwrap().is_empty());
}

/// An account that may not read single responses may not have them sent somewhere either.
#[test]
fn asvs_8_2_a_webhook_needs_a_right_to_what_it_sends() {
    let server = Server::start();
    let status = |name: &str, scopes: &[Scope], method: &str, path: &str| {
        let token = server.token(name, scopes, Some("olive"));
        let body = (method == "POST").then(|| json!({ "url": "https://hooks.example/" }));
        server.api(&token, method, path, body).status
    };
    let add = |name: &str, scopes: &[Scope]| status(name, scopes, "POST", "/sites/olive/webhooks");
    assert_eq!(add("a", &[Scope::Admin]), 403);
    assert_eq!(add("x", &[Scope::Export]), 403);
    assert_eq!(add("ar", &[Scope::Admin, Scope::Read, Scope::Erase]), 403);
    assert_eq!(add("ax", &[Scope::Admin, Scope::Export]), 201);
    assert_eq!(add("w", &[Scope::Webhook]), 201);
    // Looking and ending send nothing.
    assert_eq!(status("la", &[Scope::Admin], "GET", "/sites/olive/webhooks"), 200);
    assert_eq!(status("lw", &[Scope::Webhook], "GET", "/sites/olive/webhooks"), 200);
    assert_eq!(status("lx", &[Scope::Export], "GET", "/sites/olive/webhooks"), 403);
    assert_eq!(status("da", &[Scope::Admin], "DELETE", "/sites/olive/webhooks/1"), 204);
    let elsewhere = server.token("else", &[Scope::Webhook], Some("olive"));
    add_site(&server.folder.database(), "fig", &[ORIGIN]);
    let body = json!({ "url": "https://hooks.example/" });
    assert_eq!(server.api(&elsewhere, "POST", "/sites/fig/webhooks", Some(body)).status, 403);
}

/// The numbers for Prometheus are open on this machine; through a proxy they need a token.
#[test]
fn metrics_are_not_told_to_whoever_comes_through_a_proxy() {
    let server = Server::start();
    let metrics = |headers: &[(&str, &str)]| get(server.results, "/metrics", headers).status;
    assert_eq!(metrics(&[]), 200);
    let through = ("X-Forwarded-For", "203.0.113.9");
    assert_eq!(metrics(&[through]), 401);
    let bearer = |name: &str, scopes: &[Scope], site| format!("Bearer {}", server.token(name, scopes, site));
    assert_eq!(metrics(&[through, ("Authorization", &bearer("r", &[Scope::Read], None))]), 200);
    assert_eq!(metrics(&[through, ("Authorization", &bearer("one", &[Scope::Read], Some("olive")))]), 403);
    assert_eq!(metrics(&[through, ("Authorization", &bearer("x", &[Scope::Export], None))]), 403);
    assert_eq!(metrics(&[through, ("Cookie", &server.cookie())]), 200);
}
