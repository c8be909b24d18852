//! What must be kept nowhere: the address, the browser, the page before, cookies; and in no log what a customer said or
//! a password. A canary of each is sent to every listener, and looked for in every file and in the log.

use std::fs;

use trente_survey::frame::Frame;
use trente_testing::frames::{bytes, frame, survey};
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::{Folder, wait_for};

use crate::process::Process;
use crate::support::{get, post, request};

const ADDRESS: &str = "203.0.113.77";
const WORD: &str = "canary-word";

/// ASVS 14.2.4, 16.2.5.
#[test]
fn asvs_14_2_no_address_browser_referrer_or_cookie_is_stored_or_logged() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    // As talkative as it can be.
    let mut process = Process::start_with(&folder.database(), &["--log-level", "debug"]);
    let headers = [
        ("Origin", ORIGIN),
        ("X-Forwarded-For", ADDRESS),
        ("Forwarded", "for=203.0.113.77"),
        ("X-Real-IP", ADDRESS),
        ("User-Agent", "canary-agent/1.0"),
        ("Referer", "https://shop.example/canary-page?order=canary-order"),
        ("Cookie", "canary-cookie=1"),
        ("Accept-Language", "canary-language"),
    ];
    let own = [&headers[1..], &[("Sec-Fetch-Site", "same-origin")]].concat();
    let word = Frame { verbatim: Some(WORD.into()), ..frame(survey("olive"), 1) };
    assert_eq!(request(process.address, "POST", "/v1/responses", &headers, &bytes(&word)).status, 204);
    assert_eq!(request(process.address, "POST", "/v1/responses", &headers, b"canary-body").status, 400);
    for path in ["/v1/surveys/olive", "/s/olive?o=canary-order", "/trente.js", "/canary-path", "/readyz"] {
        get(process.address, path, &headers);
    }
    let form = [&own[..], &[("Content-Type", "application/x-www-form-urlencoded")]].concat();
    let login = b"name=canary-name&password=canary-password";
    assert_eq!(request(process.results, "POST", "/login", &form, login).status, 403);
    for path in ["/login", "/", "/sites/olive", "/canary-path", "/api/v1/sites"] {
        get(process.results, path, &own);
    }
    let token = [&own[..], &[("Authorization", "Bearer t30_canary-token")]].concat();
    assert_eq!(get(process.results, "/api/v1/sites", &token).status, 401);
    wait_for("the fold", || {
        let database = rusqlite::Connection::open(folder.database()).unwrap();
        database.query_row("select count(*) = 1 from response", [], |row| row.get(0)).unwrap()
    });

    let look = |when: &str| {
        let (mut files, mut said) = (0, false);
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            let holds = |text: &str| bytes.windows(text.len()).any(|at| at.eq_ignore_ascii_case(text.as_bytes()));
            files += 1;
            said |= holds(WORD);
            for canary in [
                "203.0.113",
                "canary-a",
                "canary-p",
                "canary-o",
                "canary-c",
                "canary-l",
                "canary-n",
                "canary-t",
                "canary-b",
            ] {
                assert!(!holds(canary), "{canary} in {} {when}", path.display());
            }
        }
        // The search finds what is there: the customer's own words are what the survey is for.
        assert!(said && files >= 1);
        files
    };
    assert!(look("while it runs") >= 2, "the database and its write-ahead log");
    process.signal("TERM");
    assert_eq!(process.wait(), Some(0));
    look("after it has ended");
    let log = process.stderr();
    assert!(log.contains("ready"), "{log}");
    assert!(!log.contains("canary") && !log.contains("203.0.113"), "{log}");
}

#[test]
fn a_refused_frame_leaves_nothing_behind() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let process = Process::start(&folder.database());
    let word = Frame { verbatim: Some("canary-refused".into()), ..frame(survey("olive"), 1) };
    assert_eq!(post(process.address, "https://evil.example", &bytes(&word)).status, 403);
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(14).any(|at| at == b"canary-refused"));
    }
}
