//! Tests of allowed origins: which pages may read a survey and send answers.

use trente_collector::domain::assets::Files;
use trente_testing::Folder;
use trente_testing::frames::{bytes, frame, survey};
use trente_testing::stores::{ORIGIN, add_with};

use crate::support::server::short;
use crate::support::{Answer, Server, get, post, request};

/// `olive` stands on one origin, `fig` anywhere.
fn server() -> Server {
    let folder = Folder::new();
    add_with(&folder.database(), "olive", &[ORIGIN], false);
    add_with(&folder.database(), "fig", &["https://fig.example"], true);
    Server::on(folder, short(), Files::Embedded)
}

const ANYWHERE: [&str; 5] =
    ["null", "https://sandbox.example", "http://localhost:3000", "capacitor://localhost", "chrome-extension://abc"];

#[test]
fn a_site_for_any_origin_answers_every_page() {
    let server = server();
    let body = bytes(&frame(survey("fig"), 1));
    for origin in ANYWHERE {
        let sheet = get(server.address, "/v1/surveys/fig", &[("Origin", origin)]);
        assert_eq!((sheet.status, sheet.header("access-control-allow-origin")), (200, Some("*")), "{origin}");
        let stored = post(server.address, origin, &body);
        assert_eq!((stored.status, stored.header("access-control-allow-origin")), (204, Some("*")), "{origin}");
        assert!(stored.head.to_ascii_lowercase().contains("vary: origin"));
        assert_eq!(stored.header("access-control-allow-credentials"), None);
        let preflight = request(server.address, "OPTIONS", "/v1/responses", &[("Origin", origin)], b"");
        assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, Some("*")), "{origin}");
        // A refusal is readable too: the widget then stops trying.
        let bad = post(server.address, origin, &body[..18]);
        assert_eq!((bad.status, bad.header("access-control-allow-origin")), (400, Some("*")), "{origin}");
    }
    // A listed origin is named as ever.
    let named = get(server.address, "/v1/surveys/fig", &[("Origin", "https://fig.example")]);
    assert_eq!(named.header("access-control-allow-origin"), Some("https://fig.example"));
    assert_eq!(server.folded(), 1);
}

#[test]
fn the_other_sites_of_the_collector_stay_closed() {
    let server = server();
    let body = bytes(&frame(survey("olive"), 1));
    for origin in ANYWHERE {
        let sheet = get(server.address, "/v1/surveys/olive", &[("Origin", origin)]);
        assert_eq!((sheet.status, sheet.code().as_str()), (403, "E_ORIGIN"), "{origin}");
        assert_eq!(sheet.header("access-control-allow-origin"), None, "{origin}");
        assert_eq!(post(server.address, origin, &body).code(), "E_ORIGIN", "{origin}");
    }
    assert!(server.is_empty());
    assert_eq!(post(server.address, ORIGIN, &body).status, 204);
}

#[test]
fn two_origins_are_none_for_any_site() {
    let server = server();
    let headers = [("Origin", "https://fig.example"), ("Origin", "https://fig.example")];
    assert_eq!(get(server.address, "/v1/surveys/fig", &headers).code(), "E_ORIGIN");
    let body = bytes(&frame(survey("fig"), 1));
    assert_eq!(request(server.address, "POST", "/v1/responses", &headers, &body).code(), "E_ORIGIN");
    assert_eq!(post(server.address, "", &body).code(), "E_ORIGIN");
    assert!(server.is_empty());
}

/// What a page's tracing, CSRF helper or error reporter adds to every request.
const ADDED: [&str; 4] =
    ["traceparent", "x-requested-with", "baggage,sentry-trace", "content-type,newrelic,X-CSRF-Token,x-datadog-origin"];

fn preflight(server: &Server, path: &str, origin: &str, method: &str, headers: &str) -> Answer {
    let asked = [
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", headers),
        ("Access-Control-Request-Private-Network", "true"),
    ];
    request(server.address, "OPTIONS", path, &asked, b"")
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(|name| name.trim().to_ascii_lowercase()).collect()
}

#[test]
fn preflights_of_every_public_path_allow_what_a_page_adds() {
    let folder = Folder::new();
    add_with(&folder.database(), "olive", &[ORIGIN], false);
    let dist = Folder::new();
    std::fs::create_dir_all(dist.path().join("t/0123abcd")).unwrap();
    for path in
        ["trente.js", "trente.mjs", "trente-0.1.0.js", "t/0123abcd/widget.wasm", "t/0123abcd/widget.js", "site.js"]
    {
        std::fs::write(dist.path().join(path), "x").unwrap();
    }
    let server = Server::on(folder, short(), Files::Folder(dist.path().to_owned()));
    let paths = [
        ("/v1/surveys/olive", "GET", ORIGIN),
        ("/v1/surveys/olive?lang=fr", "GET", ORIGIN),
        ("/v1/responses", "POST", ORIGIN),
        ("/s/olive", "GET", ORIGIN),
        ("/s/olive", "POST", ORIGIN),
        ("/trente.js", "GET", "*"),
        ("/trente.olive.js", "GET", "*"),
        ("/trente.mjs", "GET", "*"),
        ("/trente-0.1.0.js", "GET", "*"),
        ("/t/0123abcd/widget.wasm", "GET", "*"),
        ("/t/0123abcd/widget.js", "GET", "*"),
    ];
    for (path, method, grant) in paths {
        for added in ADDED {
            let answer = preflight(&server, path, ORIGIN, method, added);
            assert_eq!(answer.status, 204, "{path} {answer:?}");
            assert_eq!(answer.header("access-control-allow-origin"), Some(grant), "{path}");
            assert_eq!(names(answer.header("access-control-allow-headers").unwrap()), names(added), "{path}");
            let methods = names(answer.header("access-control-allow-methods").unwrap());
            assert!(methods.contains(&method.to_ascii_lowercase()), "{path}: {methods:?}");
            assert_eq!(answer.header("access-control-max-age"), Some("7200"));
            assert_eq!(answer.header("access-control-allow-private-network"), Some("true"));
            assert_eq!(answer.header("access-control-allow-credentials"), None);
            // The request itself is readable, with what was added.
            let added: Vec<_> =
                added.split(',').filter(|name| *name != "content-type").map(|name| (name, "1")).collect();
            let real = request(server.address, method, path, &[&[("Origin", ORIGIN)], &added[..]].concat(), b"x");
            assert_eq!(real.header("access-control-allow-origin"), Some(grant), "{method} {path}: {real:?}");
        }
    }
    // Nothing that is no list of names is said back, and no second header comes of it.
    for bad in ["a b", "x: y", "\"x\"", "", "a,é"] {
        let answer = preflight(&server, "/v1/responses", ORIGIN, "POST", bad);
        assert_eq!(
            (answer.status, answer.header("access-control-allow-headers")),
            (204, Some("content-type")),
            "{bad}"
        );
    }
    // A page of no site gets no leave, and what is not there is not there.
    for (path, status) in
        [("/v1/surveys/olive", 403), ("/v1/responses", 403), ("/s/olive", 403), ("/v1/surveys/x", 404)]
    {
        let answer = preflight(&server, path, "https://evil.example", "GET", "traceparent");
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, None), "{path}");
        assert_eq!(answer.header("access-control-allow-headers"), None, "{path}");
        assert_eq!(answer.header("access-control-allow-private-network"), None, "{path}");
    }
    assert_eq!(preflight(&server, "/nothing", ORIGIN, "GET", "traceparent").status, 404);
    assert_eq!(preflight(&server, "/readyz", ORIGIN, "GET", "traceparent").header("access-control-allow-origin"), None);
    // A file that is gone is readable as such.
    let gone = get(server.address, "/t/ffff/widget.wasm", &[("Origin", ORIGIN)]);
    assert_eq!((gone.status, gone.header("access-control-allow-origin")), (404, Some("*")));
}

#[test]
fn the_inner_listener_answers_no_preflight() {
    let server = server();
    for path in ["/", "/login", "/api/v1/sites", "/metrics"] {
        let asked = [("Origin", ORIGIN), ("Access-Control-Request-Method", "GET")];
        let answer = request(server.results, "OPTIONS", path, &asked, b"");
        assert!(answer.status >= 400, "{path}: {answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
}

/// `GET` of a survey by a path that has all that decides.
fn by_path(server: &Server, languages: &str, origin: &str, site: &str, headers: &[(&str, &str)]) -> Answer {
    get(server.address, &format!("/v1/surveys/{languages}/{origin}/{site}"), headers)
}

#[test]
fn the_path_alone_decides_so_that_no_cache_gives_a_page_what_another_may_read() {
    let server = server();
    // The headers are those of other pages: a cache may have asked for any of them.
    for headers in [&[][..], &[("Origin", ORIGIN)], &[("Origin", "https://evil.example")], &[("Origin", "null")]] {
        let path = |languages, origin, site| by_path(&server, languages, origin, site, headers);
        let own = path("fr,en", "https~shop.example", "olive");
        assert_eq!((own.status, own.header("access-control-allow-origin")), (200, Some(ORIGIN)), "{headers:?}");
        assert_eq!(own.json()["lang"], "fr");
        assert_eq!(own.header("cache-control"), Some("public, max-age=300"));
        let named = path(",de-AT,en", "HTTPS~FIG.example~443", "fig");
        assert_eq!(named.header("access-control-allow-origin"), Some("https://fig.example"), "{headers:?}");
        assert_eq!(named.json()["lang"], "de");
        for origin in ["null", "https~sandbox.example", "capacitor~localhost", "http~%5B~~1%5D~3000"] {
            let any = path("uk,cs", origin, "fig");
            assert_eq!((any.status, any.header("access-control-allow-origin")), (200, Some("*")), "{origin}");
            assert_eq!(any.json()["lang"], "en", "English before the survey's own language");
            let refused = path("fr", origin, "olive");
            assert_eq!((refused.status, refused.code().as_str()), (403, "E_ORIGIN"), "{origin}");
            // The page may read why.
            assert_eq!(refused.header("access-control-allow-origin"), Some("*"), "{origin}");
            assert_eq!(refused.header("cache-control"), Some("no-store"), "{origin}");
        }
        let unknown = path("fr", "https~shop.example", "nobody");
        assert_eq!((unknown.status, unknown.code().as_str()), (404, "E_SITE"));
        assert_eq!(unknown.header("access-control-allow-origin"), Some("*"));
        // A page of the collector's own host needs no leave, and another page cannot read its answer.
        let same = path("fr", "-", "olive");
        assert_eq!((same.status, same.header("access-control-allow-origin")), (200, None), "{headers:?}");
    }
}

#[test]
fn whatever_a_path_holds_is_answered() {
    let server = server();
    let lang = |languages: &str| by_path(&server, languages, "-", "olive", &[]).json()["lang"].clone();
    let many = "xx,".repeat(300);
    for (languages, spoken) in [
        (",", "fr"),
        (",,", "fr"),
        ("pt_BR,fr", "pt"),
        ("EN-gb", "en"),
        ("zh-TW,zh-Hans", "zh-Hans"),
        ("zh-TW,nb,no", "en"),
        ("x-default", "en"),
        ("--lang--,,sv", "sv"),
        ("%F0%9F%A5%9D,%2C,ja", "ja"),
        ("%00", "en"),
        (&many, "en"),
    ] {
        assert_eq!(lang(languages), spoken, "{languages}");
    }
    for (origin, status) in [("~", 403), ("%20", 403), ("https~shop.example~", 403), ("https~a%0Ab", 403), ("%ff", 404)]
    {
        assert_eq!(by_path(&server, "fr", origin, "olive", &[]).status, status, "{origin}");
    }
    assert_eq!(by_path(&server, "fr", "-", "%ff", &[]).code(), "E_SITE");
    let etag = by_path(&server, "fr", "-", "olive", &[]).header("etag").unwrap().to_owned();
    assert_eq!(by_path(&server, "fr", "-", "olive", &[("If-None-Match", &etag)]).status, 304);
}

#[test]
fn a_page_whose_requests_are_watched_reads_its_survey_or_why_there_is_none() {
    let server = server();
    for (origin, page, status) in
        [(ORIGIN, "https~shop.example", 200), ("https://evil.example", "https~evil.example", 403)]
    {
        let path = format!("/v1/surveys/fr/{page}/olive");
        let leave = preflight(&server, &path, origin, "GET", "traceparent");
        assert_eq!((leave.status, leave.header("access-control-allow-origin")), (204, Some("*")));
        assert_eq!(leave.header("access-control-allow-headers"), Some("traceparent"));
        let answer = get(server.address, &path, &[("Origin", origin), ("traceparent", "00-1-1-00")]);
        assert_eq!(answer.status, status);
        assert!(answer.header("access-control-allow-origin").is_some_and(|grant| grant == "*" || grant == origin));
    }
}
