//! `trente stats`: the public known answers of docs/metrics.md, and what bad input gets.

mod charts;
mod drivers;
mod marked;

use serde_json::{Value, json};
use trente_testing::Folder;

use super::{lines, run};

fn one(arguments: &[&str], input: &str) -> Value {
    let output = run(&[&["stats"], arguments].concat(), input);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}");
    let mut found = lines(&output);
    assert_eq!(found.len(), 1, "{arguments:?}");
    found.remove(0)
}

/// Bad input prints nothing but its reason, and exits with 2.
fn refused(arguments: &[&str], input: &str) -> String {
    let output = run(&[&["stats"], arguments].concat(), input);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?} {input}");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!error.contains("panicked"), "{error}");
    error
}

fn near(found: &Value, wanted: f64, tolerance: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - wanted).abs() <= tolerance, "{found} is not {wanted} ± {tolerance}");
}

#[test]
fn nps_of_the_public_known_answers() {
    for (counts, low, high, tolerance) in [
        (["3", "2", "1"], -26.7433, 71.1877, 5e-5),
        (["10", "0", "0"], 47.5036, 100.0, 5e-5),
        (["5", "5", "5"], -36.9253, 36.9253, 5e-5),
        (["1", "0", "0"], -48.50, 98.50, 5e-3),
    ] {
        let found = one(&[&["nps"], &counts[..]].concat(), "");
        near(&found["low"], low, tolerance);
        near(&found["high"], high, tolerance);
    }
    let found = one(&["nps", "3", "2", "1", "--margin", "10"], "");
    near(&found["points"], 100.0 / 3.0, 1e-9);
    near(&found["variance"], 5.0 / 9.0, 1e-9);
    near(&found["standard_error"], 0.304, 5e-4);
    // s² = 0.561728 with pseudo-observations: 0.561728·1.96²/0.1² − 3 = 212.79.
    assert_eq!((&found["n"], &found["n_for_margin"]), (&json!(6), &json!(213)));
    let none = one(&["nps", "0", "0", "0"], "");
    assert_eq!(
        (&none["n"], &none["points"], &none["low"], &none["margin"]),
        (&json!(0), &Value::Null, &Value::Null, &Value::Null)
    );
}

#[test]
fn wilson_and_compare() {
    let found = one(&["wilson", "81", "263"], "");
    near(&found["low"], 0.255_289, 5e-7);
    near(&found["high"], 0.366_210, 5e-7);
    assert_eq!(one(&["wilson", "0", "0"], ""), json!({ "k": 0, "n": 0, "share": null, "low": null, "high": null }));

    let found = one(&["compare", "300", "100", "100", "250", "100", "150"], "");
    near(&found["difference"], 19.880_716, 5e-7);
    near(&found["z"], 3.769_973, 5e-7);
    near(&found["p"], 0.000_163, 5e-7);
    assert_eq!(
        (&found["significant"], &found["first"]["points"], &found["second"]["points"]),
        (&json!(true), &json!(40.0), &json!(20.0))
    );
    let none = one(&["compare", "1", "0", "0", "0", "0", "0"], "");
    assert_eq!(
        (&none["difference"], &none["significant"], &none["second"]["n"]),
        (&Value::Null, &Value::Null, &json!(0))
    );
}

const ANSWERS: &str = r#"
{"satisfaction":5,"ease":7,"lens":5,"recommend":10,"elapsed_bucket":36}
{"satisfaction":4,"ease":6,"lens":5,"recommend":9,"elapsed_bucket":2,"verbatim":"Merci."}

{"satisfaction":2,"recommend":3,"moment":2,"forgive":3}
{"satisfaction":2,"recommend":3,"moment":7,"forgive":2,"lens":1,"family":"speed"}
{"ease":4}
"#;

#[test]
fn answers_become_one_summary() {
    let found = one(&[], ANSWERS);
    let names: Vec<_> = found.as_object().unwrap().keys().map(String::as_str).collect();
    let wanted = [
        "n",
        "nps",
        "csat",
        "ces",
        "score",
        "classes",
        "causes",
        "handed_to_competitors",
        "what_if",
        "flags",
        "fast_share",
        "nps_without_fast",
    ];
    assert!(wanted.iter().all(|name| names.contains(name)) && names.len() == wanted.len(), "{names:?}");
    assert_eq!(found["n"], 5);
    let nps = &found["nps"];
    assert_eq!(
        (&nps["promoters"], &nps["passives"], &nps["detractors"], &nps["points"]),
        (&json!(2), &json!(0), &json!(2), &json!(0.0))
    );
    let alone = one(&["nps", "2", "0", "2"], "");
    assert_eq!((&nps["low"], &nps["high"]), (&alone["low"], &alone["high"]));
    let share = one(&["wilson", "2", "4"], "");
    assert_eq!(
        found["csat"],
        json!({ "n": 4, "top2": 2, "share": 0.5, "low": share["low"], "high": share["high"], "mean": 3.25 })
    );
    let ces = &found["ces"];
    // 7, 6, 4: mean 17/3, s² = 7/3, half = 4.303·√(7/9); clipped at 7.
    near(&ces["low"], 17.0 / 3.0 - 4.303 * (7.0f64 / 9.0).sqrt(), 1e-9);
    assert_eq!((&ces["high"], &ces["easy"], &ces["n"]), (&json!(7.0), &json!(2), &json!(3)));
    near(&ces["easy_share"], 2.0 / 3.0, 1e-12);
    // 100, 86, 19, and (2,·,1,3): (10·(45 + 0 + 54) + 24) div 48 = 21, under its cap.
    assert_eq!((&found["score"]["n"], &found["score"]["mean"]), (&json!(4), &json!(56.5)));
    let histogram = found["score"]["histogram"].as_array().unwrap();
    let scored: Vec<_> = (0..).zip(histogram).filter(|(_, count)| **count != 0).map(|(score, _)| score).collect();
    assert_eq!((histogram.len(), scored), (101, vec![19, 21, 86, 100]));
    assert_eq!(found["classes"], json!({ "none": 1, "delight": 1, "ok": 1, "forgivable": 1, "unforgivable": 1 }));
    assert_eq!(
        found["causes"],
        json!([
            { "cause": "means", "incidents": 1, "told": 1, "unforgivable": 1, "impact": 3 },
            { "cause": "speed", "incidents": 1, "told": 1, "unforgivable": 0, "impact": 2 },
        ])
    );
    assert_eq!(found["handed_to_competitors"], 1);
    assert_eq!(
        found["what_if"],
        json!([{ "cause": "means", "nps_delta": 25.0 }, { "cause": "speed", "nps_delta": 25.0 }])
    );
    let flags = json!({
        "lost": 1, "recover": 1, "promise": 0, "sincerity": 0, "means": 1, "mixed": 0, "fast": 1, "noted": 1, "delight": 1,
    });
    assert_eq!((&found["flags"], &found["fast_share"]), (&flags, &json!(0.2)));
    assert_eq!(found["nps_without_fast"]["promoters"], 1);
}

#[test]
fn no_answers_have_no_numbers() {
    for input in ["", "\n  \n"] {
        let found = one(&[], input);
        assert_eq!(
            (&found["n"], &found["nps"]["points"], &found["csat"]["share"]),
            (&json!(0), &Value::Null, &Value::Null)
        );
        assert_eq!((&found["score"]["mean"], &found["fast_share"]), (&Value::Null, &Value::Null));
    }
    let few = one(&["--min", "5"], ANSWERS);
    assert_eq!(
        (&few["nps"]["points"], &few["nps"]["promoters"], &few["fast_share"]),
        (&Value::Null, &json!(2), &json!(0.2))
    );
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_nothing_is_printed() {
    let input = "{\"recommend\":9}\n\n{\"recommend\":11}\r\n{\"stars\":5}\nnot json\n{\"forgive\":1,\"recommend\":9}\n";
    let error = refused(&[], input);
    for text in [
        "4 lines are wrong",
        "line 3: value `11` is off its scale",
        "E_RANGE",
        "line 4: field `stars` is not known (E_FIELD)",
        "line 5: the line is not JSON",
        "line 6:",
        "E_BRANCH",
    ] {
        assert!(error.contains(text), "{text}: {error}");
    }
    let many = refused(&[], &"x\n".repeat(1000));
    assert!(many.contains("1000 lines") && many.contains("line 10:") && !many.contains("line 11:"), "{many}");
    assert!(refused(&[], "{\"recommend\":9").contains("one line is wrong"));
    for (arguments, text) in [
        (&["wilson", "5", "3"][..], "K must not be above N"),
        (&["wilson", "x", "3"], "invalid value"),
        (&["nps", "1", "2"], "required"),
        (&["nps", "-1", "2", "3"], "unexpected argument"),
        (&["nps", "1", "2", "18446744073709551615"], "is not in"),
        (&["nps", "1", "2", "3", "--margin", "0"], "above 0"),
        (&["compare", "1", "2", "3", "4", "5"], "required"),
        (&["chart"], "--kind"),
        (&["chart", "--kind", "pie"], "invalid value"),
        (&["median"], "unrecognized subcommand"),
    ] {
        let error = refused(arguments, "");
        assert!(error.contains(text), "{arguments:?}: {error}");
    }
}

#[test]
fn what_is_not_utf8_is_told_too() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new(super::TRENTE)
        .arg("stats")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{}\n\xff\xfe\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("line 2: the line is not UTF-8"));
}

#[test]
fn aggregates_of_shards_are_merged_into_the_whole() {
    let folder = Folder::new();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (head, tail) = ANSWERS.split_once("\n\n").unwrap();
    one(&["--save", &path("head")], head);
    one(&["--save", &path("tail")], tail);
    let whole = one(&["--save", &path("whole")], ANSWERS);
    let merged = one(&["merge", &path("tail"), &path("head"), "--save", &path("merged")], "");
    assert_eq!(merged, whole);
    let bytes = |name| std::fs::read(path(name)).unwrap();
    assert_eq!(bytes("merged"), bytes("whole"));

    assert!(refused(&["merge", &path("nothing")], "").contains("nothing: No such file"));
    std::fs::write(path("cut"), &bytes("whole")[..50]).unwrap();
    assert!(
        refused(&["merge", &path("whole"), &path("cut")], "").contains("cut: the aggregate is damaged at byte `50`")
    );
    std::fs::write(path("other"), "PK").unwrap();
    assert!(refused(&["merge", &path("other")], "").contains("not an aggregate"));
    assert!(refused(&["--save", &path("no/such/folder")], "").contains("No such file"));
}
