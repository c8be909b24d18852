//! Language of the inner pages: the links in the foot, the cookie, and what goes before what.

use crate::support::{Answer, Server, get};

const ENGLISH: (&str, &str) = ("Accept-Language", "en-GB,en;q=0.9");

fn lang(page: &Answer) -> &str {
    page.text().split("<html lang=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

#[test]
fn a_language_that_was_chosen_stays_on_every_page() {
    let server = Server::start();
    let session = server.cookie();
    let page = get(server.results, "/sites/olive?days=7", &[("Cookie", &session), ENGLISH]);
    assert_eq!(lang(&page), "en");
    assert!(
        page.text().contains("href=\"/language?hl=fr\" hreflang=\"fr\" lang=\"fr\">Français</a>"),
        "{}",
        page.text()
    );

    let referer = format!("http://{}/sites/olive?days=7&hl=en", server.results);
    let chosen = get(server.results, "/language?hl=fr", &[("Referer", &referer)]);
    assert_eq!((chosen.status, chosen.header("location")), (303, Some("/sites/olive?days=7")));
    let cookie = chosen.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-trente-language=fr; ") && cookie.contains("SameSite=Strict"), "{cookie}");
    let both = format!("{session}; {}", cookie.split(';').next().unwrap());
    for path in
        ["/sites/olive", "/account", "/account/mail", "/sites/olive/settings", "/sites/nobody", "/sites/olive/recover"]
    {
        let headers = [("Cookie", both.as_str()), ENGLISH, ("Accept", "text/html")];
        assert_eq!(lang(&get(server.results, path, &headers)), "fr", "{path}");
    }
    // Before signing in too; and an address that says it goes before.
    let signed_out = cookie.split(';').next().unwrap();
    assert_eq!(lang(&get(server.results, "/login", &[("Cookie", signed_out), ENGLISH])), "fr");
    assert_eq!(lang(&get(server.results, "/sites/olive?hl=en", &[("Cookie", &both)])), "en");

    let unknown = get(server.results, "/language?hl=tlh", &[]);
    assert_eq!((unknown.status, unknown.header("location"), unknown.header("set-cookie")), (303, Some("/"), None));
}
