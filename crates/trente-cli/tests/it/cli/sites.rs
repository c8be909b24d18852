//! `trente site`, `sign`, `responses` and `survey`.

use serde_json::json;
use trente_store::clock::{epoch, now_ms};
use trente_survey::definition::{Definition, Preset};
use trente_survey::response_id::{ResponseId, Signature, SurveyId};
use trente_testing::Folder;
use trente_testing::frames::survey;
use trente_testing::stores::add_site;

use super::{lines, on, run};

#[test]
fn sites_are_added_listed_and_sign() {
    let folder = Folder::new();
    let database = folder.database();
    let add =
        ["site", "add", "olive", "--preset", "after-delivery", "--origin", "https://Shop.example:443", "--origin"];
    let add = [&add[..], &["http://127.0.0.1:8030"]].concat();
    let added = on(&database, &[&add[..], &["--base", "https://avis.shop.example/trente/"]].concat());
    assert!(added.status.success());
    let text = String::from_utf8(added.stdout).unwrap();
    let snippet = text.lines().next().unwrap();
    assert!(snippet.starts_with(
        r#"<script async src="https://avis.shop.example/trente/trente.olive.js" data-site="olive" data-order=""#
    ));
    assert!(text.lines().nth(1).unwrap().contains("order"));

    let again = on(&database, &add);
    assert_eq!((again.status.code(), again.stdout.len()), (Some(2), 0));
    assert_eq!(String::from_utf8(again.stderr).unwrap(), "trente: site `olive` exists already\n");

    let sites = lines(&on(&database, &["site", "list"]));
    assert_eq!(sites[0]["name"], "olive");
    assert_eq!(sites[0]["origins"], json!(["http://127.0.0.1:8030", "https://shop.example"]));
    let id = survey("olive");
    assert_eq!(sites[0]["survey"], format!("{:08x}", u32::from_be_bytes(id.0)));

    let signed = on(&database, &["sign", "--site", "olive", "--order", "MO-1"]);
    let bytes = trente_store::encoding::from_base64url(String::from_utf8(signed.stdout).unwrap().trim()).unwrap();
    let signature = Signature::from_bytes(&bytes).unwrap();
    assert_eq!(signature.epoch, epoch(now_ms()));
    assert_ne!(signature.response, ResponseId::from_order(id, "MO-1"), "a key makes ids that nobody can guess");
    assert!(on(&database, &["responses", "--site", "olive"]).stdout.is_empty());

    assert_eq!(sites[0]["any_origin"], false);
    assert!(on(&database, &["site", "add", "fig", "--any-origin"]).status.success());
    // What a new site asks, unless it says otherwise.
    let lenses =
        |site: &str| lines(&on(&database, &["survey", "show", "--site", site])).remove(0)["core"]["lens"].take();
    assert_eq!(lenses("fig"), json!(["policy", "speed", "detail"]));
    assert_eq!(lenses("olive"), json!(null));
    assert_eq!(
        String::from_utf8(run(&["survey", "preset", "confirmation"], "").stdout).unwrap(),
        "name = \"trente-default\"\nversion = 2\n\n[core]\nlens = [\"policy\", \"speed\", \"detail\"]\n"
    );
    let fig = lines(&on(&database, &["site", "list"])).remove(0);
    assert_eq!((&fig["name"], &fig["any_origin"], &fig["origins"]), (&json!("fig"), &json!(true), &json!([])));
}

#[test]
fn bad_arguments_exit_with_2_and_a_clear_line() {
    let folder = Folder::new();
    let database = folder.database();
    add_site(&database, "olive", &[]);
    for (arguments, message) in [
        (&["site", "add", "Olive!", "--origin", "https://a"][..], "is not a site name"),
        (&["site", "add", "", "--origin", "https://a"], "is not a site name"),
        (&["site", "add", "fig", "--origin", "https://a/path"], "is not an origin"),
        (&["site", "add", "fig", "--origin", "https://a.example/path?x"], "write https://a.example"),
        (&["site", "add", "fig", "--origin", "a.example"], "write https://a.example"),
        (&["site", "origins", "olive", "--origin", "https://*.a.example"], "no wildcards"),
        (&["site", "add", "fig", "--origin", "https://a", "--base", "avis"], "is not an address"),
        (&["site", "add", "fig", "--origin", "https://a", "--base", "https://a/\"><x"], "is not an address"),
        (&["site", "add", "fig"], "--origin"),
        (&["sign", "--site", "nobody", "--order", "a"], "no site `nobody`"),
        (&["sign", "--site", "olive", "--order", ""], "order reference is empty"),
        (&["responses", "--site", "nobody"], "no site `nobody`"),
    ] {
        let output = on(&database, arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error.contains(message), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty());
    }
    let missing = on(&folder.path().join("none.db"), &["site", "list"]);
    assert!(String::from_utf8(missing.stderr).unwrap().contains("no database at"));
    assert!(!folder.path().join("none.db").exists());
}

#[test]
fn a_sheet_needs_no_database() {
    let output = run(&["survey", "sheet", "--site", "olive", "--lang", "en"], "");
    let sheet = lines(&output).remove(0);
    // What `site add` would give the site.
    let SurveyId(id) = Definition::id(&Preset::default().definition("olive").canonical().unwrap());
    assert_eq!((&sheet["lang"], &sheet["locale"]), (&json!("en"), &json!(2)));
    assert_eq!(sheet["survey"], format!("{:08x}", u32::from_be_bytes(id)));
    assert_eq!(lines(&run(&["survey", "sheet", "--site", "olive"], ""))[0]["lang"], "fr");
}
