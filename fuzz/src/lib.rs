//! What every fuzz target checks, whatever calls it: cargo-fuzz, or the replay in every test run
//! (crates/trente-cli/tests/it/fuzz.rs), which includes this very file.
//!
//! A new target is a function here, its line in [`TARGETS`], three lines in fuzz_targets/, its `[[bin]]`, and at least
//! one file in corpus/.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use trente_cli::json_lines;
use trente_cli::layout_source::Layouts;
use trente_cli::offline::stats::chart::{Chart, ChartKind};
use trente_cli::offline::stats::{drivers, fold};
use trente_cli::offline::{frame as frames, score};
use trente_cli::survey_file::File;
use trente_collector::domain::contact::Contact;
use trente_collector::domain::origin::{Origin, RequestOrigin};
use trente_collector::domain::throttle::client::Proxies;
use trente_collector::domain::throttle::network::NetworkHasher;
use trente_collector::views::export as exports;
use trente_collector::views::export::{COLUMNS, Dialect, Value};
use trente_collector::views::response::ResponseRecord;
use trente_stats::zone::Zone;
use trente_stats::{Aggregate, Report, Summary};
use trente_store::fold::merge::StoredResponse;
use trente_store::inbound::Inbound;
use trente_store::model::secret;
use trente_store::model::secret::TOKEN_PREFIX;
use trente_survey::definition::{Definition, Draft};
use trente_survey::extra::{ExtraKind, Layout};
use trente_survey::frame::{Frame, set_age};
use trente_survey::limits::CONTACT_CHARS_MAX;
use trente_survey::lint::french;
use trente_survey::locale::Language;

/// A name, and what is done with the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 11] = [
    ("aggregate", aggregate),
    ("contact", contact),
    ("csv", csv),
    ("definition", definition),
    ("export", export),
    ("frame", frame),
    ("headers", headers),
    ("json_lines", json_lines),
    ("series", series),
    ("survey_json", survey_json),
    ("survey_toml", survey_toml),
];

/// Bytes from anywhere are refused, nothing, or one short line, which is read again as it was.
pub fn contact(data: &[u8]) {
    if let Ok(Some(contact)) = Contact::read(data) {
        let text = contact.as_str();
        assert!(!text.is_empty() && text.trim() == text && text.chars().count() <= CONTACT_CHARS_MAX);
        assert!(!text.chars().any(|letter| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')));
        assert_eq!(Contact::read(text.as_bytes()), Ok(Some(contact.clone())));
    }
}

/// Bytes from anywhere are refused or mean one frame, which is written and read again as it was.
pub fn frame(data: &[u8]) {
    let most = [ExtraKind::Choices(12), ExtraKind::Choice(15), ExtraKind::Scale(11)];
    let few = [ExtraKind::Stars, ExtraKind::YesNo];
    let words = [ExtraKind::Text, ExtraKind::YesNo, ExtraKind::Text];
    for kinds in [&[][..], &few, &most, &words] {
        let layout = Layout::new(kinds).expect("these kinds are valid");
        if let Ok((frame, length)) = Frame::decode(data, &layout) {
            assert!(length <= data.len());
            frame.verdict(&layout).expect("a decoded frame has a verdict");
            let mut written = frame.encode(&layout).expect("a decoded frame can be written");
            assert_eq!(Frame::decode(&written, &layout), Ok((frame.clone(), written.len())));
            // Only unknown extensions are not written again.
            if frame.age_minutes.is_none() && frame.channel.is_none() && data[0] & 4 == 0 {
                assert_eq!(written, &data[..length]);
            }
            set_age(&mut written, layout.bytes(), 7).expect("a decoded frame can be aged");
            let (aged, _) = Frame::decode(&written, &layout).expect("an aged frame is a frame");
            assert_eq!(aged, Frame { age_minutes: Some(7), ..frame });
        }
        if let Ok(all) = Frame::decode_body(data, |_| Some(layout)) {
            assert_eq!(all.iter().map(|(_, bytes)| bytes.len()).sum::<usize>(), data.len());
        }
    }
}

/// Words of customers stay words in a table: as they were said, but for apostrophes where a spreadsheet would reckon,
/// whatever it splits the table at.
pub fn export(data: &[u8]) {
    let layout = Layout::new(&[ExtraKind::Text, ExtraKind::YesNo, ExtraKind::Text]).expect("these kinds are valid");
    let Ok((frame, length)) = Frame::decode(data, &layout) else { return };
    let bytes = data[..length].to_vec();
    let arrived = Inbound { received_ms: 1_800_000_000_000, verified: false, aside: false, bytes };
    let candidate = StoredResponse::new(layout, frame, arrived, &Zone::default());
    let record = ResponseRecord::of(&candidate).expect("a decoded frame has a record");
    let written =
        exports::csv::body(std::slice::from_ref(&record), Dialect::default()).expect("a vector can be written");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_slice());
    let rows: Vec<_> = reader.records().collect::<Result<_, _>>().expect("what is written is read");
    assert_eq!(rows.len(), 1, "one response is one row");
    for (cell, column) in rows[0].iter().zip(&COLUMNS) {
        if let Value::Text(Some(said)) = (column.of)(&record) {
            assert_eq!(cell.replace('\'', ""), said.replace('\'', ""));
        }
    }
    for separator in *b",;\t|" {
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).flexible(true).delimiter(separator).from_reader(written.as_slice());
        for row in reader.records() {
            for cell in &row.expect("what is written is read") {
                let seen =
                    cell.trim_start_matches(|one: char| one.is_whitespace() || "\u{200b}\u{feff}\"".contains(one));
                assert!(!seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{cell:?}");
            }
        }
    }
    assert_eq!(rows[0].len(), COLUMNS.len());
}

/// Whatever a client says of itself in its headers, a proxy's own word counts more, and nothing of it is a token or an
/// origin that is not written as one. A header a line: `f` for X-Forwarded-For, `o` Origin, `h` Host, `a` Authorization.
pub fn headers(data: &[u8]) {
    let mut said = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        let [kind, value @ ..] = line else { continue };
        let name = match kind {
            b'f' => HeaderName::from_static("x-forwarded-for"),
            b'o' => ORIGIN,
            b'h' => HOST,
            b'a' => AUTHORIZATION,
            _ => continue,
        };
        if let Ok(value) = HeaderValue::from_bytes(value) {
            said.append(name, value);
        }
    }
    let (proxies, prefixes) = (Proxies::default(), NetworkHasher::new().expect("random bytes"));
    let (proxy, stranger) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9)));
    let none = HeaderMap::new();
    assert!(proxies.client(stranger, &said, &prefixes) == proxies.client(stranger, &none, &prefixes));
    proxies.client(proxy, &said, &prefixes);
    let mut passed_on = said.clone();
    passed_on.append("x-forwarded-for", HeaderValue::from_static("203.0.113.9"));
    assert!(proxies.client(proxy, &passed_on, &prefixes) == proxies.client(stranger, &none, &prefixes));

    if let RequestOrigin::CrossOrigin(origin) = RequestOrigin::of(&said) {
        assert_eq!(Origin::parse(origin.as_str()).as_ref(), Ok(&origin), "an origin is written one way");
        let (_, host) = origin.as_str().split_once("://").expect("an origin has a scheme");
        assert!(!host.is_empty() && !host.contains(['/', ' ', ',', '?', '#', '@']), "{origin}");
    }
    for value in said.get_all(AUTHORIZATION).iter().filter_map(|value| value.to_str().ok()) {
        if let Some(secret) = secret::of_token(value) {
            assert_eq!(format!("{TOKEN_PREFIX}{secret}"), value);
        }
    }
}

/// Lines from anywhere get one line of JSON each, and are summarised when all of them can be scored.
pub fn json_lines(data: &[u8]) {
    let mut answers = 0;
    json_lines::each(data, |_, _| {
        answers += 1;
        Ok::<_, io::Error>(())
    })
    .expect("a slice can be read");
    let convert = |command: &dyn Fn(&mut Vec<u8>) -> io::Result<bool>| {
        let mut output = Vec::new();
        let fine = command(&mut output).expect("a slice can be read, a vector written");
        let text = String::from_utf8(output).expect("JSON is UTF-8");
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).expect("every line is JSON");
            assert!(!fine || value.get("error").is_none());
        }
        assert_eq!(text.lines().count(), answers, "every line has its answer");
        (fine, text)
    };
    let (scored, _) = convert(&|output| json_lines::convert(data, output, score::score));
    match fold::fold(data) {
        Ok(aggregate) => {
            assert_eq!(aggregate.n(), answers as u64);
            check_aggregate(&aggregate);
        }
        Err(_) => assert!(!scored, "what can be scored can be counted"),
    }
    let core = Layouts::One(Layout::CORE);
    let (decoded, fields) = convert(&|output| json_lines::convert(data, output, |line| frames::decode(line, &core)));
    if decoded {
        // What decode prints, encode reads.
        let again = json_lines::convert(fields.as_bytes(), io::sink(), |line| frames::encode(line, &core));
        assert!(again.expect("a string can be read"));
    }
    convert(&|output| json_lines::convert(data, output, |line| frames::encode(line, &core)));
}

/// Tables from anywhere are refused or have finite importances that add up to what is explained.
pub fn csv(data: &[u8]) {
    let header = data.split(|byte| matches!(byte, b',' | b'\n' | b'\r')).next().unwrap_or_default();
    let first = String::from_utf8_lossy(header);
    for target in ["y", first.trim()] {
        let Ok(found) = drivers::drivers(data, target) else { continue };
        let value = serde_json::to_value(&found).expect("a record is JSON");
        let drivers = value["drivers"].as_array().expect("a list");
        let numbers = |name: &str| drivers.iter().filter_map(|driver| driver[name].as_f64()).collect::<Vec<_>>();
        for r in numbers("r") {
            assert!((-1.0..=1.0).contains(&r));
        }
        if let Some(r2) = value["r2"].as_f64() {
            // A column that almost follows from the others costs digits.
            assert!((-1e-3..=1.001).contains(&r2), "{r2}");
            for weights in [numbers("lmg"), numbers("johnson")].iter().filter(|weights| !weights.is_empty()) {
                assert_eq!(weights.len(), drivers.len(), "no weight is infinite");
                assert!((weights.iter().sum::<f64>() - r2).abs() < 1e-3, "{weights:?} {r2}");
            }
        }
    }
}

/// Series from anywhere are refused or drawn, point by point.
pub fn series(data: &[u8]) {
    for kind in [ChartKind::P, ChartKind::Ewma, ChartKind::Cusum] {
        for (share, baseline) in [(None, None), (Some(0.1), None), (None, Some(2))] {
            let chart = Chart { kind, baseline, share, mean: None, sigma: None, lambda: 0.1, width: 2.8159 };
            if let Ok(found) = chart.draw(data) {
                let value = serde_json::to_value(&found).expect("a record is JSON");
                let points = value["points"].as_array().expect("a list").len();
                let signals = value["signals"].as_array().expect("a list");
                assert!(signals.iter().all(|at| at.as_u64().is_some_and(|at| (1..=points as u64).contains(&at))));
            }
        }
    }
}

/// Bytes from anywhere are refused or are the one form of an aggregate.
pub fn aggregate(data: &[u8]) {
    if let Ok(aggregate) = Aggregate::from_bytes(data) {
        assert_eq!(aggregate.to_bytes(), data);
        check_aggregate(&aggregate);
    }
}

/// A survey file in JSON from anywhere is refused with a place in it, or is checked, named and read again as it was.
pub fn survey_json(data: &[u8]) {
    survey(data, false);
}

/// The same in TOML; what can be said in both is the same survey.
pub fn survey_toml(data: &[u8]) {
    survey(data, true);
}

fn survey(data: &[u8], toml: bool) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let file = File::of("survey".to_owned(), text, toml);
    let lines = text.matches('\n').count() + 1;
    let within = |line: Option<usize>, column: Option<usize>| {
        let column_fits = |column: usize| (1..=text.chars().count() + 1).contains(&column);
        assert!(line.is_none_or(|line| (1..=lines).contains(&line)), "{line:?}");
        assert!(column.is_none_or(column_fits) && line.is_some() == column.is_some(), "{column:?}");
    };
    let draft = match file.draft() {
        Ok(draft) => draft,
        Err(finding) => {
            within(finding.line, finding.column);
            assert!(finding.line.is_some() && !finding.message.is_empty());
            return;
        }
    };
    // A share that is no number, which only TOML can write, is equal to nothing and has no JSON.
    if draft.display.share.is_finite() {
        let json = serde_json::to_string(&draft).expect("a draft is JSON");
        assert_eq!(serde_json::from_str::<Draft>(&json).expect("what is written is read"), draft);
    }
    let checked = draft.check("olive");
    for problem in checked.problems {
        let correction = problem.correction.clone();
        assert!(correction.is_none_or(|text: String| french::correct(&text).text == text), "a correction stays");
        let finding = file.finding(problem);
        within(finding.line, finding.column);
    }
    if let Some(definition) = checked.definition {
        assert!(checked.paths.iter().all(|path| path.total_ms() <= path.max_ms()));
        let canonical = definition.canonical().expect("what may be published has a canonical form");
        check_definition(std::str::from_utf8(&canonical).expect("JSON is UTF-8"));
    }
}

/// A document from anywhere is refused, or is a definition that is named, written and read again as it was.
pub fn definition(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        check_definition(text);
    }
}

fn check_definition(text: &str) {
    let Ok(published) = Definition::from_published(text) else {
        assert!(Definition::from_json(text).is_err(), "what is read strictly is read leniently too");
        return;
    };
    let canonical = published.canonical().expect("a definition that was read from JSON is JSON");
    let again = Definition::from_json(std::str::from_utf8(&canonical).expect("JSON is UTF-8"));
    let again = again.expect("what is written is read");
    assert_eq!(again, published);
    assert_eq!(again.canonical().expect("as before"), canonical);
    let id = Definition::id(&canonical);
    for language in Language::ALL {
        published.sheet(id, language);
    }
    published.layout();
    published.paths();
}

/// Whatever was counted can be written, read, summed up and taken away again.
fn check_aggregate(aggregate: &Aggregate) {
    assert_eq!(Aggregate::from_bytes(&aggregate.to_bytes()).as_ref(), Ok(aggregate));
    assert_eq!(Aggregate::from_counts(aggregate.counts()).as_ref(), Ok(aggregate));
    let report = serde_json::to_value(Report::of(&Summary::of(aggregate), 1)).expect("a report is JSON");
    assert_eq!(report["n"], aggregate.n());
    assert_eq!(report["csat"]["share"].is_null(), report["csat"]["n"] == 0);
    let mut twice = aggregate.clone();
    if twice.merge(aggregate).is_ok() {
        twice.subtract(aggregate).expect("what was added can be taken away");
        assert_eq!(&twice, aggregate);
    }
}
