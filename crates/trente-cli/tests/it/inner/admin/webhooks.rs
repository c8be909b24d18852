//! Tests of webhooks, with a receiver on this machine.

mod bulletins;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trente_store::change::AddWebhook;
use trente_store::model::audit::Actor;
use trente_store::model::webhook::Events;
use trente_store::model::webhook_secret::WebhookSecret;
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_testing::frames::{bytes, frame, survey};
use trente_testing::ports::free_port;
use trente_testing::stores::{ORIGIN, add_site, wait};
use trente_testing::wait_for;

use crate::support::{Answer, Server, get, post, request};

struct Message {
    head: Answer,
    body: Vec<u8>,
}

/// A receiver that answers with these statuses, one after the other, and with the last of them from then on.
fn receiver(statuses: &'static [u16]) -> (String, Receiver<Message>) {
    let listener: TcpListener = free_port();
    let url = format!("http://{}/hook?key=secret", listener.local_addr().unwrap());
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for (index, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
            let message = loop {
                let read = stream.read(&mut chunk).unwrap_or(0);
                bytes.extend_from_slice(&chunk[..read]);
                let head = bytes.windows(4).position(|at| at == b"\r\n\r\n");
                // The request line has no status, so it is given one to be read by the same code.
                let parsed = head.map(|_| Answer::parse(&[b"HTTP/1.1 200 x\r\n", &bytes[..]].concat()).unwrap());
                if let Some(head) = parsed {
                    let length: usize = head.header("content-length").unwrap().parse().unwrap();
                    if head.body.len() >= length {
                        break Message { body: head.body.clone(), head };
                    }
                }
                assert!(read > 0, "the sender broke off");
            };
            let status = statuses[index.min(statuses.len() - 1)];
            write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    (url, received)
}

fn next(received: &Receiver<Message>) -> Message {
    received.recv_timeout(Duration::from_secs(20)).unwrap()
}

fn add(server: &Server, token: &str, url: &str) -> WebhookSecret {
    add_for(server, token, url, &["response"])
}

fn add_for(server: &Server, token: &str, url: &str, events: &[&str]) -> WebhookSecret {
    let body = json!({ "url": url, "events": events });
    let added = server.api(token, "POST", "/sites/olive/webhooks", Some(body));
    assert_eq!(added.status, 201, "{added:?}");
    WebhookSecret::parse(added.json()["secret"].as_str().unwrap()).unwrap()
}

#[test]
fn a_receiver_is_told_of_every_response_until_it_has_heard() {
    let server = Server::with_webhooks();
    let token = server.master();
    let (url, received) = receiver(&[500, 302, 204]);
    let secret = add(&server, &token, &url);
    let word = Frame { verbatim: Some("très bien".into()), ..frame(server.survey(), 1) };
    assert_eq!(post(server.address, ORIGIN, &bytes(&word)).status, 204);

    let tries: Vec<Message> = (0..3).map(|_| next(&received)).collect();
    let id = tries[0].head.header("webhook-id").unwrap().to_owned();
    for Message { head, body } in &tries {
        assert!(head.head.contains("POST /hook?key=secret HTTP/1.1"));
        assert_eq!(head.header("webhook-id"), Some(&*id), "each try is the same message");
        assert_eq!(head.header("content-type"), Some("application/json"));
        let at: u64 = head.header("webhook-timestamp").unwrap().parse().unwrap();
        assert_eq!(head.header("webhook-signature"), Some(&*secret.sign(&id, at, body)));
        let message: Value = serde_json::from_slice(body).unwrap();
        assert_eq!((&message["type"], &message["data"]["site"]), (&json!("response.stored"), &json!("olive")));
        assert_eq!((&message["data"]["verbatim"], &message["data"]["score"]), (&json!("très bien"), &json!(86)));
    }
    wait_for("the end of the delivery", || server.count("delivery") == 0);
    let listed = server.api(&token, "GET", "/sites/olive/webhooks", None).json();
    assert_eq!(listed[0]["failing_since"], Value::Null);
    assert!(listed[0].get("secret").is_none());

    // A later revision is another message; the same frame again is none.
    let later = Frame { rev: 1, ..word.clone() };
    assert_eq!(post(server.address, ORIGIN, &bytes(&word)).status, 204);
    assert_eq!(post(server.address, ORIGIN, &bytes(&later)).status, 204);
    let again = next(&received);
    assert_ne!(again.head.header("webhook-id"), Some(&*id));
    assert_eq!(serde_json::from_slice::<Value>(&again.body).unwrap()["data"]["rev"], 1);

    let id = listed[0]["id"].as_i64().unwrap();
    assert_eq!(server.api(&token, "DELETE", &format!("/sites/olive/webhooks/{id}"), None).status, 204);
    assert_eq!(server.api(&token, "DELETE", &format!("/sites/olive/webhooks/{id}"), None).status, 404);
    // The address may hold a secret of the receiver's, and so may the log.
    let audit = format!("{:?}", server.audit());
    assert!(audit.contains("webhook added") && !audit.contains("key=secret") && !audit.contains("whsec_"), "{audit}");
}

#[test]
fn a_receiver_that_is_gone_is_told_nothing_more() {
    let server = Server::with_webhooks();
    let token = server.master();
    let (url, received) = receiver(&[410]);
    add(&server, &token, &url);
    assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), 1))).status, 204);
    next(&received);
    let list = || server.api(&token, "GET", "/sites/olive/webhooks", None).json();
    wait_for("the end of the webhook", || list()[0]["gone"].is_string());
    // The owner sees why: a line of the audit log, of the delivery log, and of the page.
    let audit = format!("{:?}", server.audit());
    assert!(audit.contains("webhook ended by its receiver") && audit.contains("service"), "{audit}");
    let page = get(server.results, "/sites/olive/settings/webhooks", &[("Cookie", &server.cookie())]);
    assert!(page.text().contains("It answered 410 on "), "{}", page.text());
    assert_eq!(server.count("attempt"), 1);
    assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), 2))).status, 204);
    wait_for("the answer", || server.count("response") == 2);
    assert_eq!(server.count("delivery"), 0);
}

/// A receiver that takes connections and never answers (tarpit). How many it holds at one time, at most, is counted.
fn tarpit() -> (String, Arc<AtomicUsize>) {
    let listener: TcpListener = free_port();
    let url = format!("http://{}/tar", listener.local_addr().unwrap());
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    std::thread::spawn(move || {
        let open = Arc::new(AtomicUsize::new(0));
        for stream in listener.incoming() {
            let (mut stream, open) = (stream.unwrap(), Arc::clone(&open));
            seen.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::spawn(move || {
                // Until the sender gives up.
                let _ = std::io::copy(&mut stream, &mut std::io::sink());
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    (url, most)
}

/// One tenant's receiver that never answers, with hundreds of messages, and another tenant, or another receiver of the
/// same one, who is told as soon as ever.
#[test]
fn a_receiver_that_never_answers_delays_no_other() {
    let server = Server::with_webhooks();
    add_site(&server.folder.database(), "noir", &["https://noir.example"]);
    wait_for("the new site", || get(server.address, "/v1/surveys/noir", &[]).status == 200);
    let token = server.master();
    let (stuck, most) = tarpit();
    let (beside, heard_beside) = receiver(&[204]);
    let (other, heard_other) = receiver(&[204]);
    add(&server, &token, &stuck);
    for chunk in 0..5 {
        let body: Vec<u8> = (0..60).flat_map(|index| bytes(&frame(server.survey(), chunk * 60 + index))).collect();
        assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    }
    server.folded();
    wait_for("the tarpit's first messages", || most.load(Ordering::SeqCst) > 0);
    add(&server, &token, &beside);
    let added = server.api(&token, "POST", "/sites/noir/webhooks", Some(json!({ "url": other })));
    assert_eq!(added.status, 201, "{added:?}");
    // The tarpit holds each of its messages for fifteen seconds, of which it has three hundred.
    let start = Instant::now();
    for (origin, survey) in [("https://noir.example", survey("noir")), (ORIGIN, server.survey())] {
        assert_eq!(post(server.address, origin, &bytes(&frame(survey, 1_000))).status, 204);
    }
    for (who, heard) in [("another site", &heard_other), ("another webhook of the site", &heard_beside)] {
        assert!(heard.recv_timeout(Duration::from_secs(12)).is_ok(), "{who} waited for {:?}", start.elapsed());
    }
    let most = most.load(Ordering::SeqCst);
    assert!((1..=4).contains(&most), "{most} messages at one time");
    // Nothing of what waits is lost.
    assert!(server.count("delivery") > 200);
}

/// What was not delivered before the service ended is delivered by the next one.
#[test]
fn messages_outlive_the_service() {
    let (stuck, most) = tarpit();
    let server = Server::with_webhooks();
    let token = server.master();
    add(&server, &token, &stuck);
    assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), 1))).status, 204);
    wait_for("the message under way", || most.load(Ordering::SeqCst) > 0);
    let (url, heard) = receiver(&[204]);
    let server = server.again_with_webhooks();
    // The receiver is mended, and the lease of the service that ended is over.
    server.database().execute("update webhook set url = ?1", [&url]).unwrap();
    server.database().execute("update delivery set due_ms = 0", []).unwrap();
    next(&heard);
    wait_for("the end of the delivery", || server.count("delivery") == 0);
}

#[test]
fn a_site_has_ten_webhooks_of_two_thousand_characters() {
    let server = Server::start();
    let token = server.master();
    let add = |url: &str| server.api(&token, "POST", "/sites/olive/webhooks", Some(json!({ "url": url })));
    let long = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
    let refused = add(&long(2001));
    assert_eq!((refused.status, refused.code().as_str()), (422, "E_INPUT"));
    for index in 0..10 {
        assert_eq!(add(&long(2000)).status, 201, "webhook {index}");
    }
    let refused = add("https://a.example/x");
    assert_eq!((refused.status, refused.code().as_str()), (409, "E_CONFLICT"), "{refused:?}");
    assert_eq!(server.count("webhook"), 10);
    // One that goes makes room.
    let id = server.api(&token, "GET", "/sites/olive/webhooks", None).json()[0]["id"].as_i64().unwrap();
    assert_eq!(server.api(&token, "DELETE", &format!("/sites/olive/webhooks/{id}"), None).status, 204);
    assert_eq!(add("https://a.example/x").status, 201);
    // Another site has its own.
    add_site(&server.folder.database(), "noir", &["https://noir.example"]);
    let other = json!({ "url": "https://a.example/x" });
    assert_eq!(server.api(&token, "POST", "/sites/noir/webhooks", Some(other)).status, 201);
}

/// SSRF: no webhook makes the service send a request inside its network, however the address was written down.
#[test]
fn a_webhook_leads_to_no_private_address() {
    let server = Server::start();
    let token = server.master();
    let (url, received) = receiver(&[204]);
    for url in [
        url.as_str(),
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "http://hooks.example/",
        "https://user:word@hooks.example/",
        "https://word@hooks.example/",
        "https://hooks.example:0/",
        "https://hooks.example/#x",
        "ftp://hooks.example/",
        "x",
    ] {
        let refused = server.api(&token, "POST", "/sites/olive/webhooks", Some(json!({ "url": url })));
        assert_eq!((refused.status, refused.code().as_str()), (422, "E_INPUT"), "{url}");
    }
    // Written down by the command line, which does not know what the service allows, it is not called either.
    let hook = AddWebhook {
        site: "olive".into(),
        host: "127.0.0.1".into(),
        url,
        secret: WebhookSecret([1; 32]),
        events: Events::RESPONSE,
    };
    wait(server.store().add_webhook(Actor::shell(), hook)).unwrap();
    server.database().execute("update webhook set created_ms = 0", []).unwrap();
    assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), 1))).status, 204);
    server.folded();
    // The response is due at once, and not in half a minute.
    server.database().execute("update delivery set due_ms = 0", []).unwrap();
    wait_for("the failure", || {
        let failing: Option<u64> =
            server.database().query_row("select failing_ms from webhook", [], |row| row.get(0)).unwrap();
        failing.is_some()
    });
    assert!(received.try_recv().is_err());
}

/// A message of the same id would be taken for a repetition.
#[test]
fn a_contradiction_is_a_message_of_its_own() {
    let server = Server::with_webhooks();
    let (url, received) = receiver(&[204]);
    add(&server, &server.master(), &url);
    let send = |address: &str, frame: &Frame| {
        let headers = [("Origin", ORIGIN), ("Content-Type", "text/plain"), ("X-Forwarded-For", address)];
        assert_eq!(request(server.address, "POST", "/v1/responses", &headers, &bytes(frame)).status, 204);
    };
    let one = frame(server.survey(), 1);
    send("81.2.69.160", &one);
    let first = next(&received);
    send("203.0.113.9", &Frame { rev: 3, verbatim: Some("forged".into()), answers: Answers::default(), ..one });
    let second = next(&received);
    let id = |message: &Message| message.head.header("webhook-id").unwrap().to_owned();
    assert_ne!(id(&second), id(&first));
    let told: Value = serde_json::from_slice(&second.body).unwrap();
    assert_eq!((&told["data"]["recommend"], &told["data"]["aside"][0]["verbatim"]), (&json!(9), &json!("forged")));
}

/// Two tabs make the same revision, and the larger bytes win: what was told first is no longer what is stored.
#[test]
fn a_response_that_changes_within_a_revision_is_a_message_of_its_own() {
    let server = Server::with_webhooks();
    let (url, received) = receiver(&[204, 500, 204]);
    add(&server, &server.master(), &url);
    let mut messages = Vec::new();
    for words in ["in the first tab", "in the other tab"] {
        let tab = Frame { rev: 1, verbatim: Some(words.into()), ..frame(server.survey(), 1) };
        assert_eq!(post(server.address, ORIGIN, &bytes(&tab)).status, 204);
        let Message { head, body } = next(&received);
        let told: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&told["data"]["verbatim"], &told["data"]["rev"]), (&json!(words), &json!(1)));
        messages.push(head.header("webhook-id").unwrap().to_owned());
    }
    assert_ne!(messages[0], messages[1]);
    // The second was not taken at first, and comes again under its id.
    assert_eq!(next(&received).head.header("webhook-id"), Some(&*messages[1]));
}
