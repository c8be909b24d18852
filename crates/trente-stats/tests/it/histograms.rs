//! Extra questions: mergeable with the aggregate, apart by survey, read by the kind of the question.

use trente_stats::Aggregate;
use trente_stats::aggregate::Contribution;
use trente_stats::histogram::Histogram;
use trente_stats::wilson;
use trente_survey::extra::ExtraKind;
use trente_survey::response_id::SurveyId;
use trente_survey::{Answers, Cause};

use crate::{contribution, near, sum};

const ONE: SurveyId = SurveyId([1; 4]);
const OTHER: SurveyId = SurveyId([2; 4]);

fn of(survey: SurveyId, extra: &[[u16; 3]]) -> Aggregate {
    let core = contribution(&Answers::default(), Cause::Promise, 63, false);
    Aggregate::of(extra.iter().map(|&extra| Contribution { survey, extra, ..core })).unwrap()
}

fn hits(histogram: &Histogram, kind: ExtraKind) -> Vec<u64> {
    histogram.options(kind).iter().map(|option| option.n).collect()
}

#[test]
fn stars_and_choices_are_counted_by_option_and_missing_answers_in_none() {
    let aggregate = of(ONE, &[[5, 1, 0], [4, 2, 0], [5, 0, 0], [0, 2, 0]]);
    let stars = aggregate.question(ONE, 0);
    assert_eq!((stars.n(), hits(&stars, ExtraKind::Stars)), (3, vec![0, 0, 0, 1, 2]));
    near(stars.mean().unwrap(), 14.0 / 3.0, 1e-12);
    let five = stars.options(ExtraKind::Stars)[4];
    assert_eq!((five.option, five.share, five.interval), (5, Some(2.0 / 3.0), wilson::interval(2, 3)));
    assert_eq!(hits(&aggregate.question(ONE, 1), ExtraKind::YesNo), [1, 2]);
    let silent = aggregate.question(ONE, 2);
    assert_eq!((silent.n(), silent.mean(), silent.options(ExtraKind::Scale(7))[0].share), (0, None, None));
}

#[test]
fn several_boxes_are_counted_box_by_box_of_those_who_answered() {
    // Three options: the answered bit, then options 1, 2 and 3, most significant first
    // (docs/wire-format.md#extra-questions).
    let aggregate = of(ONE, &[[0b1_100, 0, 0], [0b1_101, 0, 0], [0b1_000, 0, 0], [0, 0, 0]]);
    let boxes = aggregate.question(ONE, 0);
    assert_eq!((boxes.n(), hits(&boxes, ExtraKind::Choices(3))), (3, vec![2, 0, 1]));
    assert_eq!(boxes.options(ExtraKind::Choices(3))[0].share, Some(2.0 / 3.0));
    // The largest question there is.
    let all = of(ONE, &[[0, 0, 8191]]).question(ONE, 2);
    assert_eq!(hits(&all, ExtraKind::Choices(12)), [1; 12]);
}

#[test]
fn questions_of_different_surveys_never_meet() {
    let (left, right) = (of(ONE, &[[1, 0, 0], [2, 0, 0]]), of(OTHER, &[[1, 0, 0]]));
    let both = sum(&[&left, &right, &left]);
    assert_eq!(hits(&both.question(ONE, 0), ExtraKind::YesNo), [2, 2]);
    assert_eq!(hits(&both.question(OTHER, 0), ExtraKind::YesNo), [1, 0]);
    assert_eq!(both.question(SurveyId([3; 4]), 0).n(), 0);
    assert_eq!(both.question(ONE, 0).codes().collect::<Vec<_>>(), [(1, 2), (2, 2)]);
}
