//! Tests of the administration API: authorization, and its answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trente_store::clock::now_ms;
use trente_store::model::scope::Scope;
use trente_testing::frames::{bytes, frame};
use trente_testing::stores::ORIGIN;
use trente_testing::wait_for;

use crate::support::{Answer, Server, get, post, request};

fn problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let body = answer.json();
    assert_eq!((&body["status"], &body["type"]), (&json!(status), &json!("about:blank")));
    assert!(body["title"].is_string() && body["detail"].is_string());
}

fn answers(server: &Server, count: u64) {
    let body: Vec<u8> = (0..count).flat_map(|index| bytes(&frame(server.survey(), index))).collect();
    for chunk in body.chunks(64 * 19) {
        assert_eq!(post(server.address, ORIGIN, chunk).status, 204);
    }
    assert_eq!(server.folded(), count);
}

#[test]
fn who_shows_no_token_learns_nothing() {
    let server = Server::start();
    let token = server.token("till", &[Scope::Read], None);
    let unknown = format!("Bearer t30_{}", "A".repeat(43));
    for value in [
        "",
        "Bearer",
        "Bearer t30_",
        "Basic YTpi",
        &format!("Bearer {token}x"),
        &format!("Bearer {}", &token[4..]),
        &unknown,
    ] {
        let answer = get(server.results, "/api/v1/sites", &[("Authorization", value)]);
        problem(&answer, 401, "E_CALLER");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"));
    }
    let two = [("Authorization", &*format!("Bearer {token}")), ("Authorization", "Bearer x")];
    problem(&get(server.results, "/api/v1/sites", &two), 401, "E_CALLER");
    assert_eq!(server.api(&token, "GET", "/sites", None).status, 200);
    // A cookie does not help a token that is not known. What is no token of ours is ignored.
    let cookie = server.cookie();
    assert_eq!(get(server.results, "/api/v1/sites", &[("Cookie", &cookie)]).status, 200);
    let both = [("Cookie", cookie.as_str()), ("Authorization", &*unknown)];
    problem(&get(server.results, "/api/v1/sites", &both), 401, "E_CALLER");
    let both = [("Cookie", cookie.as_str()), ("Authorization", "Basic YTpi")];
    assert_eq!(get(server.results, "/api/v1/sites", &both).status, 200);
    // ASVS 14.2.1: never in the address.
    problem(&get(server.results, &format!("/api/v1/sites?token={token}"), &[]), 401, "E_CALLER");

    let used: Option<u64> = server.database().query_row("select used_ms from token", [], |row| row.get(0)).unwrap();
    assert!(now_ms() - used.unwrap() < 60_000);
    server.database().execute("update token set expires_ms = ?1", [now_ms() - 1]).unwrap();
    problem(&server.api(&token, "GET", "/sites", None), 401, "E_CALLER");
    // One that was made while the clock was ahead would live longer than was said.
    let (made, ends) = (now_ms() + 3_600_000, now_ms() + 7_200_000);
    server.database().execute("update token set created_ms = ?1, expires_ms = ?2", [made, ends]).unwrap();
    problem(&server.api(&token, "GET", "/sites", None), 401, "E_CALLER");
}

#[test]
fn a_token_does_what_its_scopes_and_its_site_allow_and_no_more() {
    let server = Server::start();
    trente_testing::stores::add_site(&server.folder.database(), "fig", &[ORIGIN]);
    let calls = |site: &str| {
        [
            (Scope::Read, "GET", format!("/sites/{site}"), None),
            (Scope::Read, "GET", format!("/sites/{site}/summary"), None),
            (Scope::Read, "GET", format!("/sites/{site}/surveys"), None),
            (Scope::Export, "GET", format!("/sites/{site}/responses"), None),
            (Scope::Export, "GET", format!("/sites/{site}/export?format=csv"), None),
            (Scope::Erase, "POST", format!("/sites/{site}/erasures"), Some(json!({ "order": "MO-1" }))),
            (Scope::Admin, "PUT", format!("/sites/{site}/retention"), Some(json!({ "days": 30 }))),
            (Scope::Admin, "PUT", format!("/sites/{site}/origins"), Some(json!({ "origins": [ORIGIN] }))),
            (Scope::Admin, "GET", format!("/sites/{site}/webhooks"), None),
            (Scope::Admin, "POST", format!("/sites/{site}/surveys"), Some(json!({ "name": "O", "locales": ["en"] }))),
        ]
    };
    for (name, scope) in [("r", Scope::Read), ("x", Scope::Export), ("e", Scope::Erase), ("a", Scope::Admin)] {
        let token = server.token(name, &[scope], Some("olive"));
        for (needs, method, path, body) in calls("olive") {
            let answer = server.api(&token, method, &path, body);
            if needs == scope {
                assert!((200..300).contains(&answer.status), "{name} {method} {path}: {answer:?}");
            } else {
                problem(&answer, 403, "E_SCOPE");
            }
        }
        // Another site, and one that is not there, are told alike.
        for site in ["fig", "nobody"] {
            for (_, method, path, body) in calls(site) {
                problem(&server.api(&token, method, &path, body), 403, "E_SCOPE");
            }
        }
    }
    let one = server.token("one", &[Scope::Read, Scope::Admin], Some("olive"));
    let listed = server.api(&one, "GET", "/sites", None).json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    problem(&server.api(&one, "POST", "/sites", Some(json!({ "name": "new", "any_origin": true }))), 403, "E_SCOPE");
    problem(&server.api(&one, "GET", "/audit", None), 403, "E_SCOPE");
}

#[test]
fn sites_and_surveys_are_changed_and_each_change_is_written_down() {
    let server = Server::start();
    let token = server.master();
    let call = |method: &str, path: &str, body: Option<Value>| server.api(&token, method, path, body);
    let added = call("POST", "/sites", Some(json!({ "name": "fig", "origins": ["https://Fig.example:443"] })));
    assert_eq!((added.status, &added.json()["origins"]), (201, &json!(["https://fig.example"])));
    problem(&call("POST", "/sites", Some(json!({ "name": "fig", "any_origin": true }))), 409, "E_CONFLICT");
    for body in [
        json!({ "name": "Fig!", "any_origin": true }),
        json!({ "name": "fog" }),
        json!({ "name": "fog", "origins": ["https://a/b"] }),
        json!({ "name": "fog", "any_origin": true, "reward": 5 }),
        json!([]),
    ] {
        problem(&call("POST", "/sites", Some(body)), 422, "E_INPUT");
    }
    let origins = call("PUT", "/sites/fig/origins", Some(json!({ "origins": ["https://new.example"] })));
    assert_eq!(origins.json()["origins"], json!(["https://new.example"]));
    wait_for("the new origin", || {
        get(server.address, "/v1/surveys/fig", &[("Origin", "https://new.example")]).status == 200
            && get(server.address, "/v1/surveys/fig", &[("Origin", "https://fig.example")]).status == 403
    });
    assert_eq!(call("PUT", "/sites/fig/retention", Some(json!({ "days": 30 }))).json()["retention_days"], 30);
    // What a client without integers writes.
    assert_eq!(call("PUT", "/sites/fig/retention", Some(json!({ "days": 124.0 }))).json()["retention_days"], 124);
    // Only what says null keeps them for ever: a body that says nothing changes nothing.
    let nothing = call("PUT", "/sites/fig/retention", Some(json!({})));
    problem(&nothing, 422, "E_INPUT");
    assert!(nothing.text().contains("missing field `days`"), "{nothing:?}");
    assert_eq!(call("GET", "/sites/fig", None).json()["retention_days"], 124);
    problem(&call("PUT", "/sites/fig/origins", Some(json!({}))), 422, "E_INPUT");
    assert_eq!(
        call("PUT", "/sites/fig/retention", Some(json!({ "days": null }))).json()["retention_days"],
        Value::Null
    );
    problem(&call("PUT", "/sites/fig/retention", Some(json!({ "days": 0 }))), 422, "E_INPUT");
    problem(&call("GET", "/sites/nobody", None), 404, "E_MISSING");
    problem(&call("GET", "/nothing", None), 404, "E_PATH");
    problem(&call("PATCH", "/sites/fig", None), 405, "E_METHOD");

    let draft = json!({ "name": "Fig", "locales": ["en"] });
    assert_eq!(call("POST", "/surveys/check", Some(draft.clone())).json()["errors"], 0);
    let published = call("POST", "/sites/fig/surveys", Some(draft.clone()));
    assert_eq!((published.status, &published.json()["outcome"]), (201, &json!("new")));
    let again = call("POST", "/sites/fig/surveys", Some(draft));
    assert_eq!((again.status, &again.json()["outcome"]), (200, &json!("unchanged")));
    let bad = call(
        "POST",
        "/sites/fig/surveys",
        Some(json!({ "name": "Fig", "locales": ["en"], "extra": [{ "kind": "stars", "text": { "en": "" } }] })),
    );
    assert!(bad.status == 422 && bad.json()["errors"].as_u64().unwrap() > 0, "{bad:?}");
    let surveys = call("GET", "/sites/fig/surveys", None).json();
    assert_eq!(surveys.as_array().unwrap().len(), 2);
    let id = published.json()["survey"].as_str().unwrap().to_owned();
    assert_eq!(call("GET", &format!("/sites/fig/surveys/{id}"), None).json()["name"], "Fig");
    problem(&call("GET", &format!("/sites/olive/surveys/{id}"), None), 404, "E_MISSING");

    let audit = call("GET", "/audit", None).json();
    let acts: Vec<_> = audit.as_array().unwrap().iter().map(|line| line["act"].as_str().unwrap()).collect();
    assert_eq!(
        acts,
        [
            "survey published",
            "survey published",
            "retention changed",
            "retention changed",
            "retention changed",
            "origins changed",
            "site added",
            "token added",
            "site added"
        ]
    );
    assert!(audit.as_array().unwrap()[..6].iter().all(|line| line["actor"] == "token master"));
    let page = call("GET", &format!("/audit?limit=2&before={}", audit[1]["id"]), None).json();
    assert_eq!(page.as_array().unwrap()[0]["id"], audit[2]["id"]);
    assert!(server.database().execute("update audit set actor = 'x'", []).is_err());
    assert!(server.database().execute("delete from audit", []).is_err());
}

#[test]
fn pages_of_responses_hold_each_once() {
    let server = Server::start();
    answers(&server, 25);
    let token = server.master();
    let (mut seen, mut path, mut pages) = (BTreeSet::new(), "/sites/olive/responses?limit=10".to_owned(), 0);
    loop {
        let page = server.api(&token, "GET", &path, None).json();
        for response in page["responses"].as_array().unwrap() {
            assert!(seen.insert(response["response"].as_str().unwrap().to_owned()));
            assert_eq!((&response["satisfaction"], &response["score"]), (&json!(4), &json!(86)));
        }
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/sites/olive/responses?limit=10&after={next}");
    }
    assert_eq!((seen.len(), pages), (25, 3));
    for query in ["limit=0", "limit=1001", "limit=x", "after=x", "size=5", "limit=5&limit=6"] {
        problem(&server.api(&token, "GET", &format!("/sites/olive/responses?{query}"), None), 422, "E_INPUT");
    }
    // Every page is a reading.
    let exports = server.audit().iter().filter(|line| line.act == "responses exported").count();
    assert_eq!(exports, 3);
    let summary = server.api(&token, "GET", "/sites/olive/summary", None).json();
    assert_eq!(
        (&summary["all"]["n"], &summary["verified"]["n"], &summary["waiting"]),
        (&json!(25), &json!(0), &json!(0))
    );
}

#[test]
fn a_site_has_a_hundred_origins_at_most() {
    let server = Server::start();
    let token = server.master();
    let many = |count: usize| (0..count).map(|index| format!("https://shop-{index}.example")).collect::<Vec<_>>();
    for (method, path, body) in [
        ("PUT", "/sites/olive/origins", json!({ "origins": many(101) })),
        ("POST", "/sites", json!({ "name": "fog", "origins": many(101) })),
    ] {
        problem(&server.api(&token, method, path, Some(body)), 422, "E_INPUT");
    }
    let most = server.api(&token, "PUT", "/sites/olive/origins", Some(json!({ "origins": many(100) })));
    assert_eq!((most.status, most.json()["origins"].as_array().unwrap().len()), (200, 100));
}

/// What docs/openapi.json says is what the service says; `trente openapi > docs/openapi.json` makes it so.
#[test]
fn the_description_is_the_one_in_the_documentation() {
    let server = Server::start();
    let served = get(server.results, "/api/v1/openapi.json", &[]);
    assert_eq!(served.status, 200);
    let kept = include_str!("../../../../../../docs/openapi.json");
    assert!(served.text() == kept, "run `trente openapi > docs/openapi.json`");
    // Every path that is described is there: without a caller it asks for one.
    let description = served.json();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let path = path.replace("{site}", "olive").replace("{survey}", "00000000").replace("{id}", "1");
            let answer = request(server.results, &method.to_uppercase(), &path, &[crate::support::admin::OWN], b"");
            assert_eq!(answer.status, 401, "{method} {path}");
        }
    }
}

/// Voice 0g, 0h and 0j: no badge for a wall, no ranking of people, no reward.
#[test]
fn no_path_and_no_field_is_a_badge_a_ranking_or_a_reward() {
    let server = Server::start();
    let description = get(server.results, "/api/v1/openapi.json", &[]).json();
    let mut words = Vec::new();
    names(&description, &mut words);
    assert!(words.len() > 100, "{}", words.len());
    for word in [
        "badge",
        "certificate",
        "seal",
        "rank",
        "leaderboard",
        "staff",
        "employee",
        "agent",
        "reward",
        "coupon",
        "voucher",
        "gift",
        "discount",
        "tip",
        "embed",
        "widget",
    ] {
        let found: Vec<_> =
            words.iter().filter(|name| name.split(['/', '_', '{', '}', '-']).any(|part| part == word)).collect();
        assert!(found.is_empty(), "{word}: {found:?}");
    }
    let token = server.master();
    for path in ["/sites/olive/badge", "/sites/olive/badge.svg", "/sites/olive/ranking", "/sites/olive/staff", "/badge"]
    {
        problem(&server.api(&token, "GET", path, None), 404, "E_PATH");
    }
}

/// Every key of the document: paths, fields, parameters.
fn names(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                into.push(name.to_lowercase());
                if name == "name" || name == "operationId" {
                    into.extend(value.as_str().map(str::to_lowercase));
                }
                names(value, into);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, into)),
        _ => {}
    }
}
