//! Links to the hosted page as mail programs, QR codes and people write them.

use super::fields;
use crate::support::{Answer, Server, get, request};

/// Follows redirections as a browser does: each is relative to where it came from.
fn follow(server: &Server, path: &str) -> (String, Answer) {
    let mut path = path.to_owned();
    let mut hops = 0;
    loop {
        let answer = get(server.address, &path, &[]);
        if answer.status != 308 {
            return (path, answer);
        }
        let base = reqwest::Url::parse(&format!("http://{}{path}", server.address)).unwrap();
        let place = base.join(answer.header("location").unwrap()).unwrap();
        path = place.query().map_or(place.path().to_owned(), |query| format!("{}?{query}", place.path()));
        hops += 1;
        assert!(hops < 4, "{path} leads nowhere");
    }
}

fn response(page: &Answer) -> String {
    let form = fields(page, &[]);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    pairs.into_iter().find(|(name, _)| name == "r").unwrap().1
}

#[test]
fn a_changed_link_leads_to_the_same_response() {
    let server = Server::start();
    let wanted = response(&get(server.address, "/s/olive?o=MO-1", &[]));
    for path in [
        "/s/olive/?o=MO-1",
        "/S/OLIVE?O=MO-1",
        "/S/OLIVE/?O=MO-1",
        "/s/Olive?o=MO-1",
        "/s/%20olive%20?o=MO-1",
        "/s/olive%0A?o=MO-1",
        "/s/olive%3Fo=MO-1",
        "/s/olive&o=MO-1",
        "/s/olive?o=%20MO-1%20",
        "/s/olive?o=MO-1%0A",
        "/s/olive?o=+MO-1",
        "/s/olive?o=%E2%80%8BMO-1%EF%BB%BF",
        "/s/olive?o=MO-1&o=MO-1",
        "/s/olive?utm_source=mail&o=MO-1&fbclid=abc",
        "/s/olive?utm_source=mail&amp;o=MO-1",
        "/s/olive?o=MO-1&l=en?utm_source=x",
        "/s/olive?o=MO-1?utm_source=x",
    ] {
        let (place, page) = follow(&server, path);
        assert_eq!(page.status, 200, "{path}");
        assert!(place.starts_with("/s/olive"), "{path} is shown at {place}, where its style sheet is not");
        assert_eq!(response(&page), wanted, "{path}");
    }
    let german = follow(&server, "/s/olive/?o=MO-1&amp;l=de").1;
    assert!(german.text().contains(r#"<html lang="de""#));
    assert_ne!(response(&get(server.address, "/s/olive?o=%231001", &[])), wanted);
}

#[test]
fn a_placeholder_is_no_order() {
    let server = Server::start();
    for order in ["undefined", "NULL", "", "%20", "%7B%7B%20order.name%20%7D%7D", "%25%25ORDER_ID%25%25", "%24%7Bid%7D"]
    {
        let path = format!("/s/olive?o={order}");
        let (one, other) = (get(server.address, &path, &[]), get(server.address, &path, &[]));
        assert_ne!(response(&one), response(&other), "{order}: each customer has a response of their own");
        assert!(!one.text().contains("data-order"), "{order}");
    }
}

#[test]
fn a_signature_is_read_after_a_mail_program_has_broken_it() {
    let server = Server::start();
    let signed = server.key().sign(server.survey(), "MO-1", trente_store::clock::epoch(trente_store::clock::now_ms()));
    let text = trente_store::encoding::base64url(&signed.to_bytes());
    let (begin, end) = text.split_at(12);
    for link in [text.clone(), format!("{begin}%0D%0A{end}"), format!("%20{text}%20"), format!("{text}%3D")] {
        let page = get(server.address, &format!("/s/olive?g={link}"), &[]);
        assert_eq!(response(&page), trente_store::encoding::hex(&signed.response.0), "{link}");
        assert!(page.text().contains(&format!("data-signature=\"{text}\"")), "{link}");
    }
}

/// The merchant's own walk: marked on every screen, counted nowhere, and blind to what is stored.
#[test]
fn a_preview_is_marked_on_every_screen_and_leaves_nothing() {
    let server = Server::start();
    let own = format!("http://{}", server.address);
    let headers = [("Origin", own.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    let send = |body: String| request(server.address, "POST", "/s/olive", &headers, body.as_bytes());
    let mark = &*trente_survey::wording::Wording::of(trente_survey::locale::Language::En).rehearsal;
    for query in ["preview&l=en", "preview=1&o=MO-1&l=en", "PREVIEW=true&l=en", "o=MO-1&amp;preview&l=en"] {
        let first = get(server.address, &format!("/s/olive?{query}"), &[]);
        assert_eq!((first.status, first.text().matches(mark).count()), (200, 1), "{query}");
        assert!(first.text().contains("preview=1&amp;l=fr") || first.text().contains("preview=1&#38;l=fr"), "{query}");
        let second = send(fields(&first, &super::CORE));
        assert_eq!((second.status, second.text().matches(mark).count()), (200, 1), "{query}");
        let end = send(fields(&second, &[("moment", "7"), ("forgive", "2"), ("word", "Test")]));
        assert_eq!((end.status, end.text().matches(mark).count()), (200, 1), "{query}");
        assert!(server.is_empty(), "{query}");
    }
    // What is none is answered as ever.
    for query in ["l=en", "preview=0&l=en", "preview=false&l=en"] {
        let page = get(server.address, &format!("/s/olive?{query}"), &[]);
        assert!(!page.text().contains(mark) && !page.text().contains("data-preview"), "{query}");
    }
    let real = get(server.address, "/s/olive?o=MO-1&l=en", &[]);
    assert_eq!(send(fields(&real, &super::CORE)).status, 200);
    assert_eq!(server.folded(), 1);
}

#[test]
fn what_is_no_site_leads_nowhere() {
    let server = Server::start();
    for path in ["/s/nobody", "/S/NOBODY/", "/s/%C3%A9", "/s/..%2F..%2Fevil", "/s/%2F%2Fevil.example"] {
        let (place, page) = follow(&server, path);
        assert_eq!(page.status, 404, "{path} leads to {place}");
        assert!(place.starts_with("/s/") || place.starts_with("/S/"), "{place}");
    }
    // A link that a mail program has cut, or added to, is answered by a page too, in the customer's language.
    for path in ["/s", "/s/", "/s/olive/x", "/s?l=fr"] {
        let page = get(server.address, path, &[("Accept-Language", "fr")]);
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text().contains("Page introuvable"), "{path}: {}", page.text());
    }
}

/// The answer that a link brings along goes with the customer to another language.
#[test]
fn an_answer_in_the_link_is_kept_in_another_language() {
    let server = Server::start();
    let page = get(server.address, "/s/olive?o=MO-1&a=4&l=fr", &[]).text().to_owned();
    let link =
        page.split("href=\"").find(|link| link.contains("l=en")).and_then(|link| link.split('"').next()).unwrap();
    let link = link.replace("&amp;", "&").replace("&#38;", "&");
    let other = get(server.address, &format!("/s/olive{link}"), &[]).text().to_owned();
    let checked = other.split("<input ").find(|input| input.contains(" checked")).unwrap();
    assert!(other.contains(r#"<html lang="en""#) && checked.contains(r#"value="4""#), "{link}: {checked}");
    let page = get(server.address, "/s/olive?a=%22%3E&l=fr", &[]).text().to_owned();
    assert!(!page.contains("&amp;a=") && !page.contains("&#38;a="));
}
