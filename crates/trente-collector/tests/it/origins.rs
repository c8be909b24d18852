//! Which pages may read a survey and send answers.

use trente_collector::http::files::Files;

use crate::support::frames::{bytes, frame, survey};
use crate::support::server::{ORIGIN, add, short};
use crate::support::{Folder, Server, get, post, request};

/// `olive` stands on one origin, `fig` anywhere.
fn server() -> Server {
    let folder = Folder::new();
    add(&folder.database(), "olive", &[ORIGIN], false);
    add(&folder.database(), "fig", &["https://fig.example"], true);
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
