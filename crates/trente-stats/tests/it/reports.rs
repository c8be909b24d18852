//! The report: stable names, null where there is nothing to say.

use serde_json::{Value, json};
use trente_stats::{Report, Summary};
use trente_survey::{Answers, Cause};

use crate::{aggregate, contribution};

fn report(answers: &[(Answers, u8)], minimum: u64) -> Value {
    let responses: Vec<_> =
        answers.iter().map(|(answers, elapsed)| contribution(answers, Cause::Detail, *elapsed, false)).collect();
    serde_json::to_value(Report::of(&Summary::of(&aggregate(&responses)), minimum)).unwrap()
}

fn happy() -> Answers {
    Answers { satisfaction: Some(5), ease: Some(7), lens: Some(5), recommend: Some(10), moment: 0, forgive: 0 }
}

#[test]
fn the_report_of_nothing_has_counts_of_0_and_no_number() {
    let none = json!({ "promoters": 0, "passives": 0, "detractors": 0, "points": null, "low": null, "high": null });
    assert_eq!(
        report(&[], 1),
        json!({
            "n": 0,
            "nps": none,
            "csat": { "n": 0, "top2": 0, "share": null, "low": null, "high": null, "mean": null },
            "ces": {
                "n": 0, "mean": null, "low": null, "high": null,
                "easy": 0, "easy_share": null, "easy_low": null, "easy_high": null,
            },
            "score": { "n": 0, "mean": null, "low": null, "high": null, "histogram": vec![0; 101] },
            "classes": { "none": 0, "delight": 0, "ok": 0, "forgivable": 0, "unforgivable": 0 },
            "causes": [],
            "handed_to_competitors": 0,
            "what_if": [],
            "flags": {
                "lost": 0, "recover": 0, "promise": 0, "sincerity": 0, "means": 0, "mixed": 0, "fast": 0, "noted": 0,
                "delight": 0,
            },
            "fast_share": null,
            "nps_without_fast": none,
        })
    );
}

#[test]
fn the_report_of_four_responses() {
    let slow = Answers { satisfaction: Some(2), recommend: Some(3), moment: 7, forgive: 3, ..Answers::default() };
    let helpless = Answers { moment: 2, forgive: 2, ..slow };
    let found = report(&[(happy(), 36), (happy(), 2), (slow, 40), (helpless, 40)], 1);
    assert_eq!(found["nps"]["points"], json!(0.0));
    assert_eq!(found["csat"]["share"], json!(0.5));
    assert_eq!((&found["ces"]["mean"], &found["ces"]["easy"]), (&json!(7.0), &json!(2)));
    // (5,7,5,10) is 100; (2,·,·,3) is 28, capped at 19.
    assert_eq!((&found["score"]["n"], &found["score"]["mean"]), (&json!(4), &json!(61.75)));
    assert_eq!((&found["score"]["histogram"][100], &found["score"]["histogram"][19]), (&json!(2), &json!(1)));
    assert_eq!(
        found["causes"],
        json!([
            { "cause": "speed", "incidents": 1, "told": 1, "unforgivable": 1, "impact": 3 },
            { "cause": "means", "incidents": 1, "told": 1, "unforgivable": 0, "impact": 2 },
        ])
    );
    let gains = json!([{ "cause": "means", "nps_delta": 25.0 }, { "cause": "speed", "nps_delta": 25.0 }]);
    assert_eq!((&found["what_if"], &found["handed_to_competitors"]), (&gains, &json!(0)));
    assert_eq!(
        (&found["flags"]["lost"], &found["flags"]["recover"], &found["flags"]["fast"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!((&found["fast_share"], &found["nps_without_fast"]["promoters"]), (&json!(0.25), &json!(1)));
}

#[test]
fn numbers_of_too_few_answers_are_left_out_and_counts_are_not() {
    let four = [(happy(), 36); 4];
    let silent = report(&four, 5);
    assert_eq!(
        silent["nps"],
        json!({ "promoters": 4, "passives": 0, "detractors": 0, "points": null, "low": null, "high": null })
    );
    assert_eq!((&silent["csat"]["share"], &silent["csat"]["top2"]), (&Value::Null, &json!(4)));
    assert_eq!(
        (&silent["ces"]["mean"], &silent["ces"]["easy_low"], &silent["ces"]["easy"]),
        (&Value::Null, &Value::Null, &json!(4))
    );
    assert_eq!((&silent["score"]["mean"], &silent["fast_share"]), (&Value::Null, &Value::Null));
    let five = report(&[(happy(), 36); 5], 5);
    assert_eq!(
        (&five["nps"]["points"], &five["csat"]["share"], &five["ces"]["mean"]),
        (&json!(100.0), &json!(1.0), &json!(7.0))
    );
    assert_eq!(report(&four, 1)["nps"]["points"], json!(100.0));
}
