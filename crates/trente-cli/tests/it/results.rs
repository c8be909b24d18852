//! The results pages: never a number without its n, never a zero for nothing.

use trente_store::clock::{epoch, now_ms};
use trente_survey::Answers;
use trente_survey::frame::Frame;

use crate::support::admin::OWN;
use crate::support::frames::{bytes, frame, scored, signed};
use crate::support::server::ORIGIN;
use crate::support::{Server, get, post, request};

fn page(server: &Server) -> String {
    server.folded();
    let answer = get(server.results, "/sites/olive", &[("Cookie", &server.cookie())]);
    assert_eq!(answer.status, 200);
    answer.text().to_owned()
}

fn answer(server: &Server, count: u64, from: u64, recommend: u8) {
    let body: Vec<u8> = (from..from + count)
        .flat_map(|index| {
            let one = frame(server.survey(), index);
            bytes(&scored(Frame { answers: Answers { recommend: Some(recommend), ..one.answers }, ..one }))
        })
        .collect();
    assert_eq!(post(server.address, ORIGIN, &body).status, 204);
}

#[test]
fn the_page_says_no_more_than_its_answers() {
    let server = Server::start();
    assert!(page(&server).contains("No answers yet."));
    assert!(!page(&server).contains("0 points"));
    answer(&server, 4, 0, 9);
    let few = page(&server);
    assert!(few.contains("too few for a number") && few.contains("promoters 4, passives 0, detractors 0"));
    assert!(!few.contains("0 points"));
    answer(&server, 4, 10, 7);
    answer(&server, 2, 20, 3);
    let some = page(&server);
    for text in
        ["+20 points", "95\u{a0}% interval −25 to +56", "n = 10, tendency", "100\u{a0}%", "0 verified, 10 unverified"]
    {
        assert!(some.contains(text), "{text}");
    }
    answer(&server, 20, 30, 9);
    assert!(!page(&server).contains("tendency"));
    assert!(page(&server).contains("n = 30"));
}

#[test]
fn causes_come_with_an_owner_a_question_and_a_remedy() {
    let server = Server::start();
    let one = frame(server.survey(), 1);
    let answers = Answers { satisfaction: Some(1), recommend: Some(1), moment: 7, forgive: 3, ..one.answers };
    assert_eq!(post(server.address, ORIGIN, &bytes(&scored(Frame { answers, ..one }))).status, 204);
    let page = page(&server);
    for text in ["unforgivable", "speed", "manager", "Where did they wait?", "Say the true waiting time first."] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn a_cause_says_how_often_it_is_unforgivable_once_five_were_asked() {
    let server = Server::start();
    let send = |from: u64, forgives: &[u8]| {
        let frames = (from..).zip(forgives).flat_map(|(index, &forgive)| {
            let one = frame(server.survey(), index);
            let answers = Answers { satisfaction: Some(1), recommend: Some(1), moment: 2, forgive, ..one.answers };
            bytes(&scored(Frame { answers, ..one }))
        });
        assert_eq!(post(server.address, ORIGIN, &frames.collect::<Vec<_>>()).status, 204);
    };
    send(1, &[3, 3, 1, 1, 0]);
    let few = page(&server);
    assert!(few.contains("2 customers were handed to competitors") && !few.contains("of 4, "));
    send(6, &[2]);
    // 2 of 5: Wilson's interval is 0.1176 to 0.7693.
    assert!(page(&server).contains("40\u{a0}% of 5, 12\u{a0}% to 77\u{a0}%"));
}

#[test]
fn verified_stands_beside_unverified() {
    let server = Server::start();
    answer(&server, 2, 0, 9);
    let proven = signed(frame(server.survey(), 0), &server.key(), "MO-1", epoch(now_ms()));
    assert_eq!(post(server.address, ORIGIN, &bytes(&proven)).status, 204);
    assert!(page(&server).contains("1 verified, 2 unverified"));
}

#[test]
fn only_the_results_listener_shows_results_and_only_by_its_own_name() {
    let server = Server::start();
    let cookie = server.cookie();
    let signed_in = [("Cookie", cookie.as_str())];
    assert!(get(server.results, "/", &signed_in).text().contains(r#"<a href="/sites/olive">olive</a>"#));
    assert_eq!(get(server.address, "/sites/olive", &signed_in).status, 404);
    assert_eq!(get(server.address, "/", &signed_in).status, 404);
    assert_eq!(get(server.results, "/sites/nobody", &signed_in).status, 404);
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
    assert!(page(&server).contains("+100 points"));
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
