//! Rules A1 to A6: what fires them, what does not, and what they say.

use trente_stats::Summary;
use trente_stats::alerts::{self, Alert, Rule};
use trente_stats::chart::Signal;
use trente_stats::chart::cusum::CHARTS;
use trente_stats::chart::share::Sample;
use trente_stats::facts::Brief;
use trente_stats::nps::Nps;
use trente_survey::score::ELAPSED_UNKNOWN;
use trente_survey::{Answers, Cause, Verdict};

use crate::{aggregate, contribution, nps};

fn slow(forgive: u8) -> Answers {
    Answers { satisfaction: Some(2), recommend: Some(3), moment: 7, forgive, ..Answers::default() }
}

fn verdict(answers: &Answers) -> Verdict {
    Verdict::of(answers, Cause::Speed, ELAPSED_UNKNOWN, false).unwrap()
}

#[test]
fn a1_lost_and_recover_at_once() {
    let alert = |rule| Alert { rule, n: 1, found: 1.0, baseline: Some(1.0) };
    assert_eq!(alerts::response(&verdict(&slow(3))), Some(alert(Rule::Lost)));
    assert_eq!(alerts::response(&verdict(&slow(2))), Some(alert(Rule::Recover)));
    assert_eq!(alerts::response(&verdict(&slow(1))), None);
    assert_eq!(alerts::response(&verdict(&slow(0))), None);
    assert_eq!(alerts::response(&verdict(&Answers { recommend: Some(10), ..Answers::default() })), None);
}

#[test]
fn a2_weekly_share_of_incidents() {
    let baseline = [Sample { hits: 10, n: 100 }; 8];
    let found = alerts::weekly_share(&baseline, Sample { hits: 20, n: 100 }).unwrap();
    assert_eq!(found, Alert { rule: Rule::Share(Signal::High), n: 100, found: 0.2, baseline: Some(0.1) });
    assert_eq!(alerts::weekly_share(&baseline, Sample { hits: 19, n: 100 }), None);
    assert_eq!(alerts::weekly_share(&baseline, Sample { hits: 40, n: 40 }), None, "four expected: too few");
    assert_eq!(alerts::weekly_share(&[], Sample { hits: 20, n: 100 }), None);
    // Nothing is usual before the fourth week with answers.
    let now = Sample { hits: 20, n: 100 };
    assert_eq!(alerts::weekly_share(&baseline[..3], now), None);
    assert_eq!(alerts::weekly_share(&[baseline[0], baseline[1], Sample::default(), baseline[2]], now), None);
    assert_eq!(alerts::weekly_share(&baseline[..4], now), Some(found));
}

#[test]
fn a3_average_of_the_daily_score() {
    let baseline: Vec<f64> = (0..30).map(|day| if day % 2 == 0 { 79.0 } else { 81.0 }).collect();
    let found = alerts::daily_score(&baseline, &[70.0; 3], 12).unwrap();
    assert_eq!((found.rule, found.n, found.baseline), (Rule::Score(Signal::Low), 12, Some(80.0)));
    assert!((found.found - (80.0 - 10.0 * (1.0 - 0.9f64.powi(3)))).abs() < 1e-9);
    assert_eq!(alerts::daily_score(&baseline, &[79.0; 3], 12), None);
    assert_eq!(alerts::daily_score(&baseline, &[], 0), None);
    // Neither few answers, nor few days, nor days that were all alike.
    for (baseline, scored) in [(&baseline[..], 4), (&baseline[..19], 12), (&[97.8; 30][..], 12)] {
        assert_eq!(
            alerts::daily_score(baseline, &[70.0; 3], scored),
            None,
            "{} days, {scored} answers",
            baseline.len()
        );
    }
    assert!(alerts::daily_score(&baseline[..20], &[70.0; 3], 5).is_some());
    // Only the newest day counts: it has come back.
    assert_eq!(alerts::daily_score(&baseline, &[70.0, 70.0, 90.0, 90.0], 1), None);
}

#[test]
fn a4_the_same_cause_three_times_unforgivable() {
    let of = |answers: &[Answers]| {
        let responses: Vec<_> = answers.iter().map(|answers| contribution(answers, Cause::Detail, 63, false)).collect();
        alerts::recurrence(&Brief::from(&Summary::of(&aggregate(&responses))), &Brief::default())
    };
    let rule = Answers { moment: 6, ..slow(3) };
    assert_eq!(of(&[slow(3), slow(3), rule, slow(2)]), [], "two of one cause and one of another");
    let found = of(&[slow(3), slow(3), rule, slow(2), slow(3)]);
    assert_eq!(found, [Alert { rule: Rule::Recurrence(Cause::Speed), n: 4, found: 3.0, baseline: None }]);
}

/// A count that burns every month is no alarm: three are told where they are more than usual, and only there.
#[test]
fn a4_is_held_against_what_is_usual() {
    let summary = |unforgivable: usize, others: usize| {
        let mut responses = vec![contribution(&slow(3), Cause::Detail, 63, false); unforgivable];
        responses.extend(vec![contribution(&slow(2), Cause::Detail, 63, false); others]);
        Brief::from(&Summary::of(&aggregate(&responses)))
    };
    // Ten in a thousand: of 300, three are usual and four or five are chance; twelve are not.
    let usual = summary(10, 990);
    for (unforgivable, fires) in [(3, false), (5, false), (12, true)] {
        let found = alerts::recurrence(&summary(unforgivable, 300 - unforgivable), &usual);
        assert_eq!(!found.is_empty(), fires, "{unforgivable}: {found:?}");
        assert!(found.iter().all(|alert| alert.baseline == Some(3.0)), "{found:?}");
    }
    // Where it never happened, three are a recurrence, and two are not.
    assert_eq!(alerts::recurrence(&summary(3, 297), &summary(0, 1000)).len(), 1);
    assert_eq!(alerts::recurrence(&summary(2, 298), &summary(0, 1000)), []);
    // Three usual ones are a number like any other, and no mark of nothing before; four responses before carry none.
    let three = alerts::recurrence(&summary(12, 288), &summary(30, 2_970));
    assert_eq!(three.iter().map(|alert| alert.baseline).collect::<Vec<_>>(), [Some(3.0)]);
    for (before, wanted) in [(0, None), (4, None), (5, Some(0.0))] {
        let found = alerts::recurrence(&summary(3, 297), &summary(0, before));
        assert_eq!(found.iter().map(|alert| alert.baseline).collect::<Vec<_>>(), [wanted], "{before}");
    }
    // A shop of many answers: nothing overflows, and what is usual stays quiet.
    assert_eq!(alerts::recurrence(&summary(2_000, 198_000), &summary(10_000, 990_000)), []);
    assert_eq!(alerts::recurrence(&summary(2_300, 197_700), &summary(10_000, 990_000)).len(), 1);
}

#[test]
fn a5_segments_with_holms_correction() {
    let (before, now) = (nps(50, 30, 20), nps(30, 30, 40));
    let same = (nps(50, 30, 20), nps(50, 30, 20));
    let found = alerts::segments(&[same, (before, now)]);
    assert_eq!(found, [Alert { rule: Rule::Segment(1), n: 100, found: -10.0, baseline: Some(30.0) }]);
    // z = 2.1: enough alone, not together with one more that is shown; one without answers is not shown.
    let slight = (nps(40, 30, 30), nps(52, 30, 18));
    assert_eq!(alerts::segments(&[slight]).len(), 1);
    assert_eq!(alerts::segments(&[slight, (Nps::default(), nps(9, 0, 0))]).len(), 1);
    assert_eq!(alerts::segments(&[slight, same]), []);
    // Fewer than five answers, on either side, carry no number, and are not shown.
    let (few, enough) = (nps(0, 0, 4), nps(0, 0, 5));
    let good = nps(80, 10, 10);
    assert_eq!(alerts::segments(&[(good, few)]), []);
    assert_eq!(alerts::segments(&[(few, good)]), []);
    assert_eq!(alerts::segments(&[(good, enough), (enough, good)]).len(), 2);
    assert_eq!(alerts::segments(&[slight, (good, few)]).len(), 1);
}

#[test]
fn a6_a_doubling_of_incidents() {
    let chart = CHARTS[2];
    // a = 6, h = 37: seven bad answers in a row.
    let found = alerts::doubling(&chart, [true; 7]).unwrap();
    assert_eq!(found, Alert { rule: Rule::Doubling, n: 7, found: 42.0, baseline: Some(37.0) });
    assert_eq!(alerts::doubling(&chart, [true; 6]), None);
    assert_eq!(alerts::doubling(&chart, [true; 8]), None, "told at the seventh, not again at the eighth");
    assert_eq!(alerts::doubling(&chart, []), None);
}

#[test]
fn every_rule_has_the_code_of_metrics_md() {
    let rules = [
        Rule::Lost,
        Rule::Recover,
        Rule::Share(Signal::Low),
        Rule::Score(Signal::Low),
        Rule::Recurrence(Cause::Speed),
        Rule::Segment(0),
        Rule::Doubling,
    ];
    assert_eq!(rules.map(Rule::code), ["A1", "A1", "A2", "A3", "A4", "A5", "A6"]);
}
