//! A closed site says so to those who read its results.

use std::time::Duration;

use trente_store::change::Change;
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::inbound::Inbound;
use trente_store::model::scope::Scope;
use trente_store::model::site::NewSite;
use trente_survey::definition::Preset;
use trente_testing::frames::{bytes, frame, scored};
use trente_testing::stores::wait;

use super::{at, words};
use crate::support::Server;

#[test]
fn a_closed_site_says_so_on_each_of_its_pages() {
    let server = Server::start();
    let token = server.token("all", &[Scope::Admin], None);
    let says = |page: &str, text: &str| words(&at(&server, &format!("/sites/olive{page}"))).contains(text);
    let closed = "This site has been closed since ";
    for page in ["", "/recover", "/voices", "/settings"] {
        assert!(!says(page, closed), "{page}");
    }
    assert_eq!(server.api(&token, "POST", "/sites/olive/close", None).status, 200);
    for page in ["", "/recover", "/voices", "/settings"] {
        assert!(says(page, closed), "{page}");
    }
    assert!(says("?hl=fr", "Ce site est fermé depuis le "));
    assert_eq!(server.api(&token, "POST", "/sites/olive/reopen", None).status, 200);
    assert!(!says("", closed));
}

/// A site that is to be silent is not one that has fallen silent.
#[test]
fn the_list_of_sites_tells_a_closed_site_from_a_silent_one() {
    let server = Server::start();
    let token = server.token("all", &[Scope::Admin], None);
    let fig = NewSite { name: "fig".to_owned(), origins: Vec::new(), any_origin: true };
    server.change(Change::new_site(fig, Preset::AfterDelivery).unwrap());
    let old = scored(frame(server.survey(), 1));
    let received_ms = now_ms() - 40 * DAY_MS;
    let old = Inbound { received_ms, verified: false, aside: false, bytes: bytes(&old) };
    wait(async { server.store().append(vec![old], Duration::from_secs(20)).await.unwrap() });
    let home = |query: &str| words(&at(&server, &format!("/{query}")));
    let silent = home("");
    assert!(silent.contains("Last answer 40 days ago") && !silent.contains("for 7 days"), "{silent}");
    assert!(home("?hl=fr").contains("Dernière réponse il y a 40 jours"));
    assert_eq!(server.api(&token, "POST", "/sites/olive/close", None).status, 200);
    let closed = home("");
    assert!(closed.contains("Closed since ") && !closed.contains("40 days ago"), "{closed}");
    assert!(home("?hl=fr").contains("Fermé depuis le "));
}
