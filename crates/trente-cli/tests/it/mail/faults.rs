//! Tests of a faulty mail server: silent, slow, refusing, breaking off. No mail is lost, and none is made twice.

use std::time::Duration;

use trente_collector::mail::server::Security;
use trente_store::model::mail::Alerts;
use trente_store::model::role::Role;
use trente_testing::wait_for;

use super::{hurt, outcomes, reader};
use crate::support::smtp::Smtp;
use crate::support::{Server, get};

#[test]
fn a_mail_arrives_once_whatever_its_server_does_first() {
    let mut smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    reader(&server, "ada", Role::Owner, Alerts::AtOnce, false);
    // 535 is a password that the operator mends, 550 of a sender likewise; 421 and 4xx pass by themselves.
    let faults = [
        "connect-421",
        "connect-cut",
        "connect-silent",
        "auth-535",
        "auth-454",
        "mail-550",
        "mail-cut",
        "rcpt-450",
        "rcpt-silent",
        "data-451",
        "data-cut",
        "data-slow",
    ];
    for (number, fault) in (1..).zip(faults) {
        smtp.fault(fault);
        hurt(&server, number, 3, 0, Some(fault));
        assert_eq!(smtp.step("connect")["fault"], fault);
        let mail = smtp.mail();
        assert!(mail.text.contains(&format!("\n{fault}\n")), "{fault}: {}", mail.text);
        wait_for("the end of the delivery", || outcomes(&server, 1) == number);
    }
    assert!(smtp.is_quiet(Duration::from_millis(1500)), "a second time");
    let metrics = get(server.results, "/metrics", &[]);
    for outcome in ["sent", "deferred"] {
        assert!(metrics.text().contains(&format!("trente_mail_total{{outcome=\"{outcome}\"}}")), "{}", metrics.text());
    }
}

#[test]
fn a_mail_that_is_refused_for_good_is_tried_once_and_holds_up_no_other() {
    let mut smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    reader(&server, "ada", Role::Owner, Alerts::AtOnce, false);
    for (number, fault) in [(1, "rcpt-550"), (2, "data-554")] {
        smtp.fault(fault);
        hurt(&server, number, 3, 0, Some(fault));
        assert_eq!(smtp.step("connect")["fault"], fault);
        wait_for("the refusal", || outcomes(&server, 2) == number);
    }
    hurt(&server, 3, 3, 0, Some("third"));
    assert!(smtp.mail().text.contains("\nthird\n"));
    assert!(smtp.is_quiet(Duration::from_millis(1500)), "what was refused came after all");
    assert_eq!((outcomes(&server, 2), outcomes(&server, 0)), (2, 0));
}

/// The one case that SMTP cannot decide: the server may have taken the mail. It gets it again, as the same mail.
#[test]
fn a_mail_whose_answer_is_lost_comes_again_as_the_same_mail() {
    let mut smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    reader(&server, "ada", Role::Owner, Alerts::AtOnce, false);
    for (number, fault) in [(1, "taken-cut"), (2, "taken-silent")] {
        smtp.fault(fault);
        hurt(&server, number, 3, 0, Some(fault));
        let (first, second) = (smtp.mail(), smtp.mail());
        assert_eq!(first.id(), second.id());
        assert_eq!(first.raw, second.raw, "byte for byte");
        wait_for("the end of the delivery", || outcomes(&server, 1) == number);
        assert!(smtp.is_quiet(Duration::from_millis(1500)), "a third time");
    }
}

#[test]
fn mails_outlive_the_service() {
    let mut smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    reader(&server, "ada", Role::Owner, Alerts::AtOnce, false);
    smtp.fault("rcpt-silent");
    hurt(&server, 1, 3, 0, Some("first"));
    smtp.step("connect");
    let folder = server.stop();
    let server = Server::mailing(folder, smtp.settings());
    // The lease of the service that ended is over.
    server.database().execute("update notice set due_ms = 0", []).unwrap();
    assert!(smtp.mail().text.contains("\nfirst\n"));
    wait_for("the end of the delivery", || outcomes(&server, 1) == 1);
}

#[test]
fn no_mail_and_no_password_goes_over_a_way_that_is_not_the_servers_own() {
    // A server without TLS, of which TLS is asked.
    let plain = Smtp::with(Security::None);
    let mut settings = plain.settings();
    settings.security = Security::Starttls;
    let server = Server::with_mail(settings);
    reader(&server, "ada", Role::Owner, Alerts::AtOnce, false);
    hurt(&server, 1, 3, 0, None);
    plain.step("connect");
    assert!(plain.is_quiet(Duration::from_millis(500)));
    assert_eq!((outcomes(&server, 0), outcomes(&server, 1)), (1, 0), "it waits");
    drop(server);

    // A server whose certificate no authority that we know has signed.
    let stranger = Smtp::start();
    let mut settings = stranger.settings();
    settings.roots = None;
    let server = Server::with_mail(settings);
    reader(&server, "ada", Role::Owner, Alerts::AtOnce, false);
    hurt(&server, 1, 3, 0, None);
    stranger.step("connect");
    assert!(stranger.is_quiet(Duration::from_millis(500)));
    assert_eq!((outcomes(&server, 0), outcomes(&server, 1)), (1, 0), "it waits");
    drop(server);

    // TLS from the first byte, and none at all where that is said.
    for security in [Security::Tls, Security::None] {
        let smtp = Smtp::with(security);
        let server = Server::with_mail(smtp.settings());
        reader(&server, "ada", Role::Owner, Alerts::AtOnce, false);
        hurt(&server, 1, 3, 0, None);
        assert_eq!(smtp.mail().secure, security == Security::Tls);
    }
}
