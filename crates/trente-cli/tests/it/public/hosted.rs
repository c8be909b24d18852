//! The hosted page as a browser without a script sees it: forms in, forms out.

mod again;
mod links;
mod own;

use trente_store::encoding;
use trente_survey::locale::Language;
use trente_survey::response_id::ResponseId;
use trente_survey::wording::{HostedWording, Wording};
use trente_testing::stores::ORIGIN;

use crate::support::{Answer, Server, get, request};

/// What a browser would send for this page's form when these options are chosen.
pub fn fields(page: &Answer, chosen: &[(&str, &str)]) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for input in page.text().split("<input ").skip(1) {
        let attribute = |name: &str| {
            let start = input.find(&format!("{name}=\""))? + name.len() + 2;
            Some(unescaped(input[start..].split('"').next().unwrap()))
        };
        let (name, value) = (attribute("name").unwrap(), attribute("value").unwrap());
        let tag = input.split('>').next().unwrap();
        if attribute("type").unwrap() == "hidden" || tag.ends_with(" checked") {
            pairs.push((name, value));
        }
    }
    pairs.extend(chosen.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// What a browser reads in a value of an attribute.
fn unescaped(value: &str) -> String {
    let written = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    written.into_iter().fold(value.to_owned(), |text, (code, character)| text.replace(code, character))
}

fn send(server: &Server, body: &str) -> Answer {
    let own = format!("http://{}", server.address);
    let headers = [("Origin", own.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    request(server.address, "POST", "/s/olive", &headers, body.as_bytes())
}

fn stored(server: &Server) -> Vec<(String, bool, u8, u8, u8, Option<String>)> {
    server.folded();
    let database = server.database();
    let mut statement =
        database.prepare("select hex(rid), verified, rev, score, elapsed, verbatim from response").unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

const CORE: [(&str, &str); 4] = [("satisfaction", "2"), ("ease", "3"), ("lens", "3"), ("recommend", "4")];

#[test]
fn an_order_answered_here_and_in_the_widget_is_one_response() {
    let server = Server::start();
    let page = get(server.address, "/s/olive?o=MO-100482&l=fr", &[]);
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains(r#"<html lang="fr" dir="ltr">"#) && text.contains("Lié à votre commande."));
    assert_eq!(text.matches("<fieldset>").count(), 4);
    assert!(!text.contains("checked"), "nothing is chosen beforehand");

    let second = send(&server, &fields(&page, &CORE));
    assert_eq!(second.status, 200);
    assert!(second.text().contains("Qu’est-ce qui n’allait pas"));
    let order = ResponseId::from_order(server.survey(), "MO-100482");
    let id = encoding::hex(&order.0).to_uppercase();
    assert_eq!(stored(&server), [(id.clone(), false, 0, 36, 63, None)]);

    let word = "Trop long.\r\nE\u{301}vitable.";
    let end = send(&server, &fields(&second, &[("moment", "7"), ("forgive", "2"), ("word", word)]));
    assert!(end.text().contains("Merci de nous l’avoir dit. C’est envoyé."));
    assert!(!end.text().contains("<a "), "the end leads nowhere");
    assert_eq!(stored(&server), [(id, false, 1, 36, 63, Some("Trop long.\nÉvitable.".into()))]);
}

#[test]
fn each_branch_asks_its_own_questions() {
    let server = Server::start();
    for (recommend, asked, count) in
        [("4", "What went wrong?", 3), ("8", "What was missing most?", 2), ("10", "What made the difference?", 2)]
    {
        let page = get(server.address, "/s/olive?l=en", &[]);
        let second = send(&server, &fields(&page, &[("recommend", recommend)]));
        assert!(second.text().contains(asked), "{recommend}");
        assert_eq!(second.text().matches("<fieldset>").count(), count);
        // Skipping the second form stores nothing more.
        let before = stored(&server).len();
        let thanks = if recommend == "4" { "Thank you for telling us." } else { "Nothing to win" };
        assert!(send(&server, &fields(&second, &[("skip", "1")])).text().contains(thanks));
        assert_eq!(stored(&server).len(), before);
    }
    assert!(stored(&server).iter().all(|row| row.2 == 0));
}

#[test]
fn a_signed_link_is_a_verified_response() {
    let server = Server::start();
    let epoch = trente_store::clock::epoch(trente_store::clock::now_ms());
    let signature = server.key().sign(server.survey(), "MO-7", epoch);
    let g = encoding::base64url(&signature.to_bytes());
    let page = get(server.address, &format!("/s/olive?g={g}&l=en"), &[]);
    assert!(page.text().contains("Linked to your order."));
    send(&server, &fields(&page, &[("recommend", "9")]));
    let id = encoding::hex(&signature.response.0).to_uppercase();
    assert_eq!(stored(&server)[0].0, id);
    assert!(stored(&server)[0].1);
    // Opened again, it stays a form, which goes on from the revision that is stored; the widget would begin anew.
    let again = get(server.address, &format!("/s/olive?g={g}&l=en"), &[]);
    assert!(page.text().contains("data-site") && !again.text().contains("data-site"));
    send(&server, &fields(&again, &[("recommend", "2")]));
    let rows = stored(&server);
    assert_eq!((rows.len(), rows[0].2), (1, 1));
    // A forged one is an ordinary link.
    let forged = get(server.address, &format!("/s/olive?g={}&l=en&o=MO-7", "A".repeat(27)), &[]);
    assert!(forged.text().contains("Linked to your order."), "it names the order");
    assert!(get(server.address, "/s/olive?l=en", &[]).text().contains("Anonymous, no trackers."));
}

#[test]
fn a_form_sent_twice_is_one_response() {
    let server = Server::start();
    let page = get(server.address, "/s/olive", &[]);
    let body = fields(&page, &CORE);
    assert_eq!((send(&server, &body).status, send(&server, &body).status), (200, 200));
    assert_eq!(stored(&server).len(), 1);
    // The widget's own response, named by its link.
    let named = get(server.address, "/s/olive?r=a1b2c3d4e5f60718", &[]);
    send(&server, &fields(&named, &CORE));
    assert!(stored(&server).iter().any(|row| row.0 == "A1B2C3D4E5F60718"));
}

#[test]
fn bad_fields_are_a_page_in_the_right_language() {
    let server = Server::start();
    let page = get(server.address, "/s/olive?l=en", &[]);
    for chosen in
        [[("satisfaction", "6")], [("recommend", "11")], [("ease", "x")], [("lens", "-1")], [("ease", "3&ease=4")]]
    {
        let answer = send(&server, &fields(&page, &chosen));
        assert_eq!(answer.status, 400, "{chosen:?}");
        assert!(answer.text().contains("Unreadable answer") && answer.text().contains(r#"lang="en""#));
    }
    for body in ["", "stage=core", "l=fr&stage=core&survey=zz", "stage=other&survey=00000000"] {
        assert!([400, 404].contains(&send(&server, body).status), "{body}");
    }
    let second = send(&server, &fields(&page, &[("recommend", "9")]));
    assert_eq!(send(&server, &fields(&second, &[("forgive", "3")])).status, 400, "only an incident is forgiven");
    for long in ["a".repeat(501), "語".repeat(501)] {
        let answer = send(&server, &fields(&second, &[("word", &long)]));
        assert_eq!(answer.status, 400, "nothing is cut silently");
        assert!(answer.text().contains("This text is too long") && answer.text().contains(&long), "it is kept");
    }
    assert_eq!(stored(&server).len(), 1);
}

#[test]
fn unknown_surveys_foreign_forms_and_a_failed_store() {
    let server = Server::start();
    let unknown = get(server.address, "/s/nobody", &[("Accept-Language", "en-GB,fr;q=0.5")]);
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("Page not found"));
    assert!(get(server.address, "/s/nobody", &[]).text().contains("Page introuvable"));

    let page = get(server.address, "/s/olive?l=fr", &[]);
    let body = fields(&page, &CORE);
    for origin in ["https://evil.example", "null"] {
        let headers = [("Origin", origin), ("Content-Type", "application/x-www-form-urlencoded")];
        assert_eq!(request(server.address, "POST", "/s/olive", &headers, body.as_bytes()).status, 403);
    }
    assert_eq!(request(server.address, "POST", "/s/olive", &[("Origin", ORIGIN)], body.as_bytes()).status, 415);
    let long = format!("{body}&x={}", "a".repeat(140_000));
    assert_eq!(send(&server, &long).status, 413);
    assert!(server.is_empty());
    // A complaint that is far too long comes back with every word of it, whatever its script.
    for text in ["語".repeat(3_000), "é".repeat(20_000), "نص ".repeat(4_000)] {
        let second = send(&server, &body);
        let returned = send(&server, &fields(&second, &[("word", &text)]));
        assert_eq!(returned.status, 400);
        assert!(returned.text().contains(text.trim()) && returned.text().contains(" autofocus>"));
    }

    server.database().execute_batch("alter table inbox rename to away").unwrap();
    let later = send(&server, &body);
    assert_eq!((later.status, later.header("retry-after")), (503, Some("5")));
    assert!(later.text().contains("Vos réponses sont encore là"));
    server.database().execute_batch("alter table away rename to inbox").unwrap();
    // The same answers go once more by the button that stands there.
    let second = send(&server, &fields(&later, &[]));
    assert_eq!((second.status, stored(&server).len()), (200, 1));
    server.database().execute_batch("alter table inbox rename to away").unwrap();
    let said = "« Rappelez-moi \" & vite »\r\n<b>\u{202f}!";
    let later = send(&server, &fields(&second, &[("word", said)]));
    assert_eq!(later.status, 503);
    server.database().execute_batch("alter table away rename to inbox").unwrap();
    assert_eq!(send(&server, &fields(&later, &[])).status, 200);
    let [(.., word)] = &stored(&server)[..] else { panic!("{:?}", stored(&server)) };
    assert_eq!(word.as_deref(), Some("« Rappelez-moi \" & vite »\n<b>\u{202f}!"));
}

#[test]
fn pages_allow_nothing_but_themselves() {
    let server = Server::start();
    for path in ["/s/olive", "/s/nobody"] {
        let page = get(server.address, path, &[]);
        let policy = page.header("content-security-policy").unwrap();
        for rule in [
            "default-src 'none'",
            "style-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {rule}");
        }
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(!page.text().contains("style=") && !page.text().contains("<style"));
    }
    let style = get(server.address, "/s/hosted.css", &[]);
    assert_eq!((style.status, style.header("content-type")), (200, Some("text/css; charset=utf-8")));
    // What a link says never becomes markup.
    let page = get(server.address, "/s/olive?o=%22%3E%3Cscript%3E&l=%22%3E%3Cscript%3E&g=%3Cscript%3E", &[]);
    assert_eq!(page.text().matches("<script").count(), 1, "our own");
    assert!(!page.text().contains("<script>"));
}

#[test]
fn without_a_language_the_browsers_is_spoken() {
    let server = Server::start();
    let lang = |headers: &[(&str, &str)], query: &str| {
        let page = get(server.address, &format!("/s/olive{query}"), headers);
        page.text().split("<html lang=\"").nth(1).unwrap()[..2].to_owned()
    };
    assert_eq!(lang(&[("Accept-Language", "en-GB,en;q=0.9")], ""), "en");
    assert_eq!(lang(&[("Accept-Language", "en-GB,en;q=0.9")], "?l=fr"), "fr");
    assert_eq!(lang(&[("Accept-Language", "uk, pl;q=0.5, de;q=0.7")], "?l=cs"), "de");
    // A customer whose language we do not have is asked in English, not in the shop's language.
    assert_eq!(lang(&[("Accept-Language", "uk-UA,uk;q=0.9")], ""), "en");
    assert_eq!(lang(&[("Accept-Language", "xx")], "?l=yy"), "en");
    assert_eq!(lang(&[], ""), "fr", "no language is asked for: the survey's own");
}

/// From the first page to the last, in the twelve languages.
#[test]
fn every_language_is_spoken_from_the_first_page_to_the_last() {
    let server = Server::start();
    for language in Language::ALL {
        let (wording, hosted) = (Wording::of(language), HostedWording::of(language));
        let (tag, direction) = (language.tag(), language.direction());
        let says = |page: &Answer, texts: &[&str]| {
            let page = page.text();
            assert!(page.contains(&format!(r#"<html lang="{tag}" dir="{direction}">"#)), "{tag}");
            for text in texts {
                assert!(page.contains(text), "{tag}: {text}");
            }
        };
        let page = get(server.address, &format!("/s/olive?l={tag}"), &[]);
        says(&page, &[&wording.head, &wording.satisfaction, &wording.ease_high, &wording.lens_none, &hosted.none]);
        let second = send(&server, &fields(&page, &CORE));
        says(&second, &[&wording.incident_intro, &wording.incident_options[3], &wording.forgive, &hosted.word]);
        says(&send(&server, &fields(&second, &[("word", "…"), ("moment", "4")])), &[&wording.end_incident]);
        says(&get(server.address, "/s/nobody", &[("Accept-Language", tag)]), &[&hosted.unknown]);
    }
    assert_eq!(server.folded(), 12);
    let database = server.database();
    let mut statement = database.prepare("select locale from response order by locale").unwrap();
    let locales: Vec<u8> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(locales, (1..=12).collect::<Vec<_>>());
}
