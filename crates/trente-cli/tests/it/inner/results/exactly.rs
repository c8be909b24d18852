//! Every figure of the page is that of `trente stats` on the same rows, whatever the filter.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use trente_store::clock::{epoch, now_ms};
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;
use trente_survey::frame::Frame;
use trente_survey::{Answers, Cause, Class};
use trente_testing::frames::{bytes, frame, scored, signed};
use trente_testing::stores::ORIGIN;

use super::{at, words};
use crate::cli::TRENTE;
use crate::support::{Server, get, post};

/// Answers that differ in everything, from a fixed seed.
fn varied(server: &Server, count: u64) -> Vec<Frame> {
    let mut state = 0x7e17_e5ee_d000_0001_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..count)
        .map(|index| {
            let maybe = |value: u64, missing: u64| (missing > 0).then_some(value as u8);
            let (recommend, satisfaction) = (draw(11), 1 + draw(5));
            let answers = Answers {
                satisfaction: maybe(satisfaction, draw(10)),
                ease: maybe(1 + draw(7), draw(8)),
                lens: maybe(1 + draw(5), draw(4)),
                recommend: maybe(recommend, draw(12)),
                ..Answers::default()
            };
            let moment = if draw(3) == 0 { 0 } else { 1 + draw(8) as u8 };
            let forgive = if satisfaction < 3 && moment > 0 { draw(4) as u8 } else { 0 };
            let told = Answers { moment, forgive, ..answers };
            let answers = if told.check().is_ok() { told } else { answers };
            // Chance alone hardly delights: one in six does on purpose.
            let best = Answers {
                satisfaction: Some(5),
                ease: Some(7),
                lens: Some(5),
                recommend: Some(10),
                moment: 1,
                ..Answers::default()
            };
            let answers = if draw(6) == 0 { best } else { answers };
            Frame {
                answers,
                elapsed: draw(64) as u8,
                locale: 1 + draw(3) as u8,
                channel: Some(draw(4) as u8),
                age_minutes: Some(1_440 * (1 + draw(6) as u16)),
                verbatim: (draw(4) == 0).then(|| format!("mot {index}")),
                ..frame(server.survey(), (index << 40) | 0x00ff_ffff)
            }
        })
        .collect()
}

/// What `trente stats` says of responses as lines.
fn stats(lines: &str) -> Value {
    let mut child = Command::new(TRENTE)
        .args(["stats", "--min", "5"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// 600 responses without a proof and 120 with one.
fn fill(server: &Server) {
    let frames = varied(server, 600);
    for chunk in frames.chunks(60) {
        let body: Vec<u8> = chunk.iter().flat_map(|frame| bytes(&scored(frame.clone()))).collect();
        assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    }
    let key = server.key();
    for (index, frame) in varied(server, 120).into_iter().enumerate() {
        let frame = signed(frame, &key, &format!("MO-{index}"), epoch(now_ms()));
        assert_eq!(post(server.address, ORIGIN, &bytes(&frame)).status, 204);
    }
    assert_eq!(server.folded(), 720);
}

/// Each value of each field alone, and some of them together.
fn filters() -> Vec<String> {
    let classes = Class::ALL.iter().map(|class| format!("class={}", class.name()));
    let causes = Cause::ALL.iter().map(|cause| format!("cause={}", cause.name()));
    let others = ["channel=0", "channel=3", "lang=en", "lang=fr", "lang=de", "days=7", "days=90"].map(str::to_owned);
    let together =
        ["cause=speed&lang=en", "class=unforgivable&cause=policy&channel=2&days=90", "class=delight&channel=1"];
    classes.chain(causes).chain(others).chain(together.map(str::to_owned)).collect()
}

/// What a person reads who sees no words is the same when there is no single response left, whatever the filter and the cut.
#[test]
fn no_figure_reads_a_single_response() {
    let server = Server::start();
    fill(&server);
    server.add_account_with("numbers", Rights { role: Role::Team, sites: Sites::Every });
    let cookie = server.cookie_for("numbers");
    let cuts = ["channel", "lang", "verified", "version", "weekday"];
    let read = || -> Vec<String> {
        let filters = filters().into_iter().zip(cuts.iter().cycle());
        filters
            .map(|(filter, cut)| {
                let page = get(server.results, &format!("/sites/olive?{filter}&by={cut}"), &[("Cookie", &cookie)]);
                assert_eq!(page.status, 200, "{filter}");
                page.text().to_owned()
            })
            .collect()
    };
    let before = read();
    assert!(before.iter().any(|page| page.contains("verified")) && before.iter().all(|page| !page.contains("mot ")));
    server.database().execute_batch("delete from response").unwrap();
    assert_eq!(read(), before);
}

#[test]
fn every_figure_is_that_of_the_command_line() {
    let server = Server::start();
    fill(&server);
    // The head figures of a site that signs are those of proven purchases.
    let mut narrow =
        ["verified=true", "verified=false", "verified=false&days=7&version=ffffffff"].map(str::to_owned).to_vec();
    narrow.extend(filters().iter().map(|filter| format!("verified=false&{filter}")));
    narrow.extend(filters().iter().step_by(4).map(|filter| format!("verified=true&{filter}")));
    let mut some = 0;
    for query in &narrow {
        let lines = at(&server, &format!("/sites/olive/answers?format=ndjson&{query}"));
        let (shown, wanted): (Value, Value) =
            (serde_json::from_str(&at(&server, &format!("/sites/olive/figures?{query}"))).unwrap(), stats(&lines));
        assert_eq!(shown, wanted, "{query}");
        let n = wanted["n"].as_u64().unwrap();
        assert!(n == 0 || !query.contains("ffffffff"), "{query}");
        some += u64::from(n > 0);
        // What the page says is what these numbers say.
        let page = words(&at(&server, &format!("/sites/olive?{query}")));
        if let (Some(points), Some(low), Some(high)) =
            (wanted["nps"]["points"].as_f64(), wanted["nps"]["low"].as_f64(), wanted["nps"]["high"].as_f64())
        {
            let sign = |value: f64| match value.round() {
                value if value > 0.0 => format!("+{value}"),
                value if value < 0.0 => format!("−{}", -value),
                _ => "0".to_owned(),
            };
            let told = format!("{} between {} and {}", sign(points), sign(low), sign(high));
            assert!(page.contains(&told), "{query}: {told}: {page}");
        }
        for cause in wanted["causes"].as_array().unwrap() {
            let told = |name: &str| cause[name].as_u64().unwrap();
            let row = format!(
                "{} {} {} {} {}",
                cause["cause"].as_str().unwrap(),
                told("told"),
                told("incidents") - told("told"),
                told("unforgivable"),
                told("impact")
            );
            assert!(n < 5 || page.contains(&row), "{query}: {row}: {page}");
        }
        assert!(!page.contains("NaN"), "{query}");
    }
    assert!(some as usize > narrow.len() * 3 / 4, "{some} filters of {}", narrow.len());
    let both: u64 = ["verified=true", "verified=false"]
        .iter()
        .map(|query| at(&server, &format!("/sites/olive/answers?format=ndjson&{query}")).lines().count() as u64)
        .sum();
    assert_eq!(both, 720);
}
