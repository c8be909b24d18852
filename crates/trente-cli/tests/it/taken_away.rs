//! A database that is deleted, replaced or emptied while it is served: nothing is acknowledged into a file that no one
//! will find again. And who may read its files.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use trente_testing::frames::{bytes, frame, survey};
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::{Folder, wait_for};

use crate::cli::TRENTE;
use crate::process::Process;
use crate::support::client::finish;
use crate::support::post;

/// What `sysexits.h` calls an input or output error, as after a failed sync.
const EXIT_IO: i32 = 74;

type Harm = fn(&Path);

const HARMS: [(&str, Harm); 6] = [
    ("deleted", |folder| fs::remove_file(folder.join("trente.db")).unwrap()),
    ("its folder renamed", |folder| fs::rename(folder, folder.with_extension("moved")).unwrap()),
    ("replaced by a copy", |folder| {
        fs::copy(folder.join("trente.db"), folder.join("copy")).unwrap();
        fs::rename(folder.join("copy"), folder.join("trente.db")).unwrap();
    }),
    ("its log deleted", |folder| fs::remove_file(folder.join("trente.db-wal")).unwrap()),
    ("the index of its log deleted", |folder| fs::remove_file(folder.join("trente.db-shm")).unwrap()),
    ("emptied", |folder| fs::File::options().write(true).open(folder.join("trente.db")).unwrap().set_len(0).unwrap()),
];

#[test]
fn a_database_that_is_taken_away_ends_the_service_and_acknowledges_nothing() {
    let mut told = 0;
    for (what, harm) in HARMS {
        let folder = Folder::new();
        add_site(&folder.database(), "olive", &[ORIGIN]);
        let mut process = Process::start(&folder.database());
        assert_eq!(post(process.address, ORIGIN, &bytes(&frame(survey("olive"), 1))).status, 204);
        harm(folder.path());
        let start = Instant::now();
        // The very next answer is refused, and told to come back.
        let answer = post(process.address, ORIGIN, &bytes(&frame(survey("olive"), 2)));
        assert_eq!(answer.status, 503, "{what}");
        assert!(answer.header("retry-after").is_some());
        // It may have ended by then.
        if let Ok(mut stream) = TcpStream::connect(process.address) {
            let _ = write!(stream, "GET /readyz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", process.address);
            if let Some(answer) = finish(&mut stream) {
                assert_eq!(answer.status, 503, "{what}");
                told += 1;
            }
        }
        assert_eq!(process.wait(), Some(EXIT_IO), "{what}");
        assert!(start.elapsed() < Duration::from_secs(10), "{what}");
        let log = process.stderr();
        assert!(log.contains("the database was taken away"), "{what}: {log}");
        let _ = fs::remove_dir_all(folder.path().with_extension("moved"));
    }
    assert!(told > 0, "each service had ended before it was asked");
}

/// No customer answers and no writer writes: it is still noticed.
#[test]
fn it_is_noticed_where_nothing_comes_in() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let mut process = Process::start(&folder.database());
    fs::remove_file(folder.database()).unwrap();
    assert_eq!(process.wait(), Some(EXIT_IO));
}

#[test]
fn its_files_are_for_their_owner_alone_and_a_warning_says_where_they_are_not() {
    let folder = Folder::new();
    let database = folder.database();
    let shell = |arguments: &str| {
        let script = format!("umask 022 && exec {TRENTE} {arguments} --db {}", database.display());
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    shell("site add olive --preset after-delivery --origin https://shop.example");
    let mut process = Process::start(&database);
    assert_eq!(post(process.address, ORIGIN, &bytes(&frame(survey("olive"), 1))).status, 204);
    shell("erase --site olive --order MO-1");
    shell(&format!("export --site olive --format csv --output {}", folder.path().join("out.csv").display()));
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["out.csv", "trente.db", "trente.db-shm", "trente.db-wal", "trente.db.erasures"]);
    process.signal("TERM");
    assert_eq!(process.wait(), Some(0));
    assert!(!process.stderr().contains("may read"));
    fs::set_permissions(&database, fs::Permissions::from_mode(0o640)).unwrap();
    let mut process = Process::start(&database);
    process.signal("TERM");
    assert_eq!(process.wait(), Some(0));
    assert!(process.stderr().contains("group or others may read the database"));
}

/// Started again on nothing, by a supervisor: answers wait in the browsers until the store was put back.
#[test]
fn a_store_without_a_site_refuses_for_now_and_not_for_ever() {
    let folder = Folder::new();
    let process = Process::start(&folder.database());
    let body = bytes(&frame(survey("olive"), 1));
    let answer = post(process.address, ORIGIN, &body);
    assert_eq!((answer.status, answer.header("retry-after").is_some()), (503, true));
    add_site(&folder.database(), "fig", &[ORIGIN]);
    wait_for("the new site", || post(process.address, ORIGIN, &body).status == 404);
}
