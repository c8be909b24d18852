//! `trente stats --detail`, `segments`, `returns`, `replies` and `mirror`.

use serde_json::{Value, json};
use trente_testing::Folder;

use super::{ANSWERS, one, refused};

#[test]
fn the_detail_stands_beside_the_summary() {
    let plain = one(&[], ANSWERS);
    let full = one(&["--detail", "--orders", "50", "--lang", "fr"], ANSWERS);
    let detail = &full["detail"];
    assert_eq!(plain.as_object().unwrap().len() + 1, full.as_object().unwrap().len());
    assert!(plain.as_object().unwrap().iter().all(|(name, value)| &full[name] == value));
    assert_eq!((&detail["response_rate"]["n"], &detail["response_rate"]["rate"]), (&json!(5), &json!(0.1)));
    assert_eq!(detail["satisfaction"]["histogram"], json!([0, 2, 0, 1, 1]));
    assert_eq!((&detail["causes"][0]["cause"], &detail["causes"][0]["owner"]), (&json!("means"), &json!("direction")));
    assert_eq!(detail["causes"][0]["question"], "Que manquait-il à la personne pour dire oui\u{202f}?");
    // Two promoters and two detractors, one of whom means disappointed: without them 100·(2 − 1)/3.
    assert_eq!(detail["causes"][0]["nps_with"]["points"], json!(-100.0));
    assert!((detail["causes"][0]["nps_without"]["points"].as_f64().unwrap() - 100.0 / 3.0).abs() < 1e-9);
    assert_eq!((&detail["families"][6]["n"], &detail["families"][6]["kano"]), (&json!(1), &json!("unknown")));
    assert_eq!(detail["time_label"], "thirty_seconds");
    let unknown = one(&["--detail"], ANSWERS);
    assert_eq!(unknown["detail"]["response_rate"], Value::Null);
    assert!(refused(&["--detail", "--orders", "4"], ANSWERS).contains("5 responses to 4 orders"));
    assert!(refused(&["--orders", "4"], ANSWERS).contains("--detail"));
    assert!(refused(&["--detail", "--lang", "de"], ANSWERS).contains("merchants read fr or en"));
}

/// Lessons 2b and 3e: by hour, by channel, by whatever else a line is marked with.
#[test]
fn segments_by_any_field() {
    let input = r#"
{"recommend":10,"hour":9,"channel":1}
{"recommend":9,"hour":9}
{"recommend":2,"hour":20,"channel":1}
{"recommend":8,"channel":2}
"#;
    let hours = one(&["segments", "--by", "hour"], input);
    assert_eq!((&hours["by"], &hours["n"], &hours["nps"]), (&json!("hour"), &json!(4), &json!(25.0)));
    let of = |found: &Value| -> Vec<Value> {
        let rows = found["segments"].as_array().unwrap().iter();
        rows.map(|row| json!([row["segment"], row["n"], row["nps"]["points"]])).collect()
    };
    assert_eq!(of(&hours), [json!([null, 1, 0.0]), json!(["20", 1, -100.0]), json!(["9", 2, 100.0])]);
    // (100·(−1) + 10·25)/(1 + 10)
    assert!((hours["segments"][1]["nps_shrunk"].as_f64().unwrap() - 150.0 / 11.0).abs() < 1e-9);
    let answers = one(
        &["segments", "--by", "recommend", "--min", "2"],
        &input.replace(",\"hour\":9", "").replace(",\"hour\":20", ""),
    );
    assert_eq!(answers["segments"].as_array().unwrap().len(), 4, "an answer may mark a segment and still counts");
    assert_eq!(answers["segments"][0]["nps"]["points"], Value::Null);
    assert!(refused(&["segments", "--by", "hour"], "{\"hour\":[9]}").contains("field `hour` is neither text"));
    assert!(refused(&["segments", "--by", "hour"], "{\"day\":9}").contains("field `day` is not known"));
    let many: String = (0..1001).map(|hour| format!("{{\"hour\":{hour}}}\n")).collect();
    assert!(refused(&["segments", "--by", "hour"], &many).contains("more than 1000 segments"));
    assert_eq!(one(&["segments", "--by", "hour"], "")["segments"], json!([]));
}

/// Lesson 1m: the rate of return by class.
#[test]
fn returns_by_class_of_verified_orders() {
    let input = r#"
{"satisfaction":5,"ease":7,"recommend":10,"returned":true,"verified":true}
{"satisfaction":5,"ease":7,"recommend":10,"returned":false,"verified":true}
{"satisfaction":1,"recommend":0,"moment":7,"forgive":3,"returned":false}
{"satisfaction":1,"recommend":0,"moment":7,"forgive":3,"returned":true,"verified":false}
"#;
    let found = one(&["returns"], input);
    assert_eq!(found["unverified_left_out"], 1);
    let row =
        |class: &str| found["classes"].as_array().unwrap().iter().find(|row| row["class"] == class).unwrap().clone();
    let share = one(&["wilson", "1", "2"], "");
    assert_eq!(
        row("delight"),
        json!({ "class": "delight", "n": 2, "returned": 1, "share": 0.5, "low": share["low"], "high": share["high"] })
    );
    assert_eq!((&row("unforgivable")["n"], &row("ok")["share"]), (&json!(1), &Value::Null));
    assert!(refused(&["returns"], "{\"recommend\":9}").contains("field `returned` is missing"));
    assert!(refused(&["returns"], "{\"recommend\":9,\"returned\":1}").contains("is not true or false"));
}

/// Lesson 3a: how long a customer waited for the first word of the owner.
#[test]
fn replies_and_their_time() {
    let input = "{\"asked_ms\":0,\"replied_ms\":120000}\n{\"asked_ms\":1000,\"replied_ms\":null}\n";
    let found = one(&["replies"], input);
    assert_eq!(
        (&found["n"], &found["replied"], &found["median_minutes"], &found["share"]),
        (&json!(2), &json!(1), &json!(2.0), &json!(0.5))
    );
    assert!(refused(&["replies"], "{\"asked_ms\":5,\"replied_ms\":4}").contains("field `replied_ms` is off its scale"));
    assert!(refused(&["replies"], "{\"replied_ms\":4}").contains("field `asked_ms` is missing"));
    assert!(refused(&["replies"], "{\"asked_ms\":-4}").contains("whole number of milliseconds"));
}

/// Lesson 1e: no gap, and no number at all, before all four questions are answered.
#[test]
fn the_mirror_stays_shut_until_all_is_predicted() {
    let folder = Folder::new();
    let path = |text: &str| {
        let path = folder.path().join("prediction.json");
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let whole = path(r#"{"satisfaction":4.5,"ease":6,"lens":4,"recommend":9}"#);
    let found = one(&["mirror", "--prediction", &whole], ANSWERS);
    assert_eq!(
        found[0],
        json!({ "question": "satisfaction", "predicted": 4.5, "n": 4, "observed": 3.25, "gap": 1.25 })
    );
    assert_eq!((&found[3]["observed"], &found[3]["gap"]), (&json!(6.25), &json!(2.75)));
    for (text, wanted) in [
        (r#"{"satisfaction":4.5,"ease":6,"lens":4}"#, "`recommend` is not predicted"),
        ("{}", "`satisfaction` is not predicted"),
        (r#"{"satisfaction":6,"ease":6,"lens":4,"recommend":9}"#, "`satisfaction` is off its scale"),
        (r#"{"nps":9}"#, "unknown field `nps`"),
        ("no", "prediction.json: expected"),
    ] {
        assert!(refused(&["mirror", "--prediction", &path(text)], ANSWERS).contains(wanted), "{text}");
    }
    assert!(refused(&["mirror", "--prediction", "/nowhere.json"], ANSWERS).contains("No such file"));
}
