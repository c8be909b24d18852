//! A closed site: 410 for everything that asks a customer or takes an answer, by a code that widgets know, and nothing of
//! what was answered is lost.

use trente_store::model::scope::Scope;
use trente_testing::frames::{bytes, frame};
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::wait_for;

use super::hosted::fields;
use crate::support::{Answer, Server, get, post, request};

const SHEETS: [&str; 2] = ["/v1/surveys/en/https~shop.example/olive", "/v1/surveys/olive?lang=en"];

fn sheet(server: &Server, path: &str) -> Answer {
    get(server.address, path, &[("Origin", ORIGIN)])
}

fn is_gone(answer: &Answer, what: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (410, "E_SITE"), "{what}: {answer:?}");
}

#[test]
fn a_closed_site_asks_no_customer_and_takes_no_answer() {
    let server = Server::start();
    add_site(&server.folder.database(), "fig", &[ORIGIN]);
    let token = server.token("all", &[Scope::Admin, Scope::Read, Scope::Export], None);
    let call = |method: &str, path: &str| server.api(&token, method, path, None);
    let form = get(server.address, "/s/olive?l=en", &[]);
    assert_eq!((form.status, post(server.address, ORIGIN, &bytes(&frame(server.survey(), 1))).status), (200, 204));
    let own = get(server.address, "/trente.olive.js", &[]);
    let plain = get(server.address, "/trente.unknown.js", &[]);

    let closed = call("POST", "/sites/olive/close");
    assert_eq!(closed.status, 200);
    assert!(closed.json()["closed"].as_str().is_some_and(|day| day.len() == "2026-12-01".len()), "{closed:?}");
    wait_for("the site to be closed", || sheet(&server, SHEETS[0]).status == 410);
    for path in SHEETS {
        let answer = sheet(&server, path);
        is_gone(&answer, path);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "it holds until the site is opened again");
        let grant = answer.header("access-control-allow-origin");
        assert!(matches!(grant, Some("*" | ORIGIN)), "the page may read why: {grant:?}");
    }
    let sent = bytes(&frame(server.survey(), 2));
    let refused = post(server.address, ORIGIN, &sent);
    is_gone(&refused, "a frame");
    assert_eq!(refused.header("access-control-allow-origin"), Some(ORIGIN));
    let headers = [("Origin", ORIGIN), ("Content-Type", "text/plain")];
    is_gone(&request(server.address, "POST", "/v1/contacts", &headers, &sent), "a contact");
    // The hosted page, also for a form that was opened before.
    let shown = get(server.address, "/s/olive?l=en&o=MO-1", &[]);
    assert!(shown.status == 410 && !shown.text().contains("<form"), "{shown:?}");
    let host = format!("http://{}", server.address);
    let headers = [("Origin", host.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    let filled = fields(&form, &[("satisfaction", "2"), ("ease", "3"), ("lens", "3"), ("recommend", "4")]);
    assert_eq!(request(server.address, "POST", "/s/olive", &headers, filled.as_bytes()).status, 410);
    // No first screen is drawn: the loader is the one that knows no site.
    assert_eq!(get(server.address, "/trente.olive.js", &[]).body, plain.body);
    // A page that may not ask is told the same as ever, and the other site asks on.
    assert_eq!(get(server.address, SHEETS[0].replace("shop", "other").as_str(), &[]).code(), "E_ORIGIN");
    assert_eq!(sheet(&server, "/v1/surveys/en/https~shop.example/fig").status, 200);
    // What was answered is there.
    assert_eq!(server.folded(), 1);
    assert_eq!(call("GET", "/sites/olive/responses").json()["responses"].as_array().map(Vec::len), Some(1));

    assert_eq!(call("POST", "/sites/olive/reopen").json()["closed"], serde_json::Value::Null);
    wait_for("the site to be open", || sheet(&server, SHEETS[0]).status == 200);
    // The widget has kept the frame meanwhile.
    assert_eq!(post(server.address, ORIGIN, &sent).status, 204);
    assert_eq!(server.folded(), 2);
    assert_eq!(get(server.address, "/trente.olive.js", &[]).body, own.body);
    let acts: Vec<String> = server.audit().iter().map(|line| format!("{} {}", line.act, line.subject)).collect();
    assert!(acts.contains(&"site closed olive".to_owned()) && acts.contains(&"site reopened olive".to_owned()));
}
