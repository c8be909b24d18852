//! A closed site says so to those who read its results.

use trente_store::model::scope::Scope;

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
