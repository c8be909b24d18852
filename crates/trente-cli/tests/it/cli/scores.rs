//! `trente score`.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{TRENTE, lines, run};

fn score(line: &str) -> Value {
    let output = run(&["score"], line);
    let mut found = lines(&output);
    assert_eq!(found.len(), 1, "{line}");
    let found = found.remove(0);
    assert_eq!(output.status.code(), Some(if found.get("error").is_some() { 2 } else { 0 }), "{line}");
    found
}

#[test]
fn scores_of_the_public_known_answers() {
    for (line, score_wanted, class, branch, flags, primary, secondary) in [
        (r#"{"satisfaction":4,"ease":6,"lens":5,"recommend":9}"#, json!(86), "ok", "P", 0, Value::Null, Value::Null),
        (
            r#"{"satisfaction":4,"ease":7,"lens":5,"recommend":6}"#,
            json!(59),
            "forgivable",
            "D",
            32,
            Value::Null,
            Value::Null,
        ),
        (
            r#"{"satisfaction":4,"ease":7,"lens":5,"recommend":6,"forgive":1}"#,
            json!(69),
            "forgivable",
            "D",
            32,
            Value::Null,
            Value::Null,
        ),
        (
            r#"{"satisfaction":4,"ease":7,"lens":5,"recommend":6,"forgive":2}"#,
            json!(49),
            "forgivable",
            "D",
            34,
            Value::Null,
            Value::Null,
        ),
        (
            r#"{"satisfaction":4,"ease":7,"lens":5,"recommend":6,"forgive":3}"#,
            json!(19),
            "unforgivable",
            "D",
            33,
            Value::Null,
            Value::Null,
        ),
        (
            r#"{"satisfaction":5,"ease":6,"lens":4,"recommend":9}"#,
            json!(89),
            "delight",
            "P",
            256,
            Value::Null,
            Value::Null,
        ),
        (
            r#"{"satisfaction":0,"ease":6,"lens":4,"recommend":15}"#,
            Value::Null,
            "none",
            "N",
            0,
            Value::Null,
            Value::Null,
        ),
        (r#"{"ease":6,"lens":4,"recommend":null}"#, Value::Null, "none", "N", 0, Value::Null, Value::Null),
        ("{}", Value::Null, "none", "N", 0, Value::Null, Value::Null),
        // Slow and a low lens on means: the symptom is not the cause.
        (
            r#"{"recommend":3,"lens":2,"family":"means","moment":7}"#,
            json!(28),
            "forgivable",
            "D",
            16,
            json!("means"),
            json!("speed"),
        ),
        (
            r#"{"recommend":3,"lens":2,"family":1,"moment":7,"verbatim":"24 min"}"#,
            json!(28),
            "forgivable",
            "D",
            144,
            json!("means"),
            json!("speed"),
        ),
        (
            r#"{"satisfaction":5,"ease":7,"lens":5,"recommend":10,"elapsed_bucket":4}"#,
            json!(100),
            "delight",
            "P",
            320,
            Value::Null,
            Value::Null,
        ),
    ] {
        let wanted = json!({
            "score": score_wanted, "class": class, "branch": branch, "flags": flags,
            "primary": primary, "secondary": secondary,
        });
        assert_eq!(score(line), wanted, "{line}");
    }
}

#[test]
fn bad_lines_are_answered_in_their_place() {
    for (line, code) in [
        (r#"{"satisfaction":6}"#, "E_RANGE"),
        (r#"{"satisfaction":-1}"#, "E_RANGE"),
        (r#"{"recommend":11}"#, "E_RANGE"),
        (r#"{"recommend":99999999999}"#, "E_RANGE"),
        (r#"{"ease":8}"#, "E_RANGE"),
        (r#"{"lens":6,"family":1}"#, "E_RANGE"),
        (r#"{"family":8}"#, "E_RANGE"),
        (r#"{"moment":11,"recommend":1}"#, "E_RANGE"),
        (r#"{"forgive":4,"recommend":1}"#, "E_RANGE"),
        (r#"{"elapsed_bucket":64}"#, "E_RANGE"),
        (r#"{"verbatim":""}"#, "E_RANGE"),
        (r#"{"forgive":1,"recommend":9,"elapsed_bucket":64}"#, "E_RANGE"),
        (r#"{"forgive":1,"recommend":9}"#, "E_BRANCH"),
        (r#"{"moment":9,"recommend":9}"#, "E_MOMENT"),
        (r#"{"verbatim":"a\tb"}"#, "E_UTF8"),
        (r#"{"verbatim":"e\u0301"}"#, "E_UTF8"),
        (r#"{"lens":3,"recommend":1}"#, "E_FIELD"),
        (r#"{"stars":5}"#, "E_FIELD"),
        (r#"{"satisfaction":"4"}"#, "E_FIELD"),
        (r#"{"satisfaction":4.5}"#, "E_FIELD"),
        (r#"{"family":"nobody"}"#, "E_FIELD"),
        ("[1]", "E_FIELD"),
        ("{", "E_FIELD"),
    ] {
        assert_eq!(score(line)["error"], code, "{line}");
    }
    let output = run(&["score"], "{\"recommend\":9}\n\n  \n{\"x\":1}\r\n{\"recommend\":8}");
    let found = lines(&output);
    assert_eq!(found.len(), 3, "blank lines have no answer");
    assert_eq!(
        (&found[0]["branch"], &found[1]["error"], &found[2]["branch"]),
        (&json!("P"), &json!("E_FIELD"), &json!("N"))
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let mut child = Command::new(TRENTE)
        .args(["score"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    for _ in 0..10_000 {
        if input.write_all(b"{\"recommend\":9}\n").is_err() {
            break;
        }
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}
