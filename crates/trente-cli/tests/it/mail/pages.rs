//! Tests of mail subscriptions on the page and in the shell, and of the test mail.

use std::process::Command;

use serde_json::{Value, json};
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;

use crate::cli::{TRENTE, on};
use crate::support::admin::OWN;
use crate::support::smtp::Smtp;
use crate::support::{Answer, Server, get, request};

fn submit(server: &Server, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers =
        [OWN, ("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded"), ("Accept-Language", "fr")];
    request(server.results, "POST", path, &headers, body.as_bytes())
}

#[test]
fn each_person_chooses_and_tries_and_reads_the_servers_own_answer() {
    let mut smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    server.add_account_with("cy", Rights { role: Role::Team, sites: Sites::only(["olive".to_owned()]) });
    let cookie = server.cookie_for("cy");
    let show = |query: &str| {
        let page = get(server.results, &format!("/account/mail{query}"), &[("Cookie", &cookie)]);
        assert_eq!(page.status, 200);
        page.text().to_owned()
    };
    assert!(!show("?lang=fr").contains("M’en envoyer un"), "nowhere to send it");
    let early = submit(&server, &cookie, "/account/mail/try", &[]);
    assert!(early.text().contains("Dites d’abord où vont vos courriels"), "{}", early.text());
    for address in ["", "cy", "a@b@c.example", "a@b.example\r\nBcc: c@d.example", "é@a.example"] {
        let refused = submit(&server, &cookie, "/account/mail", &[("address", address), ("alerts", "daily")]);
        assert_eq!(refused.status, 422, "{address}");
        assert!(refused.text().contains("aria-invalid=\"true\"") && refused.text().contains("value=\"daily\" checked"));
    }
    assert_eq!(server.count("mail_choice"), 0);
    // A domain in letters of any script is kept as the domain name system has it.
    let saved = submit(&server, &cookie, "/account/mail", &[("address", "cy@bücher.example"), ("alerts", "daily")]);
    assert_eq!((saved.status, saved.header("location")), (303, Some("/account/mail?done=saved")));
    assert!(show("").contains("value=\"cy@xn--bcher-kva.example\""));
    let fields = [("address", " cy@olive.example "), ("alerts", "at-once"), ("digest", "1"), ("language", "fr")];
    let saved = submit(&server, &cookie, "/account/mail", &fields);
    assert_eq!((saved.status, saved.header("location")), (303, Some("/account/mail?done=saved")));
    let page = show("?lang=fr&done=saved");
    for part in [
        "Voilà ce que vous recevez désormais.",
        "value=\"cy@olive.example\"",
        "value=\"at-once\" checked",
        "value=\"1\" aria-describedby=\"weekly\" checked",
        "M’en envoyer un maintenant",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }

    let sent = submit(&server, &cookie, "/account/mail/try", &[]);
    assert!(sent.text().contains("a accepté le courriel"), "{}", sent.text());
    assert!(sent.text().contains("250 taken as 0042"), "{}", sent.text());
    let mail = smtp.mail();
    assert_eq!(mail.to, "cy@olive.example");
    assert!(mail.text.starts_with("Voici le courriel que vous avez demandé."), "{}", mail.text);
    for (fault, step, said) in [
        ("auth-535", "identification", "535 the fault auth-535"),
        ("rcpt-550", "destinataire", "550 the fault rcpt-550"),
        ("connect-cut", "connexion", "error"),
    ] {
        smtp.fault(fault);
        let failed = submit(&server, &cookie, "/account/mail/try", &[]);
        assert_eq!(failed.status, 200);
        assert!(failed.text().contains(&format!("Étape atteinte\u{a0}: {step}.")), "{}", failed.text());
        assert!(failed.text().contains(said), "{fault}: {}", failed.text());
    }
    let log = format!("{:?}", server.audit());
    assert!(log.contains("mails chosen") && log.contains("cy alerts at-once, digest"), "{log}");
    assert!(!log.contains("olive.example"), "no address: {log}");
    let stranger = request(server.results, "POST", "/account/mail", &[("Cookie", &cookie)], b"address=a@b.example");
    assert_eq!(stranger.status, 403, "another page's form");
}

#[test]
fn without_a_mail_server_the_page_says_so() {
    let server = Server::start();
    let cookie = server.cookie();
    let page = get(server.results, "/account/mail?lang=en", &[("Cookie", &cookie)]);
    assert!(page.text().contains("No mail server is configured"), "{}", page.text());
    let tried = submit(&server, &cookie, "/account/mail/try", &[]);
    assert!(tried.text().contains("Aucun serveur de courriel n’est configuré"), "{}", tried.text());
}

fn test_mail(smtp: &Smtp, address: &str, password: Option<&str>) -> (Option<i32>, String) {
    let file = smtp.folder.path().join("trente.toml");
    let settings = format!(
        "mail_server = \"localhost:{}\"\nmail_user = \"trente\"\nmail_ca_file = \"{}\"\n\
         mail_from = \"Trente <trente@shop.example>\"\nresults_names = [\"results.shop.example\"]\n",
        smtp.port,
        smtp.authority(),
    );
    std::fs::write(&file, settings).unwrap();
    let mut command = Command::new(TRENTE);
    command.args(["mail", "test", address, "--config"]).arg(&file).env_remove("TRENTE_MAIL_PASSWORD");
    if let Some(password) = password {
        command.env("TRENTE_MAIL_PASSWORD", password);
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn the_shell_tries_the_mail_server_of_the_configuration() {
    let mut smtp = Smtp::start();
    let (status, said) = test_mail(&smtp, "ada@olive.example", Some("s3 cret"));
    assert!(said.contains("taken: 250 taken as 0042"), "{said}");
    assert_eq!(status, Some(0));
    assert!(smtp.mail().text.starts_with("This is the mail that you asked for."));
    let (status, said) = test_mail(&smtp, "ada@olive.example", Some("wrong"));
    assert!(said.contains("not taken at the step `sign-in`: 535 5.7.8 this is not the password"), "{said}");
    assert_eq!(status, Some(2));
    assert!(!said.contains("wrong"), "{said}");
    smtp.fault("rcpt-550");
    let (status, said) = test_mail(&smtp, "ada@olive.example", Some("s3 cret"));
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("not taken at the step `recipient`: 550 the fault rcpt-550"), "{said}");
    let (status, said) = test_mail(&smtp, "ada@olive.example", None);
    assert!(status == Some(2) && said.contains("TRENTE_MAIL_PASSWORD"), "{said}");
    let (status, said) = test_mail(&smtp, "ada", Some("s3 cret"));
    assert!(status == Some(2) && said.contains("`ada` is no address"), "{said}");
}

#[test]
fn the_shell_says_what_an_account_is_sent() {
    let server = Server::start();
    server.add_account("ada");
    let database = server.folder.database();
    let set = |more: &[&str]| on(&database, &[&["mail", "set", "ada"], more].concat());
    let done = set(&["--address", "ada@olive.example", "--alerts", "daily", "--digest", "--lang", "fr"]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let listed = on(&database, &["mail", "list"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let wanted = json!({ "account": "ada", "address": "ada@olive.example", "language": "fr", "alerts": "daily", "digest": true, "since": listed["since"] });
    assert_eq!(listed, wanted);
    let refused = set(&["--address", "ada"]);
    assert_eq!(refused.status.code(), Some(2));
    let unknown = on(&database, &["mail", "set", "bo", "--address", "bo@olive.example"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("bo"), "{unknown:?}");
}
