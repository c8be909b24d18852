//! The hosted page of a merchant's own survey.

use serde_json::{Value, json};
use trente_collector::domain::assets::Files;
use trente_store::encoding;
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::surveys::{draft, extra, publish};
use trente_testing::{Folder, wait_for};

use super::{fields, send};
use crate::support::server::short;
use crate::support::{Answer, Server, get, request};

fn server(survey: Value) -> Server {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    publish(&folder.database(), "olive", draft(survey));
    Server::on(folder, short(), Files::Embedded)
}

fn stored(server: &Server) -> Value {
    let mut found = server.responses();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn page(server: &Server, lang: &str) -> Answer {
    get(server.address, &format!("/s/olive?o=MO-1&l={lang}"), &[])
}

fn rich() -> Value {
    json!({
        "core": { "questions": ["satisfaction", "lens"], "lens": "detail", "wording": { "en": { "satisfaction": "How was it?" } } },
        "follow_up": { "incident": false, "chips": false }, "extra": extra(),
    })
}

#[test]
fn it_asks_the_published_core_questions_in_the_published_words() {
    let server = server(rich());
    let page = page(&server, "en");
    let text = page.text();
    assert_eq!(text.matches("<fieldset>").count(), 2);
    assert!(text.contains("How was it?") && text.contains("Care was taken, to the last detail."));
    assert!(!text.contains(r#"name="recommend""#) && !text.contains(r#"name="ease""#));
    // What is not asked cannot be answered either.
    send(&server, &fields(&page, &[("satisfaction", "4"), ("lens", "2"), ("recommend", "1"), ("ease", "1")]));
    let found = stored(&server);
    assert_eq!((&found["recommend"], &found["ease"], &found["lens"]), (&json!(null), &json!(null), &json!(2)));
    assert_eq!(found["family"], "detail");
    assert_eq!(found["extra"][2], json!({ "index": 2, "kind": "text", "text": null }));
}

#[test]
fn every_kind_of_question_is_asked_and_stored() {
    let options: Vec<Value> =
        (1..=15).map(|number| json!({ "en": format!("{number}"), "fr": format!("{number}") })).collect();
    let text = |en: &str| json!({ "en": en, "fr": "Et\u{202f}?" });
    let server = server(json!({
        "follow_up": { "incident": false, "chips": false, "word": false },
        "extra": [
            { "kind": "stars", "text": text("And the wrapping?") },
            { "kind": "yes_no", "text": text("Was it a present?") },
            { "kind": "choice", "text": text("Which shelf?"), "options": options[..14], "other": true },
        ],
    }));
    let second = send(&server, &fields(&page(&server, "en"), &[("recommend", "8")]));
    let html = second.text();
    assert_eq!(html.matches("<fieldset>").count(), 3);
    assert_eq!(html.matches(r#"class="star""#).count(), 5);
    assert!(html.contains(r#"<span>3<span class="unseen"> / 5</span></span>"#), "a point is named 3 / 5");
    assert!(html.contains(">Yes<") && html.contains(">Other<"));
    assert!(!html.contains("checked"), "nothing is chosen beforehand");
    let end = send(&server, &fields(&second, &[("e1", "4"), ("e2", "2"), ("e3", "15")]));
    assert!(end.text().contains("Nothing to win"));
    assert_eq!(
        stored(&server)["extra"],
        json!([
            { "index": 0, "kind": "stars", "code": 4 },
            { "index": 1, "kind": "yes_no", "code": 2 },
            { "index": 2, "kind": "choice", "code": 15 },
        ])
    );
    for (name, value) in [("e1", "6"), ("e2", "3"), ("e3", "16"), ("e1", "x")] {
        assert_eq!(send(&server, &fields(&second, &[(name, value)])).status, 400, "{name} {value}");
    }
}

#[test]
fn conditions_on_answers_are_settled_when_the_form_comes_back() {
    let server = server(rich());
    let second = send(&server, &fields(&page(&server, "fr"), &[("satisfaction", "3")]));
    let html = second.text();
    // All three stand in the form; the two that wait say for what, and are inside one another.
    assert_eq!((html.matches("<fieldset>").count(), html.matches("<textarea").count()), (3, 2), "with the word");
    assert_eq!(html.matches("<textarea dir=\"auto\"").count(), 2, "a customer may write Arabic on a French page");
    assert!(html.contains(r#"value="3" class="opens-2 ""#) && html.contains(r#"value="1" class="opens-3 ""#));
    assert!(html.contains("Quel achat\u{202f}? Un coffret") && html.contains("Et le coffret\u{202f}? 1 / 7"));
    let (outer, inner) =
        (html.find(r#"<div class="when when-2">"#).unwrap(), html.find(r#"<div class="when when-3">"#).unwrap());
    assert!(outer < inner && html[inner..].contains("</div>\n</div>"), "the third goes with the second");
    assert!(html.contains("Plusieurs réponses possibles."));

    let sent = [("e1", "1"), ("e1", "3"), ("e2", "1"), ("e3", "Le ruban")];
    send(&server, &fields(&second, &sent));
    assert_eq!(
        stored(&server)["extra"],
        json!([
            { "index": 0, "kind": "choices", "ticked": [1, 3] },
            { "index": 1, "kind": "scale", "code": 1 },
            { "index": 2, "kind": "text", "text": "Le ruban" },
        ])
    );
    // The box is unticked: what was said of it, hidden by now, is not an answer any more.
    send(&server, &fields(&second, &[("e1", "1"), ("e2", "1"), ("e3", "Le ruban")]));
    let found = stored(&server);
    assert_eq!((&found["extra"][1]["code"], &found["extra"][2]["text"]), (&json!(null), &json!(null)));
    assert_eq!(send(&server, &fields(&second, &[("e1", "4")])).status, 400, "no such box");
}

#[test]
fn conditions_on_the_branch_are_settled_before_the_form_is_shown() {
    let only = |branch: &str, en: &str| json!({ "kind": "yes_no", "text": { "en": en, "fr": "Bien\u{202f}?" }, "show_if": { "branch": [branch] } });
    let server = server(json!({
        "follow_up": { "incident": false, "chips": false, "word": false },
        "extra": [only("P", "Because of us?"), only("N", "Almost?")],
    }));
    let after = |recommend: &str| send(&server, &fields(&page(&server, "en"), &[("recommend", recommend)]));
    let promoter = after("10");
    assert!(promoter.text().contains("Because of us?") && !promoter.text().contains("Almost?"));
    assert!(after("8").text().contains("Almost?"));
    let incident = after("2");
    assert!(incident.text().contains("Thank you for telling us."), "nothing is left to ask, so nothing is");
    // A field of another branch is none of this form's.
    send(&server, &fields(&promoter, &[("e2", "1")]));
    assert_eq!(stored(&server)["extra"][1]["code"], json!(null));
}

#[test]
fn a_text_that_is_too_long_comes_back_to_be_mended_with_all_that_was_chosen() {
    let server = server(rich());
    let second = send(&server, &fields(&page(&server, "en"), &[("satisfaction", "3")]));
    let long = "é".repeat(130);
    let sent = [("e1", "3"), ("e2", "1"), ("e3", long.as_str()), ("word", "Bien")];
    let again = send(&server, &fields(&second, &sent));
    assert_eq!(again.status, 400);
    let html = again.text();
    // 245 bytes hold 122 of them.
    assert!(html.contains("Characters over the limit: 8") && html.contains(r#"aria-describedby="e3-note""#));
    assert!(html.contains(&long) && html.contains(">\nBien</textarea>"));
    assert!(
        html.contains(r#"value="3" class="opens-2 " checked"#)
            && html.contains(r#"value="1" class="opens-3 " checked"#)
    );
    assert_eq!(stored(&server)["rev"], 0, "nothing is cut and nothing kept");
    let fits = "é".repeat(122);
    assert!(send(&server, &fields(&again, &[("e3", &fits), ("word", "Bien")])).text().contains("Nothing to win"));
    assert_eq!(stored(&server)["extra"][2]["text"], fits);
}

#[test]
fn the_theme_is_a_style_sheet_of_its_own() {
    let server = server(json!({ "theme": { "scheme": "dark", "light": { "accent": "#004422" }, "radius": 0 } }));
    let page = page(&server, "en");
    assert!(page.text().contains(r#"data-theme="dark""#));
    let id = encoding::hex(&trente_store::sqlite::catalog::current(&server.database(), 1).unwrap().unwrap().0);
    assert!(page.text().contains(&format!(r#"<link rel="stylesheet" href="olive/theme/{id}">"#)));
    let theme = get(server.address, &format!("/s/olive/theme/{id}"), &[]);
    assert_eq!((theme.status, theme.header("content-type")), (200, Some("text/css; charset=utf-8")));
    let light = ":root{--trente-accent:#004422;--trente-on-accent:#fff;--trente-radius:0px;}";
    assert!(theme.text().starts_with(light), "{}", theme.text());
    let dark = r#":root[data-theme="dark"]{--trente-accent:initial;--trente-on-accent:initial;}"#;
    assert!(theme.text().contains(dark), "{}", theme.text());
    for path in ["/s/fig/theme/".to_owned() + &id, "/s/olive/theme/00000000".into(), "/s/olive/theme/zz".into()] {
        assert_eq!(get(server.address, &path, &[]).status, 404, "{path}");
    }
    // Without a theme there is no second sheet to wait for.
    assert!(!get(Server::start().address, "/s/olive", &[]).text().contains("theme/"));
}

#[test]
fn every_language_of_the_survey_is_a_link_that_keeps_the_order() {
    let server = server(json!({}));
    let page = page(&server, "fr");
    let link = r#"<a href="?o=MO-1&#38;l=en" hreflang="en" lang="en" dir="ltr">English</a>"#;
    assert!(page.text().contains(link), "{}", page.text());
    assert!(!page.text().contains(r#"hreflang="fr""#), "not to itself");
    let second = send(&server, &fields(&page, &[("recommend", "8")]));
    assert!(!second.text().contains("hreflang"), "an answer is not thrown away by a link");
    // A survey in one language has none to offer.
    let one = Folder::new();
    add_site(&one.database(), "olive", &[ORIGIN]);
    publish(&one.database(), "olive", json!({ "name": "One", "locales": ["en"] }));
    let one = Server::on(one, short(), Files::Embedded);
    assert!(!get(one.address, "/s/olive?l=fr", &[]).text().contains("<nav"));
}

#[test]
fn the_script_comes_where_the_widget_can_be_the_same_response() {
    let server = Server::start();
    let policy = |page: &Answer| page.header("content-security-policy").unwrap().to_owned();
    for (query, order) in [("?o=MO-1", Some("MO-1")), ("", None)] {
        let page = get(server.address, &format!("/s/olive{query}"), &[]);
        assert!(page.text().contains(r#"<script type="module" src="hosted.js"></script>"#), "{query}");
        assert!(page.text().contains(r#"data-site="olive""#));
        assert_eq!(page.text().contains(r#"data-order="MO-1""#), order.is_some());
        for rule in
            ["script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "style-src 'self'", "default-src 'none'"]
        {
            assert!(policy(&page).contains(rule), "{rule}");
        }
        let second = send(&server, &fields(&page, &[("recommend", "8")]));
        assert!(!second.text().contains("<script") && !policy(&second).contains("script-src"));
    }
    // The widget cannot be told a response, only an order.
    let named = get(server.address, "/s/olive?r=a1b2c3d4e5f60718&o=MO-1", &[]);
    assert!(!named.text().contains("<script") && !policy(&named).contains("script-src"));
    let forged = get(server.address, &format!("/s/olive?o=MO-1&g={}", "A".repeat(27)), &[]);
    assert!(forged.text().contains("data-order") && !forged.text().contains("data-signature"));

    let script = get(server.address, "/s/hosted.js", &[]);
    assert_eq!((script.status, script.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    assert_eq!(script.header("cross-origin-resource-policy"), Some("same-origin"));
    assert!(script.text().contains(r#"import("../trente.mjs")"#));
    assert_eq!(request(server.address, "POST", "/s/hosted.js", &[], b"").status, 405);
}

/// E-mails with signed links are on their way when a merchant publishes another survey.
#[test]
fn a_link_signed_for_an_earlier_survey_opens_that_one() {
    let server = Server::start();
    let epoch = trente_store::clock::epoch(trente_store::clock::now_ms());
    let signature = server.key().sign(server.survey(), "MO-7", epoch);
    publish(&server.folder.database(), "olive", draft(rich()));
    wait_for("the new survey", || get(server.address, "/s/olive?l=en", &[]).text().contains("How was it?"));
    let signed = format!("/s/olive?l=en&o=MO-7&g={}", encoding::base64url(&signature.to_bytes()));
    let page = get(server.address, &signed, &[]);
    assert!(page.text().contains("Linked to your order.") && page.text().contains("Overall, how satisfied are you?"));
    assert!(!page.text().contains("<script"), "the widget would ask the other survey");
    send(&server, &fields(&page, &[("recommend", "9")]));
    let found = stored(&server);
    assert_eq!((&found["verified"], &found["survey"]), (&json!(true), &json!(encoding::hex(&server.survey().0))));
}
