//! Webhooks, to a receiver on this machine.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use trente_collector::store::administration::Change;
use trente_collector::webhooks::sign::WebhookSecret;
use trente_survey::frame::Frame;

use crate::support::frames::{bytes, frame};
use crate::support::server::{ORIGIN, free_port};
use crate::support::{Answer, Server, post, wait_for};

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
    let added = server.api(token, "POST", "/sites/olive/webhooks", Some(json!({ "url": url })));
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
    wait_for("the end of the webhook", || server.count("webhook") == 0);
    assert_eq!(server.count("delivery"), 0);
}

/// No webhook makes the service knock at a door inside its network, whatever way the address was written down.
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
        "ftp://hooks.example/",
        "x",
    ] {
        let refused = server.api(&token, "POST", "/sites/olive/webhooks", Some(json!({ "url": url })));
        assert_eq!((refused.status, refused.code().as_str()), (422, "E_INPUT"), "{url}");
    }
    // Written down by the command line, which does not know what the service allows, it is not called either.
    server.change(Change::AddWebhook { site: "olive".into(), url, secret: WebhookSecret([1; 32]) });
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
