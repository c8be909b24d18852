//! Tests of sign-in, sessions and the CSRF check.

use trente_store::change::Change;
use trente_store::clock::now_ms;

use crate::support::admin::{OWN, PASSWORD, cookie_of};
use crate::support::{Server, get, request};

fn page(server: &Server, cookie: &str, path: &str) -> u16 {
    get(server.results, path, &[("Cookie", cookie)]).status
}

#[test]
fn nobody_sees_results_without_signing_in() {
    let server = Server::start();
    let asked = get(server.results, "/sites/olive", &[]);
    assert_eq!((asked.status, asked.header("location")), (303, Some("/login?next=%2Fsites%2Folive")));
    assert!(get(server.results, "/login", &[]).text().contains("Nobody may sign in yet"));
    server.add_account("ada");
    let form = get(server.results, "/login?next=/sites/olive", &[("Accept-Language", "fr")]);
    assert!(!form.text().contains("Personne") && form.text().contains(r#"name="next" value="/sites/olive""#));

    let wrong = server.sign_in("ada", "not the password", &[]);
    assert_eq!((wrong.status, wrong.header("set-cookie")), (403, None));
    let nobody = server.sign_in("bob", PASSWORD, &[]);
    let text = "This name and this password do not belong together.";
    assert!(wrong.text().contains(text) && nobody.text().contains(text), "the two are told alike");
    assert_eq!((nobody.status, server.count("session")), (403, 0));

    let right = server.sign_in("ada", PASSWORD, &[]);
    assert_eq!((right.status, right.header("location")), (303, Some("/sites/olive")));
    let cookie = cookie_of(&right);
    assert_eq!(page(&server, &cookie, "/sites/olive"), 200);
    assert_eq!(get(server.results, "/login", &[("Cookie", &cookie)]).status, 303);
    assert_eq!(page(&server, "__Host-trente=AAAA", "/sites/olive"), 303);
}

/// ASVS 3.3.1 to 3.3.4, 7.2.1 to 7.2.4: the session is ours, random, kept as a hash, new at every signing in, and its
/// cookie is for this host, for no script and for no other page.
#[test]
fn asvs_3_3_and_7_2_a_session_is_new_at_every_signing_in_and_kept_as_a_hash() {
    let server = Server::start();
    server.add_account("ada");
    let first = server.sign_in("ada", PASSWORD, &[]);
    let set = first.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-trente=") && set.ends_with("; HttpOnly; SameSite=Strict; Secure; Path=/"), "{set}");
    let cookie = cookie_of(&first);
    let value = cookie.split_once('=').unwrap().1;
    assert_eq!(trente_store::encoding::from_base64url(value).unwrap().len(), 32);
    let database = std::fs::read(server.folder.database()).unwrap();
    let wal = std::fs::read(server.folder.path().join("trente.db-wal")).unwrap_or_default();
    let holds =
        |text: &str| [&database, &wal].iter().any(|file| file.windows(text.len()).any(|at| at == text.as_bytes()));
    assert!(!holds(value) && !holds(PASSWORD) && holds("$argon2id$"));

    // Session fixation: an attacker who had planted a session beforehand has nothing of it afterwards.
    let second = cookie_of(&server.sign_in("ada", PASSWORD, &[("Cookie", &cookie)]));
    assert_ne!(cookie, second);
    assert_eq!((page(&server, &cookie, "/account"), page(&server, &second, "/account")), (303, 200));
    let fixed = server.sign_in("ada", PASSWORD, &[("Cookie", "__Host-trente=chosen-by-somebody-else")]);
    assert!(!cookie_of(&fixed).contains("chosen"));
}

/// ASVS 7.3.1 and 7.3.2: 30 minutes without use, 12 hours in all.
#[test]
fn asvs_7_3_a_session_ends_when_it_rests_and_when_it_is_old() {
    const MINUTE: u64 = 60_000;
    let server = Server::start();
    let cookie = server.cookie();
    let age = |began: u64, seen: u64| {
        let now = now_ms();
        let changed = server
            .database()
            .execute("update session set created_ms = ?1, seen_ms = ?2", [now - began * MINUTE, now - seen * MINUTE])
            .unwrap();
        assert_eq!(changed, 1);
        page(&server, &cookie, "/account")
    };
    assert_eq!(age(29, 29), 200);
    assert_eq!(age(31, 31), 303);
    assert_eq!(age(719, 1), 200);
    assert_eq!(age(721, 1), 303);
    // One that was made while the clock was ahead is dead today, and does not come to life in its time.
    let ahead = |created: u64, seen: u64| {
        let now = now_ms();
        let set = "update session set created_ms = ?1, seen_ms = ?2";
        server.database().execute(set, [now + created * MINUTE, now + seen * MINUTE]).unwrap();
        page(&server, &cookie, "/account")
    };
    assert_eq!((ahead(5_256_000, 5_256_000), ahead(2, 0), ahead(0, 2), ahead(0, 0)), (303, 303, 303, 200));
    // Using it is written down, to the minute.
    assert_eq!(age(20, 20), 200);
    let seen: u64 = server.database().query_row("select seen_ms from session", [], |row| row.get(0)).unwrap();
    assert!(now_ms() - seen < MINUTE);
}

/// ASVS 7.4.1 to 7.4.5: signing out, ending one session and all others, a new password and a removed account end
/// sessions at once.
#[test]
fn asvs_7_4_sessions_are_listed_and_ended() {
    let server = Server::start();
    let (one, two, three) = (server.cookie(), server.cookie(), server.cookie());
    let list = get(server.results, "/account", &[("Cookie", &one)]);
    assert_eq!(list.text().matches(r#"name="session""#).count(), 3);
    let act = |cookie: &str, path: &str, body: &str| {
        let headers = [OWN, ("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded")];
        request(server.results, "POST", path, &headers, body.as_bytes())
    };
    let hash =
        trente_store::encoding::hex(&trente_store::model::secret::SecretHash::of(two.split_once('=').unwrap().1).0);
    assert_eq!(act(&one, "/account/sessions", &format!("session={hash}")).header("location"), Some("/account"));
    assert_eq!(
        (page(&server, &one, "/account"), page(&server, &two, "/account"), page(&server, &three, "/account")),
        (200, 303, 200)
    );
    // Another person's session is not one's own to end.
    server.add_account("bob");
    let bob = cookie_of(&server.sign_in("bob", PASSWORD, &[]));
    act(&bob, "/account/sessions", &format!("session={hash}"));
    assert_eq!(act(&one, "/account/sessions", "").status, 303);
    assert_eq!(
        (page(&server, &one, "/account"), page(&server, &three, "/account"), page(&server, &bob, "/account")),
        (200, 303, 200)
    );

    let out = act(&one, "/logout", "");
    assert_eq!((out.status, out.header("location")), (303, Some("/login")));
    // A form of a page whose session has ended leads back to the page, not to what is only for forms.
    for path in ["/account/sessions", "/account/password", "/logout"] {
        let stale = act(&one, path, "");
        assert_eq!((stale.status, stale.header("location")), (303, Some("/login?next=%2Faccount")), "{path}");
    }
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(page(&server, &one, "/account"), 303);

    // A new password needs the present one and ends every other session.
    let (here, there) = (server.cookie(), server.cookie());
    let form = |current: &str, new: &str| {
        form_urlencoded::Serializer::new(String::new()).extend_pairs([("current", current), ("new", new)]).finish()
    };
    assert_eq!(act(&here, "/account/password", &form("wrong", "another long one")).status, 403);
    assert_eq!(act(&here, "/account/password", &form(PASSWORD, "too short")).status, 403);
    let changed = act(&here, "/account/password", &form(PASSWORD, "another long one"));
    assert_eq!((changed.status, changed.header("location")), (303, Some("/account?done=password")));
    assert_eq!((page(&server, &here, "/account"), page(&server, &there, "/account")), (200, 303));
    assert_eq!(server.sign_in("ada", PASSWORD, &[]).status, 403);
    server.change(Change::RemoveAccount { name: "ada".to_owned() });
    assert_eq!(page(&server, &here, "/account"), 303);
}

/// ASVS 2.4.1 and 6.3.1: the sixth try in a quarter of an hour waits, and says how long.
#[test]
fn asvs_2_4_guessing_passwords_is_slow() {
    let server = Server::start();
    server.add_account("ada");
    for _ in 0..5 {
        assert_eq!(server.sign_in("ada", "not the password", &[]).status, 403);
    }
    let sixth = server.sign_in("ada", PASSWORD, &[]);
    assert_eq!((sixth.status, sixth.header("set-cookie")), (429, None));
    let wait: u64 = sixth.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    assert!(sixth.text().contains("Too many tries."));
    // A client that writes an address itself is at the same place: only a trusted proxy is believed, and this one names no client.
    server.add_account("bob");
    assert_eq!(server.sign_in("bob", PASSWORD, &[]).status, 303);
}

/// ASVS 3.5.1, 3.5.2, 3.5.3: nothing changes but by a request of a page of this very origin, and not by GET.
#[test]
fn asvs_3_5_other_pages_change_nothing() {
    let server = Server::start();
    let cookie = server.cookie();
    let own = format!("http://{}", server.results);
    let post = |headers: &[(&str, &str)]| {
        let headers = [headers, &[("Cookie", cookie.as_str())]].concat();
        request(server.results, "POST", "/account/sessions", &headers, b"").status
    };
    for headers in [
        &[][..],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "same-site"), ("Origin", own.as_str())],
    ] {
        assert_eq!(post(headers), 403, "{headers:?}");
    }
    // What a browser adds by itself where a proxy asks for a password before us, and what is no token of ours, is no
    // reason to leave the check out.
    let token = format!("Bearer {}", server.master());
    for scheme in
        ["Basic YWRhOng=", "Digest username=\"ada\"", "Negotiate YII=", "Bearer t30_x", "Bearer e30.e30.x", &token]
    {
        let given = ("Authorization", scheme);
        for foreign in ["same-site", "cross-site", "none"] {
            for path in ["/login", "/logout", "/account/sessions", "/account/password"] {
                let headers = [given, ("Sec-Fetch-Site", foreign), ("Cookie", cookie.as_str())];
                let answer = request(server.results, "POST", path, &headers, b"");
                assert_eq!((answer.status, answer.header("set-cookie")), (403, None), "{path} {foreign} {scheme}");
            }
        }
        assert_eq!(post(&[given]), 403, "{scheme}");
        // And it does not stand in the way of the cookie.
        assert_eq!(post(&[given, OWN]), 303, "{scheme}");
        let pages = get(server.results, "/sites/olive", &[given, ("Cookie", &cookie)]);
        assert_eq!(pages.status, 200, "{scheme}");
        if scheme != token {
            let api = get(server.results, "/api/v1/sites", &[given, ("Cookie", &cookie)]);
            assert_eq!(api.status, 200, "{scheme}");
        }
    }
    assert_eq!(post(&[("Origin", own.as_str())]), 303);
    assert_eq!(post(&[OWN]), 303);
    let login = request(server.results, "POST", "/login", &[("Sec-Fetch-Site", "cross-site")], b"name=ada");
    assert_eq!(login.status, 403, "nobody is signed in by another page either");
    for path in ["/logout", "/account/sessions", "/account/password"] {
        assert_eq!(page(&server, &cookie, path), 405, "{path}");
    }
    assert_eq!(page(&server, &cookie, "/account"), 200);
    // The API takes a cookie too, and JSON alone, which no form of another page sends.
    let body = br#"{"name":"fig","any_origin":true}"#;
    let add = |headers: &[(&str, &str)]| request(server.results, "POST", "/api/v1/sites", headers, body).status;
    assert_eq!(add(&[("Cookie", &cookie), ("Content-Type", "application/json")]), 403);
    let basic = [("Cookie", cookie.as_str()), ("Content-Type", "application/json"), ("Authorization", "Basic YTpi")];
    assert_eq!(add(&basic), 403);
    // Reading is not for other pages either: it writes a line of the audit log.
    let exports = |from: &str| {
        let headers = [("Cookie", cookie.as_str()), ("Sec-Fetch-Site", from)];
        let status = get(server.results, "/api/v1/sites/olive/export?format=csv", &headers).status;
        (
            status,
            server
                .database()
                .query_row("select count(*) from audit where act = 'responses exported'", [], |row| row.get(0))
                .unwrap(),
        )
    };
    assert_eq!((exports("same-site"), exports("cross-site"), exports("none")), ((401, 0), (401, 0), (200, 1u64)));
    assert_eq!(add(&[OWN, ("Cookie", &cookie), ("Content-Type", "text/plain")]), 415);
    assert_eq!(add(&[OWN, ("Cookie", &cookie), ("Content-Type", "application/json")]), 201);
}

/// ASVS 3.2.1, 3.4.2 to 3.4.6, 14.3.2: every answer of the inner listener has its headers.
#[test]
fn asvs_3_4_and_14_3_every_answer_is_kept_by_nobody_and_framed_by_nobody() {
    let server = Server::start();
    let cookie = server.cookie();
    for path in
        ["/", "/login", "/account", "/sites/olive", "/nothing", "/api/v1/sites", "/api/v1/nothing", "/sites/nobody"]
    {
        for cookie in [cookie.as_str(), ""] {
            let answer = get(server.results, path, &[("Cookie", cookie)]);
            for (name, value) in [
                ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{path} {name}");
            }
            let policy = answer.header("content-security-policy").unwrap();
            for rule in [
                "default-src 'none'",
                "base-uri 'none'",
                "object-src 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
            ] {
                assert!(policy.contains(rule), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe"), "{policy}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
}

/// ASVS 3.5.4: results and ingest are apart; the public listener knows no cookie and no page of administration.
#[test]
fn asvs_3_5_4_the_public_listener_knows_nothing_of_administration() {
    let server = Server::start();
    let (cookie, token) = (server.cookie(), server.master());
    let bearer = format!("Bearer {token}");
    for path in ["/", "/login", "/account", "/sites/olive", "/api/v1/sites", "/api/v1/openapi.json"] {
        let answer = get(server.address, path, &[("Cookie", &cookie), ("Authorization", &bearer)]);
        assert_eq!((answer.status, answer.header("set-cookie")), (404, None), "{path}");
    }
    let survey = get(server.address, "/v1/surveys/olive", &[("Cookie", &cookie)]);
    assert_eq!((survey.status, survey.header("set-cookie")), (200, None));
}

/// ASVS 3.2.1, 3.2.2 and 4.1.1: what a person typed comes back as text, in a page that says its charset.
#[test]
fn asvs_3_2_words_are_text() {
    let server = Server::start();
    server.add_account("ada");
    let name = "<script>alert(1)</script>\"'é";
    let refused = server.sign_in(name, "not the password", &[]);
    assert_eq!(refused.header("content-type"), Some("text/html; charset=utf-8"));
    let page = refused.text();
    assert!(!page.contains("<script") && page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{page}");
    let next = get(server.results, "/login?next=/a%22%3E%3Cscript%3E", &[]);
    assert!(!next.text().contains("<script"), "{}", next.text());
}
