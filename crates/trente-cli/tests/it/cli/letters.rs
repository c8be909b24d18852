//! Tests of `trente digest` and `trente alerts`.

use serde_json::{Value, json};
use trente_collector::views::dates;
use trente_store::clock::{day, epoch, format_day, now_ms};
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_survey::locale::Language;
use trente_testing::frames::{bytes, frame, scored, signed};
use trente_testing::stores::ORIGIN;

use super::{lines, on};
use crate::support::{Server, post};

/// Minutes of a day.
const A_DAY: u16 = 1_440;
const WORDS: &str = "« Deux clients devant moi »…\n\n  et personne!?  \u{202f}🙃";

/// Yesterday's answers, for a digest is of days that are over: two delights, one with words, ten fine, one lost, one
/// who waits.
fn server() -> Server {
    let server = Server::start();
    let mut body = Vec::new();
    let mut index = 0;
    let mut send = |answers: Answers, verbatim: Option<&str>| {
        index += 1;
        let verbatim = verbatim.map(str::to_owned);
        let one = Frame { answers, verbatim, age_minutes: Some(A_DAY), ..frame(server.survey(), index) };
        body.extend(bytes(&scored(one)));
    };
    let core = |satisfaction, ease, recommend| Answers {
        satisfaction: Some(satisfaction),
        ease: Some(ease),
        recommend: Some(recommend),
        ..Answers::default()
    };
    send(core(5, 7, 10), None);
    send(Answers { moment: 3, ..core(5, 7, 10) }, Some("Nadia a pris\nson temps."));
    (0..10).for_each(|_| send(core(4, 6, 8), None));
    send(Answers { moment: 2, forgive: 3, ..core(1, 2, 0) }, Some(WORDS));
    send(Answers { moment: 7, forgive: 2, ..core(2, 2, 4) }, None);
    assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    assert_eq!(server.folded(), 14);
    server
}

/// The last day that is over, in the time zone of the site, which is UTC.
fn yesterday() -> String {
    format_day(day(now_ms()) - 1)
}

fn text(server: &Server, arguments: &[&str]) -> String {
    let output = on(&server.folder.database(), arguments);
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
        (Some(0), ""),
        "{arguments:?}"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Lessons 0k, 1l, 1f and 4f, as the team reads them.
#[test]
fn the_digest_of_a_week_as_a_letter() {
    let server = server();
    let until = yesterday();
    let digest =
        ["digest", "--site", "olive", "--to", "ana@olive.example", "--to", "bo@olive.example", "--until", &until];
    let english = text(&server, &[&digest[..], &["--orders", "40"]].concat());
    assert!(!english.contains(&until), "its days are spelled: {english}");
    let wanted = [
        "To the whole team: ana@olive.example, bo@olive.example\n",
        "\nThanks\n- “Nadia a pris son temps.” (Time for me)\n- A customer was delighted, and said no more.\nDelighted customers: 2\n",
        "\nTo do this week\nGive the change, the stock view, the refund right, today.\nWhat did the person lack to say yes?\n\
         Cause: means (1)\nCannot be told apart from: speed\nWho can act: management\nHad this cause let no customer down, the NPS would be 7 points higher.\n",
        "\nThe figures\nResponses: 14\nOrders that were asked: 40\nShare that answered: 35% (n = 40, 95% interval: 22% to 50%)\n\
         NPS in points: 0 (n = 14, tendency, 95% interval: −27 to +27)",
        "Customers lost: 1\nCustomers who wait to be put right: 1\n",
    ];
    let mut rest = english.as_str();
    for part in wanted {
        let at = rest.find(part).ok_or_else(|| format!("{part:?} is not in {rest:?}")).unwrap();
        rest = &rest[at + part.len()..];
    }
    assert!(!english.contains("Somebody") && !english.contains('{'), "{english}");
    assert!(!english.contains("Deux clients"), "who complains is read by the owner, not by the team");

    let french = text(&server, &[&digest[..], &["--lang", "fr"]].concat());
    let today = day(now_ms());
    let until = dates::day(Language::Fr, today - 1, today);
    for part in [
        &format!("au {until}\nPour toute l’équipe\u{a0}: ana@olive.example, bo@olive.example\n\nMerci\n"),
        "- «\u{a0}Nadia a pris son temps.\u{a0}» (Du temps pour moi)\n",
        "Donner dès aujourd’hui la monnaie, la vue du stock, le droit de rembourser.\n",
        "Si cette cause n’avait déçu aucun client, le NPS gagnerait 7 points.\n",
        "NPS en points\u{a0}: 0 (n = 14, tendance, intervalle à 95\u{a0}%\u{a0}: −27 à +27)\n",
    ] {
        assert!(french.contains(part), "{part:?} is not in {french:?}");
    }
}

/// Words without a proof are no part of a letter about proven purchases, however many there are: they must not take the
/// places of those that are read for it.
#[test]
fn unproven_words_crowd_no_proven_ones_out() {
    let server = Server::start();
    let delighted = Answers { satisfaction: Some(5), ease: Some(7), recommend: Some(10), ..Answers::default() };
    let said = |index: u64, text: &str, days: u16| Frame {
        answers: delighted,
        verbatim: Some(text.to_owned()),
        age_minutes: Some(days * A_DAY),
        ..frame(server.survey(), index)
    };
    let proven = (0..6).flat_map(|index| {
        let words = format!("Preuve {index}");
        bytes(&signed(said(index, &words, 3), &server.key(), &format!("MO-{index}"), epoch(now_ms())))
    });
    assert_eq!(post(server.address, ORIGIN, &proven.collect::<Vec<_>>()).status, 204);
    for some in 0..4 {
        let unproven = (0..51).flat_map(|index| bytes(&scored(said(100 + some * 51 + index, "Sans preuve", 1))));
        assert_eq!(post(server.address, ORIGIN, &unproven.collect::<Vec<_>>()).status, 204);
    }
    assert_eq!(server.folded(), 210);
    let letter = text(&server, &["digest", "--site", "olive", "--to", "a@b", "--until", &yesterday()]);
    assert_eq!(letter.matches("Preuve ").count(), 5, "{letter}");
    assert!(!letter.contains("said no more") && !letter.contains("Sans preuve"), "{letter}");
}

/// Every line that is ours in the French letter obeys the French lint.
#[test]
fn the_french_letter_is_well_set() {
    let server = server();
    // Three incidents of one cause, unforgivable, so that there is something out of the ordinary.
    let lost = |index| {
        let answers =
            Answers { satisfaction: Some(1), recommend: Some(0), moment: 3, forgive: 3, ..Answers::default() };
        bytes(&scored(Frame { answers, age_minutes: Some(A_DAY), ..frame(server.survey(), index) }))
    };
    assert_eq!(post(server.address, ORIGIN, &(90..93).flat_map(lost).collect::<Vec<_>>()).status, 204);
    server.folded();
    let letter = text(&server, &["digest", "--site", "olive", "--to", "a@b", "--until", &yesterday(), "--lang", "fr"]);
    let recurs = "- Disponibilité\u{a0}: impardonnable 3 fois en trente jours.\n";
    assert!(letter.contains(recurs), "{letter}");
    for line in letter.lines() {
        assert_eq!(trente_survey::lint::french::check(line), [], "{line}");
    }
}

/// What the shell or the overview was told of each day of a week is the week's; of some of them it is not.
#[test]
fn the_digest_tells_the_share_of_the_orders_of_its_week() {
    let server = server();
    let day = |back: u32| format_day(day(now_ms()) - back);
    let (until, database) = (day(1), server.folder.database());
    let say = |from: &str, to: &str, orders: &str| {
        on(&database, &["site", "orders", "olive", "--from", from, "--to", to, orders])
    };
    let digest = || text(&server, &["digest", "--site", "olive", "--to", "a@b", "--json"]);
    assert!(say(&day(6), &until, "60").status.success());
    assert!(digest().contains("\"response_rate\":null"), "six days of seven");
    assert!(say(&day(7), &day(7), "10").status.success());
    let json: Value = serde_json::from_str(&digest()).unwrap();
    assert_eq!((&json["response_rate"]["orders"], &json["until"]), (&json!(70), &json!(until)));
    // Neither a day that is not over, nor days backwards.
    for (from, to) in [(day(3), day(0)), (day(1), day(2))] {
        let refused = say(&from, &to, "5");
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("days that are over"));
    }
}

#[test]
fn the_digest_as_json_and_of_an_empty_week() {
    let server = server();
    let until = yesterday();
    let base = ["digest", "--site", "olive", "--to", "a@b", "--json"];
    let json: Value = serde_json::from_str(&text(&server, &[&base[..], &["--until", &until]].concat())).unwrap();
    assert_eq!((&json["site"], &json["until"], &json["to"]), (&json!("olive"), &json!(until), &json!(["a@b"])));
    assert_eq!(
        (&json["n"], &json["delights"], &json["lost"], &json["waiting"]),
        (&json!(14), &json!(2), &json!(1), &json!(1))
    );
    assert_eq!(json["thanks"][0], json!({ "moment": 3, "verbatim": "Nadia a pris\nson temps.", "count": 1 }));
    assert_eq!((&json["action"]["cause"], &json["action"]["nps_delta"]), (&json!("means"), &json!(100.0 / 14.0)));
    assert_eq!((&json["response_rate"], &json["nps"]["points"]), (&Value::Null, &json!(0.0)));
    // Without a day it is the week up to yesterday.
    assert_eq!(serde_json::from_str::<Value>(&text(&server, &base)).unwrap(), json);
    // A week in which no customer answered.
    let before = format_day(day(now_ms()) - 8);
    let empty = text(&server, &[&base[..], &["--until", &before]].concat());
    let empty: Value = serde_json::from_str(&empty).unwrap();
    assert_eq!((&empty["n"], &empty["nps"]["points"], &empty["action"]), (&json!(0), &Value::Null, &Value::Null));
    let letter = text(&server, &[&base[..5], &["--until", &before]].concat());
    for part in
        ["No customer was delighted this week.", "No customer named a cause this week.", "NPS in points: no answer\n"]
    {
        assert!(letter.contains(part), "{letter}");
    }
}

/// Only whole days are compared: neither today nor a day to come ends a week, on the clocks of the site.
#[test]
fn a_week_ends_with_a_day_that_is_over() {
    let server = server();
    let database = server.folder.database();
    let refused = |until: String| {
        let output = on(&database, &["digest", "--site", "olive", "--to", "a@b", "--until", &until]);
        let error = String::from_utf8(output.stderr).unwrap();
        let told = error.contains(&format!("{until} is not over in the time zone of the site: name "));
        assert_eq!(output.status.success(), !told, "{error}");
        assert!(output.status.success() || output.stdout.is_empty());
        told
    };
    let at = |days: u32, back: u32| format_day(day(now_ms()) + days - back);
    assert!(refused(at(0, 0)) && refused(at(1, 0)) && refused(at(400, 0)) && !refused(at(0, 1)));
    // Kiribati is fourteen hours ahead, Pago Pago eleven behind.
    let zone = |name: &str| assert!(on(&database, &["site", "time-zone", "olive", name]).status.success());
    zone("Pacific/Kiritimati");
    assert!(refused(at(1, 0)) && !refused(at(0, 1)));
    let ahead = refused(at(0, 0));
    zone("Pacific/Pago_Pago");
    assert!(refused(at(0, 0)) && !refused(at(0, 2)));
    // At any hour, one of them is not on the day of UTC.
    assert!(!ahead || refused(at(0, 1)));
}

/// Lesson 3g: straight to the owner, the customer's words byte for byte; lesson 3c: with an apology for who waits.
#[test]
fn alerts_reach_the_owner_with_the_words_byte_for_byte() {
    let server = server();
    let database = server.folder.database();
    let output = on(&database, &["alerts", "--site", "olive", "--owner", "patron@olive.example", "--lang", "fr"]);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    let mut found = lines(&output);
    found.sort_by_key(|letter| letter["kind"].as_str().map(str::to_owned));
    let [lost, recover] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(lost["verbatim"].as_str().unwrap().as_bytes(), WORDS.as_bytes());
    assert_eq!(
        (&lost["to"], &lost["rule"], &lost["kind"]),
        (&json!("patron@olive.example"), &json!("A1"), &json!("lost"))
    );
    assert_eq!((&lost["cause"], &lost["owner"], &lost["reply"]), (&json!("means"), &json!("direction"), &Value::Null));
    assert_eq!(
        (&recover["kind"], &recover["cause"], &recover["verbatim"]),
        (&json!("recover"), &json!("speed"), &Value::Null)
    );
    assert!(recover["reply"].as_str().unwrap().starts_with("Nous sommes désolés"));
    assert_eq!(recover["received"], json!(yesterday()));
    let later = on(&database, &["alerts", "--site", "olive", "--owner", "a@b", "--since", "2999-12-31"]);
    assert_eq!((later.status.code(), later.stdout.len()), (Some(0), 0));
}

#[test]
fn wrong_addresses_days_and_sites_are_errors() {
    let server = server();
    for (arguments, wanted) in [
        (&["digest", "--site", "olive"][..], "--to"),
        (&["digest", "--site", "olive", "--to", "nobody"], "`nobody` is not an address"),
        (&["digest", "--site", "olive", "--to", "a@b", "--until", "2026-02-30"], "write a day as in 2026-11-22"),
        (&["digest", "--site", "olive", "--to", "a@b", "--lang", "de"], "merchants read fr or en"),
        (&["digest", "--site", "elsewhere", "--to", "a@b"], "no site `elsewhere`"),
        (&["alerts", "--site", "olive"], "--owner"),
        (&["alerts", "--site", "olive", "--owner", "a@b, c@d"], "is not an address"),
        (&["alerts", "--site", "elsewhere", "--owner", "a@b"], "no site `elsewhere`"),
    ] {
        let output = on(&server.folder.database(), arguments);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(wanted) && !error.contains("panicked"), "{arguments:?}: {error}");
    }
    let output = on(
        &server.folder.database(),
        &["digest", "--site", "olive", "--to", "a@b", "--until", &yesterday(), "--orders", "13"],
    );
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("14 responses to 13 orders"));
}

/// Lesson 0j: nothing that we print has a place for the name of a person who serves.
#[test]
fn lesson_0j_no_field_is_about_an_employee() {
    fn names(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| {
                out.push(name.clone());
                names(value, out);
            }),
            Value::Array(items) => items.iter().for_each(|item| names(item, out)),
            _ => {}
        }
    }
    let server = server();
    let database = server.folder.database();
    let responses = on(&database, &["responses", "--site", "olive"]);
    let answers = String::from_utf8(responses.stdout.clone()).unwrap();
    let mut printed = lines(&responses);
    printed.extend(lines(&super::run(&["stats", "--detail", "--orders", "99"], &answers)));
    printed.extend(lines(&on(
        &database,
        &["digest", "--site", "olive", "--to", "a@b", "--until", &yesterday(), "--json"],
    )));
    printed.extend(lines(&on(&database, &["alerts", "--site", "olive", "--owner", "a@b"])));
    printed.push(serde_json::to_value(trente_survey::definition::schema()).unwrap());
    let mut found = Vec::new();
    printed.iter().for_each(|value| names(value, &mut found));
    assert!(found.len() > 200, "{}", found.len());
    for word in ["employee", "staff", "seller", "waiter", "cashier", "agent", "person", "vendor", "clerk", "served_by"]
    {
        assert!(found.iter().all(|name| !name.contains(word)), "{word}: {found:?}");
    }
}
