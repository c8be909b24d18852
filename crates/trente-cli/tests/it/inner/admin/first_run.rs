//! Tests of the first run: the first account, a site, its snippet, and the indicator that a page has asked.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use trente_collector::domain::assets::Files;
use trente_collector::limits::Limits;
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;
use trente_testing::{Folder, wait_for};

use crate::cli::TRENTE;
use crate::support::admin::{OWN, PASSWORD, cookie_of};
use crate::support::server::short;
use crate::support::{Answer, Server, get, request};

/// A service on an empty database.
fn empty(limits: Limits) -> Server {
    Server::on(Folder::new(), limits, Files::Embedded)
}

fn submit(server: &Server, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [&[("Content-Type", "application/x-www-form-urlencoded")], headers].concat();
    request(server.results, "POST", path, &headers, body.as_bytes())
}

fn account(server: &Server, code: &str, name: &str, password: &str) -> Answer {
    submit(server, "/start?hl=fr", &[OWN], &[("code", code), ("name", name), ("password", password)])
}

#[test]
fn the_first_account_takes_the_code_of_the_service_and_is_made_once() {
    let server = empty(short());
    let code = server.setup_code();
    assert!(get(server.results, "/login", &[]).text().contains(r#"href="/start?hl=en""#));
    let form = get(server.results, "/start?hl=fr", &[]).text().to_owned();
    assert!(form.contains("Le premier compte") && !form.contains(&code), "{form}");
    // Another page of the same browser makes no account, though it knew the code.
    let fields = [("code", code.as_str()), ("name", "eve"), ("password", PASSWORD)];
    for headers in [&[][..], &[("Sec-Fetch-Site", "cross-site")], &[("Sec-Fetch-Site", "same-site")]] {
        assert_eq!(submit(&server, "/start", headers, &fields).status, 403);
    }
    for (code, name, password, status, text) in [
        ("", "ada", PASSWORD, 403, "pas le code"),
        ("AAAA-AAAA-AAAA-AAAA", "ada", PASSWORD, 403, "pas le code"),
        (&*code, "ada lovelace", PASSWORD, 400, "Un nom a"),
        (&*code, "ada", "short", 400, "12 caractères"),
        (&*code, "ada", "ada-ada-ada-ada", 400, "trop facile"),
    ] {
        let refused = account(&server, code, name, password);
        assert_eq!((refused.status, refused.header("set-cookie")), (status, None), "{code} {name}");
        assert!(refused.text().contains(text) && !refused.text().contains(password), "{text}: {}", refused.text());
    }
    assert_eq!(server.count("account"), 0);
    let made = account(&server, &code.to_lowercase().replace('-', " "), "ada", PASSWORD);
    assert_eq!((made.status, made.header("location")), (303, Some("/start/site?hl=fr")));
    let cookie = cookie_of(&made);
    // The code is worth nothing from now on.
    let second = account(&server, &code, "eve", PASSWORD);
    assert_eq!((second.status, second.header("location"), second.header("set-cookie")), (303, Some("/login"), None));
    assert_eq!(get(server.results, "/start", &[]).header("location"), Some("/login"));
    assert_eq!(server.count("account"), 1);
    let lines: Vec<String> =
        server.audit().iter().map(|row| format!("{} {} {}", row.actor, row.act, row.subject)).collect();
    assert!(lines.iter().any(|line| line.starts_with("account ada first account added ada")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("set-up refused, wrong code")), "{lines:?}");
    assert!(lines.iter().all(|line| !line.contains(&code)), "{lines:?}");

    // An owner without a site is led to one; the address of the shop is looked at.
    assert_eq!(get(server.results, "/?hl=fr", &[("Cookie", &cookie)]).header("location"), Some("/start/site?hl=fr"));
    let site = |name: &str, origin: &str| {
        let fields = [("name", name), ("origin", origin), ("when", "after-delivery")];
        submit(&server, "/start/site?hl=fr", &[OWN, ("Cookie", &cookie)], &fields)
    };
    for (name, origin, text) in [
        ("Olive", "https://shop.example", "a-z, 0-9"),
        ("olive", "shop.example/path", "sans chemin"),
        ("olive", "", "sans chemin"),
    ] {
        let refused = site(name, origin);
        assert!(refused.status == 400 && refused.text().contains(text), "{name} {origin}: {}", refused.text());
        // What was typed is still there.
        assert!(refused.text().contains(&format!("value=\"{name}\"")) && refused.text().contains("selected"));
    }
    let added = site("olive", "https://shop.example");
    assert_eq!((added.status, added.header("location")), (303, Some("/sites/olive/install?hl=fr")));
    assert!(site("olive", "https://shop.example").text().contains("porte déjà ce nom"));

    let install = |query: &str| get(server.results, &format!("/sites/olive/install{query}"), &[("Cookie", &cookie)]);
    let page = install("?base=https://avis.shop.example/t/").text().to_owned();
    for text in [
        "src=&#34;https://avis.shop.example/t/trente.olive.js&#34;",
        "script-src https://avis.shop.example &#39;wasm-unsafe-eval&#39;; connect-src https://avis.shop.example",
        "https://avis.shop.example/t/s/olive?o=ORDER-REFERENCE",
        "No page has asked",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let wrong = install("?base=https://a.example/%22%3E%3Cscript%3E");
    assert!(wrong.status == 400 && !wrong.text().contains("<script"), "{}", wrong.text());
    // A page elsewhere turns no light on; the shop's own does.
    let asked = |origin: &str| get(server.address, &format!("/v1/surveys/fr/https:%2F%2F{origin}/olive"), &[]).status;
    // The catalog knows the new site after its next look.
    wait_for("the site", || asked("evil.example") == 403);
    assert_eq!(asked("shop.example"), 200);
    wait_for("the light", || install("").text().contains("A page has asked for the survey: today."));
    assert_eq!(server.count("site_seen"), 1);
}

#[test]
fn wrong_codes_are_failed_sign_ins() {
    let server = empty(short());
    let statuses: Vec<u16> = (0..6).map(|_| account(&server, "AAAA", "ada", PASSWORD).status).collect();
    assert_eq!(statuses, [403, 403, 403, 403, 403, 429]);
    // The right code waits as well: it is looked at no more than a wrong one.
    let late = account(&server, &server.setup_code(), "ada", PASSWORD);
    assert!(late.status == 429 && late.header("retry-after").is_some());
    assert_eq!(server.count("account"), 0);
}

#[test]
fn who_may_not_add_a_site_is_offered_none() {
    let server = Server::start();
    server.add_account_with("numbers", Rights { role: Role::Team, sites: Sites::Every });
    server.add_account_with("olive-only", Rights { role: Role::Owner, sites: Sites::only(["olive".to_owned()]) });
    for name in ["numbers", "olive-only"] {
        let cookie = server.cookie_for(name);
        assert_eq!(get(server.results, "/start/site", &[("Cookie", &cookie)]).status, 404, "{name}");
        let fields = [("name", "fig"), ("origin", "https://fig.example")];
        assert_eq!(submit(&server, "/start/site", &[OWN, ("Cookie", &cookie)], &fields).status, 404, "{name}");
    }
    assert_eq!(get(server.results, "/sites/olive/install", &[("Cookie", &server.cookie_for("numbers"))]).status, 404);
    assert_eq!(get(server.results, "/start/site", &[]).header("location"), Some("/login?next=%2Fstart%2Fsite"));
    assert_eq!(server.count("site"), 1);
}

#[test]
fn a_second_factor_that_is_required_comes_first() {
    let server = empty(Limits { second_factor_required: true, ..short() });
    let made = account(&server, &server.setup_code(), "ada", PASSWORD);
    assert_eq!((made.status, made.header("location")), (303, Some("/account/second-factor")));
    let site = get(server.results, "/start/site", &[("Cookie", &cookie_of(&made))]);
    assert_eq!(site.header("location"), Some("/account/second-factor"));
}

/// The program prints the code where there is no account, to standard output alone, and another one at each start.
#[test]
fn the_program_prints_the_code_while_there_is_no_account() {
    let folder = Folder::new();
    let start = || -> (Vec<String>, String) {
        let mut child = Command::new(TRENTE)
            .args(["serve", "--listen", "127.0.0.1:0", "--results", "127.0.0.1:0", "--db"])
            .arg(folder.database())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut printed: Vec<String> = lines.by_ref().take(2).map(Result::unwrap).collect();
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        printed.extend(lines.map(Result::unwrap));
        let errors = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
        assert!(child.wait().unwrap().success(), "{errors}");
        (printed, errors)
    };
    let (first, errors) = start();
    assert!(first.len() == 3 && first[2].starts_with("set-up code ") && first[2].len() == 31, "{first:?}");
    assert!(!errors.contains(&first[2]["set-up code ".len()..]), "{errors}");
    let (second, _) = start();
    assert!(second.len() == 3 && second[2] != first[2], "{second:?}");
    let hash = trente_collector::domain::auth::password::hash(&PASSWORD.to_owned().into()).unwrap();
    let connection = rusqlite::Connection::open(folder.database()).unwrap();
    connection.execute("insert into account (name, hash, created_ms) values ('ada', ?1, 0)", [hash]).unwrap();
    drop(connection);
    assert_eq!(start().0.len(), 2);
}
