//! Ballot stuffing: what a stranger without a signature can do to the answers of a shop, and what is told of it.

use serde_json::{Value, json};
use trente_collector::domain::assets::Files;
use trente_collector::domain::throttle::rate::Rates;
use trente_collector::domain::throttle::spike::SpikeRule;
use trente_collector::limits::Limits;
use trente_store::clock::{day, epoch, format_day, now_ms};
use trente_store::model::scope::Scope;
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_survey::response_id::ResponseId;
use trente_testing::frames::{bytes, frame, scored, signed};
use trente_testing::recount::recount_differs;
use trente_testing::stores::{ORIGIN, wait};

use crate::public::hosted::fields;
use crate::support::server::short;
use crate::support::{Server, get, post, request};

const HOME: &str = "81.2.69.160";
const MOBILE: &str = "92.184.100.7";
const STRANGER: &str = "203.0.113.9";
/// Minutes.
const TWO_DAYS: Option<u16> = Some(2 * 1_440);

/// Posts frames as the widget of a customer at this address does, through the merchant's proxy.
fn from(server: &Server, address: &str, body: &[u8]) -> u16 {
    let headers = [("Origin", ORIGIN), ("Content-Type", "text/plain"), ("X-Forwarded-For", address)];
    request(server.address, "POST", "/v1/responses", &headers, body).status
}

/// The response of an order that is not signed.
fn of_order(server: &Server, order: &str, rev: u8, recommend: u8, words: Option<&str>) -> Vec<u8> {
    let one = frame(server.survey(), 0);
    let answers = Answers { recommend: Some(recommend), ..one.answers };
    let response = ResponseId::from_order(server.survey(), order);
    bytes(&scored(Frame { answers, response, rev, verbatim: words.map(str::to_owned), ..one }))
}

fn page(server: &Server) -> String {
    server.folded();
    get(server.results, "/sites/olive", &[("Cookie", &server.cookie())]).text().to_owned()
}

fn summary(server: &Server) -> Value {
    server.folded();
    let token = server.token(&format!("reader {}", server.count("token")), &[Scope::Read], None);
    server.api(&token, "GET", "/sites/olive/summary", None).json()
}

fn only(server: &Server) -> Value {
    let mut found = server.responses();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(recount_differs(&server.database()), 0);
    found.remove(0)
}

#[test]
fn a_guess_of_a_stranger_displaces_no_answer_and_is_told() {
    let server = Server::start();
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 0, 9, None)), 204);
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 1, 9, Some("Very good, thank you"))), 204);
    server.folded();
    for (rev, recommend, words) in
        [(3, 0, Some("AWFUL forged")), (3, 9, Some("AWFUL forged")), (3, 9, None), (2, 0, None)]
    {
        assert_eq!(from(&server, STRANGER, &of_order(&server, "MO-1", rev, recommend, words)), 204);
        let found = only(&server);
        assert_eq!(
            (&found["recommend"], &found["verbatim"], &found["rev"]),
            (&json!(9), &json!("Very good, thank you"), &json!(1)),
            "{rev} {recommend} {words:?}"
        );
    }
    let found = only(&server);
    assert_eq!(found["flags"].as_u64().unwrap() >> 11 & 1, 1);
    let aside = found["aside"].as_array().unwrap();
    assert_eq!(aside.len(), 4, "what was acknowledged is kept: {aside:?}");
    assert!(aside.iter().any(|one| one["recommend"] == 0 && one["verbatim"] == "AWFUL forged"));
    assert_eq!((summary(&server)["disputed"].clone(), server.counts().unverified.n()), (json!(1), 1));
    assert!(page(&server).contains("tried to replace one unproven answer"));
}

/// Phones change their network between two answers; the hosted page's forms are sent again; outboxes repeat.
#[test]
fn a_customer_who_moves_keeps_the_word_and_a_change_of_mind_at_home_counts() {
    let server = Server::start();
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 0, 9, None)), 204);
    assert_eq!(from(&server, MOBILE, &of_order(&server, "MO-1", 1, 9, Some("good"))), 204);
    assert_eq!(from(&server, MOBILE, &of_order(&server, "MO-1", 0, 9, None)), 204);
    let found = only(&server);
    assert_eq!((&found["verbatim"], &found["aside"]), (&json!("good"), &Value::Null));
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 2, 3, Some("I thought again"))), 204);
    let found = only(&server);
    assert_eq!((&found["recommend"], &found["verbatim"]), (&json!(3), &json!("I thought again")));
    assert_eq!(summary(&server)["disputed"], 0);
}

/// The attacker waits until memory is lost: here for another process on the same store.
#[test]
fn a_restart_gives_a_stranger_nothing() {
    let server = Server::start();
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 0, 9, None)), 204);
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 1, 9, Some("good"))), 204);
    server.folded();
    let later = server.restarted();
    assert_eq!(from(&later, STRANGER, &of_order(&later, "MO-1", 0, 0, Some("awful"))), 204);
    assert_eq!(from(&later, STRANGER, &of_order(&later, "MO-1", 3, 0, Some("awful"))), 204);
    let found = only(&later);
    assert_eq!((&found["recommend"], &found["verbatim"]), (&json!(9), &json!("good")));
    // The customer goes on where the other process left off.
    let more = of_order(&later, "MO-1", 2, 9, Some("good"));
    assert_eq!(from(&later, MOBILE, &more), 204);
    assert_eq!((only(&later)["rev"].clone(), only(&later)["recommend"].clone()), (json!(2), json!(9)));
}

/// Trying every answer until one agrees, to put words into the mouth of a customer who gave none.
#[test]
fn the_answers_of_an_order_cannot_be_tried_out() {
    let server = Server::start();
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 0, 9, None)), 204);
    let all = (0..=10).flat_map(|recommend| of_order(&server, "MO-1", 3, recommend, Some("awful")));
    assert_eq!(from(&server, STRANGER, &all.collect::<Vec<_>>()), 204);
    let found = only(&server);
    assert_eq!((&found["verbatim"], &found["rev"], &found["recommend"]), (&Value::Null, &json!(0), &json!(9)));
    assert_eq!(found["aside"].as_array().unwrap().len(), 11);
}

#[test]
fn the_hosted_page_is_no_way_around() {
    let server = Server::start();
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 0, 9, None)), 204);
    server.folded();
    let form = get(server.address, "/s/olive?o=MO-1&l=en", &[]);
    let body = fields(&form, &[("satisfaction", "1"), ("ease", "1"), ("lens", "1"), ("recommend", "0")]);
    let own = format!("http://{}", server.address);
    let headers = [
        ("Origin", own.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Forwarded-For", STRANGER),
    ];
    assert_eq!(request(server.address, "POST", "/s/olive", &headers, body.as_bytes()).status, 200);
    let found = only(&server);
    assert_eq!((&found["recommend"], found["aside"].as_array().map(Vec::len)), (&json!(9), Some(1)));
}

/// Trying every answer on the hosted page, which knows what is stored.
#[test]
fn the_hosted_page_does_not_tell_a_stranger_whether_a_guess_is_right() {
    let server = Server::start();
    let own = format!("http://{}", server.address);
    let choose = |address: &str, order: &str, satisfaction: &str| {
        let form = get(server.address, &format!("/s/olive?o={order}&l=en"), &[]);
        let body = fields(&form, &[("satisfaction", satisfaction)]);
        let headers = [
            ("Origin", own.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("X-Forwarded-For", address),
        ];
        let answer = request(server.address, "POST", "/s/olive", &headers, body.as_bytes());
        // A form carries on what was sent in it, and nothing else may differ.
        let carried = format!("name=\"satisfaction\" value=\"{satisfaction}\"");
        (answer.status, answer.text().replace(&carried, ""))
    };
    let shown = |(_, page): &(u16, String)| page.split("<body").nth(1).unwrap().to_owned();
    for (order, changes) in [("MO-1", &["5", "4"][..]), ("MO-2", &["1", "5", "4"]), ("MO-3", &["1", "2", "5", "4"])] {
        for satisfaction in changes {
            assert_eq!(choose(HOME, order, satisfaction).0, 200);
        }
        let (right, wrong) = (choose(STRANGER, order, "4"), choose(STRANGER, order, "5"));
        assert_eq!((right.0, shown(&right)), (wrong.0, shown(&wrong)), "{order}");
        assert_eq!(right.0, 200, "{order}");
        // Whether it contradicts is counted, and told to the merchant alone.
        server.folded();
        let response = trente_store::encoding::hex(&ResponseId::from_order(server.survey(), order).0);
        let found = server.responses().into_iter().find(|found| found["response"] == response).unwrap();
        let expected = (json!(4), json!(changes.len() - 1), Some(1));
        assert_eq!(
            (found["satisfaction"].clone(), found["rev"].clone(), found["aside"].as_array().map(Vec::len)),
            expected
        );
    }
    // The customer's own reload, and the change that comes too late.
    assert_eq!((choose(HOME, "MO-3", "4").0, choose(HOME, "MO-3", "5").0), (200, 409));
}

#[test]
fn what_was_kept_aside_is_exported_and_erased_with_its_response() {
    let server = Server::start();
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 0, 9, Some("good"))), 204);
    assert_eq!(from(&server, STRANGER, &of_order(&server, "MO-1", 3, 0, Some("forged-canary"))), 204);
    server.folded();
    let token = server.master();
    for format in ["csv", "ndjson"] {
        let path = format!("/sites/olive/export?format={format}");
        let file = server.api(&token, "GET", &path, None);
        assert!(file.text().contains("forged-canary") && file.text().contains("good"), "{format}: {}", file.text());
    }
    let erased = server.api(&token, "POST", "/sites/olive/erasures", Some(json!({ "order": "MO-1" })));
    assert_eq!(erased.json()["erased"], 1);
    assert_eq!((server.count("aside"), server.count("response"), server.count("daily")), (0, 0, 0));
}

/// `count` responses of as many orders, signed or not.
fn send(server: &Server, prefix: &str, count: u64, recommend: u8, proven: bool) {
    send_aged(server, prefix, count, recommend, proven, None);
}

/// The same, given so many minutes ago: the results show whole days, and not today.
fn send_aged(server: &Server, prefix: &str, count: u64, recommend: u8, proven: bool, age_minutes: Option<u16>) {
    let key = server.key();
    let frames = (0..count).flat_map(|index| {
        let one = frame(server.survey(), 0);
        let one = Frame { answers: Answers { recommend: Some(recommend), ..one.answers }, age_minutes, ..one };
        let order = format!("{prefix}-{index}");
        if proven {
            return bytes(&signed(one, &key, &order, epoch(now_ms())));
        }
        bytes(&scored(Frame { response: ResponseId::from_order(server.survey(), &order), ..one }))
    });
    let frames: Vec<u8> = frames.collect();
    let length = frames.len() / count as usize;
    for body in frames.chunks(64 * length) {
        assert_eq!(post(server.address, ORIGIN, body).status, 204);
    }
}

#[test]
fn unproven_answers_never_decide_the_head_figures_of_a_site_that_signs() {
    let server = Server::start();
    send_aged(&server, "U", 100, 0, false, TWO_DAYS);
    let before = summary(&server);
    assert_eq!((&before["headline"], &before["headline_tendency"]), (&json!("all"), &json!(false)));
    assert!(page(&server).contains("nothing proves these purchases") && page(&server).contains(">−100<"));
    // Four answers carry no number, so none of theirs is a tendency either.
    send_aged(&server, "R", 4, 9, true, TWO_DAYS);
    let counts = page(&server);
    assert!(counts.contains("only counts are shown") && !counts.to_lowercase().contains("tendency"), "{counts}");
    send_aged(&server, "S", 8, 9, true, TWO_DAYS);
    let few = summary(&server);
    assert_eq!((&few["headline"], &few["headline_tendency"]), (&json!("verified"), &json!(true)));
    let shown = page(&server);
    assert!(shown.contains("Tendency (n = 12)."), "{shown}");
    let head = shown.split("id=\"worth\"").next().unwrap();
    assert!(head.contains("+100") && !head.contains("−100") && !head.contains("n = 112"), "{head}");
    send_aged(&server, "T", 18, 9, true, TWO_DAYS);
    let many = summary(&server);
    assert_eq!((&many["headline"], &many["headline_tendency"]), (&json!("verified"), &json!(false)));
    assert_eq!(
        (&many["all"]["n"], &many["verified"]["n"], &many["unverified"]["n"]),
        (&json!(130), &json!(30), &json!(100))
    );
    let shown = page(&server);
    assert!(shown.contains("30 customers answered.") && !shown.contains("Tendency"), "{shown}");
    let apart = "100 answers without a proof of purchase stand apart; their recommendation: −100.";
    assert!(shown.contains(apart), "the others have their own figures, below: {shown}");
}

/// “One minute” instead of “thirty seconds” is a claim as well.
#[test]
fn slow_unproven_answers_do_not_change_what_the_widget_says_of_its_length() {
    let server = Server::start();
    send(&server, "S", 40, 9, true);
    let slow = (0..64u64).flat_map(|index| bytes(&scored(Frame { elapsed: 62, ..frame(server.survey(), index + 1) })));
    let slow: Vec<u8> = slow.collect();
    for part in 0..4u8 {
        let mut body = slow.clone();
        // Other responses each time.
        body.chunks_mut(19).for_each(|frame| frame[6] = part);
        assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    }
    server.folded();
    server.judged();
    let sheet = get(server.address, "/v1/surveys/olive?lang=en", &[]);
    assert!(!sheet.text().contains("one minute"), "{}", sheet.text());
}

/// A bot with a whole /32, then customers who answer once each from everywhere.
#[test]
fn a_flood_of_one_provider_leaves_room_for_customers_and_is_reported() {
    let rates = Rates { spike: SpikeRule::of(10, 1_000), ..Rates::default() };
    let server = Server::with(Limits { rates, ..short() }, Files::Embedded);
    let mut number = 0u64;
    let mut body = |count: u64| -> Vec<u8> {
        (0..count)
            .flat_map(|_| {
                number += 1;
                bytes(&frame(server.survey(), number))
            })
            .collect()
    };
    let mut taken = 0;
    for index in 0..100 {
        let status = from(&server, &format!("2001:db8:{index:x}::1"), &body(64));
        assert!(matches!(status, 204 | 429), "{status}");
        taken += 64 * u64::from(status == 204);
    }
    assert!((1_000 - 64..=1_000).contains(&taken), "{taken} of 6,400");
    for customer in 0..40 {
        assert_eq!(from(&server, &format!("90.{customer}.7.7"), &body(1)), 204, "{customer}");
    }
    let key = server.key();
    for order in 0..10 {
        let proven = signed(frame(server.survey(), 0), &key, &format!("S-{order}"), epoch(now_ms()));
        assert_eq!(from(&server, "2001:db8:1::1", &bytes(&proven)), 204, "a signed order of the flooded provider");
    }
    let shown = page(&server);
    assert!(shown.contains("unproven answers were refused today"), "{shown}");
    let metrics = get(server.results, "/metrics", &[]);
    assert!(metrics.text().contains(r#"trente_limited_total{bucket="unusual_day"}"#), "{}", metrics.text());
    assert_eq!(server.folded(), taken + 40 + 10);
}

#[test]
fn an_unusual_day_is_on_the_page_and_in_the_summary() {
    let server = Server::start();
    let today = day(now_ms());
    // Twenty days with 20 answers, written as a fold writes them.
    let survey = server.survey().0;
    for back in 1..=20u32 {
        server
            .database()
            .execute("insert into daily values (?1, 1, ?2, 0, 0, 1, 36, 20)", rusqlite::params![survey, today - back])
            .unwrap();
        server
            .database()
            .execute("insert into daily values (?1, 1, ?2, 0, 0, 0, 0, 20)", rusqlite::params![survey, today - back])
            .unwrap();
    }
    assert_eq!(summary(&server)["unusual_day"], Value::Null);
    send(&server, "U", 128, 0, false);
    let unusual = summary(&server)["unusual_day"].clone();
    assert_eq!((&unusual["responses"], &unusual["usual"], &unusual["times"]), (&json!(128), &json!(20), &json!(6)));
    assert!(page(&server).contains("6 times the usual 20"));
}

/// The letters: figures of proven purchases, the others apart.
#[test]
fn the_weekly_of_a_site_that_signs_counts_proven_purchases_alone() {
    let server = Server::start();
    send_aged(&server, "U", 50, 0, false, Some(1_440));
    send_aged(&server, "S", 8, 9, true, Some(1_440));
    server.folded();
    let until = format_day(day(now_ms()) - 1);
    let database = server.folder.database();
    let base = ["digest", "--site", "olive", "--to", "a@b", "--until", &until];
    let output = crate::cli::on(&database, &[&base[..], &["--json"]].concat());
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["headline"], &json["n"], &json["nps"]["points"]), (&json!("verified"), &json!(8), &json!(100.0)));
    assert_eq!((&json["unverified"]["n"], &json["unverified"]["nps"]["points"]), (&json!(50), &json!(-100.0)));
    let output = crate::cli::on(&database, &[&base[..], &["--lang", "fr"]].concat());
    let letter = String::from_utf8(output.stdout).unwrap();
    assert!(letter.contains("Ces chiffres ne comptent que les achats prouvés."), "{letter}");
    assert!(letter.contains("Réponses sans preuve d’achat, à part\u{a0}: 50\n"), "{letter}");
    for line in letter.lines() {
        assert_eq!(trente_survey::lint::french::check(line), [], "{line}");
    }
}

/// A stranger answers first: then it is unknown who is the customer. It counts once, and it is told.
#[test]
fn who_answers_second_from_elsewhere_is_kept_aside_and_counted_once() {
    let server = Server::start();
    assert_eq!(from(&server, STRANGER, &of_order(&server, "MO-1", 0, 0, None)), 204);
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 0, 9, Some("good"))), 204);
    let found = only(&server);
    assert_eq!((found["aside"][0]["verbatim"].clone(), server.counts().unverified.n()), (json!("good"), 1));
    // With a signature the customer counts, whatever was guessed.
    let proven = signed(frame(server.survey(), 0), &server.key(), "MO-1", epoch(now_ms()));
    assert_eq!(from(&server, HOME, &bytes(&proven)), 204);
    server.folded();
    assert_eq!(server.counts().verified.n(), 1);
}

/// Memory is lost as often as the process ends, so nothing that it holds may be needed for what was acknowledged.
#[test]
fn a_frame_that_was_kept_aside_is_still_there_after_a_restart() {
    let server = Server::start();
    assert_eq!(from(&server, HOME, &of_order(&server, "MO-1", 0, 9, None)), 204);
    assert_eq!(from(&server, STRANGER, &of_order(&server, "MO-1", 3, 0, None)), 204);
    let later = server.restarted();
    later.folded();
    assert_eq!(only(&later)["recommend"], 9);
    let store = later.store();
    assert_eq!(wait(async { store.disputed(store.site("olive").await.unwrap()).await.unwrap() }), 1);
}
