//! Segments, returns, replies and the Mirror.

use trente_stats::prediction::{self, MirrorError, Prediction};
use trente_stats::segments::{self, Segment};
use trente_stats::{Aggregate, Summary, repeat_purchase, reply_time, shrinkage, wilson};
use trente_survey::{Answers, Cause, Class};

use crate::{aggregate, contribution};

fn summary(recommendations: &[u8]) -> Summary {
    let answer = |recommend: &u8| Answers { satisfaction: Some(4), recommend: Some(*recommend), ..Answers::default() };
    let counted: Vec<_> =
        recommendations.iter().map(|recommend| contribution(&answer(recommend), Cause::Promise, 63, false)).collect();
    Summary::of(&aggregate(&counted))
}

fn of(parts: &[(&str, &[u8])]) -> (Summary, Vec<Segment>) {
    let parts: Vec<_> = parts.iter().map(|(mark, answers)| (Some((*mark).to_owned()), summary(answers))).collect();
    let mut whole = Summary::default();
    parts.iter().for_each(|(_, part)| whole.merge(part).unwrap());
    let found = segments::by_segment(&whole, &parts, 1);
    (whole, found)
}

/// Lesson 1a and 3e: a segment of few answers is shown raw and pulled towards the whole.
#[test]
fn a_segment_of_few_is_shown_raw_and_shrunk() {
    let (whole, found) = of(&[("shop", &[9, 9, 9, 9, 9, 9, 3, 3, 8, 8]), ("phone", &[2])]);
    assert_eq!((found[1].segment.as_deref(), found[1].n, found[1].nps.points), (Some("phone"), 1, Some(-100.0)));
    let phone = summary(&[2]);
    assert_eq!(found[1].nps_shrunk, shrinkage::nps(&phone.nps, &whole.nps));
    assert!(found[1].nps_shrunk.unwrap() > 0.0, "one answer does not sink a channel");
    assert!(found.iter().all(|segment| segment.nps_james_stein.is_none()), "two segments are too few for it");
    assert_eq!(found[1].csat_low, wilson::interval(1, 1).map(|interval| interval.low));
}

/// Lesson 2b: good service at whatever hour: the hours stand next to each other, one without answers has no number.
#[test]
fn lesson_2b_hours_stand_beside_each_other() {
    let (_, found) = of(&[("9", &[9, 9, 8]), ("13", &[8, 8, 9]), ("20", &[2, 3, 9]), ("21", &[0]), ("22", &[])]);
    assert_eq!(found.len(), 5);
    assert!(found[2].nps.points.unwrap() < found[0].nps.points.unwrap());
    assert_eq!(found[2].incidents, 2);
    assert_eq!((found[4].nps.points, found[4].nps_james_stein), (None, None));
    let pulled: Vec<_> = found.iter().take(4).map(|segment| segment.nps_james_stein.unwrap()).collect();
    assert!(pulled[3] > found[3].nps.points.unwrap() && pulled[0] > pulled[2] && pulled[2] > pulled[3]);
}

/// Lesson 1m: delight brings customers back, or does not: the rate of each class with its interval.
#[test]
fn lesson_1m_who_came_back_by_class() {
    let customers =
        [(Class::Delight, true), (Class::Delight, true), (Class::Delight, false), (Class::Unforgivable, false)];
    let found = repeat_purchase::by_class(customers);
    let names: Vec<_> = found.iter().map(|row| row.class).collect();
    assert_eq!(names, ["none", "delight", "ok", "forgivable", "unforgivable"]);
    assert_eq!((found[1].n, found[1].returned, found[1].share), (3, 2, Some(2.0 / 3.0)));
    let interval = wilson::interval(2, 3).unwrap();
    assert_eq!((found[1].low, found[1].high), (Some(interval.low), Some(interval.high)));
    assert_eq!((found[4].share, found[2].share), (Some(0.0), None), "none of one, and nothing of nobody");
}

/// Lesson 3a: thirty seconds of the owner, and how long the customer waited for them.
#[test]
fn lesson_3a_time_to_the_first_reply() {
    let minute = 60_000;
    let found = reply_time::summarise([Some(2 * minute), Some(10 * minute), Some(3 * 24 * 60 * minute), None]);
    assert_eq!((found.n, found.replied, found.within_a_day, found.share), (4, 3, 2, Some(0.5)));
    assert_eq!(found.median_minutes, Some(10.0));
    assert_eq!(reply_time::summarise([Some(minute), Some(4 * minute)]).median_minutes, Some(2.5));
    let nobody = reply_time::summarise([]);
    assert_eq!((nobody.n, nobody.median_minutes, nobody.share), (0, None, None));
    assert_eq!(reply_time::summarise([None]).median_minutes, None);
}

fn said(satisfaction: u8, recommend: Option<u8>) -> Aggregate {
    let answers = Answers { satisfaction: Some(satisfaction), ease: Some(6), recommend, ..Answers::default() };
    aggregate(&[contribution(&answers, Cause::Promise, 63, false)])
}

/// Lessons 1e and 4c: the merchant stands in the customer's shoes before seeing what customers said.
#[test]
fn lesson_1e_the_mirror_opens_only_to_a_whole_prediction() {
    let whole = Prediction { satisfaction: Some(4.5), ease: Some(6.0), lens: Some(4.0), recommend: Some(9.0) };
    let found = prediction::open(&whole, &said(3, Some(7))).unwrap();
    let gaps: Vec<_> = found.iter().map(|row| (row.question, row.n, row.observed, row.gap)).collect();
    assert_eq!(
        gaps,
        [
            ("satisfaction", 1, Some(3.0), Some(1.5)),
            ("ease", 1, Some(6.0), Some(0.0)),
            ("lens", 0, None, None),
            ("recommend", 1, Some(7.0), Some(2.0)),
        ]
    );
    for (hidden, question) in [
        (Prediction { satisfaction: None, ..whole }, "satisfaction"),
        (Prediction { ease: None, ..whole }, "ease"),
        (Prediction { lens: None, ..whole }, "lens"),
        (Prediction { recommend: None, ..whole }, "recommend"),
    ] {
        assert_eq!(prediction::open(&hidden, &said(3, Some(7))), Err(MirrorError::Unanswered(question)));
    }
    for (off, question) in [
        (Prediction { satisfaction: Some(0.5), ..whole }, "satisfaction"),
        (Prediction { ease: Some(7.5), ..whole }, "ease"),
        (Prediction { lens: Some(f64::NAN), ..whole }, "lens"),
        (Prediction { recommend: Some(10.5), ..whole }, "recommend"),
    ] {
        assert_eq!(prediction::open(&off, &said(3, None)), Err(MirrorError::Range(question)));
    }
}
