//! The results pages: never a number without its n, never a zero for nothing, one filter for everything.

mod closed;
mod days;
mod desk;
mod exactly;
mod files;
mod language;
mod ordinary;
mod own;
mod settings;

use std::time::Duration;

use trente_store::change::Change;
use trente_store::clock::{DAY_MS, epoch, now_ms};
use trente_store::inbound::Inbound;
use trente_store::model::site::NewSite;
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_testing::frames::{bytes, frame, scored, signed};
use trente_testing::stores::{ORIGIN, wait};

use crate::inner::admin::exports::dechunked;
use crate::support::admin::OWN;
use crate::support::{Server, get, post, request};

/// Minutes since the day before yesterday: a period ends yesterday.
const TWO_DAYS: u16 = 2 * 1_440;

fn at(server: &Server, path: &str) -> String {
    server.folded();
    let answer = get(server.results, path, &[("Cookie", &server.cookie())]);
    assert_eq!(answer.status, 200, "{path}");
    let (body, is_whole) = dechunked(&answer);
    assert!(is_whole, "{path}");
    String::from_utf8(body).unwrap()
}

fn page(server: &Server) -> String {
    at(server, "/sites/olive")
}

/// The words of a page, with one space between them.
fn words(page: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in page.chars() {
        match character {
            '<' => inside = true,
            '>' => (inside, text) = (false, text + " "),
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text.split(' ').flat_map(|part| part.split('\n')).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn send(server: &Server, frames: impl Iterator<Item = Frame>) {
    let body: Vec<u8> = frames.flat_map(|frame| bytes(&scored(frame))).collect();
    assert_eq!(post(server.address, ORIGIN, &body).status, 204);
}

fn answer(server: &Server, count: u64, from: u64, recommend: u8) {
    send(
        server,
        (from..from + count).map(|index| {
            let one = frame(server.survey(), index);
            let answers = Answers { recommend: Some(recommend), ..one.answers };
            Frame { answers, age_minutes: Some(TWO_DAYS), ..one }
        }),
    );
}

#[test]
fn the_page_says_no_more_than_its_answers() {
    let server = Server::start();
    let none = page(&server);
    assert!(none.contains("<h1>No answers yet.</h1>") && !none.contains("<h2"), "{none}");
    assert!(none.contains("href=\"/sites/olive/install\">Put the survey on your page</a>"), "what comes next: {none}");
    answer(&server, 3, 0, 9);
    assert!(!page(&server).contains("Put the survey"), "it is there");
    let few = words(&page(&server));
    assert!(
        few.contains("3 customers answered.") && few.contains("With fewer than five answers, only counts are shown"),
        "{few}"
    );
    assert!(!few.contains('%') && !few.contains("NPS"), "no share and no figure of three: {few}");
    answer(&server, 5, 10, 7);
    answer(&server, 2, 20, 3);
    let some = words(&page(&server));
    assert!(some.contains("There are too few weeks with answers to say what is usual."), "{some}");
    for text in ["10 customers answered.", "tendency +10", "between −", "n = 10", "100%"] {
        // The ends of the interval are compared with `trente stats` in `exactly`.
        assert!(some.contains(text), "{text}: {some}");
    }
    answer(&server, 20, 30, 9);
    let firm = words(&page(&server));
    assert!(firm.contains("n = 30") && firm.contains("+70 between"), "{firm}");
    // Only rows of a few answers are still called a tendency, and there are none.
    assert!(!firm.contains("tendency"), "{firm}");
}

/// A row of fewer than five answers has no figure, so nothing is said of its change (rule A5).
#[test]
fn a_row_of_few_answers_neither_fell_nor_rose() {
    let server = Server::start();
    let given = |back: u64, numbers: std::ops::Range<u64>, channel: u8, recommend: u8| -> Vec<Inbound> {
        let one = |index| {
            let one = frame(server.survey(), index);
            let answers = Answers { recommend: Some(recommend), ..one.answers };
            let one = scored(Frame { answers, channel: Some(channel), ..one });
            let received_ms = now_ms() - back * DAY_MS;
            Inbound { received_ms, verified: false, aside: false, bytes: bytes(&one) }
        };
        numbers.map(one).collect()
    };
    let append = |all| wait(async { server.store().append(all, Duration::from_secs(20)).await.unwrap() });
    let cut = || {
        let page = at(&server, "/sites/olive?by=channel");
        words(page.split("id=\"by\"").nth(1).unwrap().split("</table>").next().unwrap())
    };
    append([given(35, 0..60, 1, 10), given(2, 100..110, 2, 8), given(2, 200..204, 1, 0)].concat());
    let few = cut();
    assert!(few.contains("too few for a figure") && !few.contains("fell"), "{few}");
    append(given(2, 204..205, 1, 0));
    let five = cut();
    assert!(five.contains("fell") && !five.contains("too few"), "{five}");
}

#[test]
fn answers_of_today_are_told_and_not_counted() {
    let server = Server::start();
    send(&server, [frame(server.survey(), 1)].into_iter());
    let page = words(&page(&server));
    assert!(
        page.contains("no customer answered.") && page.contains("One answer came today and is not counted"),
        "{page}"
    );
}

#[test]
fn causes_come_with_an_owner_a_question_and_a_remedy() {
    let server = Server::start();
    let slow = |index| {
        let one = frame(server.survey(), index);
        let answers = Answers { satisfaction: Some(1), recommend: Some(1), moment: 7, forgive: 3, ..one.answers };
        Frame { answers, age_minutes: Some(TWO_DAYS), ..one }
    };
    send(&server, (1..7).map(slow));
    let english = words(&page(&server));
    for text in [
        "6 are lost.",
        "First cause: speed.",
        "Say the true waiting time first. Where did they wait? Who can act: the manager. Speed: told by 6, inferred for 0, unforgivable for 6.",
        "6, without a word.",
    ] {
        assert!(english.contains(text), "{text}: {english}");
    }
    let french = words(&at(&server, "/sites/olive?hl=fr"));
    for text in [
        "6 clients ont répondu.",
        "6 sont perdus.",
        "Première cause\u{a0}: rapidité.",
        "Qui peut agir\u{a0}: le responsable.",
    ] {
        assert!(french.contains(text), "{text}: {french}");
    }
}

#[test]
fn proven_answers_stand_apart() {
    let server = Server::start();
    answer(&server, 2, 0, 9);
    let proven = signed(
        Frame { age_minutes: Some(TWO_DAYS), ..frame(server.survey(), 0) },
        &server.key(),
        "MO-1",
        epoch(now_ms()),
    );
    assert_eq!(post(server.address, ORIGIN, &bytes(&proven)).status, 204);
    assert!(words(&page(&server)).contains("one customer answered."));
    assert!(words(&at(&server, "/sites/olive?verified=false")).contains("2 customers answered."));
    assert!(words(&at(&server, "/sites/olive?verified=true")).contains("Only: Proven Show everything"));
}

/// One filter reaches the page, the words and the files.
#[test]
fn one_filter_reaches_everything() {
    let server = Server::start();
    let said = |index: u64, channel, locale, text: &str| Frame {
        age_minutes: Some(TWO_DAYS),
        channel: Some(channel),
        locale,
        verbatim: Some(text.to_owned()),
        ..frame(server.survey(), index)
    };
    let shop = (0..6).map(|index| said(index, 1, 1, &format!("in the shop {index}")));
    let phone = (10..17).map(|index| said(index, 2, 2, &format!("on the phone {index} <script>alert(1)</script>")));
    send(&server, shop.chain(phone));
    for (query, n) in [
        ("", 13),
        ("channel=1", 6),
        ("channel=2", 7),
        ("channel=3", 0),
        ("class=delight&channel=2", 0),
        ("class=ok", 13),
        ("cause=speed", 0),
        ("days=7&channel=1", 6),
        ("from=2024-01-01&to=2024-02-01", 0),
    ] {
        let overview = words(&at(&server, &format!("/sites/olive?{query}")));
        let told = match n {
            0 => "no customer answered.".to_owned(),
            n => format!("{n} customers answered."),
        };
        assert!(overview.contains(&told), "{query}: {overview}");
        let voices = at(&server, &format!("/sites/olive/voices?tab=all&{query}"));
        assert_eq!(voices.matches("<blockquote").count(), n, "{query}");
        let lines = at(&server, &format!("/sites/olive/answers?format=ndjson&{query}"));
        assert_eq!(lines.lines().count(), n, "{query}");
        let figures: serde_json::Value =
            serde_json::from_str(&at(&server, &format!("/sites/olive/figures?{query}"))).unwrap();
        assert_eq!(figures["n"], n, "{query}");
    }
    let lines = at(&server, "/sites/olive/answers?format=ndjson&channel=2");
    assert!(lines.lines().all(|line| line.contains("\"channel\":2")));
    let found = at(&server, "/sites/olive/voices?tab=all&q=PHONE+12");
    assert_eq!(found.matches("<blockquote").count(), 1);
    assert!(found.contains("&#60;script&#62;") && !found.contains("<script"), "{found}");
    // Signs of a pattern are looked for as they are.
    assert_eq!(at(&server, "/sites/olive/voices?tab=all&q=%25").matches("<blockquote").count(), 0);
    for query in ["from=2126-01-01", "from=2026-02-31", "cause=weather", "nonsense=1", "%FF=%00", "after=x"] {
        let page = at(&server, &format!("/sites/olive?{query}"));
        assert!(page.contains("role=\"status\""), "{query}");
    }
}

/// Reading single responses is a line of the audit log, on a page as in a file; figures alone are none.
#[test]
fn a_page_that_shows_words_is_a_line_of_the_audit_log() {
    let server = Server::start();
    let lines = || server.audit().iter().filter(|line| line.act == "words read" && line.subject == "olive").count();
    answer(&server, 6, 0, 9);
    page(&server);
    at(&server, "/sites/olive/figures");
    assert_eq!(lines(), 0, "figures alone");
    at(&server, "/sites/olive/voices?tab=all");
    assert_eq!(lines(), 1, "each page of words, one without any too");
    let thanks = |index| Frame {
        answers: Answers {
            satisfaction: Some(5),
            ease: Some(7),
            lens: Some(5),
            recommend: Some(10),
            moment: 1,
            ..Answers::default()
        },
        age_minutes: Some(TWO_DAYS),
        verbatim: Some("Thank you.".to_owned()),
        ..frame(server.survey(), index)
    };
    send(&server, (100..106).map(thanks));
    assert!(page(&server).contains("Thank you."));
    assert_eq!(lines(), 2, "an overview with words");
}

#[test]
fn words_come_in_pages_newest_first() {
    let server = Server::start();
    for day in 1..=3u64 {
        send(
            &server,
            (0..40).map(|index| Frame {
                age_minutes: Some(1_440 * day as u16),
                verbatim: Some(format!("day {day}")),
                ..frame(server.survey(), day << 32 | index)
            }),
        );
    }
    let mut path = "/sites/olive/voices?tab=all".to_owned();
    let mut seen = Vec::new();
    for rows in [50, 50, 20] {
        let page = at(&server, &path);
        let found: Vec<char> =
            page.split("<blockquote").skip(1).filter_map(|part| part.split("day ").nth(1)?.chars().next()).collect();
        assert_eq!(found.len(), rows);
        seen.extend(found);
        let next = page.split("class=\"button\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        path = next.unwrap_or_default().replace("&#38;", "&").replace("&amp;", "&");
    }
    assert!(path.is_empty(), "no page after the last: {path}");
    assert!(seen.is_sorted(), "newest first");
    assert_eq!(['1', '2', '3'].map(|day| seen.iter().filter(|seen| **seen == day).count()), [40, 40, 40]);
}

#[test]
fn home_tells_which_site_needs_its_owner() {
    let server = Server::start();
    // One site leads straight to it.
    let only = get(server.results, "/", &[("Cookie", &server.cookie())]);
    assert_eq!((only.status, only.header("location")), (303, Some("/sites/olive")));
    let site = NewSite { name: "fig".to_owned(), origins: Vec::new(), any_origin: true };
    server.change(Change::new_site(site, trente_survey::definition::Preset::AfterDelivery).unwrap());
    assert_eq!(words(&at(&server, "/")).matches("No page has asked for the survey yet").count(), 2);
    assert!(
        at(&server, "/?hl=fr").contains("<a href=\"/?hl=fr\">Regarder à nouveau</a>"),
        "a light changes on reload alone"
    );
    // The light turns on with the first page that asks.
    assert_eq!(get(server.address, "/v1/surveys/fr/https:%2F%2Fshop.example/olive", &[]).status, 200);
    trente_testing::wait_for("the light", || {
        words(&at(&server, "/")).contains("A page has asked for the survey, no answer yet")
    });
    answer(&server, 6, 0, 9);
    let home = words(&at(&server, "/"));
    assert!(home.contains("tendency between") && home.contains("Answers come in, 2 days ago"), "{home}");
    let french = words(&at(&server, "/?hl=fr"));
    assert!(french.contains("Les réponses arrivent, il y a 2 jours"), "{french}");
}

#[test]
fn a_person_gets_a_page_for_a_refusal_and_a_program_gets_json() {
    let server = Server::start();
    let cookie = server.cookie();
    let browser = [("Cookie", cookie.as_str()), ("Accept", "text/html,*/*;q=0.8"), ("Accept-Language", "fr")];
    let page = get(server.results, "/sites/nobody", &browser);
    assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert!(page.text().contains("<html lang=\"fr\">") && page.text().contains("<h1>Il n’y a rien ici</h1>"));
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'")));
    for (path, headers) in [("/sites/nobody", &browser[..1]), ("/api/v1/sites/nobody", &browser[..])] {
        let answer = get(server.results, path, headers);
        assert!(answer.header("content-type").is_some_and(|kind| kind.contains("json")), "{path}");
    }
    // A form of another page: the guard refuses, and says it to a person too.
    let foreign = [browser[0], browser[1], ("Sec-Fetch-Site", "cross-site")];
    let refused = request(server.results, "POST", "/logout", &foreign, b"");
    assert_eq!((refused.status, refused.header("content-type")), (403, Some("text/html; charset=utf-8")));
}

#[test]
fn only_the_results_listener_shows_results_and_only_by_its_own_name() {
    let server = Server::start();
    let cookie = server.cookie();
    let signed_in = [("Cookie", cookie.as_str())];
    assert_eq!(get(server.address, "/sites/olive", &signed_in).status, 404);
    assert_eq!(get(server.address, "/", &signed_in).status, 404);
    for path in ["/sites/nobody", "/sites/nobody/voices", "/sites/nobody/figures", "/sites/olive/answers?format=exe"] {
        assert_eq!(get(server.results, path, &signed_in).status, 404, "{path}");
    }
    assert_eq!(request(server.results, "POST", "/v1/responses", &[OWN], b"x").status, 404);
    assert_eq!(request(server.results, "POST", "/", &[OWN, signed_in[0]], b"").status, 405);
    let style = get(server.results, "/pages.css", &[]);
    assert_eq!((style.status, style.header("content-type")), (200, Some("text/css; charset=utf-8")));
    // A page that points its own name at the loopback interface reads nothing.
    for (host, status) in [
        ("evil.example", 421),
        ("evil.example:8032", 421),
        ("", 421),
        ("results.shop.example", 200),
        ("LOCALHOST:8032", 200),
        ("[::1]:1", 200),
        ("127.0.0.1", 200),
    ] {
        let request = format!("GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = crate::support::client::raw(server.results, request.as_bytes()).unwrap();
        assert_eq!(answer.status, status, "{host}");
    }
}

/// Lesson 0g: no badge, seal or certificate to hang on a wall: neither listener has a page or a picture of a result for
/// others to show, and no site's number is on the public one.
#[test]
fn lesson_0g_there_is_no_badge() {
    let server = Server::start();
    answer(&server, 40, 0, 9);
    assert!(words(&page(&server)).contains("+100 between"));
    for name in ["badge", "seal", "certificate", "award", "rating", "score", "stars", "widget-score"] {
        for path in [
            format!("/{name}"),
            format!("/{name}.svg"),
            format!("/{name}/olive"),
            format!("/{name}/olive.svg"),
            format!("/v1/{name}/olive"),
            format!("/v1/sites/olive/{name}"),
            format!("/sites/olive/{name}"),
            format!("/sites/olive/{name}.png"),
        ] {
            for listener in [server.address, server.results] {
                assert_eq!(get(listener, &path, &[]).status, 404, "{path}");
            }
        }
    }
    let hosted = get(server.address, "/s/olive?l=en", &[]);
    let sheet = get(server.address, "/v1/surveys/olive?lang=en", &[]);
    for shown in [hosted.text(), sheet.text()] {
        assert!(!shown.contains("NPS") && !shown.contains("points\u{a0}") && !shown.contains("100\u{a0}%"), "{shown}");
    }
}
