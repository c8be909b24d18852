//! The settings of programs: tokens, and webhooks with their delivery log.

use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;
use trente_store::model::scope::Scope;
use trente_testing::wait_for;

use super::super::answer;
use super::{act, asked, at, last_act, path, post, refused, submit, taken, words};
use crate::support::admin::PASSWORD;
use crate::support::{Server, get};

#[test]
fn a_token_is_shown_once_and_revoked() {
    let server = Server::start();
    server.cookie();
    assert!(words(&at(&server, &path("tokens"))).contains("There is no token."));
    let new =
        [("act", "add"), ("name", "till"), ("scope", "read"), ("scope", "export"), ("where", "this"), ("days", "90")];
    let with = |password: &'static str| [&new[..], &[("current", password)]].concat();
    let page = refused(&server, "tokens", &with("not the password"), 403, "The current password is not right.");
    for kept in ["value=\"till\"", "value=\"export\" checked", "value=\"90\""] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    let answer = post(&server, "tokens", &with(PASSWORD));
    let secret = answer.text().split("<code dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(answer.status == 200 && secret.starts_with("t30_"), "{}", answer.text());
    assert_eq!(last_act(&server), act("token added", "till read+export olive"));
    assert_eq!(server.api(&secret, "GET", "/sites/olive/responses", None).status, 200, "it opens what was ticked");
    assert_eq!(server.api(&secret, "GET", "/audit", None).status, 403, "and nothing else");
    let page = at(&server, &path("tokens"));
    assert!(
        !page.contains(&secret) && words(&page).contains("till May read, export Sites olive Last used "),
        "{}",
        words(&page)
    );
    for (fields, why) in [
        ([("name", "till"), ("scope", "read"), ("days", "1")], "A token has this name already."),
        (
            [("name", "a b"), ("scope", "read"), ("days", "1")],
            "A name has 1 to 40 letters, digits, hyphens, dots, underscores and at signs.",
        ),
        ([("name", "x"), ("scope", "none"), ("days", "1")], "Tick at least one thing that it may do."),
        ([("name", "x"), ("scope", "recover"), ("days", "1")], "Tick at least one thing that it may do."),
        ([("name", "x"), ("scope", "read"), ("days", "0")], "Write a number of days from 1 to 3650."),
        ([("name", "x"), ("scope", "read"), ("days", "3651")], "Write a number of days from 1 to 3650."),
    ] {
        let all = [&fields[..], &[("act", "add"), ("current", PASSWORD)]].concat();
        refused(&server, "tokens", &all, 422, why);
    }
    let every =
        [("act", "add"), ("name", "all"), ("scope", "read"), ("where", "every"), ("days", "1"), ("current", PASSWORD)];
    assert_eq!(post(&server, "tokens", &every).status, 200);
    assert_eq!(last_act(&server), act("token added", "all read every site"));

    // An owner of one site sees, makes and revokes tokens of this site alone.
    server.add_account_with("cy", Rights { role: Role::Owner, sites: Sites::only(["olive".to_owned()]) });
    let cookie = server.cookie_for("cy");
    let page = get(server.results, &path("tokens"), &[("Cookie", &cookie)]).text().to_owned();
    assert!(
        page.contains("till") && !page.contains("scope=\"row\">all<") && !page.contains("name=\"where\""),
        "{page}"
    );
    let theirs = [
        ("act", "add"),
        ("name", "more"),
        ("scope", "admin"),
        ("where", "every"),
        ("days", "1"),
        ("current", PASSWORD),
    ];
    assert_eq!(submit(&server, &cookie, &path("tokens"), &theirs).status, 200);
    assert!(server.audit().iter().any(|row| row.act == "token added" && row.subject == "more admin olive"));
    let revoke = [("act", "revoke"), ("name", "all"), ("sure", "1")];
    assert_eq!(
        submit(&server, &cookie, &path("tokens"), &revoke).header("location"),
        Some("/sites/olive/settings/tokens?done=gone")
    );
    assert_eq!(server.count("token"), 3);

    asked(&server, "tokens", &[("act", "revoke"), ("name", "till")], "Revoke the token till?");
    assert_eq!(server.api(&secret, "GET", "/sites/olive", None).status, 200, "asked, and not done");
    let sure = [("act", "revoke"), ("name", "till"), ("sure", "1")];
    taken(&server, "tokens", &sure, "The token was revoked.");
    assert_eq!(server.api(&secret, "GET", "/sites/olive", None).status, 401);
    taken(&server, "tokens", &sure, "It is no longer there.");
}

/// An HTTP server that answers every message with a status, until it is told another one.
struct Receiver {
    url: String,
    status: std::sync::Arc<std::sync::atomic::AtomicU16>,
    heard: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Receiver {
    fn start() -> Self {
        use std::io::{Read, Write};
        use std::sync::atomic::Ordering;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let status = std::sync::Arc::new(std::sync::atomic::AtomicU16::new(503));
        let heard = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let (answered, counted) = (status.clone(), heard.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                // The head, and as much of a body as it says.
                while let Ok(read @ 1..) = stream.read(&mut buffer) {
                    request.extend_from_slice(&buffer[..read]);
                    let text = String::from_utf8_lossy(&request).to_lowercase();
                    let Some(head) = text.find("\r\n\r\n") else { continue };
                    let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
                    if request.len() >= head + 4 + length.and_then(|length| length.parse().ok()).unwrap_or(0) {
                        break;
                    }
                }
                counted.fetch_add(1, Ordering::SeqCst);
                let status = answered.load(Ordering::SeqCst);
                let _ = write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        Self { url, status, heard }
    }
}

#[test]
fn a_receiver_is_added_its_tries_are_listed_and_what_waits_is_sent_again() {
    use std::sync::atomic::Ordering;
    let server = Server::with_webhooks();
    server.cookie();
    let receiver = Receiver::start();
    assert!(words(&at(&server, &path("webhooks"))).contains("There is no receiver."));
    let new = |url: &str, password: &'static str| {
        vec![
            ("act", "add".to_owned()),
            ("url", url.to_owned()),
            ("event", "response".to_owned()),
            ("current", password.to_owned()),
        ]
    };
    let add = |url: &str, password: &'static str| {
        let fields = new(url, password);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post(&server, "webhooks", &fields)
    };
    let wrong = add(&receiver.url, "not the password");
    assert!(wrong.status == 403 && wrong.text().contains(&format!("value=\"{}\"", receiver.url)), "{}", wrong.text());
    for (url, why) in [
        ("https://10.0.0.1/x", "10.0.0.1 is no public address."),
        ("ftp://a.example/", "Messages cannot go to this address."),
        ("https://ada:secret@a.example/", "Messages cannot go to this address."),
        ("", "Messages cannot go to this address."),
    ] {
        let refused = add(url, PASSWORD);
        assert!(refused.status == 422 && words(refused.text()).contains(why), "{url}: {}", words(refused.text()));
    }
    let untold = [("act", "add"), ("url", receiver.url.as_str()), ("current", PASSWORD)];
    let refused = post(&server, "webhooks", &untold);
    assert!(refused.status == 422 && words(refused.text()).contains("Tick at least one thing that it is told."));
    assert_eq!(server.count("webhook"), 0);
    let added = add(&receiver.url, PASSWORD);
    assert!(added.status == 200 && added.text().contains("<code dir=\"ltr\">whsec_"), "{}", added.text());
    assert_eq!(last_act(&server), act("webhook added", "olive 127.0.0.1 response"));
    let page = at(&server, &path("webhooks"));
    assert!(
        !page.contains("whsec_")
            && page.contains(&receiver.url)
            && words(&page).contains("Is told answers")
            && words(&page).contains("0 messages wait.")
    );

    let log = path("webhooks?webhook=1");
    assert!(words(&at(&server, &log)).contains("No message was sent yet."));
    answer(&server, 1, 0, 9);
    wait_for("the first try", || server.count("attempt") >= 2);
    let text = words(&at(&server, &log));
    assert!(
        text.contains("One message waits.") && text.contains("Try 1 Outcome Tried again later It answered 503."),
        "{text}"
    );
    assert!(text.contains("No message has been delivered since ") && text.contains("Try 2 "), "{text}");
    let hub = words(&at(&server, "/sites/olive/settings"));
    assert!(hub.contains("One receiver. One takes no message."), "{hub}");
    // As if the next try were far away: the message goes out at once when it is asked for, and is a first one.
    let quiet = || {
        server.database().execute("update delivery set due_ms = 9000000000000, tries = 7", []).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(100));
        let due: i64 = server.database().query_row("select due_ms from delivery", [], |row| row.get(0)).unwrap();
        due == 9_000_000_000_000
    };
    wait_for("a moment without a try", quiet);
    receiver.status.store(204, Ordering::SeqCst);
    let heard = receiver.heard.load(Ordering::SeqCst);
    assert!(at(&server, &log).contains("Send now what waits"));
    taken(&server, "webhooks", &[("act", "send"), ("webhook", "1")], "What waits is sent now.");
    assert_eq!(last_act(&server), act("webhook sent again", "olive 1"));
    wait_for("the message", || server.count("delivery") == 0);
    assert_eq!(receiver.heard.load(Ordering::SeqCst), heard + 1);
    let page = at(&server, &log);
    assert!(
        words(&page).contains("Try 1 Outcome Delivered") && !page.contains("Send now what waits"),
        "{}",
        words(&page)
    );
    assert!(!words(&page).contains("No message has been delivered since"), "{}", words(&page));

    // Another site's receiver is none of this page's.
    for fields in [[("act", "send"), ("webhook", "2")], [("act", "remove"), ("webhook", "x")]] {
        taken(&server, "webhooks", &fields, "It is no longer there.");
    }
    asked(&server, "webhooks", &[("act", "remove"), ("webhook", "1")], "Remove the receiver 127.0.0.1?");
    assert_eq!(server.count("webhook"), 1);
    let sure = [("act", "remove"), ("webhook", "1"), ("sure", "1")];
    taken(&server, "webhooks", &sure, "The receiver was removed.");
    assert_eq!((server.count("webhook"), server.count("attempt")), (0, 0));
    assert!(
        get(server.results, &log, &[("Cookie", &server.cookie())]).header("location").unwrap().ends_with("done=gone")
    );
    let token = server.token("reader", &[Scope::Admin], None);
    assert_eq!(server.api(&token, "GET", "/sites/olive/webhooks", None).text(), "[]");
}
