//! The settings of people: adding an account, its rights, removing it; and that an owner stays.

use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::role::Role;
use trente_testing::stores::{ORIGIN, add_site, wait};

use super::{act, asked, at, last_act, path, post, refused, taken, words};
use crate::support::admin::PASSWORD;
use crate::support::{Server, get};

const THEIRS: &str = "a long sentence of bo";

fn rights(server: &Server, name: &str) -> Option<Rights> {
    wait(async { server.store().account(name.to_owned()).await.unwrap() }).map(|account| account.rights)
}

#[test]
fn an_account_is_added_changed_and_removed() {
    let server = Server::start();
    server.cookie();
    add_site(&server.folder.database(), "fig", &[ORIGIN]);
    let new =
        [("act", "add"), ("name", "bo"), ("password", THEIRS), ("role", "team"), ("where", "some"), ("site", "fig")];
    let with = |password: &'static str| [&new[..], &[("current", password)]].concat();
    let page = refused(&server, "people", &with("not the password"), 403, "The current password is not right.");
    for kept in ["name=\"name\" type=\"text\"", "value=\"bo\"", "id=\"site-fig\" name=\"site\" value=\"fig\" checked"] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    assert!(!page.contains(THEIRS) && rights(&server, "bo").is_none(), "no password comes back");
    taken(&server, "people", &with(PASSWORD), "The account was added.");
    let team = Rights { role: Role::Team, sites: Sites::only(["fig".to_owned()]) };
    assert_eq!(rights(&server, "bo"), Some(team));
    assert_eq!(last_act(&server), act("account added", "bo team fig"));
    assert_eq!(server.sign_in("bo", THEIRS, &[]).status, 303, "the password is theirs");
    let text = words(&at(&server, &path("people")));
    assert!(
        text.contains("ada you Role Owner Sites Every site, those to come too Second factor off Mails none"),
        "{text}"
    );
    assert!(text.contains("bo Role Team Sites fig"), "{text}");

    let page = at(&server, &path("people?account=bo"));
    assert!(page.contains("value=\"team\" aria-describedby=\"role-team-note\" checked"), "{page}");
    let desk = [("act", "change"), ("name", "bo"), ("role", "desk"), ("where", "every"), ("current", PASSWORD)];
    taken(&server, "people", &desk, "It was saved, and holds from now on.");
    assert_eq!(rights(&server, "bo"), Some(Rights { role: Role::Desk, sites: Sites::Every }));
    assert_eq!(last_act(&server), act("rights changed", "bo desk every site"));
    let none = [("act", "change"), ("name", "bo"), ("role", "owner"), ("where", "some"), ("current", PASSWORD)];
    refused(&server, "people", &none, 422, "Tick a site, or choose every site.");
    let unknown = [&none[..], &[("site", "date")]].concat();
    refused(&server, "people", &unknown, 422, "Tick a site, or choose every site.");
    assert_eq!(rights(&server, "bo"), Some(Rights { role: Role::Desk, sites: Sites::Every }));

    let page = asked(&server, "people", &[("act", "remove"), ("name", "bo")], "Remove the account bo?");
    assert!(page.contains("autocomplete=\"current-password\""), "{page}");
    let sure = |password: &'static str| [("act", "remove"), ("name", "bo"), ("sure", "1"), ("current", password)];
    refused(&server, "people", &sure("not the password"), 403, "The current password is not right.");
    assert!(rights(&server, "bo").is_some());
    taken(&server, "people", &sure(PASSWORD), "The account was removed.");
    assert!(rights(&server, "bo").is_none());
    taken(&server, "people", &sure(PASSWORD), "It is no longer there.");
    assert_eq!(
        post(&server, "people", &[("act", "change"), ("name", "bo"), ("where", "every"), ("current", PASSWORD)]).status,
        303
    );
}

#[test]
fn a_bad_account_is_refused_in_words() {
    let server = Server::start();
    server.cookie();
    for (name, password, why) in [
        ("", THEIRS, "A name has 1 to 40 letters, digits, hyphens, dots, underscores and at signs."),
        ("bo b", THEIRS, "A name has 1 to 40 letters, digits, hyphens, dots, underscores and at signs."),
        ("ada", THEIRS, "An account has this name already."),
        ("bo", "short", "A password has 12 characters or more, and 256 bytes at most."),
        ("bo", "olive-olive-olive", "This password is too easy to guess"),
    ] {
        let fields = [
            ("act", "add"),
            ("name", name),
            ("password", password),
            ("role", "team"),
            ("where", "every"),
            ("current", PASSWORD),
        ];
        let answer = post(&server, "people", &fields);
        assert!(answer.status == 422 && words(answer.text()).contains(why), "{name}: {}", words(answer.text()));
    }
    let unknown = [
        ("act", "add"),
        ("name", "bo"),
        ("password", THEIRS),
        ("where", "some"),
        ("site", "date"),
        ("current", PASSWORD),
    ];
    let page = refused(&server, "people", &unknown, 422, "Tick a site, or choose every site.");
    assert!(page.contains("<h1>People</h1>") && rights(&server, "bo").is_none(), "{page}");
    // A form without a role makes no owner.
    let fields = [("act", "add"), ("name", "bo"), ("password", THEIRS), ("where", "every"), ("current", PASSWORD)];
    taken(&server, "people", &fields, "The account was added.");
    assert_eq!(rights(&server, "bo").unwrap().role, Role::Team);
}

#[test]
fn an_owner_neither_loses_their_own_rights_nor_leaves_the_sites_without_one() {
    let server = Server::start();
    server.cookie();
    let page = at(&server, &path("people?account=ada"));
    assert!(words(&page).contains("This is your own account.") && !page.contains("name=\"role\""), "{page}");
    let own = "This is your own account. Another owner changes its rights or removes it, so that no owner is locked out by mistake.";
    let demote = [("act", "change"), ("name", "ada"), ("role", "team"), ("where", "every"), ("current", PASSWORD)];
    refused(&server, "people", &demote, 422, own);
    refused(&server, "people", &[("act", "remove"), ("name", "ada"), ("sure", "1"), ("current", PASSWORD)], 422, own);
    assert_eq!(rights(&server, "ada"), Some(Rights::OWNER));

    // An owner of one site reaches neither people nor the log, and is told so as of a page that there is not.
    server.add_account_with("cy", Rights { role: Role::Owner, sites: Sites::only(["olive".to_owned()]) });
    let cookie = server.cookie_for("cy");
    let hub = get(server.results, "/sites/olive/settings", &[("Cookie", &cookie)]);
    assert!(hub.status == 200 && !hub.text().contains("settings/people") && !hub.text().contains("settings/audit"));
    for setting in ["people", "audit"] {
        assert_eq!(get(server.results, &path(setting), &[("Cookie", &cookie)]).status, 404, "{setting}");
    }
    let add = [
        ("act", "add"),
        ("name", "eve"),
        ("password", THEIRS),
        ("role", "owner"),
        ("where", "every"),
        ("current", PASSWORD),
    ];
    assert_eq!(super::submit(&server, &cookie, &path("people"), &add).status, 404);
    assert!(rights(&server, "eve").is_none());
}
