//! A merchant's own survey in the running service: published without a restart, never changed, answered under its own
//! layout.

use serde_json::{Value, json};
use trente_store::StoreError;
use trente_store::change::Publish;
use trente_store::model::audit::Actor;
use trente_store::model::site::{Publication, Published};
use trente_store::sqlite::{admin, catalog as published, schema};
use trente_survey::Cause;
use trente_survey::definition::Definition;
use trente_survey::extra::ExtraKind;
use trente_survey::frame::Frame;
use trente_testing::frames::frame;
use trente_testing::recount::recount_differs;
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::surveys::{bytes, draft, extra, publish};
use trente_testing::{Folder, wait_for};

use crate::support::{Server, get, post};

fn sheet(server: &Server) -> Value {
    get(server.address, "/v1/surveys/olive?lang=en", &[("Origin", ORIGIN)]).json()
}

#[test]
fn a_survey_published_while_serving_is_asked_and_the_one_before_is_still_answered() {
    let server = Server::start();
    let before = sheet(&server);
    let (id, definition) = publish(
        &server.folder.database(),
        "olive",
        draft(
            json!({ "extra": extra(), "follow_up": { "incident": false, "chips": false }, "core": { "lens": "detail" } }),
        ),
    );
    wait_for("the new survey", || sheet(&server)["survey"] != before["survey"]);
    assert_eq!(sheet(&server)["survey"], format!("{:08x}", u32::from_be_bytes(id.0)));

    let layout = definition.layout();
    let code = ExtraKind::choices_code(3, 0b100);
    let own = Frame { extra: [code, 1, 0], ..frame(id, 1) };
    let own = Frame { extra_text: [None, None, Some("The ribbon".into())], ..own };
    let old = frame(server.survey(), 1);
    assert_eq!(post(server.address, ORIGIN, &bytes(&own, &layout)).status, 204);
    let core = trente_survey::extra::Layout::CORE;
    assert_eq!(post(server.address, ORIGIN, &[bytes(&old, &core), bytes(&own, &layout)].concat()).status, 204);
    assert_eq!((server.folded(), server.count("stray")), (2, 0));
    let database = server.database();
    assert_eq!(recount_differs(&database), 0);
    let counts = server.counts();
    let codes = |question| counts.unverified.question(id, question).codes().collect::<Vec<_>>();
    assert_eq!(
        (codes(0), codes(1), codes(2)),
        (vec![(code, 1)], vec![(1, 1)], vec![]),
        "of the new survey's frame, once"
    );

    // Read as the other survey's, neither would be what it is.
    assert_eq!(post(server.address, ORIGIN, &bytes(&Frame { survey: id, ..old }, &core)).status, 400);
    let families: Vec<u32> = {
        let database = server.database();
        let mut statement = database.prepare("select key >> 19 & 7 from response order by survey = ?1").unwrap();
        statement.query_map([id.0], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(families, [0, u32::from(Cause::Detail.family())], "by the response, and pinned");
}

#[test]
fn the_sheet_has_what_the_widget_needs() {
    let server = Server::start();
    publish(
        &server.folder.database(),
        "olive",
        draft(json!({
            "core": { "questions": ["recommend", "ease"], "lens": "speed", "wording": { "en": { "ease": "It was easy." } } },
            "follow_up": { "incident": false, "chips": false }, "extra": extra(),
            "display": { "mode": "banner", "share": 0.25 }, "theme": { "light": { "accent": "#004422" } },
        })),
    );
    wait_for("the new survey", || sheet(&server)["core"] == json!(["ease", "recommend"]));
    let answer = get(server.address, "/v1/surveys/olive?lang=fr", &[("Origin", ORIGIN)]);
    let french = answer.json();
    assert_eq!((&french["lens"], &french["lang"], &french["dir"]), (&json!(6), &json!("fr"), &json!("ltr")));
    assert_eq!(french["follow_up"], json!({ "incident": false, "chips": false, "word": true }));
    assert_eq!(french["extra"][1]["show_if"], json!({ "extra": 0, "answer": 3 }));
    assert_eq!((&french["extra"][1]["low"], &french["extra"][0]["options"][2]), (&json!("Laid"), &json!("Un coffret")));
    assert_eq!((&french["display"]["mode"], &french["display"]["share"]), (&json!("banner"), &json!(0.25)));
    assert!(french["theme"]["css"].as_str().unwrap().contains("--trente-accent:#004422"));
    assert_eq!(sheet(&server)["text"]["ease"], "It was easy.");
    let etag = answer.header("etag").unwrap();
    let again = get(server.address, "/v1/surveys/olive?lang=fr", &[("If-None-Match", etag)]);
    assert_eq!((again.status, again.header("cache-control")), (304, Some("public, max-age=300")));
    // A language that the survey is not asked in is its own default.
    let other = get(server.address, "/v1/surveys/olive?lang=de", &[]);
    assert_eq!(other.json()["lang"], "en");
}

#[test]
fn a_published_survey_is_never_changed_lost_or_taken_over() {
    let folder = Folder::new();
    for site in ["olive", "fig"] {
        add_site(&folder.database(), site, &[ORIGIN]);
    }
    let (id, definition) = publish(&folder.database(), "olive", draft(json!({})));
    let own = Publication::of(&definition).unwrap();
    assert_eq!(own.id, id);
    let mut connection = schema::open(&folder.database(), false).unwrap();
    for sql in [
        "update survey set definition = '{}'",
        "update survey set id = x'00000000' where current = 0",
        "update survey set site = 2",
        "delete from survey where current = 0",
        "insert or replace into survey select id, 2, '{}', 0, 0 from survey where current = 0",
    ] {
        let error = connection.execute(sql, []).unwrap_err().to_string();
        assert!(error.contains("a published survey") || error.contains("is published once"), "{sql}: {error}");
    }
    let current = |connection: &rusqlite::Connection| -> Vec<(i64, Vec<u8>)> {
        let mut statement = connection.prepare("select site, id from survey where current = 1 order by site").unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    let before = current(&connection);
    assert_eq!((before.len(), &before[0].1), (2, &id.0.to_vec()), "one each");

    let publish = |connection: &mut rusqlite::Connection, site: &str, publication: &Publication| {
        let act = Publish { site: site.to_owned(), publication: publication.clone() };
        admin::acts::publish(connection, &Actor::shell(), &act)
    };
    // Again is nothing new, and going back is not a copy.
    let count = |connection: &rusqlite::Connection| published::surveys(connection).unwrap().len();
    assert_eq!(publish(&mut connection, "olive", &own).unwrap(), Published::Unchanged);
    let default = Publication::of(&Definition::default_for("olive")).unwrap();
    assert_eq!(publish(&mut connection, "olive", &default).unwrap(), Published::Again);
    assert_eq!((count(&connection), current(&connection).len()), (3, 2));
    // Another site's document, or one of the same id by chance, does not become this site's.
    let clash = publish(&mut connection, "fig", &own).unwrap_err();
    assert!(matches!(clash, StoreError::SurveyClash(_)));
    let unknown = publish(&mut connection, "nobody", &own).unwrap_err();
    assert!(matches!(unknown, StoreError::SiteUnknown(_)));
    assert_eq!((count(&connection), current(&connection)[0].0), (3, before[0].0));
}
