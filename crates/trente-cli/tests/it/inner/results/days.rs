//! What an owner says of the shop's days on the overview, and the figures as a table.

use trente_stats::zone::Zone;
use trente_store::clock::{format_day, now_ms};
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_testing::frames::frame;

use super::desk::submit;
use super::{TWO_DAYS, answer, at, send, words};
use crate::support::{Server, get};

const PATH: &str = "/sites/olive/days";

/// Six customers whom the speed lost, of a day that is over.
pub fn slow(server: &Server) {
    send(
        server,
        (500..506).map(|index| {
            let one = frame(server.survey(), index);
            let answers = Answers { satisfaction: Some(1), recommend: Some(1), moment: 7, forgive: 3, ..one.answers };
            Frame { answers, age_minutes: Some(TWO_DAYS), ..one }
        }),
    );
}

#[test]
fn what_was_done_stands_on_the_overview() {
    let server = Server::start();
    slow(&server);
    let cookie = server.cookie();
    let page = at(&server, "/sites/olive");
    assert!(page.contains("We did this today") && page.contains("Say the true waiting time first."), "{page}");
    let step = "Say the true waiting time first.";
    let done = submit(&server, &cookie, PATH, &[("act", "annotate"), ("text", step)]);
    assert_eq!((done.status, done.header("location")), (303, Some("/sites/olive?done=annotated#ordinary")));
    let today = format_day(Zone::default().day(now_ms()));
    let told = words(&at(&server, "/sites/olive?done=annotated"));
    assert!(told.contains("It is noted on the chart.") && told.contains("What happened 1 "), "{told}");
    assert_eq!(told.matches(step).count(), 2, "the remedy, and that it was done: {told}");
    let yesterday = format_day(Zone::default().yesterday(now_ms()));
    let french = "/sites/olive/days?hl=fr";
    let one = [("act", "annotate"), ("text", "  Nouveau transporteur "), ("day", yesterday.as_str())];
    let done = submit(&server, &cookie, french, &one);
    assert_eq!(done.header("location"), Some("/sites/olive?hl=fr&done=annotated#ordinary"));
    let told = words(&at(&server, "/sites/olive?hl=fr"));
    assert!(told.contains("Nouveau transporteur"), "{told}");
    let long = "x".repeat(121);
    for fields in [
        &[("act", "annotate"), ("text", "")][..],
        &[("act", "annotate"), ("text", "two\nlines")],
        &[("act", "annotate"), ("text", &long)],
        &[("act", "annotate"), ("text", "later"), ("day", "2126-01-01")],
        &[("act", "annotate"), ("text", "when"), ("day", "today")],
    ] {
        let refused = submit(&server, &cookie, PATH, fields);
        let page = refused.text();
        assert_eq!(refused.status, 422, "{fields:?}");
        assert!(page.contains("A note is one line of at most 120 characters"), "{fields:?}: {page}");
        for (_, typed) in &fields[1..] {
            assert!(page.contains(&format!("value=\"{typed}\"")), "what was typed is still there: {typed}: {page}");
        }
    }
    let remove = [("act", "remove"), ("day", today.as_str()), ("id", "1")];
    for _ in 0..2 {
        let removed = submit(&server, &cookie, PATH, &remove);
        assert_eq!(removed.header("location"), Some("/sites/olive?done=annotation-removed#ordinary"));
    }
    assert_eq!(words(&at(&server, "/sites/olive")).matches(step).count(), 1);
    for fields in [&[("act", "burn")][..], &[], &[("act", "remove"), ("day", "x"), ("id", "1")]] {
        assert_eq!(submit(&server, &cookie, PATH, fields).status, 404, "{fields:?}");
    }
    // Who reads figures says nothing.
    server.add_account_with("ana", Rights { role: Role::Team, sites: Sites::Every });
    let team = server.cookie_for("ana");
    assert_eq!(submit(&server, &team, PATH, &[("act", "annotate"), ("text", "x")]).status, 404);
    let page = get(server.results, "/sites/olive", &[("Cookie", &team)]);
    assert!(page.text().contains("Nouveau transporteur") && !page.text().contains("We did this today"));
}

#[test]
fn a_share_of_answers_is_told_where_every_day_is_known() {
    let server = Server::start();
    answer(&server, 12, 0, 9);
    let cookie = server.cookie();
    let told = words(&at(&server, "/sites/olive?days=7"));
    assert!(told.contains("How many were asked is not known for every day of this period."), "{told}");
    let send =
        |orders: &str| submit(&server, &cookie, "/sites/olive/days?days=7", &[("act", "orders"), ("orders", orders)]);
    let say = |orders: &str| send(orders).header("location").unwrap().to_owned();
    assert!(!told.contains("they are replaced"), "nothing was said: {told}");
    assert_eq!(say("40"), "/sites/olive?days=7&done=orders#worth");
    // A number for days of which some are known replaces what was said of them.
    for (days, known) in [("7", "7"), ("28", "7")] {
        let page = words(&at(&server, &format!("/sites/olive?days={days}")));
        let warning = format!("The numbers of {known} of these days are known: they are replaced");
        assert!(page.contains(&warning), "{days}: {page}");
    }
    let told = words(&at(&server, "/sites/olive?days=7"));
    // Wilson's interval of 12 of 40, as `trente stats` has it: 0.1807 to 0.4543.
    assert!(told.contains("12 answers to 40 orders that were asked: 30% (between 18% and 45%)."), "{told}");
    let wider = words(&at(&server, "/sites/olive"));
    assert!(wider.contains("is not known for every day"), "21 days are not: {wider}");
    assert_eq!(say("11"), "/sites/olive?days=7&done=orders#worth");
    let told = words(&at(&server, "/sites/olive?days=7"));
    assert!(
        told.contains("11 orders were asked, it was said, and 12 answers came: one of the two is wrong."),
        "{told}"
    );
    // No number of orders is of some answers.
    assert!(!words(&at(&server, "/sites/olive?days=7&channel=0")).contains("orders were asked"));
    for wrong in ["", "-1", "4.5", "many", "99999999999999999999"] {
        let refused = send(wrong);
        assert_eq!(refused.status, 422, "{wrong}");
        assert!(refused.text().contains("A number of orders is whole"), "{wrong}");
        assert!(refused.text().contains(&format!("value=\"{wrong}\"")), "{wrong}: {}", refused.text());
    }
    assert!(words(&at(&server, "/sites/olive?days=7")).contains("11 orders"), "the former number is kept");
}

#[test]
fn the_figures_as_a_table_are_those_of_the_json() {
    let server = Server::start();
    answer(&server, 12, 0, 9);
    slow(&server);
    server.folded();
    let cookie = server.cookie();
    let answer = get(server.results, "/sites/olive/figures?format=csv", &[("Cookie", &cookie)]);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"olive-figures.csv\""));
    let json: serde_json::Value = serde_json::from_str(&at(&server, "/sites/olive/figures")).unwrap();
    let text = answer.text().to_owned();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<(String, String)> =
        reader.records().map(|row| row.unwrap()).map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    for (name, value) in &rows {
        let found = name.split('.').fold(&json, |json, part| match part.parse::<usize>() {
            Ok(index) if json.is_array() => &json[index],
            _ => &json[part],
        });
        let text = match found {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!(*value, text, "{name}");
    }
    for name in ["n", "nps.points", "nps.low", "causes.0.told"] {
        assert!(rows.iter().any(|(known, value)| known == name && !value.is_empty()), "{name}: {text}");
    }
}
