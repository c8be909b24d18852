//! The second factor: setting it up, signing in with it, and what does not get past it. OWASP ASVS 5.0, 6.3.3, 6.5
//! and 7.5.1.

use data_encoding::BASE32_NOPAD;
use totp_rs::{Builder, Secret};
use trente_collector::domain::assets::Files;
use trente_collector::domain::auth::password;
use trente_collector::inner::session;
use trente_collector::limits::Limits;
use trente_store::change::Change;
use trente_store::clock::now_ms;
use trente_store::model::account::Rights;

use crate::support::admin::{OWN, PASSWORD, cookie_of};
use crate::support::server::short;
use crate::support::{Answer, Server, get, request};

fn send(server: &Server, cookie: &str, path: &str, pairs: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let headers = [OWN, ("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded")];
    request(server.results, "POST", path, &headers, body.as_bytes())
}

fn page(server: &Server, cookie: &str, path: &str) -> Answer {
    get(server.results, path, &[("Cookie", cookie)])
}

/// The app: what it was shown, and the code that it shows some steps from now.
struct App(Vec<u8>);

impl App {
    fn scan(page: &Answer) -> Self {
        let text = page.text();
        assert!(text.contains("<svg class=\"qr\"") && text.contains("otpauth://totp/Trente:ada?"), "{text}");
        let secret = text.split("secret=").nth(1).unwrap().split('&').next().unwrap();
        Self(BASE32_NOPAD.decode(secret.as_bytes()).unwrap())
    }

    fn code(&self, steps: i64) -> String {
        let secret = Secret::new_stack(self.0[..].try_into().unwrap());
        let totp = Builder::new().with_secret(secret).build().unwrap();
        totp.generate((now_ms() as i64 / 1000 + 30 * steps) as u64).to_string()
    }
}

/// Sets up the second factor of an account that has signed in; the app and the recovery codes.
fn set_up(server: &Server, cookie: &str) -> (App, Vec<String>) {
    let shown = send(server, cookie, "/account/second-factor", &[("current", PASSWORD)]);
    assert_eq!(shown.status, 200);
    let app = App::scan(&shown);
    let done = send(server, cookie, "/account/second-factor/confirm", &[("code", &app.code(0))]);
    assert_eq!(done.status, 200, "{done:?}");
    // As if that had been a while ago, so that the code of now is another one.
    let past = server.database().execute("update second_factor set step = step - 5 where confirmed", []).unwrap();
    assert_eq!(past, 1);
    (app, codes_of(&done))
}

fn codes_of(page: &Answer) -> Vec<String> {
    let codes: Vec<String> =
        page.text().split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    codes
}

/// The cookie after the password alone.
fn halfway(server: &Server) -> String {
    let answer = server.sign_in("ada", PASSWORD, &[]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/login/code?next=%2Fsites%2Folive")));
    assert!(!answer.head.contains("trente-device"), "known only once it has signed in to the end");
    cookie_of(&answer)
}

fn acts(server: &Server, act: &str) -> usize {
    server.audit().iter().filter(|line| line.act == act).count()
}

#[test]
fn asvs_6_3_3_a_password_alone_opens_nothing() {
    let server = Server::start();
    let first = server.cookie();
    let other = server.cookie();
    let wrong = send(&server, &first, "/account/second-factor", &[("current", "not the password")]);
    assert!(wrong.status == 403 && !wrong.text().contains("otpauth"));
    let (app, _) = set_up(&server, &first);
    assert_eq!(
        (page(&server, &first, "/account").status, page(&server, &other, "/account").status),
        (200, 303),
        "others end"
    );

    let half = halfway(&server);
    for path in ["/", "/sites/olive", "/account", "/account/second-factor"] {
        let answer = page(&server, &half, path);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/login/code")), "{path}");
    }
    assert_eq!(page(&server, &half, "/api/v1/sites").status, 401);
    assert_eq!(
        send(&server, &half, "/account/password", &[("current", PASSWORD), ("new", "another long one")]).status,
        303
    );
    assert_eq!(page(&server, "", "/login/code").header("location"), Some("/login"));
    assert!(page(&server, &half, "/login/code?next=/sites/olive").text().contains("one-time-code"));

    for code in ["", "000000", "abcdef", &app.code(-40), &app.code(40)] {
        let refused = send(&server, &half, "/login/code", &[("code", code)]);
        assert_eq!((refused.status, refused.header("set-cookie")), (403, None), "{code}");
    }
    assert_eq!(acts(&server, "second factor failed"), 1, "and four more within the minute");
    // Five wrong codes, and the right one waits too: six digits are soon guessed.
    let limited = send(&server, &half, "/login/code", &[("code", &app.code(0))]);
    assert_eq!((limited.status, limited.header("set-cookie")), (429, None));
    // A form of another page does not get through either.
    let foreign = [("Cookie", half.as_str()), ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(request(server.results, "POST", "/login/code", &foreign, b"code=000000").status, 403);
}

#[test]
fn asvs_6_5_a_code_is_taken_once_and_a_new_session_begins_with_it() {
    let server = Server::start();
    let (app, _) = set_up(&server, &server.cookie());
    let half = halfway(&server);
    let code = app.code(0);
    let typed = format!(" {} {} ", &code[..3], &code[3..]);
    let right = send(&server, &half, "/login/code", &[("code", &typed), ("next", "/sites/olive")]);
    assert_eq!((right.status, right.header("location")), (303, Some("/sites/olive")), "{right:?}");
    let cookie = cookie_of(&right);
    assert_ne!(cookie, half);
    assert_eq!((page(&server, &cookie, "/account").status, page(&server, &half, "/account").status), (200, 303));
    assert_eq!(page(&server, &half, "/login/code").header("location"), Some("/login"), "the half one has ended");
    let again = halfway(&server);
    assert_eq!(send(&server, &again, "/login/code", &[("code", &code)]).status, 403, "once more");
    assert_eq!(send(&server, &again, "/login/code", &[("code", &app.code(1))]).status, 303, "the next one is new");
    assert_eq!(acts(&server, "signed in"), 3);
    assert_eq!(acts(&server, "password right, code asked for"), 2);
    // Half a session has ten minutes.
    let late = halfway(&server);
    let set = "update session set created_ms = ?1 where stage = 1";
    server.database().execute(set, [now_ms() - 10 * 60_000]).unwrap();
    assert_eq!(page(&server, &late, "/login/code").header("location"), Some("/login"));
}

#[test]
fn asvs_6_5_recovery_codes_work_once_and_are_kept_as_hashes() {
    let server = Server::start();
    let cookie = server.cookie();
    let (_, codes) = set_up(&server, &cookie);
    let enter = |code: &str| send(&server, &halfway(&server), "/login/code", &[("code", code)]).status;
    assert_eq!((enter(&codes[0]), enter(&codes[0])), (303, 403));
    assert_eq!(enter(&codes[1].to_uppercase().replace('-', " ")), 303);
    assert!(server.audit().iter().any(|line| line.subject.ends_with("with a recovery code")));
    let database = std::fs::read(server.folder.database()).unwrap();
    let wal = std::fs::read(server.folder.path().join("trente.db-wal")).unwrap_or_default();
    for code in &codes {
        for text in [code.clone(), code.replace('-', "")] {
            assert!(![&database, &wal].iter().any(|file| file.windows(text.len()).any(|at| at == text.as_bytes())));
        }
    }
    // New ones end those before.
    let wrong = send(&server, &cookie, "/account/second-factor/codes", &[("current", "not the password")]);
    assert_eq!(wrong.status, 403);
    let renewed = codes_of(&send(&server, &cookie, "/account/second-factor/codes", &[("current", PASSWORD)]));
    assert_eq!((enter(&codes[2]), enter(&renewed[2])), (403, 303));
}

#[test]
fn asvs_7_5_1_setting_up_anew_and_taking_away() {
    let server = Server::start();
    let cookie = server.cookie();
    let (old, _) = set_up(&server, &cookie);
    // Until the new app has shown a code, the old one counts.
    let app = App::scan(&send(&server, &cookie, "/account/second-factor", &[("current", PASSWORD)]));
    assert_eq!(send(&server, &cookie, "/account/second-factor/confirm", &[("code", "000000")]).status, 403);
    assert_eq!(send(&server, &halfway(&server), "/login/code", &[("code", &old.code(0))]).status, 303);
    assert_eq!(send(&server, &cookie, "/account/second-factor/confirm", &[("code", &app.code(0))]).status, 200);
    assert_eq!(send(&server, &halfway(&server), "/login/code", &[("code", &old.code(1))]).status, 403);
    assert_eq!(send(&server, &halfway(&server), "/login/code", &[("code", &app.code(1))]).status, 303);
    // Nothing waits for a code any more.
    let nothing = send(&server, &cookie, "/account/second-factor/confirm", &[("code", &app.code(1))]);
    assert_eq!((nothing.status, nothing.header("location")), (303, Some("/account/second-factor")));

    assert_eq!(send(&server, &cookie, "/account/second-factor/remove", &[("current", "wrong")]).status, 403);
    assert_eq!(send(&server, &cookie, "/account/second-factor/remove", &[("current", PASSWORD)]).status, 303);
    assert_eq!(server.sign_in("ada", PASSWORD, &[]).header("location"), Some("/sites/olive"));
    assert_eq!((server.count("second_factor"), server.count("recovery_code")), (0, 0));
    // A lost phone: the shell takes it away, and every session ends.
    set_up(&server, &cookie);
    server.change(Change::RemoveSecondFactor { account: "ada".into(), keep: None });
    assert_eq!(page(&server, &cookie, "/account").status, 303);
    assert_eq!(server.sign_in("ada", PASSWORD, &[]).header("location"), Some("/sites/olive"));
    assert_eq!(acts(&server, "second factor removed"), 2);
}

#[test]
fn asvs_6_3_3_where_it_is_required_it_comes_before_anything_else() {
    let server = Server::with(Limits { second_factor_required: true, ..short() }, Files::Embedded);
    server.add_account("ada");
    let answer = server.sign_in("ada", PASSWORD, &[]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/account/second-factor")));
    let cookie = cookie_of(&answer);
    for path in ["/", "/sites/olive", "/account"] {
        assert_eq!(page(&server, &cookie, path).header("location"), Some("/account/second-factor"), "{path}");
    }
    for path in
        ["/account/password", "/account/sessions", "/account/second-factor/remove", "/account/second-factor/codes"]
    {
        assert_eq!(send(&server, &cookie, path, &[]).header("location"), Some("/account/second-factor"), "{path}");
    }
    assert_eq!(page(&server, &cookie, "/api/v1/sites").status, 401);
    let must = page(&server, &cookie, "/account/second-factor");
    assert!(must.text().contains("A second factor is required here."));
    let app = App::scan(&send(&server, &cookie, "/account/second-factor", &[]));
    let done = send(&server, &cookie, "/account/second-factor/confirm", &[("code", &app.code(0))]);
    codes_of(&done);
    let full = cookie_of(&done);
    assert!(full.starts_with(session::NAME) && full != cookie);
    assert_eq!((page(&server, &full, "/account").status, page(&server, &cookie, "/account").status), (200, 303));
    assert_eq!(send(&server, &full, "/account/second-factor/remove", &[("current", PASSWORD)]).status, 403);
    assert_eq!(server.count("second_factor"), 1);
}

/// ASVS 6.2.4 and 6.2.11: on the page; the shell has the same rule.
#[test]
fn asvs_6_2_4_common_passwords_are_refused_and_old_ones_go_on() {
    let server = Server::start();
    let cookie = server.cookie();
    let change = |current: &str, new: &str| {
        let answer = send(&server, &cookie, "/account/password", &[("current", current), ("new", new)]);
        (answer.status, answer.text().contains("too easy to guess"))
    };
    for new in
        ["123456789012", "motdepasse123", "aaaaaaaaaaaa", "ada ada ada ada", "olive olive olive", "Trente-Olive-2026"]
    {
        assert_eq!(change(PASSWORD, new), (403, true), "{new}");
    }
    assert_eq!(change(PASSWORD, "un autre long secret"), (303, false));
    // One from before the rule goes on being right.
    let hash = password::hash(&"passwordpassword".to_owned().into()).unwrap();
    server.change(Change::AddAccount { name: "bob".into(), hash, rights: Rights::OWNER });
    assert_eq!(server.sign_in("bob", "passwordpassword", &[]).status, 303);
}
