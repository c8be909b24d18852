//! Tests of the program as a process: its announcement, its graceful shutdown, and its end by kill -9 under load.

mod roots;

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use trente_survey::frame::Frame;
use trente_testing::frames::{bytes, frame, survey};
use trente_testing::ports::free_port;
use trente_testing::recount::recount_differs;
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::{Folder, wait_for};

use crate::cli::TRENTE;
use crate::support::client::{Answer, connect, finish};
use crate::support::{get, post};

pub struct Process {
    child: Child,
    pub address: SocketAddr,
    pub results: SocketAddr,
}

impl Process {
    pub fn start(database: &Path) -> Self {
        Self::start_with(database, &[])
    }

    pub fn start_with(database: &Path, more: &[&str]) -> Self {
        Self::of(spawn(database, more, &[]))
    }

    fn of(mut child: Child) -> Self {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line = |name: &str| -> SocketAddr {
            let line = lines.next().ok_or("the process ended early").unwrap().unwrap();
            line.strip_prefix(&format!("{name} http://")).unwrap().parse().unwrap()
        };
        let (address, results) = (line("collector"), line("results"));
        Self { child, address, results }
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// The exit code.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    pub fn stderr(&mut self) -> String {
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }
}

/// A service on free ports, which may end before it says that it is there.
fn spawn(database: &Path, more: &[&str], environment: &[(&str, &Path)]) -> Child {
    let (listen, results) = (free_port(), free_port());
    let (listen_at, results_at) = (listen.local_addr().unwrap(), results.local_addr().unwrap());
    drop((listen, results));
    Command::new(TRENTE)
        .args(["serve", "--listen", &listen_at.to_string(), "--results", &results_at.to_string()])
        .args(more)
        .env("TRENTE_DB", database)
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The documented way, line by line: what the service says is what its operator has to do next.
#[test]
fn an_empty_database_says_what_to_do_next_until_it_is_done() {
    let folder = Folder::new();
    let advice = |process: &mut Process| {
        process.signal("TERM");
        assert_eq!(process.wait(), Some(0));
        let log = process.stderr();
        let named = |what: &str| log.contains(&format!("trente {what} add NAME")) && log.contains("trente.db");
        (named("site"), named("user"))
    };
    assert_eq!(advice(&mut Process::start(&folder.database())), (true, true));
    add_site(&folder.database(), "olive", &[ORIGIN]);
    assert_eq!(advice(&mut Process::start(&folder.database())), (false, true));
}

#[test]
fn without_a_word_on_the_database_it_is_in_the_working_directory() {
    let folder = Folder::new();
    let trente = |arguments: &[&str]| {
        let output = Command::new(TRENTE).args(arguments).current_dir(folder.path()).env_remove("TRENTE_DB").output();
        output.unwrap()
    };
    let added = trente(&["site", "add", "olive", "--preset", "after-delivery", "--origin", "https://bücher.example/"]);
    assert!(added.status.success());
    assert_eq!(String::from_utf8(added.stderr).unwrap(), "trente: made the database ./trente.db\n");
    let again = trente(&["site", "add", "fig", "--origin", "https://fig.example"]);
    assert!(again.status.success() && again.stderr.is_empty(), "{again:?}");
    assert!(folder.path().join("trente.db").is_file());
    let shown = trente(&["site", "show", "olive", "--base", "https://shop.example/trente/"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.starts_with("<script async src=\"https://shop.example/trente/trente.olive.js\" data-site=\"olive\""),
        "{shown}"
    );
    assert!(
        shown.contains("https://shop.example/trente/s/olive?o=") && shown.contains("https://xn--bcher-kva.example")
    );
    // What is closed says so, and how it is opened.
    let told = || String::from_utf8(trente(&["site", "show", "olive"]).stdout).unwrap();
    assert!(!told().contains("closed"));
    assert!(trente(&["site", "close", "olive"]).status.success());
    assert!(
        told().contains("It has been closed since ") && told().contains("`trente site reopen olive`"),
        "{}",
        told()
    );
    assert!(trente(&["site", "reopen", "olive"]).status.success());
    assert!(!told().contains("closed"));
    let unknown = trente(&["site", "close", "plum"]);
    assert_eq!(String::from_utf8(unknown.stderr).unwrap(), "trente: no site `plum`\n");
    let unknown = trente(&["site", "show", "plum"]);
    assert_eq!(String::from_utf8(unknown.stderr).unwrap(), "trente: no site `plum`\n");
}

#[test]
fn it_announces_itself_and_ends_in_order() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let mut process = Process::start(&folder.database());
    // No more than that: how many answers come is not for strangers.
    assert_eq!(get(process.address, "/readyz", &[]).json(), serde_json::json!({ "ready": true }));
    assert_eq!(get(process.results, "/sites/olive", &[]).status, 303);
    assert_eq!(get(process.results, "/login", &[]).status, 200);

    // A request that has begun when the signal comes is still answered, and its frame folded.
    let body = bytes(&frame(survey("olive"), 1));
    let mut stream = connect(process.address);
    write!(stream, "POST /v1/responses HTTP/1.1\r\nHost: a\r\nOrigin: {ORIGIN}\r\nContent-Length: 19\r\n\r\n").unwrap();
    stream.write_all(&body[..10]).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    process.signal("TERM");
    wait_for("the end of listening", || std::net::TcpStream::connect(process.address).is_err());
    stream.write_all(&body[10..]).unwrap();
    assert_eq!(finish(&mut stream).map(|answer| answer.status), Some(204));
    assert_eq!(process.child.wait().unwrap().code(), Some(0));

    let database = Connection::open(folder.database()).unwrap();
    let count = |table: &str| -> u64 {
        database.query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("inbox"), count("response")), (0, 1));
    let log = process.stderr();
    assert!(log.contains("ready") && log.contains("ended") && !log.contains("ERROR"), "{log}");
}

/// A closed terminal, and what rotates logs.
#[test]
fn a_hangup_ends_it_in_order() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let mut process = Process::start(&folder.database());
    assert_eq!(post(process.address, ORIGIN, &bytes(&frame(survey("olive"), 1))).status, 204);
    process.signal("HUP");
    assert_eq!(process.child.wait().unwrap().code(), Some(0));
    let log = process.stderr();
    assert!(log.contains("draining") && log.contains("ended"), "{log}");
}

/// As behind Docker's bridge: the proxy's address is private, and it is not among the trusted ones.
#[test]
fn a_proxy_that_was_not_named_is_told_of_once() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    for (named, lines) in [("192.0.2.0/24", 1), ("127.0.0.0/8", 0)] {
        let mut process = Process::start_with(&folder.database(), &["--trusted-proxies", named]);
        let headers = [("Origin", ORIGIN), ("X-Forwarded-For", "203.0.113.77")];
        for number in 0..3 {
            let body = bytes(&frame(survey("olive"), number));
            let answer = crate::support::request(process.address, "POST", "/v1/responses", &headers, &body);
            assert_eq!(answer.status, 204);
        }
        process.signal("TERM");
        assert_eq!(process.child.wait().unwrap().code(), Some(0));
        let log = process.stderr();
        assert_eq!(log.matches("trusted_proxies").count(), lines, "{log}");
        assert!(!log.contains("203.0.113") && !log.contains("127.0.0.1 "), "{log}");
    }
}

#[test]
fn logs_hold_nothing_of_the_customer() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let mut process = Process::start(&folder.database());
    let word = Frame { verbatim: Some("canary-word".into()), ..frame(survey("olive"), 1) };
    assert_eq!(post(process.address, ORIGIN, &bytes(&word)).status, 204);
    let headers =
        [("User-Agent", "canary-agent"), ("X-Forwarded-For", "203.0.113.77"), ("Origin", "https://canary.example")];
    assert_eq!(crate::support::request(process.address, "POST", "/v1/responses", &headers, &bytes(&word)).status, 403);
    assert_eq!(get(process.address, "/s/olive?o=canary-order", &headers).status, 200);
    process.signal("INT");
    assert_eq!(process.child.wait().unwrap().code(), Some(0));
    let log = process.stderr();
    assert!(!log.contains("canary") && !log.contains("203.0.113"), "{log}");
}

#[test]
fn the_first_refusal_of_an_origin_is_one_line_with_the_command_that_allows_it() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let mut process = Process::start(&folder.database());
    let ask = |origin: &str| get(process.address, &format!("/v1/surveys/fr/{origin}/olive"), &[]).status;
    for _ in 0..3 {
        assert_eq!(ask("https~www.shop.example~8443"), 403);
        assert_eq!(ask("null"), 403);
        let before = [("Origin", "https://www.shop.example:8443")];
        assert_eq!(get(process.address, "/v1/surveys/olive?lang=fr", &before).status, 403);
    }
    // No line can be forged, and an attacker cannot fill the log.
    assert_eq!(ask("https~evil.example%0AERROR%20forged"), 403);
    for number in 0..200 {
        assert_eq!(ask(&format!("https~s{number}.example")), 403);
    }
    process.signal("INT");
    assert_eq!(process.child.wait().unwrap().code(), Some(0));
    let log = process.stderr();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("was refused the survey of olive")).collect();
    assert_eq!(lines.len(), 10, "{log}");
    let command = "trente site origins olive --origin https://shop.example --origin https://www.shop.example:8443";
    assert!(lines[0].ends_with(command), "{}", lines[0]);
    assert!(lines[1].ends_with("trente site origins olive --any-origin"), "{}", lines[1]);
    assert!(!log.contains("forged") && !log.contains("s10.example"), "{log}");
    // What the line says is what allows the page.
    let args = command.split(' ').skip(1);
    let status = Command::new(TRENTE).args(args).arg("--db").arg(folder.database()).status().unwrap();
    assert!(status.success());
    let again = Process::start(&folder.database());
    assert_eq!(get(again.address, "/v1/surveys/fr/https~www.shop.example~8443/olive", &[]).status, 200);
    assert_eq!(get(again.address, "/v1/surveys/fr/https~shop.example/olive", &[]).status, 200);
}

#[test]
fn log_lines_are_json_where_a_machine_reads_them() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let mut process = Process::start_with(&folder.database(), &["--log-format", "json"]);
    process.signal("TERM");
    assert_eq!(process.child.wait().unwrap().code(), Some(0));
    let log = process.stderr();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<_> = lines.iter().map(|line| (line["level"].as_str(), line["message"].as_str())).collect();
    assert_eq!(messages.first(), Some(&(Some("INFO"), Some("ready"))), "{log}");
    assert_eq!(messages.last(), Some(&(Some("INFO"), Some("ended"))), "{log}");
    assert!(lines[0]["timestamp"].is_string() && lines[0]["public_address"].is_string(), "{log}");
}

#[test]
fn an_address_that_is_taken_is_a_clear_error() {
    let folder = Folder::new();
    let taken = free_port();
    let output = Command::new(TRENTE)
        .args(["serve", "--listen", &taken.local_addr().unwrap().to_string(), "--results", "127.0.0.1:0", "--db"])
        .arg(folder.database())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("trente: cannot listen on 127.0.0.1:"));
}

#[test]
fn a_damaged_database_is_not_served() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let mut file = std::fs::read(folder.database()).unwrap();
    // The root page of some table, past the header's page.
    for byte in &mut file[4096 * 2..4096 * 2 + 64] {
        *byte = 0xff;
    }
    std::fs::write(folder.database(), file).unwrap();
    let output = Command::new(TRENTE)
        .args(["serve", "--listen", "127.0.0.1:0", "--results", "127.0.0.1:0", "--db"])
        .arg(folder.database())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("damaged") || error.contains("malformed"), "{error}");
}

/// A database that takes long to look through is served meanwhile; its damage ends the process.
#[test]
fn damage_in_a_large_database_is_found_while_it_is_served() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let database = Connection::open(folder.database()).unwrap();
    database.execute_batch("insert into stray values (1, 0, 0, zeroblob(40000000))").unwrap();
    drop(database);
    let mut sound = Process::start(&folder.database());
    sound.signal("TERM");
    assert_eq!(sound.child.wait().unwrap().code(), Some(0));

    let mut file = std::fs::read(folder.database()).unwrap();
    let middle = file.len() / 4096 / 2 * 4096;
    file[middle..middle + 64].fill(0xff);
    std::fs::write(folder.database(), file).unwrap();
    // A quick machine finds it before the addresses are told.
    let ended = spawn(&folder.database(), &[], &[]).wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(65));
    let log = String::from_utf8(ended.stderr).unwrap();
    assert!(log.contains("the process ends") && log.contains("damaged"), "{log}");
}

/// Clients write down what was acknowledged; after each kill everything written down must be stored, once.
#[test]
fn kill_9_under_load_loses_no_acknowledged_response() {
    const CYCLES: u64 = 6;
    const CLIENTS: u64 = 8;
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let id = survey("olive");
    let acked = Mutex::new(HashSet::new());
    let next = AtomicU64::new(0);
    for cycle in 0..CYCLES {
        let start = Instant::now();
        let mut process = Process::start(&folder.database());
        assert!(start.elapsed() < Duration::from_secs(5), "ready after {:?}", start.elapsed());
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        // Every fourth is sent twice, as after a lost reply.
                        let body = bytes(&frame(id, number));
                        for _ in 0..1 + u64::from(number.is_multiple_of(4)) {
                            if try_post(process.address, &body).is_some_and(|answer| answer.status == 204) {
                                acked.lock().unwrap().insert(number.to_be_bytes().to_vec());
                            }
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(150 + cycle * 130));
            process.child.kill().unwrap();
            stop.store(true, Ordering::Relaxed);
        });
        process.child.wait().unwrap();
    }
    let acked = acked.into_inner().unwrap();
    assert!(acked.len() > 50, "only {} acknowledged", acked.len());

    let process = Process::start(&folder.database());
    let database = Connection::open(folder.database()).unwrap();
    wait_for("the fold", || database.query_row("select count(*) = 0 from inbox", [], |row| row.get(0)).unwrap());
    process.signal("TERM");
    let mut statement = database.prepare("select rid from response").unwrap();
    let stored: Vec<Vec<u8>> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let unique: HashSet<_> = stored.iter().cloned().collect();
    assert_eq!(stored.len(), unique.len());
    let lost = acked.iter().filter(|id| !unique.contains(*id)).count();
    assert_eq!(lost, 0, "of {} acknowledged", acked.len());
    assert_eq!(recount_differs(&database), 0);
    let sound: String = database.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}

/// A post to a process that may be gone.
fn try_post(address: SocketAddr, body: &[u8]) -> Option<Answer> {
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let head = format!(
        "POST /v1/responses HTTP/1.1\r\nHost: a\r\nOrigin: {ORIGIN}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
    finish(&mut stream)
}
