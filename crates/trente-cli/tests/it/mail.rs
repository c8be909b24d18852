//! Mails to people, through a real mail server: alerts at once and daily, the weekly digest, what they carry, what ends
//! them.

mod faults;
mod pages;

use std::time::Duration;

use trente_collector::domain::ops::mail::{Wish, choose};
use trente_collector::jobs::mail::plan::{Planned, scheduled};
use trente_collector::views::dates;
use trente_store::change::{Change, Erase};
use trente_store::clock::{DAY_MS, day, format_day, now_ms};
use trente_store::inbound::Inbound;
use trente_store::key::ResponseKey;
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::audit::Actor;
use trente_store::model::mail::Alerts;
use trente_store::model::role::Role;
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_survey::locale::Language;
use trente_testing::frames::{bytes, frame, scored};
use trente_testing::stores::{ORIGIN, wait};
use trente_testing::wait_for;

use crate::support::smtp::Smtp;
use crate::support::{Server, get, post, request};

const WORDS: &str = "« Deux clients devant moi »…\n\n  et personne!?  \u{202f}🙃\n.\n";

/// An account with this role and what it is sent.
pub fn reader(server: &Server, name: &str, role: Role, alerts: Alerts, digest: bool) {
    server.add_account_with(name, Rights { role, sites: Sites::Every });
    choose_for(server, name, alerts, digest);
}

pub fn choose_for(server: &Server, name: &str, alerts: Alerts, digest: bool) {
    let address = format!("{name}@olive.example");
    let wish = Wish { address, language: Language::Fr, alerts, digest };
    wait(async { choose(&server.store(), Actor::shell(), name.to_owned(), wish, now_ms()).await.unwrap() });
}

/// A customer who is lost (`forgive` 3), or waits to be put right (2).
pub fn hurt(server: &Server, number: u64, forgive: u8, rev: u8, said: Option<&str>) {
    let one = frame(server.survey(), number);
    let answers = Answers { satisfaction: Some(1), recommend: Some(1), moment: 7, forgive, ..one.answers };
    let one = scored(Frame { answers, rev, verbatim: said.map(str::to_owned), locale: 1, ..one });
    assert_eq!(post(server.address, ORIGIN, &bytes(&one)).status, 204);
    server.folded();
}

/// A delighted customer, with these words.
pub fn delight(server: &Server, number: u64, said: &str) {
    let one = frame(server.survey(), number);
    let answers =
        Answers { satisfaction: Some(5), ease: Some(7), recommend: Some(10), moment: 3, ..Answers::default() };
    let one = scored(Frame { answers, verbatim: Some(said.into()), ..one });
    assert_eq!(post(server.address, ORIGIN, &bytes(&one)).status, 204);
}

/// Mails in the queue with this outcome: 0 waits, 1 sent, 2 refused, 3 given up, 4 nothing to tell.
pub fn outcomes(server: &Server, outcome: u8) -> u64 {
    let sql = "select count(*) from notice where outcome = ?1";
    server.database().query_row(sql, [outcome], |row| row.get(0)).unwrap()
}

/// Eight o'clock, in UTC, of the first Monday after today.
pub fn next_monday() -> u64 {
    let today = day(now_ms());
    let days = 7 - u64::from((today + 3) % 7);
    (u64::from(today) + days) * DAY_MS + 8 * 3_600_000
}

/// Plans what is sent at this time, and has it sent now.
fn plan_at(server: &Server, at_ms: u64) -> u64 {
    let planned = wait(async { scheduled(&server.store(), at_ms, &mut Planned::default()).await.unwrap() });
    // Those that wait for an hour; one that is being sent is due again at the end of its lease, at no whole minute.
    server.database().execute("update notice set due_ms = 0 where due_ms % 60000 = 0", []).unwrap();
    planned
}

#[test]
fn a_customer_is_told_of_at_once_in_their_own_words_to_those_who_answer_them() {
    let smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    reader(&server, "ada", Role::Desk, Alerts::AtOnce, false);
    hurt(&server, 1, 2, 0, Some(WORDS));
    let mail = smtp.mail();
    assert_eq!((mail.to.as_str(), mail.secure, mail.user.as_str()), ("ada@olive.example", true, "trente"));
    assert!(mail.text.contains(&format!("\n{WORDS}\n")), "byte for byte: {}", mail.text);
    for part in ["Un client pardonnera si vous réparez.", "Rien ne prouve cet achat.", "Cause\u{a0}: rapidité"] {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}: {}", mail.text);
    }
    assert!(mail.text.contains("https://results.shop.example/sites/olive/recover\n"), "{}", mail.text);
    assert!(mail.raw.contains("Auto-Submitted: auto-generated\r\n"));
    assert_eq!(mail.header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    wait_for("the end of the delivery", || outcomes(&server, 1) == 1);
    let log = format!("{:?}", server.audit());
    assert!(log.contains("words mailed") && log.contains("olive to ada") && !log.contains("olive.example"), "{log}");

    // The same customer again is no news; another one is, and a team reads no complaint.
    hurt(&server, 1, 2, 1, Some("encore"));
    reader(&server, "cy", Role::Team, Alerts::AtOnce, false);
    hurt(&server, 2, 3, 0, Some(WORDS));
    let (one, two) = (smtp.mail(), smtp.mail());
    let (ada, cy) = if one.to.starts_with("ada") { (one, two) } else { (two, one) };
    assert_eq!((ada.to.as_str(), cy.to.as_str()), ("ada@olive.example", "cy@olive.example"));
    assert!(ada.text.contains("Un client est perdu.") && ada.text.contains("Deux clients"), "{}", ada.text);
    assert!(cy.text.contains("Un client est perdu.") && !cy.raw.contains("Deux"), "{}", cy.text);
    assert!(!cy.text.contains("Deux clients") && !cy.html.contains("Deux clients"), "{}", cy.text);
    assert_ne!((mail.id(), ada.id()), (ada.id(), cy.id()));
    wait_for("the end of the deliveries", || outcomes(&server, 1) == 3);
    assert!(smtp.is_quiet(Duration::from_millis(500)), "nobody is told twice");
}

#[test]
fn what_is_erased_or_no_longer_wanted_is_not_sent() {
    let mut smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    reader(&server, "ada", Role::Owner, Alerts::AtOnce, false);
    // Each fails twice, so that both are in the queue, and the third try is a second away.
    for number in [1, 2] {
        smtp.fault("rcpt-450");
        smtp.fault("rcpt-450");
        hurt(&server, number, 3, 0, Some("secret"));
        wait_for("two failures", || {
            let sql = "select count(*) from notice where tries = 2";
            server.database().query_row::<u64, _, _>(sql, [], |row| row.get(0)).unwrap() == number
        });
        server.database().execute("update notice set due_ms = ?1", [now_ms() + DAY_MS]).unwrap();
    }
    let erase = |number: u64| Erase {
        site: "olive".into(),
        places: vec![ResponseKey { survey: server.survey().0, rid: number.to_be_bytes() }],
        until_ms: u64::MAX >> 2,
        reason: None,
    };
    wait(server.store().erase(Actor::shell(), erase(1))).unwrap();
    assert_eq!(server.count("notice"), 1, "an erasure takes the mail along");
    choose_for(&server, "ada", Alerts::Off, false);
    server.database().execute("update notice set due_ms = 0", []).unwrap();
    wait_for("the end", || outcomes(&server, 4) == 1);
    assert!(smtp.is_quiet(Duration::from_millis(300)));
    server.change(Change::RemoveAccount { name: "ada".into() });
    assert_eq!((server.count("notice"), server.count("mail_choice")), (0, 0));
}

#[test]
fn the_digest_of_a_week_goes_to_the_whole_team_thanks_first_and_without_a_complaint() {
    let smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    for (name, role) in [("ada", Role::Owner), ("cy", Role::Team)] {
        reader(&server, name, role, Alerts::Off, true);
    }
    reader(&server, "off", Role::Owner, Alerts::Off, false);
    delight(&server, 1, "Nadia a pris son temps.");
    hurt(&server, 2, 3, 0, Some("Jamais plus"));
    let monday = next_monday();
    assert_eq!(plan_at(&server, monday - 1), 0, "not before eight o'clock");
    assert_eq!(plan_at(&server, monday), 2);
    assert_eq!(plan_at(&server, monday + 3_600_000), 0, "once a week");
    let mut mails = [smtp.mail(), smtp.mail()];
    mails.sort_by(|left, right| left.to.cmp(&right.to));
    let [ada, cy] = &mails;
    assert_eq!((ada.to.as_str(), cy.to.as_str()), ("ada@olive.example", "cy@olive.example"));
    let until = day(monday) - 1;
    let (first, last) = dates::ends(Language::Fr, until - 6, until, day(now_ms()));
    let head = format!("olive. Semaine du {first} au {last}\n");
    assert!(ada.text.starts_with(&head), "{}", ada.text);
    let order = [
        "Pour toute l’équipe\u{a0}: ada@olive.example, cy@olive.example\n",
        "\nMerci\n- «\u{a0}Nadia",
        "\nÀ faire cette semaine\n",
        "\nLes chiffres\n",
    ];
    let places: Vec<_> =
        order.iter().map(|part| ada.text.find(part).unwrap_or_else(|| panic!("{part}: {}", ada.text))).collect();
    assert!(places.is_sorted(), "{places:?}");
    for mail in &mails {
        assert!(!mail.text.contains("Jamais plus") && !mail.html.contains("Jamais plus"), "{}", mail.text);
    }
    // The command prints the same letter.
    let printed = crate::cli::on(
        &server.folder.database(),
        &[
            "digest",
            "--site",
            "olive",
            "--to",
            "ada@olive.example",
            "--to",
            "cy@olive.example",
            "--lang",
            "fr",
            "--until",
            &format_day(until),
        ],
    );
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(ada.text.starts_with(printed.trim_end()), "{printed}\n{}", ada.text);
}

#[test]
fn the_digest_pauses_after_four_empty_weeks_until_an_answer_comes() {
    let smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    reader(&server, "ada", Role::Owner, Alerts::Off, true);
    let monday = next_monday();
    assert_eq!(plan_at(&server, monday), 0, "a site without any answer has none");
    assert_eq!(post(server.address, ORIGIN, &bytes(&frame(server.survey(), 1))).status, 204);
    server.folded();
    const WEEK_MS: u64 = 7 * DAY_MS;
    for week in 0..=4 {
        assert_eq!(plan_at(&server, monday + week * WEEK_MS), 1, "week {week}");
        let mail = smtp.mail();
        assert_eq!(mail.text.contains("Aucune réponse depuis quatre semaines"), week == 4, "{}", mail.text);
        wait_for("the end of the delivery", || outcomes(&server, 1) == week + 1);
    }
    assert_eq!(plan_at(&server, monday + 5 * WEEK_MS), 0);
    // A service that did not run on Monday still sends it, but not on Friday.
    let late = |days: u64| plan_at(&server, monday + WEEK_MS + days * DAY_MS);
    server.database().execute("delete from notice", []).unwrap();
    assert_eq!((late(4), late(2), late(1)), (0, 1, 0));
}

#[test]
fn the_alerts_of_a_day_are_one_mail_without_words() {
    let smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    reader(&server, "ada", Role::Owner, Alerts::Daily, false);
    for (number, forgive) in [(1, 3), (2, 2), (3, 2)] {
        hurt(&server, number, forgive, 0, Some("Jamais plus"));
    }
    let tomorrow = (u64::from(day(now_ms())) + 1) * DAY_MS + 8 * 3_600_000;
    assert_eq!(plan_at(&server, tomorrow), 1);
    let mail = smtp.mail();
    assert!(
        mail.text.contains("Clients perdus\u{a0}: 1\nClients qui attendent réparation\u{a0}: 2\n"),
        "{}",
        mail.text
    );
    assert!(!mail.text.contains("Jamais plus") && !mail.html.contains("Jamais plus"));
    wait_for("the end of the delivery", || outcomes(&server, 1) == 1);
    assert_eq!(plan_at(&server, tomorrow + DAY_MS), 0, "a quiet day is no mail");
    assert!(smtp.is_quiet(Duration::from_millis(300)), "nobody is told at once");
}

/// A fifth of the answers are incidents for twelve weeks, and half of them in the week that ends with a day: rule A2.
pub fn leave_the_course(server: &Server, today: u32) {
    let mut number = 0;
    let mut answers = |day: u32, happy: u64, incidents: u64| -> Vec<Inbound> {
        let one = |incident: bool| {
            number += 1;
            let one = frame(server.survey(), number);
            // One who forgets it: no customer to put right.
            let answers = Answers { satisfaction: Some(1), recommend: Some(1), moment: 7, forgive: 1, ..one.answers };
            let one = if incident { scored(Frame { answers, ..one }) } else { one };
            let received_ms = u64::from(day) * DAY_MS + 1000;
            Inbound { received_ms, verified: false, aside: false, bytes: bytes(&one) }
        };
        (0..happy + incidents).map(|index| index < incidents).map(one).collect()
    };
    let mut all: Vec<Inbound> = (1..=12).flat_map(|week| answers(today - 7 * week - 3, 32, 8)).collect();
    all.extend(answers(today - 3, 24, 6));
    all.extend(answers(today, 0, 30));
    wait(async { server.store().append(all, Duration::from_secs(20)).await.unwrap() });
    server.folded();
}

#[test]
fn what_leaves_its_usual_course_is_told_once_to_those_who_hear_at_once_and_to_those_who_hear_daily() {
    let smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    for (name, alerts) in [("ada", Alerts::AtOnce), ("cy", Alerts::Daily), ("off", Alerts::Off)] {
        reader(&server, name, Role::Owner, alerts, false);
    }
    let today = day(now_ms());
    leave_the_course(&server, today);
    let tomorrow = (u64::from(today) + 1) * DAY_MS + 8 * 3_600_000;
    assert_eq!(plan_at(&server, tomorrow), 2);
    for mail in [smtp.mail(), smtp.mail()] {
        assert!(
            mail.text.contains(
                "\nHors de l’ordinaire\n- 60\u{a0}% des 60 réponses étaient des incidents, contre 20\u{a0}% d’ordinaire\u{a0}: \
                 plus que le hasard seul n’en explique.\n"
            ),
            "{}",
            mail.text
        );
        assert!(!mail.text.contains("Clients perdus"), "{}", mail.text);
    }
    wait_for("the end of the deliveries", || outcomes(&server, 1) == 2);
    assert_eq!(plan_at(&server, tomorrow + DAY_MS), 0, "what goes on is no news");
}

#[test]
fn a_link_ends_mails_of_one_kind_without_signing_in() {
    let smtp = Smtp::start();
    let server = Server::with_mail(smtp.settings());
    reader(&server, "ada", Role::Owner, Alerts::AtOnce, true);
    hurt(&server, 1, 3, 0, None);
    let mail = smtp.mail();
    let stop = mail.stop();
    let wanted = || {
        let sql = "select alerts, digest from mail_choice";
        server.database().query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    // A program that looks at every link of a mail ends nothing.
    let page = get(server.results, stop, &[("Accept-Language", "en")]);
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.text().contains("Le compte ada reçoit des alertes par courriel."), "{}", page.text());
    assert!(mail.html.contains("Ne plus recevoir ce type de courriels") && mail.text.contains(stop), "{}", mail.text);
    assert_eq!(wanted(), (2, true));
    // As a mail provider sends it: from nowhere.
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    for _ in 0..2 {
        let ended = request(server.results, "POST", stop, &form, b"List-Unsubscribe=One-Click");
        assert_eq!((ended.status, wanted()), (200, (0, true)), "{ended:?}");
    }
    let log = format!("{:?}", server.audit());
    assert!(log.contains("mails ended") && log.contains("ada alerts"), "{log}");
    for link in ["/mail/stop/", "/mail/stop/AAAA", &stop[..stop.len() - 1], &format!("{stop}A")] {
        let refused = request(server.results, "POST", link, &form, b"List-Unsubscribe=One-Click");
        assert_eq!((refused.status, wanted()), (404, (0, true)), "{link}");
    }
    assert_eq!(get(server.address, stop, &[]).status, 404, "the public listener knows nothing of it");
    // Another address, another link.
    let wish = Wish { address: "ada@fig.example".into(), language: Language::En, alerts: Alerts::AtOnce, digest: true };
    wait(async { choose(&server.store(), Actor::shell(), "ada".to_owned(), wish, now_ms()).await.unwrap() });
    assert_eq!(request(server.results, "POST", stop, &form, b"List-Unsubscribe=One-Click").status, 404);
    assert_eq!(wanted(), (2, true));
}
