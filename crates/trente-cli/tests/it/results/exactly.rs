//! Every figure of the page is that of `trente stats` on the same rows, whatever the filter.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use trente_store::clock::{epoch, now_ms};
use trente_survey::Answers;
use trente_survey::frame::Frame;

use super::{at, words};
use crate::cli::TRENTE;
use crate::support::frames::{bytes, frame, scored, signed};
use crate::support::server::ORIGIN;
use crate::support::{Server, post};

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

#[test]
fn every_figure_is_that_of_the_command_line() {
    let server = Server::start();
    let frames = varied(&server, 600);
    for chunk in frames.chunks(60) {
        let body: Vec<u8> = chunk.iter().flat_map(|frame| bytes(&scored(frame.clone()))).collect();
        assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    }
    let key = server.key();
    for (index, frame) in varied(&server, 120).into_iter().enumerate() {
        let frame = signed(frame, &key, &format!("MO-{index}"), epoch(now_ms()));
        assert_eq!(post(server.address, ORIGIN, &bytes(&frame)).status, 204);
    }
    assert_eq!(server.folded(), 720);
    // The head figures of a site that signs are those of proven purchases.
    let narrow = [
        "verified=true",
        "verified=false",
        "verified=false&days=90",
        "verified=false&channel=2",
        "verified=false&lang=fr",
        "verified=false&class=forgivable",
        "verified=false&class=delight&channel=1",
        "verified=false&cause=policy",
        "verified=true&cause=speed&lang=en",
        "verified=false&days=7&version=ffffffff",
    ];
    for query in narrow {
        let lines = at(&server, &format!("/sites/olive/answers?format=ndjson&{query}"));
        let (shown, wanted): (Value, Value) =
            (serde_json::from_str(&at(&server, &format!("/sites/olive/figures?{query}"))).unwrap(), stats(&lines));
        assert_eq!(shown, wanted, "{query}");
        let n = wanted["n"].as_u64().unwrap();
        assert_eq!(n == 0, query.contains("ffffffff"), "{query}");
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
    let both: u64 = ["verified=true", "verified=false"]
        .iter()
        .map(|query| at(&server, &format!("/sites/olive/answers?format=ndjson&{query}")).lines().count() as u64)
        .sum();
    assert_eq!(both, 720);
}
