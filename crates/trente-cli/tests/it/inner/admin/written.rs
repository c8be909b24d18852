//! Tests of the audit log: failures, and readings of single responses. OWASP ASVS 5.0, 16.3.1 and 16.3.2.

use trente_store::clock::now_ms;
use trente_store::model::scope::Scope;
use trente_testing::frames::{bytes, frame};
use trente_testing::stores::{ORIGIN, wait};

use crate::support::admin::PASSWORD;
use crate::support::{Server, get, post};

/// Acts and subjects of the audit log, the oldest first.
fn lines(server: &Server) -> Vec<(String, String)> {
    let mut rows = server.audit();
    rows.sort_by_key(|row| row.id);
    rows.into_iter().map(|row| (row.act, row.subject)).collect()
}

fn subjects(server: &Server, act: &str) -> Vec<String> {
    lines(server).into_iter().filter(|(found, _)| found == act).map(|(_, subject)| subject).collect()
}

fn metric(server: &Server, line: &str) -> f64 {
    let text = get(server.results, "/metrics", &[]).text().to_owned();
    let found = text.lines().find_map(|found| found.strip_prefix(line));
    found.map_or(0.0, |value| value.trim().parse().unwrap())
}

#[test]
fn asvs_16_3_1_failed_sign_ins_are_written_down_and_a_flood_is_one_line_a_minute() {
    let server = Server::start();
    server.add_account("ada");
    let before = metric(&server, "trente_signin_total{outcome=\"failure\"}");
    for _ in 0..40 {
        server.sign_in("ada", "not the password", &[]);
    }
    for number in 0..30 {
        server.sign_in(&format!("nobody-{number}"), "s3cret of theirs", &[("X-Forwarded-For", "203.0.113.9")]);
    }
    assert_eq!(subjects(&server, "sign-in failed"), ["ada", "a name without an account"]);
    assert_eq!(subjects(&server, "sign-in refused, too many failures"), ["ada", "a name without an account"]);
    let after = metric(&server, "trente_signin_total{outcome=\"failure\"}");
    assert!(after - before >= 5.0 + 20.0, "{before} {after}");
    // A minute later there is one line more for each, with the number of what followed.
    let watch = server.watch();
    wait(async { watch.flush(&server.store(), now_ms() + 1_000, false).await });
    assert_eq!(subjects(&server, "sign-in failed").len(), 2, "not yet");
    wait(async { watch.flush(&server.store(), now_ms() + 61_000, false).await });
    let mut found = subjects(&server, "sign-in failed");
    found.sort();
    assert_eq!(
        found,
        ["a name without an account", "a name without an account, 19 times more", "ada", "ada, 4 times more"]
    );
    assert!(subjects(&server, "sign-in refused, too many failures").contains(&"ada, 34 times more".to_owned()));
    // Neither a password nor an address nor a made-up name is in it.
    for (act, subject) in lines(&server) {
        for secret in ["s3cret", "not the password", "203.0", "nobody-", PASSWORD] {
            assert!(!act.contains(secret) && !subject.contains(secret), "{act} {subject}");
        }
    }
    // What is still gathered when the service ends is written then.
    server.sign_in("ada", "not the password", &[]);
    server.sign_in("ada", "not the password", &[]);
    wait(async { watch.flush(&server.store(), now_ms(), true).await });
    assert!(subjects(&server, "sign-in refused, too many failures").contains(&"ada, 2 times more".to_owned()));
}

#[test]
fn asvs_16_3_2_refused_tokens_and_missing_rights_are_written_down() {
    let server = Server::start();
    let token = server.token("till", &[Scope::Read], Some("olive"));
    let unknown = format!("t30_{}", "A".repeat(43));
    for _ in 0..5 {
        assert_eq!(server.api(&unknown, "GET", "/sites", None).status, 401);
        assert_eq!(server.api(&token, "GET", "/sites/olive/responses", None).status, 403);
    }
    server.database().execute("update token set expires_ms = ?1", [now_ms() - 1]).unwrap();
    assert_eq!(server.api(&token, "GET", "/sites", None).status, 401);
    assert_eq!(subjects(&server, "token refused, not known"), ["an unknown token"]);
    assert_eq!(subjects(&server, "refused, no right to it"), ["token till"]);
    assert_eq!(subjects(&server, "token refused, expired"), ["till"]);
    for reason in ["unknown", "expired", "rights"] {
        assert!(metric(&server, &format!("trente_token_refused_total{{reason=\"{reason}\"}}")) >= 1.0, "{reason}");
    }
    // Who shows no token at all was refused nothing.
    let before = lines(&server).len();
    assert_eq!(get(server.results, "/api/v1/sites", &[("Authorization", "Basic YTpi")]).status, 401);
    assert_eq!(lines(&server).len(), before);
}

/// Whatever a reading of single responses begins with: a cursor of ours, one that was made up, one of another site.
#[test]
fn every_reading_of_single_responses_is_a_line_whatever_its_cursor() {
    let server = Server::start();
    let body: Vec<u8> = (0..5).flat_map(|index| bytes(&frame(server.survey(), index))).collect();
    assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    assert_eq!(server.folded(), 5);
    let token = server.token("till", &[Scope::Export], None);
    let count = || subjects(&server, "responses exported").len();
    let read = |query: &str| server.api(&token, "GET", &format!("/sites/olive/responses{query}"), None);
    let first = read("?limit=2").json();
    assert_eq!(count(), 1);
    let next = first["next"].as_str().unwrap();
    for (number, after) in [next, next, "AAAAAAAAAAAAAAAA", "________________"].into_iter().enumerate() {
        assert_eq!(read(&format!("?limit=2&after={after}")).status, 200);
        assert_eq!(count(), 2 + number, "{after}");
    }
    // What is refused reads nothing.
    assert_eq!((read("?after=x").status, count()), (422, 5));
}
