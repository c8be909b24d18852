//! Exports: the same responses in three formats, harmless in a spreadsheet.

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::Value;
use trente_survey::frame::Frame;
use trente_survey::limits::FRAMES_MAX;
use trente_testing::frames::{bytes, frame};
use trente_testing::stores::ORIGIN;

use crate::support::{Answer, Server, get, post};

/// The bytes of a body that was sent in chunks, and whether its end was sent too.
pub fn dechunked(answer: &Answer) -> (Vec<u8>, bool) {
    if answer.header("transfer-encoding") != Some("chunked") {
        return (answer.body.clone(), true);
    }
    let (mut rest, mut whole) = (&answer.body[..], Vec::new());
    while let Some(end) = rest.windows(2).position(|at| at == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return (whole, true);
        }
        whole.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
    }
    (whole, false)
}

fn whole(answer: &Answer) -> Vec<u8> {
    let (body, is_whole) = dechunked(answer);
    assert!(is_whole, "{answer:?}");
    body
}

const WORDS: [&str; 4] = ["=HYPERLINK(\"https://evil.example\")", "a, \"b\"\nc", "＝1+1", "très bien"];

fn server() -> Server {
    let server = Server::start();
    for (index, word) in WORDS.iter().enumerate() {
        let one = Frame { verbatim: Some((*word).into()), ..frame(server.survey(), index as u64) };
        assert_eq!(post(server.address, ORIGIN, &bytes(&one)).status, 204);
    }
    server.folded();
    server
}

fn export(server: &Server, token: &str, format: &str) -> Answer {
    let answer = server.api(token, "GET", &format!("/sites/olive/export?format={format}"), None);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let name = format!("attachment; filename=\"olive.{format}\"");
    assert_eq!(answer.header("content-disposition"), Some(&*name));
    answer
}

/// ASVS 1.2.10.
#[test]
fn asvs_1_2_10_a_csv_has_no_formula_and_every_word() {
    let server = server();
    let answer = export(&server, &server.master(), "csv");
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let text = String::from_utf8(whole(&answer)).unwrap();
    assert!(text.starts_with("\u{feff}survey,response,"), "Excel reads UTF-8 after a byte-order mark alone: {text}");
    assert!(text.contains("\r\n") && text.contains("\"a, \"\"b\"\"\nc\""), "{text}");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(&names[..4], ["survey", "response", "received", "verified"]);
    let column = names.iter().position(|name| name == "verbatim").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let words: Vec<&str> = rows.iter().map(|row| &row[column]).collect();
    assert_eq!(words, ["'=HYPERLINK(\"https://evil.example\")", WORDS[1], "'＝1+1", WORDS[3]]);
    for row in &rows {
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '@', '＝'])), "{row:?}");
        assert_eq!(&row[names.iter().position(|name| name == "score").unwrap()], "86");
    }
}

/// A spreadsheet whose decimals have a comma separates by semicolons, and takes an identifier of digits for a number.
#[test]
fn a_csv_is_written_as_the_spreadsheet_expects_or_plain_for_programs() {
    let server = server();
    let token = server.master();
    let rows = |query: &str| {
        let answer = server.api(&token, "GET", &format!("/sites/olive/export?format=csv{query}"), None);
        assert_eq!(answer.status, 200, "{answer:?}");
        String::from_utf8(whole(&answer)).unwrap()
    };
    let cells = |text: &str, separator: u8| -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let comma = rows("");
    for (name, separator) in [("semicolon", b';'), ("tab", b'\t')] {
        let other = rows(&format!("&separator={name}"));
        assert!(other.starts_with('\u{feff}'));
        assert_eq!(cells(&other, separator), cells(&comma, b','), "{name}");
    }
    // The ids of these frames are 0000000000000000 and so on.
    assert!(cells(&comma, b',').iter().all(|row| row[1].starts_with("'000000000000000")), "{comma}");
    let plain = rows("&plain=true");
    assert!(plain.starts_with("survey,response,"));
    assert!(cells(&plain, b',').iter().all(|row| row[1].starts_with("000000000000000")), "{plain}");
    for query in ["&separator=;", "&plain=1", "&bom=false"] {
        assert_eq!(server.api(&token, "GET", &format!("/sites/olive/export?format=csv{query}"), None).status, 422);
    }
}

/// What customers may write to have a spreadsheet reckon, wherever it splits the file and whatever it skips.
const ATTACKS: [&str; 18] = [
    " =1+1",
    "\u{a0}=1+1",
    "\u{200b}=1+1",
    "\u{feff}=1+1",
    "\u{3000}\u{200e}+1",
    "\"=1+1\"",
    "' =1+1",
    "x;=1+1;y",
    "x; \u{a0}=1+1",
    "x|@SUM(A1)|y",
    "x\n=1+1\ny",
    "x\n\n  -1+1",
    "x;\"=1+1\";\"\"=2",
    "x\";\"\"=1+1,=2;",
    "\";=1+1;\"",
    "x,=1+1,y;－1",
    "=cmd|' /C calc'!A0;＝1;＠2",
    "very good; thank you - really",
];

/// Every cell that some spreadsheet makes of the text.
fn cells(text: &str, separator: u8, quoting: bool) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new();
    reader.has_headers(false).flexible(true).delimiter(separator).quoting(quoting);
    let rows = reader.from_reader(text.as_bytes()).into_records();
    rows.flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// ASVS 1.2.10, as a spreadsheet in France, Germany or Italy opens the file, and as it is pasted.
#[test]
fn asvs_1_2_10_no_cell_is_a_formula_for_any_separator() {
    let server = Server::start();
    for (index, word) in ATTACKS.iter().enumerate() {
        let one = Frame { verbatim: Some((*word).into()), ..frame(server.survey(), index as u64) };
        // Some of them are no plain text, and are refused.
        assert!(matches!(post(server.address, ORIGIN, &bytes(&one)).status, 204 | 400), "{word:?}");
    }
    server.folded();
    let token = server.master();
    let text = String::from_utf8(whole(&export(&server, &token, "csv"))).unwrap();
    let database = server.folder.database();
    let shell = std::process::Command::new(env!("CARGO_BIN_EXE_trente"))
        .args(["export", "--site", "olive", "--format", "csv", "--db"])
        .arg(&database)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(shell.stdout).unwrap(), text, "the command line writes the same");
    for separator in *b",;\t|" {
        for quoting in [true, false] {
            for cell in cells(&text, separator, quoting) {
                let skipped =
                    |one: char| one.is_whitespace() || one.is_control() || "\u{200b}\u{200e}\u{feff}\"".contains(one);
                let seen = cell.trim_start_matches(skipped);
                assert!(!seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{cell:?} at {separator}");
            }
        }
    }
    // Read as it is meant, it has every word, and nothing more than apostrophes.
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
    let told: Vec<String> = server.responses().iter().map(|one| one["verbatim"].as_str().unwrap().to_owned()).collect();
    assert!(told.len() > 12, "{told:?}");
    for said in told {
        let bare = |text: &str| text.replace('\'', "");
        assert!(rows.iter().any(|row| row.iter().any(|cell| bare(cell) == bare(&said))), "{said:?}");
    }
    assert!(text.contains("\"very good; thank you - really\""), "a word without a formula is as it was said");
}

#[test]
fn json_lines_are_what_the_command_line_prints() {
    let server = server();
    let text = String::from_utf8(whole(&export(&server, &server.master(), "ndjson"))).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, server.responses());
    assert_eq!(lines[0]["verbatim"], WORDS[0], "JSON is untouched");
}

#[test]
fn parquet_is_read_by_its_own_reader_and_untouched() {
    let server = server();
    let bytes = whole(&export(&server, &server.master(), "parquet"));
    let reader = SerializedFileReader::new(axum::body::Bytes::from(bytes)).unwrap();
    let names: Vec<String> = reader
        .metadata()
        .file_metadata()
        .schema_descr()
        .columns()
        .iter()
        .map(|column| column.name().to_owned())
        .collect();
    let place = |name: &str| names.iter().position(|known| known == name).unwrap();
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    let words: Vec<String> = rows.iter().map(|row| row.get_string(place("verbatim")).unwrap().clone()).collect();
    assert_eq!(words, WORDS);
    assert_eq!(rows[0].get_int(place("score")).unwrap(), 86);
    assert!(!rows[0].get_bool(place("verified")).unwrap());
}

#[test]
fn an_empty_site_exports_an_empty_file_and_reading_is_written_down() {
    let server = Server::start();
    let token = server.master();
    let csv = String::from_utf8(whole(&export(&server, &token, "csv"))).unwrap();
    assert_eq!((csv.lines().count(), csv.starts_with("\u{feff}survey,response")), (1, true));
    assert!(whole(&export(&server, &token, "ndjson")).is_empty());
    assert!(whole(&export(&server, &token, "parquet")).starts_with(b"PAR1"));
    assert_eq!(server.audit().iter().filter(|line| line.act == "responses exported").count(), 3);
    assert_eq!(server.api(&token, "GET", "/sites/olive/export?format=xlsx", None).status, 422);
    assert_eq!(server.api(&token, "GET", "/sites/nobody/export?format=csv", None).status, 404);
    assert_eq!(get(server.results, "/api/v1/sites/olive/export?format=csv", &[]).status, 401);
}

/// Programs see by the missing end that something is missing, whatever the format.
#[test]
fn a_file_that_breaks_off_does_not_look_whole() {
    let server = Server::start();
    let survey = server.survey();
    for first in (0..1_152).step_by(FRAMES_MAX) {
        let body: Vec<u8> = (first..first + FRAMES_MAX).flat_map(|index| bytes(&frame(survey, index as u64))).collect();
        assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    }
    assert_eq!(server.folded(), 1_152);
    let token = server.master();
    assert_eq!(String::from_utf8(whole(&export(&server, &token, "ndjson"))).unwrap().lines().count(), 1_152);
    // A row of the second page that cannot be read.
    server
        .database()
        .execute("update response set frame = x'00' where rid = (select max(rid) from response)", [])
        .unwrap();
    for format in ["csv", "ndjson"] {
        let (text, is_whole) = dechunked(&export(&server, &token, format));
        assert!(!is_whole, "{format}");
        let lines = String::from_utf8(text).unwrap().lines().count();
        assert!((1_000..1_002).contains(&lines), "{format}: what was read before is there: {lines}");
    }
    let (parquet, is_whole) = dechunked(&export(&server, &token, "parquet"));
    assert!(!is_whole && !parquet.ends_with(b"PAR1"));
}
