//! Tests of the login rate limit: strangers who guess are slowed, and lock no owner out. OWASP ASVS 5.0, 6.3.1.

use std::io::Write;
use std::thread;

use trente_collector::inner::device_cookie;
use trente_collector::limits::{HASHES_WAITING, LOGIN_TRIES};
use trente_store::clock::now_ms;
use trente_store::model::secret::SecretHash;
use trente_testing::wait_for;

use crate::support::admin::{OWN, PASSWORD, cookie_of};
use crate::support::client::connect;
use crate::support::{Answer, Server, request};

/// A try from a network, which the proxy on the same machine names.
fn attempt(server: &Server, name: &str, password: &str, network: u32, cookie: &str) -> Answer {
    let address = format!("203.{}.{}.9", network / 256, network % 256);
    server.sign_in(name, password, &[("X-Forwarded-For", &address), ("Cookie", cookie)])
}

fn statuses(server: &Server, name: &str, network: u32, cookie: &str, tries: usize) -> Vec<u16> {
    (0..tries).map(|_| attempt(server, name, "not the password", network, cookie).status).collect()
}

/// The device cookie of an answer that signs in.
fn device_of(answer: &Answer) -> String {
    let lines = answer.head.lines().filter_map(|line| line.split_once(": "));
    let mut set = lines.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")).map(|(_, value)| value);
    let value = set.find(|value| value.starts_with(device_cookie::NAME)).unwrap();
    assert!(value.contains("; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age="), "{value}");
    value.split(';').next().unwrap().to_owned()
}

#[test]
fn asvs_6_3_1_only_failures_count() {
    let server = Server::start();
    server.add_account("ada");
    for _ in 0..10 {
        assert_eq!(attempt(&server, "ada", PASSWORD, 1, "").status, 303);
    }
    assert_eq!(statuses(&server, "ada", 1, "", 6), [403, 403, 403, 403, 403, 429]);
}

/// One network, and then many, that fail as often as they may; the owner comes from elsewhere.
#[test]
fn asvs_6_3_1_strangers_lock_nobody_out() {
    let server = Server::start();
    server.add_account("ada");
    assert_eq!(statuses(&server, "ada", 1, "", 20).iter().filter(|status| **status == 403).count(), 5);
    assert_eq!(attempt(&server, "ada", PASSWORD, 2, "").status, 303);
    let guesses: usize = (10..40).map(|network| statuses(&server, "ada", network, "", 3).len()).sum();
    assert_eq!(guesses, 90);
    assert_eq!(attempt(&server, "ada", PASSWORD, 3, "").status, 303, "from a network that has not failed");
    // With one failure more from there it has to wait while the attack lasts, but not for ever.
    assert_eq!(statuses(&server, "ada", 4, "", 2), [403, 429]);
}

#[test]
fn asvs_6_3_1_a_browser_that_has_signed_in_before_is_not_locked_out() {
    let server = Server::start();
    server.add_account("ada");
    server.add_account("bob");
    let signed_in = attempt(&server, "ada", PASSWORD, 1, "");
    let device = device_of(&signed_in);
    assert!(
        !std::fs::read(server.folder.database())
            .unwrap()
            .windows(43)
            .any(|at| at == device.split_once('=').unwrap().1.as_bytes())
    );
    let bobs = device_of(&attempt(&server, "bob", PASSWORD, 2, ""));
    // An attacker in the same network.
    statuses(&server, "ada", 1, "", 20);
    let forged = format!("{}={}", device_cookie::NAME, "A".repeat(43));
    for cookie in
        ["", forged.as_str(), bobs.as_str(), device.replace('=', "=x").as_str(), cookie_of(&signed_in).as_str()]
    {
        assert_eq!(attempt(&server, "ada", PASSWORD, 1, cookie).status, 429, "{cookie}");
    }
    let again = attempt(&server, "ada", PASSWORD, 1, &device);
    assert_eq!(again.status, 303);
    let renewed = device_of(&again);
    assert_ne!(renewed, device, "new at every signing in");
    assert_eq!(attempt(&server, "ada", PASSWORD, 1, &device).status, 429, "and the one before it is worth nothing");
    // It is a bucket and no key: the password is asked for, and failures count.
    assert_eq!(statuses(&server, "ada", 1, &renewed, 7), [403, 403, 403, 403, 403, 429, 429]);
    // A stolen one that was used up keeps out no owner who comes from elsewhere.
    assert_eq!(attempt(&server, "ada", PASSWORD, 3, &renewed).status, 303);
}

#[test]
fn a_device_cookie_ends_with_the_password_and_when_sessions_are_ended_elsewhere() {
    let server = Server::start();
    server.add_account("ada");
    let form = |cookie: &str, path: &str, body: &str| {
        let headers = [OWN, ("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded")];
        assert_eq!(request(server.results, "POST", path, &headers, body.as_bytes()).status, 303, "{path}");
    };
    let enter = || {
        let answer = server.sign_in("ada", PASSWORD, &[]);
        (cookie_of(&answer), device_of(&answer))
    };
    let known = |device: &str| {
        let hash = SecretHash::of(device.split_once('=').unwrap().1);
        trente_testing::stores::wait(async { server.store().device(hash).await.unwrap() }).is_some()
    };
    let ((here, my_device), (there, device), (_, third)) = (enter(), enter(), enter());
    let hash = trente_store::encoding::hex(&SecretHash::of(there.split_once('=').unwrap().1).0);
    form(&here, "/account/sessions", &format!("session={hash}"));
    assert_eq!((known(&my_device), known(&device), known(&third)), (true, false, true));
    form(&here, "/account/sessions", "");
    assert_eq!((known(&my_device), known(&third)), (true, false));
    form(&here, "/logout", "");
    assert!(known(&my_device), "who signs out here signs in here again");
    let (here, my_device) = enter();
    let (_, other) = enter();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("current", PASSWORD), ("new", "another long one")])
        .finish();
    form(&here, "/account/password", &body);
    assert_eq!((known(&my_device), known(&other)), (true, false));
    // One that was made while the clock was ahead is not known, nor one of half a year ago.
    let set = |created_ms: u64| server.database().execute("update device set created_ms = ?1", [created_ms]).unwrap();
    for (created_ms, status) in [(now_ms() + 3_600_000, 429), (now_ms() - 181 * 86_400_000, 429), (now_ms(), 303)] {
        statuses(&server, "ada", 1, "", LOGIN_TRIES.get() as usize);
        set(created_ms);
        assert_eq!(attempt(&server, "ada", "another long one", 1, &my_device).status, status, "{created_ms}");
    }
}

/// The clients of a crowd that is told to come back are told when, and no failure is counted for it.
#[test]
fn more_tries_than_may_wait_are_told_to_come_back() {
    let server = Server::start();
    server.add_account("ada");
    let answers: Vec<Answer> = thread::scope(|scope| {
        let tries: Vec<_> = (0..60)
            .map(|number| {
                let server = &server;
                scope.spawn(move || attempt(server, &format!("name-{number}"), "not the password", number, ""))
            })
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!(count(403) + count(503), 60);
    assert!(count(403) >= HASHES_WAITING, "those that fit were looked at");
    for busy in answers.iter().filter(|answer| answer.status == 503) {
        assert_eq!(busy.header("retry-after"), Some("2"));
        assert!(busy.text().contains("Please try again in a few seconds."));
    }
}

/// Clients that send a try and leave: what they sent is dropped, so the owner need not wait for it.
#[test]
fn tries_whose_clients_have_gone_are_forgotten() {
    let server = Server::start();
    server.add_account("ada");
    let body = "name=bob&password=not+the+password";
    for number in 0..400 {
        let mut stream = connect(server.results);
        let head = format!(
            "POST /login HTTP/1.1\r\nHost: {}\r\nX-Forwarded-For: 203.{}.{}.9\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Length: {}\r\n\r\n{body}",
            server.results,
            number / 256,
            number % 256,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
    }
    wait_for("the owner's turn", || attempt(&server, "ada", PASSWORD, 900, "").status == 303);
}
