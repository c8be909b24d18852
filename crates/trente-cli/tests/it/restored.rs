//! Tests of restore: a backup is checked before it is put back, and what was erased since stays erased.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use rusqlite::Connection;
use trente_store::encoding;
use trente_testing::frames::{bytes, frame, survey};
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::{Folder, wait_for};

use crate::cli::TRENTE;
use crate::process::Process;
use crate::support::post;

fn trente(arguments: &[&str]) -> Output {
    Command::new(TRENTE).args(arguments).output().unwrap()
}

fn done(arguments: &[&str]) -> String {
    let output = trente(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn fails(arguments: &[&str], message: &str) {
    let output = trente(arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains(message), "{error}");
}

/// Responses 1 to `last` of olive.
fn fill(database: &Path, last: u64) {
    add_site(database, "olive", &[ORIGIN]);
    let mut process = Process::start(database);
    for number in 1..=last {
        assert_eq!(post(process.address, ORIGIN, &bytes(&frame(survey("olive"), number))).status, 204);
    }
    process.signal("TERM");
    assert_eq!(process.wait(), Some(0));
}

fn numbers(database: &Path) -> Vec<u64> {
    let connection = Connection::open(database).unwrap();
    let mut statement = connection.prepare("select rid from response order by rid").unwrap();
    let rows = statement.query_map([], |row| Ok(u64::from_be_bytes(row.get(0)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn erase(database: &str, number: u64) {
    let response = encoding::hex(&number.to_be_bytes());
    assert_eq!(done(&["erase", "--site", "olive", "--response", &response, "--db", database]), "{\"erased\":1}\n");
}

#[test]
fn what_was_erased_since_a_backup_is_erased_again_or_is_told_to_be_back() {
    let folder = Folder::new();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let database = at("trente.db");
    fill(&folder.database(), 4);
    erase(&database, 1);
    done(&["backup", &at("backup.db"), "--db", &database]);
    erase(&database, 2);
    erase(&database, 3);
    // Elsewhere, with nothing to go by.
    let told = done(&["restore", &at("backup.db"), "--db", &at("a.db")]);
    assert!(told.contains("no list of erasures was given") && told.contains("is back"), "{told}");
    assert_eq!(numbers(Path::new(&at("a.db"))), [2, 3, 4]);
    // From the database that is replaced, from its file, and from what `trente erasures` writes.
    let list = done(&["erasures", "--db", &database]);
    assert_eq!(list.lines().count(), 3);
    assert!(list.contains("\"response\":\"0000000000000002\""), "{list}");
    assert_eq!(done(&["erasures", "--since", "2100-01-01", "--db", &database]), "");
    fs::write(at("list"), &list).unwrap();
    for (name, from) in [("b.db", "trente.db"), ("c.db", "trente.db.erasures"), ("d.db", "list")] {
        let told = done(&["restore", &at("backup.db"), "--db", &at(name), "--erasures", &at(from)]);
        assert!(told.contains("2 erasures since") && told.contains("2 of them had come back"), "{told}");
        assert_eq!(numbers(Path::new(&at(name))), [4], "{from}");
        // Counts were taken back, and a second restore has the same list to go by.
        let connection = Connection::open(at(name)).unwrap();
        let counted: u64 =
            connection.query_row("select sum(n) from daily where kind = 0", [], |row| row.get(0)).unwrap();
        assert_eq!(counted, 1);
        drop(connection);
        assert_eq!(done(&["erasures", "--db", &at(name)]), list);
    }
    // The database is lost, and the file next to it is not.
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(at(&format!("trente.db{ending}")));
    }
    let told = done(&["restore", &at("backup.db"), "--db", &database]);
    assert!(told.contains("2 erasures since"), "{told}");
    assert_eq!(numbers(&folder.database()), [4]);
    let audit = done(&["audit", "--db", &database]);
    assert!(audit.contains("erasures repeated") && !audit.contains("0000000000000002"), "{audit}");
    fs::write(at("wrong"), "{}\n").unwrap();
    fails(&["restore", &at("backup.db"), "--db", &at("e.db"), "--erasures", &at("wrong")], "line 1 of");
    assert!(!Path::new(&at("e.db")).exists());
}

/// `cp` knows nothing of erasures; the service that starts on the older copy does.
#[test]
fn an_older_copy_that_was_put_in_place_by_hand_forgets_again_when_it_is_served() {
    let folder = Folder::new();
    let database = folder.database();
    fill(&database, 3);
    let older = folder.path().join("older");
    fs::copy(&database, &older).unwrap();
    erase(&database.display().to_string(), 2);
    fs::copy(&older, &database).unwrap();
    assert_eq!(numbers(&database), [1, 2, 3]);
    let mut process = Process::start(&database);
    assert_eq!(numbers(&database), [1, 3]);
    // It stays so when the frame comes again.
    assert_eq!(post(process.address, ORIGIN, &bytes(&frame(survey("olive"), 2))).status, 204);
    assert_eq!(post(process.address, ORIGIN, &bytes(&frame(survey("olive"), 9))).status, 204);
    wait_for("the fold", || numbers(&database).contains(&9));
    assert_eq!(numbers(&database), [1, 3, 9]);
    process.signal("TERM");
    assert_eq!(process.wait(), Some(0));
    assert!(process.stderr().contains("this database is older than erasures"));
}

#[test]
fn a_backup_with_somebody_elses_trigger_table_or_version_is_not_put_back() {
    let folder = Folder::new();
    let at = |name: &str| folder.path().join(name).display().to_string();
    fill(&folder.database(), 1);
    done(&["backup", &at("backup.db"), "--db", &at("trente.db")]);
    for (sql, message) in [
        (
            "create trigger thief after insert on inbox begin delete from response; end",
            "trigger `thief` is none of trente's",
        ),
        ("create table more (a)", "table `more` is none of trente's"),
        ("create view peek as select key from site", "view `peek` is none of trente's"),
        ("create index deep on inbox (frame)", "index `deep` is none of trente's"),
        ("drop trigger audit_kept", "trigger `audit_kept` is missing"),
        ("alter table inbox add column more integer", "table `inbox` is not as trente makes it"),
        ("pragma application_id = 7", "not one of trente's"),
        ("pragma user_version = 0", "not one of trente's"),
        ("pragma user_version = 4", "table `account` is not as trente makes it"),
        ("pragma user_version = 99", "has version 99"),
    ] {
        fs::copy(at("backup.db"), at("crafted.db")).unwrap();
        Connection::open(at("crafted.db")).unwrap().execute_batch(sql).unwrap();
        fails(&["restore", &at("crafted.db"), "--db", &at("new.db")], message);
        assert!(!Path::new(&at("new.db")).exists(), "{sql}");
    }
    done(&["restore", &at("backup.db"), "--db", &at("new.db")]);
    // Nor served, where it changes what a statement does; an index of the operator's own does not.
    Connection::open(at("new.db")).unwrap().execute_batch("create index mine on response (day)").unwrap();
    let mut process = Process::start(Path::new(&at("new.db")));
    process.signal("TERM");
    assert_eq!(process.wait(), Some(0));
    assert!(process.stderr().contains("index `mine` is none of trente's"));
    let thief = "create trigger thief after insert on inbox begin delete from response; end";
    Connection::open(at("new.db")).unwrap().execute_batch(thief).unwrap();
    let new = at("new.db");
    let listen = ["serve", "--listen", "127.0.0.1:0", "--results", "127.0.0.1:0", "--db", &new];
    fails(&listen, "trigger `thief` is none of trente's");
}
