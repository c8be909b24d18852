//! The settings of a site: every act on its page, with what the store and the API say of it afterwards.

mod parties;
mod people;

use serde_json::{Value, json};
use trente_stats::zone::Zone;
use trente_store::clock::{format_day, now_ms};
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;
use trente_survey::frame::Frame;
use trente_testing::frames::frame;

use super::desk::submit;
use super::{at, send, words};
use crate::support::admin::PASSWORD;
use crate::support::{Answer, Server, get, request};

const PAGES: [&str; 9] = ["origins", "zone", "retention", "keys", "people", "tokens", "webhooks", "days", "audit"];

fn path(setting: &str) -> String {
    format!("/sites/olive/settings/{setting}")
}

fn post(server: &Server, setting: &str, fields: &[(&str, &str)]) -> Answer {
    submit(server, &server.cookie(), &path(setting), fields)
}

/// A form that is taken leads back to its page, which says so.
fn taken(server: &Server, setting: &str, fields: &[(&str, &str)], said: &str) {
    let answer = post(server, setting, fields);
    assert_eq!(answer.status, 303, "{fields:?}: {}", words(answer.text()));
    let location = answer.header("location").unwrap().to_owned();
    assert!(location.starts_with(&format!("{}?done=", path(setting))), "{location}");
    let page = at(server, &location);
    assert!(page.contains(&format!("role=\"status\">{said}</p>")), "{fields:?}: {}", words(&page));
}

/// A form that is refused is shown again, and says why next to the field.
fn refused(server: &Server, setting: &str, fields: &[(&str, &str)], status: u16, why: &str) -> String {
    let answer = post(server, setting, fields);
    let page = answer.text().to_owned();
    assert_eq!(answer.status, status, "{fields:?}: {}", words(&page));
    assert!(page.contains(&format!("role=\"alert\" id=\"wrong\">{why}</p>")), "{fields:?}: {}", words(&page));
    page
}

/// A form that would do what cannot be undone is asked about; the form of the question sends it once more.
fn asked(server: &Server, setting: &str, fields: &[(&str, &str)], question: &str) -> String {
    let answer = post(server, setting, fields);
    let page = answer.text().to_owned();
    assert_eq!(answer.status, 200, "{fields:?}: {}", words(&page));
    assert!(page.contains(&format!("<h1>{question}</h1>")), "{fields:?}: {}", words(&page));
    for (name, value) in fields {
        let carried = format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
        assert!(page.contains(&carried), "{carried}: {page}");
    }
    page
}

fn site(server: &Server) -> Value {
    let answer = server.api(
        &server.token(&format!("t{}", now_ms()), &[trente_store::model::scope::Scope::Read], None),
        "GET",
        "/sites/olive",
        None,
    );
    serde_json::from_str(answer.text()).unwrap()
}

/// The newest line of the audit log that is no sign-in and no token of a test.
fn last_act(server: &Server) -> (String, String, String) {
    let row = server.audit().into_iter().find(|row| row.actor != "shell").unwrap();
    (row.actor, row.act, row.subject)
}

fn act(act: &str, subject: &str) -> (String, String, String) {
    ("account ada".to_owned(), act.to_owned(), subject.to_owned())
}

#[test]
fn the_list_says_what_holds_in_one_line_each() {
    let server = Server::start();
    let page = at(&server, "/sites/olive/settings");
    for setting in PAGES {
        assert!(page.contains(&format!("href=\"{}\"", path(setting))), "{setting}: {page}");
    }
    assert!(page.contains("aria-current=\"page\">Settings</a>") && page.contains("/sites/olive/install"));
    let text = words(&page);
    for part in [
        "https://shop.example",
        "UTC",
        "Answers for ever. Customers to put right for 90 days.",
        "One key.",
        "One account.",
        "No tokens",
        "0 receivers.",
    ] {
        let part = if part == "No tokens" { "0 tokens." } else { part };
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(at(&server, &path("keys")).contains("aria-current=\"true\">Settings</a>"));
    let french = words(&at(&server, "/sites/olive/settings?hl=fr"));
    assert!(french.contains("Réglages du site olive") && french.contains("Réponses\u{a0}: pour toujours."), "{french}");
    assert!(
        french.contains("0 jeton.") && french.contains("0 destinataire.") && french.contains("0 note."),
        "{french}"
    );
    assert!(at(&server, &path("origins?hl=fr")).contains("action=\"/sites/olive/settings/origins?hl=fr\""));
    assert!(at(&server, "/sites/olive").contains("href=\"/sites/olive/settings\""), "the navigation leads there");
}

#[test]
fn only_an_owner_sees_settings_and_only_our_own_pages_change_them() {
    let server = Server::start();
    server.cookie();
    let account = |name: &str, role| {
        server.add_account_with(name, Rights { role, sites: Sites::Every });
        server.cookie_for(name)
    };
    let (team, desk) = (account("ana", Role::Team), account("till", Role::Desk));
    for cookie in [&team, &desk] {
        assert_eq!(get(server.results, "/sites/olive/settings", &[("Cookie", cookie)]).status, 404);
        assert!(!get(server.results, "/sites/olive", &[("Cookie", cookie)]).text().contains("/settings"));
        for setting in PAGES {
            assert_eq!(get(server.results, &path(setting), &[("Cookie", cookie)]).status, 404, "{setting}");
            if setting != "audit" {
                assert_eq!(submit(&server, cookie, &path(setting), &[("act", "add")]).status, 404, "{setting}");
            }
        }
    }
    let before = server.audit().into_iter().filter(|row| row.actor == "account ada").count();
    for (setting, fields) in [
        ("origins", "origins=https%3A%2F%2Fevil.example"),
        ("zone", "zone=Europe%2FParis"),
        ("retention", "act=answers&keep=days&days=1&sure=1"),
        ("keys", "act=rotate&sure=1"),
        ("people", "act=add&name=eve"),
        ("tokens", "act=add&name=eve"),
        ("webhooks", "act=add"),
        ("days", "act=annotate&day=2026-01-01&text=x"),
    ] {
        let cookie = server.cookie();
        for site in ["cross-site", "same-site", "none"] {
            let headers =
                [("Sec-Fetch-Site", site), ("Cookie", &*cookie), ("Content-Type", "application/x-www-form-urlencoded")];
            let answer = request(server.results, "POST", &path(setting), &headers, fields.as_bytes());
            assert_eq!(answer.status, 403, "{setting} {site}");
        }
        // A form without an act, or with one that there is not.
        if setting != "origins" && setting != "zone" && setting != "retention" {
            assert_eq!(post(&server, setting, &[("act", "burn")]).status, 404, "{setting}");
        }
        assert_eq!(get(server.results, &path(setting), &[]).status, 303, "{setting}");
    }
    let after = server.audit().into_iter().filter(|row| row.actor == "account ada").count();
    assert_eq!(after, before, "nothing was done in their name");
    assert_eq!(site(&server)["origins"], json!(["https://shop.example"]));
}

#[test]
fn origins_and_the_time_zone_are_set() {
    let server = Server::start();
    let typed = "https://a.example\r\n  https://B.example/ \r\n";
    taken(&server, "origins", &[("origins", typed)], "It was saved, and holds from now on.");
    assert_eq!(site(&server)["origins"], json!(["https://a.example", "https://b.example"]));
    assert_eq!(last_act(&server), act("origins changed", "olive https://a.example https://b.example"));
    let many = (0..101).map(|n| format!("https://s{n}.example")).collect::<Vec<_>>().join("\n");
    for (typed, why) in [
        ("", "Write an address, or tick the box below it."),
        ("a.example", "a.example lacks its beginning. Write https://a.example."),
        ("https://a.example/thanks", "https://a.example/thanks is the address of one page. Write https://a.example."),
        ("https://*.a.example", "https://*.a.example stands for many addresses. Write each of them, or tick the box."),
        ("ftp://a.example", "ftp://a.example is no address of this kind. Write one as in https://shop.example."),
        (&*many, "A site has 100 addresses at most."),
    ] {
        let page = refused(&server, "origins", &[("origins", typed)], 422, why);
        assert!(page.contains(&format!("aria-invalid=\"true\">{typed}</textarea>")), "what was typed stays: {page}");
    }
    assert_eq!(site(&server)["any_origin"], json!(false));
    taken(&server, "origins", &[("origins", ""), ("any", "1")], "It was saved, and holds from now on.");
    assert_eq!((&site(&server)["any_origin"], &site(&server)["origins"]), (&json!(true), &json!([])));
    assert!(words(&at(&server, "/sites/olive/settings")).contains("any other address"));

    taken(&server, "zone", &[("zone", " europe/paris ")], "It was saved, and holds from now on.");
    assert_eq!(site(&server)["time_zone"], json!("Europe/Paris"));
    assert_eq!(last_act(&server), act("time zone changed", "olive Europe/Paris"));
    let page = refused(
        &server,
        "zone",
        &[("zone", "<b>Paris")],
        422,
        "There is no time zone of this name. Write one as in Europe/Paris.",
    );
    assert!(page.contains("value=\"&#60;b&#62;Paris\"") && page.contains("<option value=\"Asia/Tokyo\">"), "{page}");
    assert_eq!(site(&server)["time_zone"], json!("Europe/Paris"));
}

#[test]
fn a_shorter_retention_says_what_it_deletes_before_it_does() {
    let server = Server::start();
    let old = |number: u64, days: u16| Frame { age_minutes: Some(days * 1_440), ..frame(server.survey(), number) };
    send(&server, [old(1, 6), old(2, 5), old(3, 1)].into_iter());
    let shorter = [("act", "answers"), ("keep", "days"), ("days", "3")];
    let page = words(&asked(&server, "retention", &shorter, "Keep answers for 3 days?"));
    let last = Zone::default().day(now_ms()) - 4;
    assert!(page.contains(": 2 were counted."), "{page} {}", format_day(last));
    assert!(page.contains("They cannot come back; a backup"), "{page}");
    assert_eq!(site(&server)["retention_days"], Value::Null, "asked, and not done");
    let sure = [&shorter[..], &[("sure", "1")]].concat();
    taken(&server, "retention", &sure, "It was saved. What is older is deleted within the hour.");
    assert_eq!(site(&server)["retention_days"], json!(3));
    assert_eq!(last_act(&server), act("retention changed", "olive 3 days"));
    let store = server.store();
    let deleted = trente_testing::stores::wait(trente_collector::jobs::retention::delete_expired(&store, now_ms()));
    assert_eq!((deleted.unwrap(), server.count("response")), (2, 1), "as many as was said");
    // A longer time deletes nothing, so it is not asked about.
    taken(&server, "retention", &[("keep", "days"), ("days", "30")], "It was saved, and holds from now on.");
    taken(&server, "retention", &[("keep", "ever"), ("days", "")], "It was saved, and holds from now on.");
    assert_eq!(site(&server)["retention_days"], Value::Null);
    let none =
        words(&asked(&server, "retention", &[("keep", "days"), ("days", "3650")], "Keep answers for 3650 days?"));
    assert!(none.contains("No answer is older than that today."), "{none}");
    for days in ["0", "3651", "-1", "many", "", "99999999999999999999"] {
        let fields = [("act", "answers"), ("keep", "days"), ("days", days), ("sure", "1")];
        let page = refused(&server, "retention", &fields, 422, "Write a number of days from 1 to 3650.");
        assert!(page.contains(&format!("value=\"{days}\" aria-describedby=\"wrong\"")), "{days}: {page}");
    }

    let page =
        asked(&server, "retention", &[("act", "desk"), ("desk", "30")], "Keep customers to put right for 30 days?");
    assert!(words(&page).contains("They cannot come back."), "{page}");
    let sure = [("act", "desk"), ("desk", "30"), ("sure", "1")];
    taken(&server, "retention", &sure, "It was saved. What is older is deleted within the hour.");
    assert_eq!(last_act(&server), act("retention of the desk changed", "olive 30 days"));
    taken(&server, "retention", &[("act", "desk"), ("desk", "60")], "It was saved, and holds from now on.");
    refused(&server, "retention", &[("act", "desk"), ("desk", "731")], 422, "Write a number of days from 1 to 730.");
    assert!(words(&at(&server, "/sites/olive/settings")).contains("Customers to put right for 60 days."));

    let page = asked(&server, "retention", &[("act", "contact"), ("contact", "7")], "Keep contacts for 7 days?");
    assert!(words(&page).contains("They cannot come back."), "{page}");
    let sure = [("act", "contact"), ("contact", "7"), ("sure", "1")];
    taken(&server, "retention", &sure, "It was saved. What is older is deleted within the hour.");
    assert_eq!(last_act(&server), act("retention of contacts changed", "olive 7 days"));
    taken(&server, "retention", &[("act", "contact"), ("contact", "90")], "It was saved, and holds from now on.");
    for days in ["0", "366", "a"] {
        let fields = [("act", "contact"), ("contact", days)];
        refused(&server, "retention", &fields, 422, "Write a number of days from 1 to 365.");
    }
}

#[test]
fn a_key_is_rotated_with_the_password_and_shown_once() {
    let server = Server::start();
    let first = server.key().0;
    let page = asked(&server, "keys", &[("act", "rotate")], "Make another key?");
    assert!(page.contains("autocomplete=\"current-password\""), "{page}");
    let sure = [("act", "rotate"), ("sure", "1"), ("current", "another sentence")];
    let page = refused(&server, "keys", &sure, 403, "The current password is not right.");
    assert!(page.contains("aria-invalid=\"true\"") && !page.contains("another sentence"), "{page}");
    assert_eq!(server.key().0, first);
    let answer = post(&server, "keys", &[("act", "rotate"), ("sure", "1"), ("current", PASSWORD)]);
    let key = trente_store::encoding::hex(&server.key().0);
    assert!(answer.status == 200 && answer.text().contains(&key), "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(last_act(&server), act("key rotated", "olive"));
    assert!(server.key().0 != first && site(&server)["former_key"] == json!(true));
    let page = at(&server, &path("keys"));
    assert!(!page.contains(&key) && page.contains("End the former key"), "{page}");
    let twice = [("act", "rotate"), ("sure", "1"), ("current", PASSWORD)];
    refused(&server, "keys", &twice, 422, "There are two keys already. End the former one first.");
    asked(&server, "keys", &[("act", "retire")], "End the former key?");
    assert_eq!(site(&server)["former_key"], json!(true));
    taken(&server, "keys", &[("act", "retire"), ("sure", "1")], "The former key is worth nothing any more.");
    assert_eq!(site(&server)["former_key"], json!(false));
    taken(&server, "keys", &[("act", "retire"), ("sure", "1")], "It is no longer there.");
}

#[test]
fn what_the_shop_says_of_its_days_is_listed_and_taken_back() {
    let server = Server::start();
    let today = Zone::default().day(now_ms());
    let day = |back: u32| format_day(today - back);
    let (from, to, now) = (day(3), day(1), day(0));
    let text = words(&at(&server, &path("days")));
    assert!(text.contains("No number is known.") && text.contains("Nothing is noted."), "{text}");
    let orders = [("act", "orders"), ("from", &*from), ("to", &*to), ("orders", "100")];
    taken(&server, "days", &orders, "The number was saved, and each day has an equal share of it.");
    let store = server.store();
    let by_day = || {
        trente_testing::stores::wait(async {
            store.orders_by_day(store.site("olive").await.unwrap(), trente_store::ALL_DAYS).await.unwrap()
        })
    };
    assert_eq!(by_day(), [(today - 3, 34), (today - 2, 33), (today - 1, 33)]);
    for (from, to, orders, field, why) in [
        (&*from, &*now, "5", "to", "Write two days that are over, the first one first, and 3653 days at most."),
        (&*to, &*from, "5", "from", "Write two days that are over, the first one first, and 3653 days at most."),
        ("", "x", "5", "from", "Write two days that are over, the first one first, and 3653 days at most."),
        (&*from, &*to, "-1", "orders", "Write a whole number of orders."),
        (&*from, &*to, "4.5", "orders", "Write a whole number of orders."),
    ] {
        let fields = [("act", "orders"), ("from", from), ("to", to), ("orders", orders)];
        let page = refused(&server, "days", &fields, 422, why);
        assert!(
            page.contains("aria-invalid=\"true\"") && page.contains(&format!("value=\"{orders}\"")),
            "{field}: {page}"
        );
    }
    let forget = [("act", "forget"), ("from", &*from), ("to", &*to)];
    taken(&server, "days", &forget, "The number was removed: it is not known any more.");
    assert_eq!(by_day(), []);
    assert_eq!(last_act(&server), act("orders asked forgotten", &format!("olive {from} to {to}")));
    taken(&server, "days", &forget, "It is no longer there.");

    let note = [("act", "annotate"), ("day", &*now), ("text", "  New <carrier> ")];
    taken(&server, "days", &note, "It is noted on the chart.");
    assert!(at(&server, &path("days")).contains(">New &#60;carrier&#62;</td>"));
    let long = "x".repeat(121);
    for (day, text, why) in [
        ("2126-01-01", "later", "Write today or an earlier day."),
        ("today", "when", "Write today or an earlier day."),
        (&*now, "", "Write one line of at most 120 characters."),
        (&*now, &*long, "Write one line of at most 120 characters."),
    ] {
        let page = refused(&server, "days", &[("act", "annotate"), ("day", day), ("text", text)], 422, why);
        assert!(page.contains(&format!("value=\"{text}\"")), "{text}: {page}");
    }
    taken(&server, "days", &[("act", "remove"), ("day", &now), ("id", "1")], "The note was removed.");
    taken(&server, "days", &[("act", "remove"), ("day", &now), ("id", "1")], "It is no longer there.");
    assert_eq!(server.count("annotation"), 0);
}

#[test]
fn the_log_is_read_by_pages_the_newest_first() {
    let server = Server::start();
    server.cookie();
    for number in 0..60 {
        server.token(&format!("program-{number}"), &[trente_store::model::scope::Scope::Read], None);
    }
    let page = at(&server, &path("audit"));
    let text = words(&page);
    assert!(text.contains("program-59 read every site") && !text.contains("program-0 read"), "{text}");
    assert_eq!(page.matches("<tr><th").count(), 50 + 1);
    let older = page.split("class=\"button\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let rest = at(&server, &older);
    let text = words(&rest);
    assert!(text.contains("program-0 read every site") && !text.contains("program-59 read"), "{text}");
    assert!(!rest.contains("class=\"button\"") && rest.contains(&format!("href=\"{}\"", path("audit"))), "{rest}");
    assert!(
        words(&at(&server, &path("audit?hl=fr")))
            .contains("ligne de commande jeton ajouté program-59 read tous les sites")
    );
    let hub = words(&at(&server, "/sites/olive/settings"));
    assert!(hub.contains("Last line: "), "{hub}");
}
