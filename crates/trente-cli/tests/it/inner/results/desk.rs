//! Tests of the recovery desk and of erasing on the pages: authorization, what is shown, and events while the page is
//! open.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use trente_store::change::Change;
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;
use trente_store::model::site::NewSite;
use trente_survey::Answers;
use trente_survey::definition::Preset;
use trente_survey::frame::Frame;
use trente_survey::locale::Language;
use trente_testing::frames::frame;

use super::days::slow;
use super::{at, send, words};
use crate::support::admin::OWN;
use crate::support::client::connect;
use crate::support::{Answer, Server, get, request};

fn hurt(server: &Server, number: u64, forgive: u8, said: &str) {
    hurt_in(Language::Fr, server, number, forgive, said);
}

fn hurt_in(language: Language, server: &Server, number: u64, forgive: u8, said: &str) {
    let one = frame(server.survey(), number);
    let answers = Answers { satisfaction: Some(1), recommend: Some(1), moment: 7, forgive, ..one.answers };
    let verbatim = (!said.is_empty()).then(|| said.to_owned());
    send(server, [Frame { answers, verbatim, locale: language.number(), ..one }].into_iter());
    server.folded();
}

pub fn submit(server: &Server, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [OWN, ("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded")];
    request(server.results, "POST", path, &headers, body.as_bytes())
}

fn place(server: &Server, number: u64) -> String {
    let hex = |bytes: &[u8]| trente_store::encoding::hex(bytes);
    format!("{}-{}", hex(&server.survey().0), hex(&number.to_be_bytes()))
}

fn add(server: &Server, name: &str, role: Role) -> String {
    server.add_account_with(name, Rights { role, sites: Sites::Every });
    server.cookie_for(name)
}

#[test]
fn the_desk_shows_who_waits_and_what_was_done() {
    let server = Server::start();
    let cookie = server.cookie();
    let empty = words(&at(&server, "/sites/olive/recover"));
    assert!(empty.contains("No customer waits.") && !empty.contains("Answered within a day"), "{empty}");
    hurt(&server, 1, 2, "Rappelez-moi <b>vite</b>");
    hurt(&server, 2, 3, "");
    let page = at(&server, "/sites/olive/recover");
    let text = words(&page);
    for part in [
        "One customer waits, for one minute. One is lost.",
        "To put right (2)",
        "This page keeps customers for 90 days.",
        "Waits to be put right",
        "Without a word.",
        "Cause: speed. Say the true waiting time first.",
        "one minute ago",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(page.contains("Rappelez-moi &#60;b&#62;vite&#60;/b&#62;"), "unedited, and text: {page}");
    // No customer was seen so far, and one waits all along.
    let seen = words(&at(&server, "/sites/olive/recover?show=seen"));
    assert!(seen.contains("This list is empty.") && !seen.contains("No customer waits."), "{seen}");
    // The list of sites counts who waits as the desk does.
    let fig = NewSite { name: "fig".to_owned(), origins: Vec::new(), any_origin: true };
    server.change(Change::new_site(fig, Preset::AfterDelivery).unwrap());
    let home = words(&at(&server, "/"));
    assert!(home.contains("Waiting 1") && home.contains("Waiting 0"), "{home}");
    // The apology is in the customer's language, and for one who may forgive alone.
    assert_eq!(page.matches("Nous sommes désolés").count(), 1);
    let policy = get(server.results, "/sites/olive/recover", &[("Cookie", &cookie)]);
    assert!(policy.header("content-security-policy").is_some_and(|policy| policy.contains("script-src 'self'")));

    let one = place(&server, 1);
    let done = submit(&server, &cookie, "/sites/olive/recover?show=all&hl=fr", &[("at", &one), ("act", "answered")]);
    assert_eq!((done.status, done.header("location")), (303, Some("/sites/olive/recover?show=all&hl=fr")));
    let text = words(&at(&server, "/sites/olive/recover?show=all&hl=fr"));
    assert!(text.contains("Aucun client n’attend. Un est perdu."), "{text}");
    assert!(text.contains("Répondu il y a une minute") && text.contains("Pas répondu, en fait"), "{text}");
    assert!(text.contains("Répondu en moins d’un jour, sur 28 jours\u{a0}: 1 sur 1."), "no share of one: {text}");
    let noted =
        submit(&server, &cookie, "/sites/olive/recover", &[("at", &one), ("act", "note"), ("note", "mardi, 9 h")]);
    assert_eq!(noted.header("location"), Some("/sites/olive/recover?done=noted"));
    assert!(at(&server, "/sites/olive/recover?show=all&done=noted").contains("value=\"mardi, 9 h\""));
    // A desk that keeps customers for less tells of less.
    let kept = |days| server.change(Change::SetDeskRetention { site: "olive".to_owned(), days });
    for (days, english, french) in [(1, "in one day", "sur un jour"), (14, "in 14 days", "sur 14 jours")] {
        kept(days);
        let told = words(&at(&server, "/sites/olive/recover"));
        assert!(told.contains(&format!("Answered within a day, {english}: 1 of 1.")), "{told}");
        let told = words(&at(&server, "/sites/olive/recover?hl=fr"));
        assert!(told.contains(&format!("Répondu en moins d’un jour, {french}\u{a0}: 1 sur 1.")), "{told}");
    }
    assert!(words(&at(&server, "/sites/olive/recover")).contains("This page keeps customers for 14 days."));
    kept(90);
    // A note that is too long is refused, and what was typed is still there.
    let long = "é".repeat(201);
    let refused =
        submit(&server, &cookie, "/sites/olive/recover?show=all", &[("at", &one), ("act", "note"), ("note", &long)]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains(&long) && refused.text().contains("at most 200 characters"));
    assert!(at(&server, "/sites/olive/recover?show=all").contains("value=\"mardi, 9 h\""), "the former one is kept");
    for fields in [&[("at", "x"), ("act", "seen")][..], &[("at", &one), ("act", "burn")], &[("at", &one)], &[]] {
        assert_eq!(submit(&server, &cookie, "/sites/olive/recover", fields).status, 404, "{fields:?}");
    }
    assert_eq!(at(&server, "/sites/olive/recover?show=none&after=x&hl=xx").matches("<blockquote").count(), 0);
}

#[test]
fn the_apology_is_in_the_customers_language_and_its_meaning_in_the_readers() {
    let server = Server::start();
    hurt_in(Language::Ar, &server, 1, 2, "");
    for (language, meaning) in [("en", "Which means: We are sorry"), ("fr", "C’est-à-dire\u{a0}: Nous sommes désolés")]
    {
        let page = at(&server, &format!("/sites/olive/recover?hl={language}"));
        assert!(page.contains(r#"lang="ar" dir="auto">نأسف لما حدث."#) && page.contains(meaning), "{page}");
    }
    hurt_in(Language::En, &server, 2, 2, "My card 4242 4242 4242 4242 was charged twice");
    let page = at(&server, "/sites/olive/recover?hl=en");
    assert_eq!((page.matches("We are sorry").count(), page.matches("Which means:").count()), (2, 1));
    assert!(page.contains("My card xxxx xxxx xxxx 4242 was charged twice") && !page.contains("4242 4242"), "{page}");
}

#[test]
fn a_screen_in_the_shop_sees_the_desk_and_figures_and_no_other_words() {
    let server = Server::start();
    hurt(&server, 1, 2, "Rappelez-moi");
    let (desk, team) = (add(&server, "till", Role::Desk), add(&server, "ana", Role::Team));
    let status = |cookie: &str, path: &str| get(server.results, path, &[("Cookie", cookie)]).status;
    for (path, of_desk, of_team) in [
        ("/sites/olive", 200, 200),
        ("/sites/olive/recover", 200, 404),
        ("/sites/olive/voices", 404, 404),
        ("/sites/olive/answers?format=csv", 404, 404),
        ("/sites/nobody/recover", 404, 404),
    ] {
        assert_eq!((status(&desk, path), status(&team, path)), (of_desk, of_team), "{path}");
    }
    // Both read the figures, without a link to what they may not see.
    slow(&server);
    server.folded();
    for cookie in [&desk, &team] {
        let page = get(server.results, "/sites/olive", &[("Cookie", cookie)]).text().to_owned();
        assert!(page.contains("6 are lost") && page.contains("let down, unforgiving"), "{page}");
        assert!(!page.contains("/sites/olive/voices") && !page.contains("href=\"\""), "{page}");
    }
    let owner = add(&server, "ada", Role::Owner);
    let page = get(server.results, "/sites/olive", &[("Cookie", &owner)]).text().to_owned();
    assert!(page.contains("/sites/olive/voices?tab=complaints&#38;cause=speed"), "{page}");
    let one = place(&server, 1);
    let seen = [("at", one.as_str()), ("act", "seen")];
    assert_eq!(submit(&server, &team, "/sites/olive/recover", &seen).status, 404);
    assert_eq!(submit(&server, &desk, "/sites/olive/recover", &seen).status, 303);
    let erase = format!("/sites/olive/voices/erase?at={one}");
    assert_eq!((status(&desk, &erase), status(&team, &erase)), (404, 404));
    assert_eq!(submit(&server, &desk, "/sites/olive/voices/erase", &[("at", &one), ("why", "asked")]).status, 404);
    // A form of another page does nothing.
    let foreign = [("Sec-Fetch-Site", "cross-site"), ("Cookie", desk.as_str())];
    assert_eq!(request(server.results, "POST", "/sites/olive/recover", &foreign, b"at=x").status, 403);
    // What is shown was written down.
    let lines = server.audit();
    assert!(lines.iter().any(|line| line.actor == "account till" && line.act == "words read"), "{lines:?}");
}

#[test]
fn a_screen_in_the_shop_stays_signed_in_until_it_is_signed_out() {
    let server = Server::start();
    server.add_account_with("till", Rights { role: Role::Desk, sites: Sites::Every });
    let answer = server.sign_in("till", crate::support::admin::PASSWORD, &[]);
    let set = answer.header("set-cookie").unwrap().to_owned();
    assert!(set.starts_with("__Host-trente=") && set.contains("Max-Age=2592000"), "{set}");
    let cookie = crate::support::admin::cookie_of(&answer);
    let status = || get(server.results, "/sites/olive/recover", &[("Cookie", &cookie)]).status;
    let age = |days: u64| {
        let ms = trente_store::clock::now_ms() - days * trente_store::clock::DAY_MS;
        let sql = format!("update session set created_ms = {ms}, seen_ms = {ms} where account = 'till'");
        server.database().execute(&sql, []).unwrap();
    };
    age(29);
    assert_eq!(status(), 200);
    age(30);
    assert_eq!(status(), 303);
    age(2);
    assert_eq!(status(), 200);
    // An account that becomes more signs in anew.
    server.change(Change::SetRights { name: "till".to_owned(), rights: Rights::OWNER });
    assert_eq!(status(), 303);
    server.change(Change::SetRights {
        name: "till".to_owned(),
        rights: Rights { role: Role::Desk, sites: Sites::Every },
    });
    assert_eq!(status(), 200);
    let rows = trente_testing::stores::wait(async { server.store().sessions("till".to_owned()).await.unwrap() });
    server.change(Change::SignOut { account: "till".to_owned(), session: rows[0].hash, forget: true });
    assert_eq!(status(), 303);
    // An owner's sign-in lasts for an evening.
    server.add_account("bo");
    let owner = server.sign_in("bo", crate::support::admin::PASSWORD, &[]);
    assert!(!owner.header("set-cookie").unwrap().contains("Max-Age"));
}

/// Reads a stream until it holds a text, or ends.
fn hear(stream: &mut std::net::TcpStream, heard: &mut String, wanted: &str) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if heard.contains(wanted) {
            return true;
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer) {
            Ok(0) => return heard.contains(wanted),
            Ok(read) => heard.push_str(&String::from_utf8_lossy(&buffer[..read])),
            Err(_) => {}
        }
    }
    false
}

fn listen(server: &Server, cookie: &str, path: &str) -> std::net::TcpStream {
    let mut stream = connect(server.results);
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n",
        server.results
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[test]
fn an_open_desk_hears_a_number_and_nothing_else() {
    let mut server = Server::start();
    let (desk, team) = (add(&server, "till", Role::Desk), add(&server, "ana", Role::Team));
    let path = "/sites/olive/recover/events";
    assert_eq!(get(server.results, path, &[]).status, 404);
    assert_eq!(get(server.results, path, &[("Cookie", &team)]).status, 404);
    let (mut stream, mut heard) = (listen(&server, &desk, path), String::new());
    assert!(hear(&mut stream, &mut heard, "data: 0\n\n"), "{heard}");
    assert!(heard.contains("content-type: text/event-stream") && heard.contains("x-accel-buffering: no"), "{heard}");
    let seen = |server: &Server| -> u64 {
        let sql = "select seen_ms from session where account = 'till'";
        server.database().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let before = seen(&server);
    hurt(&server, 1, 2, "Rappelez-moi");
    assert!(hear(&mut stream, &mut heard, "data: 1\n\n"), "{heard}");
    assert!(!heard.contains("Rappelez"), "no words: {heard}");
    assert_eq!(seen(&server), before, "listening is no use of the session");
    // The service ends at once, although a page still listens.
    let begun = Instant::now();
    server.drain();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "the stream has an end: {rest:?}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

/// The page and its stream count since one moment, so that one who is kept no longer does not hide one who comes.
#[test]
fn an_open_desk_counts_those_who_come_and_not_those_who_are_there() {
    let server = Server::start();
    let cookie = server.cookie();
    hurt(&server, 1, 2, "Rappelez-moi");
    let age = |days: u64| {
        let sql = format!("update recovery set received_ms = received_ms - {}", days * trente_store::clock::DAY_MS);
        server.database().execute(&sql, []).unwrap();
    };
    age(89);
    let page = at(&server, "/sites/olive/recover");
    let part = |name: &str| page.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(part("data-all"), "0", "none has just come");
    let (mut stream, mut heard) = (listen(&server, &cookie, &part("data-events")), String::new());
    assert!(hear(&mut stream, &mut heard, "data: 0\n\n"), "{heard}");
    // The one goes as the other comes.
    age(2);
    hurt(&server, 2, 2, "Moi aussi");
    assert!(hear(&mut stream, &mut heard, "data: 1\n\n"), "{heard}");
    for query in ["", "?since=x", "?since=99999999999999999999"] {
        let mut stream = listen(&server, &cookie, &format!("/sites/olive/recover/events{query}"));
        assert!(hear(&mut stream, &mut String::new(), "data: 1\n\n"), "{query}");
    }
}

#[test]
fn an_answer_is_erased_on_its_own_page_with_a_reason() {
    let server = Server::start();
    let cookie = server.cookie();
    let said = |number: u64, text: &str| Frame {
        age_minutes: Some(2 * 1_440),
        verbatim: Some(text.to_owned()),
        ..frame(server.survey(), number)
    };
    send(&server, [said(1, "Nadia est gentille"), said(2, "Très bien")].into_iter());
    let list = at(&server, "/sites/olive/voices?tab=all&days=90");
    let one = place(&server, 1);
    assert!(list.contains(&format!("/sites/olive/voices/erase?tab=all&#38;days=90&#38;at={one}")), "{list}");
    let asked = at(&server, &format!("/sites/olive/voices/erase?tab=all&days=90&at={one}&hl=fr"));
    assert!(asked.contains("Nadia est gentille") && asked.contains("Effacer cette réponse pour toujours"), "{asked}");
    let path = "/sites/olive/voices/erase?tab=all&days=90";
    for fields in [&[("at", one.as_str())][..], &[("at", &one), ("why", "because")], &[("why", "asked")]] {
        assert_eq!(submit(&server, &cookie, path, fields).status, 404, "{fields:?}");
    }
    assert_eq!(at(&server, "/sites/olive/voices?tab=all").matches("<blockquote").count(), 2, "nothing was erased");
    let erased = submit(&server, &cookie, path, &[("at", &one), ("why", "names")]);
    assert_eq!(erased.status, 303);
    let location = erased.header("location").unwrap().to_owned();
    let shown = at(&server, &location);
    assert!(shown.contains("The answer was erased.") && !shown.contains("Nadia"), "{location}: {shown}");
    assert!(shown.contains("Très bien"));
    let lines = server.audit();
    let line = lines.iter().find(|line| line.act == "responses erased").unwrap();
    assert_eq!(line.subject, "olive, it names a person");
    // Again: it is no longer there, on the page as in the act.
    let again = get(server.results, &format!("/sites/olive/voices/erase?at={one}"), &[("Cookie", &cookie)]);
    assert_eq!(again.header("location"), Some("/sites/olive/voices?done=erased-before"));
    let again = submit(&server, &cookie, path, &[("at", &one), ("why", "asked")]);
    assert!(again.header("location").unwrap().contains("done=erased-before"));
}
