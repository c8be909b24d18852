//! `trente user`, `token`, `audit`, `site` with keys, origins and retention, `summary`, `export`, `erase`, `webhook`.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use trente_store::change::Change;
use trente_store::clock::{epoch, now_ms};
use trente_survey::response_id::Key;
use trente_testing::Folder;
use trente_testing::frames::{bytes, frame, signed};
use trente_testing::stores::{ORIGIN, add_site};

use super::{lines, on, run};
use crate::support::{Server, post};

fn fails(output: &Output, message: &str) {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains(message) && output.stdout.is_empty(), "{error}");
}

fn done(output: &Output) {
    assert!(output.status.success(), "{output:?}");
}

fn with_password(database: &Path, arguments: &[&str], password: &str) -> Output {
    run(&[arguments, &["--db", database.to_str().unwrap()]].concat(), &format!("{password}\n"))
}

#[test]
fn users_come_and_go_and_their_passwords_are_read_from_standard_input() {
    let folder = Folder::new();
    let database = folder.database();
    done(&with_password(&database, &["user", "add", "ada"], "une longue phrase"));
    fails(&with_password(&database, &["user", "add", "ada"], "une longue phrase"), "account `ada` exists already");
    fails(&with_password(&database, &["user", "add", "bob"], "short"), "12 characters or more");
    fails(&with_password(&database, &["user", "add", "a b"], "une longue phrase"), "is not a name");
    fails(&with_password(&database, &["user", "password", "bob"], "une longue phrase"), "no account `bob`");
    done(&with_password(&database, &["user", "password", "ada"], "une autre phrase"));
    let users = lines(&on(&database, &["user", "list"]));
    assert_eq!((users.len(), &users[0]["name"]), (1, &json!("ada")));
    assert_eq!(users[0].as_object().unwrap().len(), 5, "no hash");
    assert_eq!(users[0]["second_factor"], false);
    assert_eq!((&users[0]["role"], &users[0]["sites"]), (&json!("owner"), &Value::Null));
    done(&on(&database, &["user", "remove", "ada"]));
    fails(&on(&database, &["user", "remove", "ada"]), "no account `ada`");
    let audit = lines(&on(&database, &["audit"]));
    let acts: Vec<_> = audit.iter().map(|line| line["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["account removed", "password changed", "account added"]);
    assert!(audit.iter().all(|line| line["actor"] == "shell" && line["subject"].as_str().unwrap().starts_with("ada")));
    assert_eq!(lines(&on(&database, &["audit", "--limit", "1"])).len(), 1);
}

#[test]
fn easy_passwords_are_refused_and_a_second_factor_is_reset() {
    let server = Server::start();
    let database = server.folder.database();
    for easy in ["123456789012", "motdepasse123", "olive olive olive", "cy.lovelace 2026", "aaaaaaaaaaaa"] {
        fails(&with_password(&database, &["user", "add", "cy.lovelace"], easy), "too easy to guess");
    }
    done(&with_password(&database, &["user", "add", "cy.lovelace"], "une longue phrase"));
    fails(&with_password(&database, &["user", "password", "cy.lovelace"], "trente trente 12"), "too easy to guess");
    fails(&on(&database, &["user", "reset-second-factor", "cy.lovelace"]), "no second factor of account `cy.lovelace`");
    server.change(Change::BeginSecondFactor { account: "cy.lovelace".into(), shared: [7; 20] });
    done(&on(&database, &["user", "reset-second-factor", "cy.lovelace"]));
    assert_eq!(lines(&on(&database, &["audit"]))[0]["act"], "second factor removed");
}

#[test]
fn users_have_roles_and_sites() {
    let server = Server::start();
    let database = server.folder.database();
    done(&with_password(&database, &["user", "add", "cy", "--role", "team", "--site", "olive"], "une longue phrase"));
    let listed = || lines(&on(&database, &["user", "list"]));
    assert_eq!((&listed()[0]["role"], &listed()[0]["sites"]), (&json!("team"), &json!(["olive"])));
    done(&on(&database, &["user", "rights", "cy", "--role", "desk"]));
    assert_eq!((&listed()[0]["role"], &listed()[0]["sites"]), (&json!("desk"), &Value::Null));
    fails(&on(&database, &["user", "rights", "cy", "--site", "nowhere"]), "no site `nowhere`");
    fails(&on(&database, &["user", "rights", "dan"]), "no account `dan`");
    fails(&on(&database, &["user", "rights", "cy", "--role", "king"]), "invalid value");
    let wrong = with_password(&database, &["user", "add", "dan", "--site", "nowhere"], "une longue phrase");
    fails(&wrong, "no site `nowhere`");
    assert_eq!(listed().len(), 1, "an account is added with its rights, or not at all");
    let audit = lines(&on(&database, &["audit"]));
    assert_eq!((&audit[0]["act"], &audit[0]["subject"]), (&json!("rights changed"), &json!("cy desk every site")));
    // Reading single responses on the shell is a reading too.
    done(&on(&database, &["responses", "--site", "olive"]));
    assert_eq!(lines(&on(&database, &["audit"]))[0]["act"], "responses exported");
}

#[test]
fn a_token_is_shown_once_and_kept_as_a_hash() {
    let server = Server::start();
    let database = server.folder.database();
    let add = on(&database, &["token", "add", "till", "--scope", "read", "--site", "olive", "--days", "7"]);
    let token = String::from_utf8(add.stdout).unwrap().trim().to_owned();
    assert!(token.starts_with("t30_") && token.len() == 47, "{token}");
    fails(&on(&database, &["token", "add", "till", "--scope", "read"]), "token `till` exists already");
    fails(&on(&database, &["token", "add", "x", "--scope", "read", "--site", "nobody"]), "no site `nobody`");
    fails(&on(&database, &["token", "add", "x", "--scope", "everything"]), "invalid value");
    let listed = lines(&on(&database, &["token", "list"]));
    let (name, scopes, site) = (&listed[0]["name"], &listed[0]["scopes"], &listed[0]["site"]);
    assert_eq!(
        (name, scopes, site, &listed[0]["used"]),
        (&json!("till"), &json!(["read"]), &json!("olive"), &Value::Null)
    );
    assert!(!listed[0].to_string().contains(&token[4..]));
    assert_eq!(server.api(&token, "GET", "/sites/olive", None).status, 200);
    assert_eq!(server.api(&token, "GET", "/sites/olive/responses", None).status, 403);
    done(&on(&database, &["token", "revoke", "till"]));
    assert_eq!(server.api(&token, "GET", "/sites/olive", None).status, 401);
    fails(&on(&database, &["token", "revoke", "till"]), "no token `till`");
    for entry in std::fs::read_dir(server.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(43).any(|at| at == &token.as_bytes()[4..]));
    }
}

#[test]
fn keys_origins_and_retention_of_a_site() {
    let folder = Folder::new();
    let database = folder.database();
    add_site(&database, "olive", &[ORIGIN]);
    let text = |arguments: &[&str]| {
        let output = on(&database, arguments);
        done(&output);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let former = text(&["site", "key", "olive"]);
    let rotated = text(&["sites", "rotate-key", "olive"]);
    assert_eq!((rotated.len(), text(&["site", "key", "olive"])), (64, rotated.clone()));
    assert_ne!(former, rotated);
    fails(&on(&database, &["site", "rotate-key", "olive"]), "still has a former key");
    assert_eq!(lines(&on(&database, &["site", "list"]))[0]["former_key"], true);
    done(&on(&database, &["sites", "retire-key", "olive"]));
    fails(&on(&database, &["site", "retire-key", "olive"]), "no former key of site `olive`");
    fails(&on(&database, &["site", "rotate-key", "nobody"]), "no site `nobody`");
    done(&on(&database, &["site", "origins", "olive", "--origin", "https://new.example"]));
    done(&on(&database, &["site", "retention", "olive", "90"]));
    let site = lines(&on(&database, &["site", "list"])).remove(0);
    assert_eq!((&site["origins"], &site["retention_days"]), (&json!(["https://new.example"]), &json!(90)));
    done(&on(&database, &["site", "retention", "olive", "--forever"]));
    assert_eq!(lines(&on(&database, &["site", "list"]))[0]["retention_days"], Value::Null);
    fails(&on(&database, &["site", "retention", "olive", "0"]), "0 is not in 1..=3650");
    fails(&on(&database, &["site", "retention", "olive"]), "required");
}

#[test]
fn results_are_summed_exported_and_erased_from_the_shell() {
    let server = Server::start();
    let database = server.folder.database();
    let one = signed(frame(server.survey(), 0), &Key(server.key().0), "MO-1", epoch(now_ms()));
    for body in [bytes(&one), bytes(&frame(server.survey(), 7))] {
        assert_eq!(post(server.address, ORIGIN, &body).status, 204);
    }
    server.folded();
    let summary = lines(&on(&database, &["summary", "--site", "olive"])).remove(0);
    assert_eq!((&summary["all"]["n"], &summary["verified"]["n"]), (&json!(2), &json!(1)));
    let ndjson = on(&database, &["export", "--site", "olive", "--format", "ndjson"]);
    assert_eq!(lines(&ndjson), lines(&on(&database, &["responses", "--site", "olive"])));
    let file = server.folder.path().join("olive.parquet");
    done(&on(&database, &["export", "--site", "olive", "--format", "parquet", "--output", file.to_str().unwrap()]));
    assert!(std::fs::read(&file).unwrap().ends_with(b"PAR1"));
    let csv = on(&database, &["export", "--site", "olive", "--format", "csv"]);
    assert_eq!(String::from_utf8(csv.stdout).unwrap().lines().count(), 3);
    fails(&on(&database, &["export", "--site", "nobody", "--format", "csv"]), "no site `nobody`");

    // What is kept is told before it is erased, by any of the ways to ask for it.
    let kept = lines(&on(&database, &["lookup", "--site", "olive", "--order", " MO-1\n"]));
    assert_eq!((kept.len(), &kept[0]["verified"]), (1, &json!(true)));
    assert_eq!(lines(&on(&database, &["erase", "--site", "olive", "--order", "MO-1", "--dry-run"])), kept);
    assert_eq!(lines(&on(&database, &["responses", "--site", "olive", "--order", "MO-1"])), kept);
    assert_eq!(lines(&on(&database, &["lookup", "--site", "olive", "--response", "'0000000000000007"])).len(), 1);
    assert!(on(&database, &["lookup", "--site", "olive", "--order", "MO-2"]).stdout.is_empty());
    assert_eq!(lines(&on(&database, &["audit", "--limit", "1"]))[0]["act"], "responses looked up");
    for (order, message) in [("{{ order.name }}", "is no order reference"), (" ", "order reference is empty")] {
        for command in ["lookup", "erase", "sign"] {
            fails(&on(&database, &[command, "--site", "olive", "--order", order]), message);
        }
    }
    let signature = |order: &str| on(&database, &["sign", "--site", "olive", "--order", order]).stdout;
    assert_eq!(signature("\t#1001\u{feff}\r\n"), signature("#1001"));

    let erase = |arguments: &[&str]| lines(&on(&database, &[&["erase", "--site", "olive"], arguments].concat()));
    assert_eq!(erase(&["--order", "MO-1"]), [json!({ "erased": 1 })]);
    assert_eq!(erase(&["--response", "0000000000000007"]), [json!({ "erased": 1 })]);
    assert_eq!(erase(&["--response", "0000000000000007"]), [json!({ "erased": 0 })]);
    fails(&on(&database, &["erase", "--site", "olive", "--response", "7"]), "is not a response");
    fails(&on(&database, &["erase", "--site", "olive"]), "required");
    assert_eq!(server.folded(), 0);
}

#[test]
fn webhooks_are_added_listed_and_removed_and_the_api_describes_itself() {
    let folder = Folder::new();
    let database = folder.database();
    add_site(&database, "olive", &[]);
    let added = lines(&on(&database, &["webhook", "add", "https://hooks.example/a", "--site", "olive"])).remove(0);
    assert!(added["secret"].as_str().unwrap().starts_with("whsec_"));
    fails(&on(&database, &["webhook", "add", "hooks.example", "--site", "olive"]), "a webhook goes to");
    fails(&on(&database, &["webhook", "add", "https://a.example", "--site", "nobody"]), "no site `nobody`");
    // The same check as over the API.
    let long = format!("https://hooks.example/{}", "x".repeat(2000));
    for (url, why) in [
        ("https://127.0.0.1/", "127.0.0.1 is not a public address"),
        ("https://[::1]:8443/", "::1 is not a public address"),
        ("https://169.254.169.254/latest", "not a public address"),
        ("https://2130706433/", "not a public address"),
        ("http://hooks.example/", "a webhook goes to https"),
        ("https://ada:word@hooks.example/", "a webhook goes to https"),
        ("https://hooks.example:0/", "a webhook goes to https"),
        (long.as_str(), "2000 characters at most"),
    ] {
        fails(&on(&database, &["webhook", "add", url, "--site", "olive"]), why);
    }
    let inside = ["webhook", "add", "http://10.1.2.3/x", "--site", "fig", "--webhooks-allow", "10.1.0.0/16"];
    fails(&on(&database, &inside), "no site `fig`");
    let listed = lines(&on(&database, &["webhook", "list", "--site", "olive"]));
    assert_eq!(
        (listed.len(), &listed[0]["url"], &listed[0]["id"]),
        (1, &json!("https://hooks.example/a"), &added["id"])
    );
    assert!(listed[0].get("secret").is_none());
    let id = added["id"].to_string();
    done(&on(&database, &["webhook", "remove", &id, "--site", "olive"]));
    fails(&on(&database, &["webhook", "remove", &id, "--site", "olive"]), "no webhook `1`");

    let described: Value = serde_json::from_slice(&run(&["openapi"], "").stdout).unwrap();
    assert!(described["paths"]["/api/v1/sites/{site}/export"]["get"].is_object());
}
