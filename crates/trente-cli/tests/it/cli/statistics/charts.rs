//! `trente stats chart`.

use serde_json::{Value, json};

use super::{near, one, refused};

const NIST: &str =
    "52.0 47.0 53.0 49.3 50.1 47.0 51.0 50.1 51.2 50.5 49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1";

#[test]
fn ewma_of_the_nist_handbook_however_it_is_written() {
    let arguments = ["chart", "--kind", "ewma", "--mean", "50", "--sigma", "2.0539", "--lambda", "0.3", "--width", "3"];
    let found = one(&arguments, NIST);
    near(&found["low"], 47.411_57, 5e-6);
    near(&found["high"], 52.5884, 5e-5);
    let averages = [
        50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52, 50.05, 49.38, 49.92,
        50.73, 51.23, 51.94, 51.99,
    ];
    for (point, average) in found["points"].as_array().unwrap().iter().zip(averages) {
        near(&point["average"], average, 0.005 + 1e-9);
    }
    assert_eq!(found["signals"], json!([]));
    for other in [NIST.replace(' ', "\n"), format!("[{}]", NIST.replace(' ', ","))] {
        assert_eq!(one(&arguments, &other), found);
    }
}

#[test]
fn ewma_takes_its_course_from_a_baseline() {
    let found = one(&["chart", "--kind", "ewma", "--baseline", "4"], "79\n81\n79\n81\n60\n60\n");
    assert_eq!((&found["mean"], &found["lambda"], &found["width"]), (&json!(80.0), &json!(0.1), &json!(2.8159)));
    assert_eq!((&found["signals"], &found["points"][5]["signal"]), (&json!([5, 6]), &json!("low")));
    assert!(refused(&["chart", "--kind", "ewma"], "1").contains("--mean and --sigma"));
    assert!(refused(&["chart", "--kind", "ewma", "--mean", "0", "--sigma", "-1"], "1").contains("--sigma"));
    assert!(refused(&["chart", "--kind", "ewma", "--mean", "0", "--sigma", "NaN"], "1").contains("--sigma"));
}

#[test]
fn p_chart_of_pairs_and_objects() {
    let input = "[8,100]\n[12,100]\n{\"bad\":20,\"n\":100}\n[49,49]\n[0,0]\n";
    let found = one(&["chart", "--kind", "p", "--baseline", "2"], input);
    assert_eq!((&found["centre"], &found["signals"]), (&json!(0.1), &json!([3])));
    near(&found["points"][0]["high"], 0.19, 1e-12);
    assert_eq!(
        (&found["points"][3]["share"], &found["points"][3]["high"]),
        (&json!(1.0), &Value::Null),
        "4.9 expected"
    );
    assert_eq!(found["points"][4]["share"], Value::Null);
    let array = format!("[{}]", input.trim().replace('\n', ","));
    assert_eq!(one(&["chart", "--kind", "p", "--baseline", "2"], &array), found);
    assert_eq!(one(&["chart", "--kind", "p", "--share", "0.1"], input), found);
    assert!(refused(&["chart", "--kind", "p"], "").contains("--share"));
}

#[test]
fn cusum_of_answers() {
    let found = one(&["chart", "--kind", "cusum", "--share", "0.09"], "1 true\n[1,1,1]\n1 0\n1\n0\n");
    assert_eq!((&found["share"], &found["step"], &found["limit"]), (&json!(0.1), &json!(6), &json!(37)));
    assert_eq!((&found["points"], &found["signals"]), (&json!([6, 12, 18, 24, 30, 36, 35, 41, 0]), &json!([8])));
    let found = one(&["chart", "--kind", "cusum", "--baseline", "10"], "0 0 0 0 0 0 0 0 0 1 1");
    assert_eq!(found["share"], json!(0.1));
    assert!(refused(&["chart", "--kind", "cusum"], "").contains("--share"));
}

#[test]
fn a_bad_series_is_told_with_its_line() {
    for (kind, input, text) in [
        ("ewma", "1\n2\n\"three\"\n", "line 3: `\"three\"` is not a number"),
        ("ewma", "1\n2,3\n", "line 2: it is not JSON"),
        ("ewma", "[1,\n2", "line 2: it is not JSON"),
        ("ewma", "1\n[2,null]", "line 2: `null` is not a number"),
        ("ewma", "1e999", "line 1: it is not JSON"),
        ("p", "[1,2]\n[3,2]\n", "line 2: `[3,2]` is not a sample"),
        ("p", "[1,2]\n7\n", "line 2: `7` is not a sample"),
        ("p", "{\"bad\":1,\"n\":2,\"week\":3}", "line 1"),
        ("p", "[-1,2]", "line 1"),
        ("cusum", "0\n1\n2\n", "line 3: `2` is neither 0 nor 1"),
    ] {
        let error = refused(&["chart", "--kind", kind], input);
        assert!(error.contains(text), "{kind} {input}: {error}");
    }
    assert!(refused(&["chart", "--kind", "cusum", "--share", "2"], "1").contains("--share is a share"));
    // As deep as one likes.
    refused(&["chart", "--kind", "ewma"], &"[".repeat(100_000));
}
