//! Tests of a contact on the recovery desk, and on the hosted page where a customer without a script writes it.

use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;
use trente_testing::wait_for;

use super::{ADA, KEY, OTHER, hurt, sealed, send, server, text};
use crate::inner::admin::exports::dechunked;
use crate::public::hosted::fields;
use crate::support::{Answer, Server, get, request};

fn desk(server: &Server, cookie: &str, language: &str) -> Answer {
    server.folded();
    get(server.results, &format!("/sites/olive/recover?hl={language}"), &[("Cookie", cookie)])
}

fn html(answer: &Answer) -> String {
    String::from_utf8(dechunked(answer).0).unwrap()
}

fn add(server: &Server, name: &str, role: Role) -> String {
    server.add_account_with(name, Rights { role, sites: Sites::Every });
    server.cookie_for(name)
}

#[test]
fn the_desk_leads_to_the_merchants_own_mail_and_to_no_other_place() {
    let (server, survey) = server();
    for (number, contact) in [(1, ADA), (2, "+33 6 12 34 56 78"), (3, "<b>at</b> the shop?subject=x&bcc=y")] {
        assert_eq!(send(&server, &hurt(survey, number, 2, 1), contact).status, 204);
    }
    let owner = server.cookie();
    let page = html(&desk(&server, &owner, "en"));
    // Subject and apology are in the customer's language, as what they answered in: French.
    assert!(
        page.contains(r#"<a href="mailto:ada.lovelace@engine.example?subject=Ce%20que%20vous%20nous%20avez%20dit&amp;body=Nous%20sommes%20d%C3%A9sol"#)
            || page.contains("<a href=\"mailto:ada.lovelace@engine.example?subject=Ce%20que%20vous%20nous%20avez%20dit&#38;body=Nous%20sommes%20d%C3%A9sol"),
        "{page}"
    );
    assert!(page.contains(r#"<a href="tel:+33612345678" dir="ltr" rel="noreferrer">+33 6 12 34 56 78</a>"#), "{page}");
    assert!(page.contains("<bdi>&#60;b&#62;at&#60;/b&#62; the shop?subject=x&#38;bcc=y</bdi>"), "text, and no link");
    assert_eq!(page.matches("By your own mail or phone: Trente sends nothing.").count(), 3);
    let french = html(&desk(&server, &owner, "fr"));
    assert!(french.contains("Par votre messagerie ou votre téléphone\u{a0}: Trente n’envoie rien."), "{french}");
    // Who answers customers sees it, and the team, which does not see the desk, does not.
    assert!(html(&desk(&server, &add(&server, "desk", Role::Desk), "en")).contains(ADA));
    let team = add(&server, "team", Role::Team);
    let refused = desk(&server, &team, "en");
    assert!(refused.status == 403 || refused.status == 404, "{}", refused.status);
    assert!(!html(&refused).contains("lovelace"));
}

#[test]
fn a_contact_whose_key_is_lost_is_told_and_breaks_nothing() {
    let (server, survey) = server();
    assert_eq!(send(&server, &hurt(survey, 1, 2, 1), ADA).status, 204);
    let mut server = server;
    for keys in [None, Some(OTHER), Some(KEY)] {
        server = Server::sealing(server.stop(), keys);
        let answer = desk(&server, &server.cookie(), "en");
        assert_eq!(answer.status, 200);
        let page = html(&answer);
        assert_eq!(page.contains(ADA), keys == Some(KEY), "{keys:?}");
        let told = page.contains("A contact is kept, and this collector has no key that opens it.");
        assert_eq!(told, keys != Some(KEY), "{keys:?}");
    }
}

const CORE: [(&str, &str); 4] = [("satisfaction", "1"), ("ease", "3"), ("lens", "3"), ("recommend", "1")];

fn submit(server: &Server, body: &str) -> Answer {
    let own = format!("http://{}", server.address);
    let headers = [("Origin", own.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    request(server.address, "POST", "/s/olive", &headers, body.as_bytes())
}

/// The second form after an incident.
fn second(server: &Server, core: &[(&str, &str)]) -> Answer {
    let page = get(server.address, "/s/olive?o=MO-1&l=en", &[]);
    submit(server, &fields(&page, core))
}

fn number(server: &Server) -> u64 {
    server.folded();
    u64::from_be_bytes(server.database().query_row("select rid from response", [], |row| row.get(0)).unwrap())
}

#[test]
fn the_hosted_page_asks_in_the_branch_that_asks_to_be_put_right() {
    let (server, _) = server();
    let form = second(&server, &CORE);
    let page = form.text();
    for part in [
        r#"<div class="when when-4">"#,
        r#"<label for="contact" class="legend">Where can we reply to you?</label>"#,
        r#"id="contact-hint">An e-mail address or phone number, only to reply to you about this, then deleted.</p>"#,
        r#"<input type="text" id="contact" name="contact" inputmode="email" autocomplete="email" maxlength="120""#,
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("opens-4").count(), 1, "one answer opens it");
    // Written and then hidden by another answer: it is not sent on.
    submit(&server, &fields(&form, &[("moment", "7"), ("forgive", "3"), ("word", ""), ("contact", ADA)]));
    let number = number(&server);
    assert_eq!((text(&server, number), sealed(&server)), (None, 0));
    let end = submit(&server, &fields(&form, &[("moment", "7"), ("forgive", "2"), ("word", ""), ("contact", ADA)]));
    assert!(end.text().contains("Thank you for telling us."), "{}", end.text());
    assert_eq!(text(&server, number).as_deref(), Some(ADA));
    // The same form once more, with the field emptied.
    submit(&server, &fields(&form, &[("moment", "7"), ("forgive", "2"), ("word", ""), ("contact", "")]));
    assert_eq!((text(&server, number), server.count("response")), (None, 1));
}

#[test]
fn the_hosted_page_returns_a_contact_that_is_too_long_and_asks_nobody_else() {
    let (server, _) = server();
    let form = second(&server, &CORE);
    let long = format!("{}@a.example", "x".repeat(115));
    let back = submit(&server, &fields(&form, &[("moment", "7"), ("forgive", "2"), ("word", ""), ("contact", &long)]));
    assert_eq!(back.status, 400);
    assert!(back.text().contains(&format!("value=\"{long}\"")) && back.text().contains("over the limit: 5"));
    assert!(back.text().contains(r#"aria-describedby="contact-hint contact-note" aria-invalid="true""#));
    // A line break that a browser does not send is a space here, and cannot begin a header.
    let broken = "ada@a.example\r\nBcc: eve@b.example";
    submit(&server, &fields(&form, &[("moment", "7"), ("forgive", "2"), ("word", ""), ("contact", broken)]));
    assert_eq!(text(&server, number(&server)).as_deref(), Some("ada@a.example  Bcc: eve@b.example"));
    // A promoter is not asked, and neither is anyone where no key is.
    let promoter = [("satisfaction", "5"), ("ease", "7"), ("lens", "5"), ("recommend", "10")];
    assert!(!second(&server, &promoter).text().contains("contact"));
    let server = Server::sealing(server.stop(), None);
    wait_for("the survey", || get(server.address, "/s/olive?l=en", &[]).status == 200);
    assert!(!second(&server, &CORE).text().contains(r#"name="contact""#));
}
