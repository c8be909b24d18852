//! Tests of alerts and digests by webhook, with a receiver on this machine.

use std::collections::HashMap;

use trente_collector::jobs::webhooks::plan::scheduled;
use trente_store::clock::{DAY_MS, day, format_day, now_ms};
use trente_store::model::scope::Scope;
use trente_testing::stores::wait;

use super::*;
use crate::mail::{delight, hurt, leave_the_course, next_monday};

/// The message of a try, which is signed.
fn told(tried: &Message, secret: &WebhookSecret) -> Value {
    let id = tried.head.header("webhook-id").unwrap();
    let at: u64 = tried.head.header("webhook-timestamp").unwrap().parse().unwrap();
    assert_eq!(tried.head.header("webhook-signature"), Some(&*secret.sign(id, at, &tried.body)));
    serde_json::from_slice(&tried.body).unwrap()
}

/// Plans what is sent at this time, and has it sent now.
fn plan_at(server: &Server, at_ms: u64) {
    wait(async { scheduled(&server.store(), at_ms, &mut HashMap::new()).await.unwrap() });
    server.database().execute("update bulletin set due_ms = 0 where due_ms % 60000 = 0", []).unwrap();
}

fn waiting(server: &Server) -> u64 {
    let sql = "select count(*) from bulletin where due_ms is not null";
    server.database().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_customer_to_put_right_is_an_alert_once_without_words() {
    let server = Server::with_webhooks();
    let token = server.master();
    let (url, received) = receiver(&[500, 204]);
    let secret = add_for(&server, &token, &url, &["alert"]);
    let listed = server.api(&token, "GET", "/sites/olive/webhooks", None).json();
    assert_eq!(listed[0]["events"], json!(["alert"]));
    // A customer who is served is no alert, and no message of an answer comes.
    assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), 9))).status, 204);
    server.folded();
    hurt(&server, 1, 3, 0, Some("Jamais plus"));
    let tries = [next(&received), next(&received)];
    let id = tries[0].head.header("webhook-id").unwrap();
    assert_eq!(tries[1].head.header("webhook-id"), Some(id), "each try is the same message");
    let response = server.responses()[0]["response"].as_str().unwrap().to_owned();
    for tried in &tries {
        assert!(!tried.head.head.contains(&response) && !String::from_utf8_lossy(&tried.body).contains(&response));
        let message = told(tried, &secret);
        let alert = json!({ "rule": "A1", "about": "lost", "cause": "speed", "verified": false });
        let today = format_day(day(now_ms()));
        assert_eq!(message["type"], "alert");
        assert_eq!(message["data"], json!({ "site": "olive", "day": today, "alerts": [alert] }));
    }
    wait_for("the end of the delivery", || waiting(&server) == 0);
    // They say more: they were told of. The next one is another customer.
    hurt(&server, 1, 3, 1, Some("Jamais, jamais"));
    hurt(&server, 2, 2, 0, None);
    let next = next(&received);
    assert_eq!(told(&next, &secret)["data"]["alerts"][0]["about"], "recover");
    assert_ne!(next.head.header("webhook-id"), Some(id));
    wait_for("the end of the delivery", || waiting(&server) == 0);
    assert_eq!((server.count("bulletin"), server.count("delivery")), (2, 0));
    assert!(received.try_recv().is_err());
}

#[test]
fn the_digest_of_a_week_is_one_message_without_a_complaint() {
    let server = Server::with_webhooks();
    let token = server.master();
    let (url, received) = receiver(&[204]);
    let secret = add_for(&server, &token, &url, &["digest"]);
    delight(&server, 1, "Nadia a pris son temps.");
    hurt(&server, 2, 3, 0, Some("Jamais plus"));
    let monday = next_monday();
    plan_at(&server, monday - 1);
    assert_eq!(server.count("bulletin"), 0, "not before eight o'clock");
    plan_at(&server, monday);
    plan_at(&server, monday + 3_600_000);
    let tried = next(&received);
    let message = told(&tried, &secret);
    let data = &message["data"];
    assert_eq!((&message["type"], &data["site"], &data["n"]), (&json!("digest"), &json!("olive"), &json!(2)));
    assert_eq!(data["until"], format_day(day(monday) - 1));
    assert_eq!(data["thanks"][0]["verbatim"], "Nadia a pris son temps.");
    assert!(data.get("to").is_none(), "it goes to no person");
    assert!(!String::from_utf8_lossy(&tried.body).contains("Jamais plus"));
    wait_for("the end of the delivery", || waiting(&server) == 0);
    assert_eq!(server.count("bulletin"), 1, "once a week");
    // The log has the try like any other.
    let page = get(server.results, "/sites/olive/settings/webhooks?webhook=1", &[("Cookie", &server.cookie())]);
    assert!(page.text().contains("Delivered"), "{}", page.text());
}

#[test]
fn what_leaves_its_usual_course_is_an_alert_of_its_day() {
    let server = Server::with_webhooks();
    let token = server.master();
    let today = day(now_ms());
    leave_the_course(&server, today);
    let (url, received) = receiver(&[204]);
    let secret = add_for(&server, &token, &url, &["alert", "digest"]);
    let tomorrow = (u64::from(today) + 1) * DAY_MS + 8 * 3_600_000;
    plan_at(&server, tomorrow);
    let mut messages = vec![told(&next(&received), &secret)];
    if day(tomorrow) == day(next_monday()) {
        messages.push(told(&next(&received), &secret));
    }
    let message = messages.iter().find(|message| message["type"] == "alert").unwrap();
    assert_eq!(message["data"]["day"], format_day(today));
    let alert = &message["data"]["alerts"][0];
    assert_eq!((&alert["rule"], &alert["n"], &alert["found"]), (&json!("A2"), &json!(60), &json!(0.6)));
    wait_for("the end of the delivery", || waiting(&server) == 0);
    plan_at(&server, tomorrow + DAY_MS);
    assert_eq!(server.count("bulletin"), messages.len() as u64, "what goes on is no news");
}

#[test]
fn alerts_and_digests_need_a_right_to_figures_and_answers_one_to_answers() {
    let server = Server::start();
    let add = |name: &str, scopes: &[Scope], events: Value| {
        let token = server.token(name, scopes, Some("olive"));
        let body = json!({ "url": "https://hooks.example/", "events": events });
        let added = server.api(&token, "POST", "/sites/olive/webhooks", Some(body));
        (added.status, if added.status == 201 { String::new() } else { added.code() })
    };
    let refused = |code: &str| (if code == "E_INPUT" { 422 } else { 403 }, code.to_owned());
    let taken = (201, String::new());
    assert_eq!(add("ar", &[Scope::Admin, Scope::Read], json!(["alert", "digest"])), taken);
    assert_eq!(add("arx", &[Scope::Admin, Scope::Read], json!(["alert", "response"])), refused("E_SCOPE"));
    assert_eq!(add("ax", &[Scope::Admin, Scope::Export], json!(["digest"])), refused("E_SCOPE"));
    assert_eq!(add("a", &[Scope::Admin], json!(["alert"])), refused("E_SCOPE"));
    assert_eq!(add("w", &[Scope::Webhook], json!(["response", "alert", "digest"])), taken);
    for (name, events) in [("none", json!([])), ("other", json!(["answers"])), ("both", json!(["alert", "x"]))] {
        assert_eq!(add(name, &[Scope::Webhook], events), refused("E_INPUT"), "{name}");
    }
    // The shell says the same.
    let database = server.folder.database();
    let added = crate::cli::on(
        &database,
        &["webhook", "add", "https://hooks.example/", "--site", "olive", "--event", "digest", "--event", "alert"],
    );
    assert!(added.status.success(), "{added:?}");
    let listed = String::from_utf8(crate::cli::on(&database, &["webhook", "list", "--site", "olive"]).stdout).unwrap();
    assert!(listed.lines().last().unwrap().contains("\"events\":[\"alert\",\"digest\"]"), "{listed}");
}
