//! `trente survey`, and the frames of surveys with extra questions.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trente_testing::Folder;
use trente_testing::stores::add_site;
use trente_testing::surveys::{draft, extra};

use super::{lines, on, run};

/// A path of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn write(folder: &Folder, name: &str, content: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_documented_examples_are_fine() {
    let mut checked = 0;
    for entry in fs::read_dir(repository("docs/examples")).unwrap() {
        let path = entry.unwrap().path();
        // The examples of signing orders are run by tests/it/admin/signatures.rs.
        if path.extension().is_none_or(|kind| kind != "toml") {
            continue;
        }
        let output = run(&["survey", "check", path.to_str().unwrap()], "");
        let found = text(&output.stdout);
        assert!(output.status.success(), "{found}");
        assert!(found.ends_with(": errors: 0, warnings: 0\n"), "{found}");
        checked += 1;
    }
    assert!(checked >= 2);
    // docs/survey.md shows what is checked here.
    let page = fs::read_to_string(repository("docs/survey.md")).unwrap();
    for example in ["short.toml", "olive.toml"] {
        let shown = fs::read_to_string(repository("docs/examples").join(example)).unwrap();
        assert!(page.contains(&format!("```toml\n{shown}```")), "docs/survey.md shows another {example}");
    }
}

#[test]
fn the_schema_that_is_checked_in_is_ours() {
    let output = run(&["survey", "schema"], "");
    let kept = fs::read_to_string(repository("docs/survey.schema.json")).unwrap();
    assert!(text(&output.stdout) == kept, "run: trente survey schema > docs/survey.schema.json");
}

#[test]
fn every_problem_has_its_place() {
    let folder = Folder::new();
    let toml = write(
        &folder,
        "bad.toml",
        "name = \"Olive\"\nlocales = [\"en\"]\n\n[[extra]]\nkind = \"stars\"\npoints = 3\ntext = { en = \"A coupon?\" }\n\n\
         [core.wording.en]\nsatisfaction = \"When you think back of everything that happened before, during and after \
         your purchase with us, how satisfied are you overall today?\"\n",
    );
    let output = run(&["survey", "check", &toml], "");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(2), 0));
    let found: Vec<_> = text(&output.stdout).lines().collect();
    assert_eq!(found[0], format!("{toml}:6:10: error: extra[0].points: a question of kind `stars` has none"));
    assert!(found[1].starts_with(&format!("{toml}:7:15: error: extra[0].text.en: “coupon”")), "{}", found[1]);
    assert!(found[2].starts_with(&format!("{toml}: error: seconds.en: the required questions take")), "{}", found[2]);
    assert_eq!(found.last(), Some(&&*format!("{toml}: errors: 3, warnings: 0")));

    let json = "{\n  \"name\": \"Olive\", \"locales\": [\"en\"],\n  \"display\": { \"share\": 2 },\n  \"extra\": [{ \"kind\": \"scale\",\n    \"text\": { \"en\": \"Well?\" } }]\n}";
    let output = run(&["survey", "check", "-"], json);
    let found: Vec<_> = text(&output.stdout).lines().collect();
    assert!(found[0].starts_with("standard input:3:25: error: display.share: `2`"), "{}", found[0]);
    // What is missing is missed where it should be.
    assert!(found[1].starts_with("standard input:4:13: error: extra[0].points: a scale needs it"), "{}", found[1]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn syntax_and_unknown_fields_are_told_with_line_and_column() {
    let folder = Folder::new();
    for (name, content, place) in [
        ("a.toml", "name = \"a\"\nlocales = [\"en\"\n", ":2:16: error: "),
        ("b.toml", "name = \"a\"\n\nreward = \"b\"\n", ":3:1: error: unknown field `reward`"),
        ("c.toml", "name = \"a\"\n[display]\nmode = \"popup\"\n", ":3:8: error: unknown variant `popup`"),
        ("d.json", "{\n \"name\": \"a\",\n}", ":3:1: error: "),
        ("e.json", "{\n \"name\": \"a\",\n \"show_only_to\": 9\n}", ":3:15: error: unknown field `show_only_to`"),
        ("f.json", "{}", ":1:2: error: missing field `name`"),
    ] {
        let file = write(&folder, name, content);
        let output = run(&["survey", "check", &file], "");
        let found = text(&output.stdout);
        assert!(found.starts_with(&(file + place)), "{found}");
        assert_eq!(output.status.code(), Some(2));
        let again = run(&["survey", "check", "--json", folder.path().join(name).to_str().unwrap()], "");
        let report = lines(&again).remove(0);
        let numbers: Vec<_> = place.split(':').filter_map(|part| part.parse::<u64>().ok()).collect();
        assert_eq!(
            (&report["problems"][0]["line"], &report["problems"][0]["column"]),
            (&json!(numbers[0]), &json!(numbers[1]))
        );
        assert_eq!((&report["problems"][0]["path"], &report["errors"]), (&Value::Null, &json!(1)));
    }
    for (file, message) in [("none.toml", "cannot read"), ("survey.yaml", "ends in neither .toml nor .json")] {
        let output = run(&["survey", "check", folder.path().join(file).to_str().unwrap()], "");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        assert!(text(&output.stderr).contains(message), "{}", text(&output.stderr));
    }
}

#[test]
fn each_way_through_is_timed_screen_by_screen() {
    let survey = json!({ "name": "a", "locales": ["en"], "core": { "questions": ["ease"] } }).to_string();
    let output = run(&["survey", "check", "--json", "-"], &survey);
    assert!(output.status.success());
    let report = lines(&output).remove(0);
    let (required, incident) = (&report["paths"][0], &report["paths"][1]);
    assert_eq!((&required["locale"], &required["branch"]), (&json!("en"), &Value::Null));
    assert_eq!((&required["max_ms"], &incident["max_ms"]), (&json!(30_000), &json!(25_000)));
    assert_eq!(required["screens"].as_array().unwrap().len(), 1);
    assert_eq!(required["total_ms"], required["screens"][0]["ms"]);
    assert_eq!((&incident["branch"], &incident["total_ms"]), (&json!("D"), &json!(20_562)));
    let output = run(&["survey", "check", "-"], &survey);
    let found = text(&output.stdout);
    assert!(found.contains("en      branch D  20.562 of 25.000 s  moment 13.439, forgive 7.123\n"), "{found}");
}

#[test]
fn a_warning_is_told_and_keeps_nothing_back() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[]);
    let survey =
        json!({ "name": "Olive", "locales": ["fr"], "core": { "wording": { "fr": { "ease": "C'est facile." } } } });
    let file = write(&folder, "warn.json", &survey.to_string());
    let output = run(&["survey", "check", &file], "");
    assert!(output.status.success());
    assert!(text(&output.stdout).contains(":1:") && text(&output.stdout).contains(": warning: core.wording.fr.ease: "));
    let output = on(&folder.database(), &["survey", "publish", "--site", "olive", &file]);
    assert!(output.status.success() && text(&output.stdout).contains(" published: olive now asks “Olive”"));
    assert!(text(&output.stderr).contains(": warning: core.wording.fr.ease: "));
}

#[test]
fn publishing_is_refused_repeated_and_taken_back() {
    let folder = Folder::new();
    let database = folder.database();
    add_site(&database, "olive", &[]);
    let bad = write(&folder, "bad.json", &draft(json!({ "display": { "share": 2 } })).to_string());
    let refused = on(&database, &["survey", "publish", "--site", "olive", &bad]);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0));
    assert!(text(&refused.stderr).contains("error: display.share"));
    let list = |database: &Path| lines(&on(database, &["survey", "list", "--site", "olive"]));
    assert_eq!(list(&database).len(), 1);

    let good = write(&folder, "good.json", &draft(json!({ "version": 7 })).to_string());
    let publish = |site: &str| on(&database, &["survey", "publish", "--site", site, &good]);
    let first = publish("olive");
    let id = text(&first.stdout)[..8].to_owned();
    assert!(text(&first.stdout).starts_with(&format!("{id} published: olive now asks")), "{first:?}");
    assert!(text(&publish("olive").stdout).starts_with(&format!("{id} unchanged: olive asks “Olive” already")));
    let all = list(&database);
    assert_eq!((all.len(), &all[0]["current"], &all[1]["current"]), (2, &json!(false), &json!(true)));
    assert_eq!(
        (&all[1]["survey"], &all[1]["version"], &all[1]["locales"]),
        (&json!(id), &json!(7), &json!(["en", "fr"]))
    );

    // What is shown is what the id is the hash of; the one before is shown by its id.
    let shown = on(&database, &["survey", "show", "--site", "olive"]);
    let document = text(&shown.stdout).trim_end();
    assert_eq!(trente_store::encoding::hex(&trente_survey::definition::Definition::id(document.as_bytes()).0), id);
    let before = all[0]["survey"].as_str().unwrap();
    let default = lines(&on(&database, &["survey", "show", "--site", "olive", "--survey", before])).remove(0);
    assert_eq!(default["name"], "trente-default");
    for (arguments, message) in [
        (&["show", "--site", "nobody"][..], "no site `nobody`"),
        (&["show", "--site", "olive", "--survey", "00000000"], "is none that site `olive` has published"),
        (&["publish", "--site", "nobody", &good], "no site `nobody`"),
        (&["list", "--site", "nobody"], "no site `nobody`"),
    ] {
        let output = on(&database, &[&["survey"], arguments].concat());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
        assert!(text(&output.stderr).contains(message), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_sheet_of_a_file_is_what_the_widget_would_read() {
    let folder = Folder::new();
    let own = json!({ "extra": extra(), "follow_up": { "incident": false, "chips": false } });
    let file = write(&folder, "own.json", &draft(own).to_string());
    let sheet = lines(&run(&["survey", "sheet", "--site", "olive", &file, "--lang", "fr"], "")).remove(0);
    assert_eq!((&sheet["lang"], &sheet["extra"][2]["text"]), (&json!("fr"), &json!("Que changer\u{202f}?")));
}

#[test]
fn frames_with_extra_questions_are_read_and_written() {
    let folder = Folder::new();
    let own = draft(json!({ "extra": extra(), "follow_up": { "incident": false, "chips": false } }));
    let file = write(&folder, "own.json", &own.to_string());
    let answers = json!([
        { "index": 0, "kind": "choices", "ticked": [1, 3] },
        { "index": 1, "kind": "scale", "code": 7 },
        { "index": 2, "kind": "text", "text": "Thym & olive" },
    ]);
    let fields = json!({ "survey": "7e57ab1e", "response": "a1b2c3d4e5f60718", "recommend": 9, "extra": answers });
    let encoded = run(&["frame", "encode", "--survey", &file], &fields.to_string());
    let decoded = lines(&run(&["frame", "decode", "--survey", &file], text(&encoded.stdout))).remove(0);
    assert_eq!((&decoded["extra"], &decoded["recommend"]), (&answers, &json!(9)));
    // Unanswered is not the same as nothing ticked.
    let none = json!({ "survey": "7e57ab1e", "response": "a1b2c3d4e5f60718", "extra": [{ "index": 0, "ticked": [] }] });
    let encoded = run(&["frame", "encode", "--survey", &file], &none.to_string());
    let decoded = lines(&run(&["frame", "decode", "--survey", &file], text(&encoded.stdout))).remove(0);
    assert_eq!((&decoded["extra"][0]["ticked"], &decoded["extra"][1]["code"]), (&json!([]), &Value::Null));
    // To the default survey's reader it is no frame.
    assert_ne!(lines(&run(&["frame", "decode"], text(&encoded.stdout)))[0].get("error"), None);

    for (extra, code) in [
        (json!([{ "index": 3 }]), "E_FIELD"),
        (json!([{ "kind": "stars" }]), "E_FIELD"),
        (json!([{ "index": 0, "kind": "stars" }]), "E_FIELD"),
        (json!([{ "index": 0, "code": 1 }]), "E_FIELD"),
        (json!([{ "index": 0, "ticked": [4] }]), "E_RANGE"),
        (json!([{ "index": 1, "code": 8 }]), "E_RANGE"),
        (json!([{ "index": 1 }, { "index": 1 }]), "E_FIELD"),
        (json!([{ "index": 2, "text": "" }]), "E_RANGE"),
        (json!([{ "index": 2, "text": "a".repeat(246) }]), "E_RANGE"),
        (json!([{ "index": 2, "text": "a\tb" }]), "E_UTF8"),
        (json!({}), "E_FIELD"),
    ] {
        let fields = json!({ "survey": "7e57ab1e", "response": "a1b2c3d4e5f60718", "extra": extra });
        let output = run(&["frame", "encode", "--survey", &file], &fields.to_string());
        assert_eq!((lines(&output)[0]["error"].as_str(), output.status.code()), (Some(code), Some(2)), "{extra}");
    }
}

#[test]
fn the_frames_of_a_site_are_read_by_the_survey_that_each_names() {
    let folder = Folder::new();
    let database = folder.database();
    add_site(&database, "olive", &[]);
    let own = draft(json!({ "extra": extra(), "follow_up": { "incident": false, "chips": false } }));
    let file = write(&folder, "own.json", &own.to_string());
    on(&database, &["survey", "publish", "--site", "olive", &file]);
    let surveys = lines(&on(&database, &["survey", "list", "--site", "olive"]));
    let db = database.to_str().unwrap();
    let line = |survey: &str, extra: Value| {
        json!({ "survey": survey, "response": "00000000000000ff", "extra": extra }).to_string()
    };
    let (old, new) = (surveys[0]["survey"].as_str().unwrap(), surveys[1]["survey"].as_str().unwrap());
    let input = [line(old, Value::Null), line(new, json!([{ "index": 1, "code": 2 }])), line("00000000", Value::Null)]
        .join("\n");
    let encoded = run(&["frame", "encode", "--site", "olive", "--db", db], &input);
    assert_eq!(lines(&encoded)[2]["error"], "E_SURVEY");
    let two: String = text(&encoded.stdout).lines().take(2).map(|line| format!("{line}\n")).collect();
    let decoded = lines(&run(&["frame", "decode", "--site", "olive", "--db", db], &two));
    assert_eq!((decoded[0].get("extra"), &decoded[1]["extra"][1]["code"]), (None, &json!(2)));
    let unknown = run(&["frame", "decode", "--site", "olive", "--db", db], "107e57ab1ea1b2c3d4e5f607189a6800900856");
    assert_eq!(lines(&unknown)[0]["error"], "E_SURVEY");
    assert_eq!(run(&["frame", "decode", "--site", "olive"], "").status.code(), Some(2), "a site is in a database");
}
