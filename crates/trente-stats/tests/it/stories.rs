//! What a period says: a change beyond its error alone, causes that differ alone, weeks that chance does not explain.

use trente_stats::Summary;
use trente_stats::chart::Signal;
use trente_stats::chart::share::Sample;
use trente_stats::chart::weeks::WeekChart;
use trente_stats::confidence::Confidence;
use trente_stats::nps::Nps;
use trente_stats::ranking::{self, Ranked};
use trente_stats::story::{Change, Story};
use trente_survey::{Answers, Cause};

use crate::{aggregate, contribution, near, nps};

fn scored(nps: Nps) -> Summary {
    Summary { n: nps.n(), nps, ..Summary::default() }
}

fn change(now: Nps, before: Nps) -> Change {
    Change::of(&scored(now), &scored(before))
}

#[test]
fn a_change_is_claimed_only_beyond_its_error() {
    // +30 of 682 after +45 of 452: the sketch of the overview.
    let (now, before) = (nps(357, 173, 152), nps(272, 111, 69));
    let Change::Fell(amount) = change(now, before) else { panic!("{:?}", change(now, before)) };
    near(amount.points, 14.854, 0.01);
    assert!(amount.interval.low > 0.0 && amount.interval.low < amount.points && amount.points < amount.interval.high);
    assert!(!amount.tendency);
    let Change::Rose(back) = change(before, now) else { panic!() };
    assert_eq!((back.points, back.interval.low), (amount.points, amount.interval.low));
    assert_eq!(change(nps(50, 30, 20), nps(48, 30, 22)), Change::Uncertain);
    assert_eq!(change(now, now), Change::Uncertain);
    for few in [Nps::default(), nps(4, 0, 0)] {
        assert_eq!(change(now, few), Change::Unknown);
        assert_eq!(change(few, now), Change::Unknown);
    }
    let Change::Fell(small) = change(nps(0, 2, 18), before) else { panic!() };
    assert!(small.tendency, "20 answers");
}

/// A number outside its own interval is read as an error: all pairs of scores of up to nine answers, and of some more.
#[test]
fn every_change_lies_within_its_interval() {
    let mut states: Vec<Nps> = vec![nps(50, 0, 0), nps(0, 0, 50), nps(0, 500, 0), nps(1000, 0, 0), nps(0, 1, 999)];
    for n in 5..=9u64 {
        states.extend((0..=n).flat_map(|up| (0..=n - up).map(move |down| nps(up, n - up - down, down))));
    }
    let mut claimed = 0;
    for now in &states {
        for before in &states {
            let (Change::Fell(amount) | Change::Rose(amount)) = change(*now, *before) else { continue };
            let trente_stats::Interval { low, high } = amount.interval;
            assert!(0.0 < low && low <= amount.points && amount.points <= high && high <= 200.0, "{now:?} {before:?}");
            claimed += 1;
        }
        let (point, interval) = (now.points().unwrap(), now.interval().unwrap());
        assert!(interval.low <= point && point <= interval.high, "{now:?}");
    }
    assert!(claimed > 1_000, "{claimed}");
    let Change::Rose(amount) = change(nps(5, 0, 0), nps(0, 0, 5)) else { panic!() };
    assert_eq!((amount.points, amount.interval.high), (200.0, 200.0));
}

/// The same answers, shuffled between two spans, give no change in nineteen of twenty.
#[test]
fn chance_alone_is_seldom_called_a_change() {
    let mut state = 0x5eed_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 100
    };
    let mut sample = || {
        let mut found = Nps::default();
        for _ in 0..200 {
            match draw() {
                0..55 => found.promoters += 1,
                55..80 => found.passives += 1,
                _ => found.detractors += 1,
            }
        }
        found
    };
    let claims = (0..2_000).filter(|_| change(sample(), sample()) != Change::Uncertain).count();
    assert!((60..140).contains(&claims), "{claims} of 2,000");
}

fn incident(moment: u8, ease: Option<u8>, forgive: u8) -> Answers {
    Answers { satisfaction: Some(1), ease, recommend: Some(2), moment, forgive, ..Answers::default() }
}

fn ranked(answers: &[(Answers, usize)]) -> Vec<Ranked> {
    let all = answers.iter().flat_map(|(answers, times)| std::iter::repeat_n(*answers, *times));
    let all: Vec<_> = all.map(|answers| contribution(&answers, Cause::Detail, 63, false)).collect();
    ranking::rank(&Summary::of(&aggregate(&all)))
}

#[test]
fn told_causes_come_before_inferred_ones() {
    // Thirty who only said that it was hard point at the rules; twenty said that it was slow.
    let found = ranked(&[(incident(0, Some(1), 0), 30), (incident(7, None, 0), 20)]);
    let told: Vec<_> = found.iter().map(|row| (row.cause, row.counts.told(), row.counts.inferred())).collect();
    assert_eq!(told, [(Cause::Speed, 20, 0), (Cause::Policy, 0, 30)]);
    assert_eq!(ranking::first(&found), [Cause::Speed]);
    // A family that is rated low is told too, without a moment.
    let rated = Answers { lens: Some(1), ..incident(0, None, 0) };
    assert_eq!(ranked(&[(rated, 3)])[0].counts.told(), 3);
    let middling = Answers { lens: Some(3), ..incident(0, None, 0) };
    assert_eq!(ranked(&[(middling, 3)])[0].counts.inferred(), 3);
}

#[test]
fn neighbours_within_chance_share_a_place() {
    let places = |found: &[Ranked]| found.iter().map(|row| row.place).collect::<Vec<_>>();
    let near = ranked(&[(incident(7, None, 0), 20), (incident(8, None, 0), 18), (incident(6, None, 0), 3)]);
    assert_eq!(places(&near), [1, 1, 3]);
    assert_eq!(ranking::first(&near), [Cause::Speed, Cause::Detail]);
    // 40 and 18: the difference of 22 is more than 1.96 · √58 = 14.9.
    assert_eq!(places(&ranked(&[(incident(7, None, 0), 40), (incident(8, None, 0), 18)])), [1, 2]);
    // The same weights of fewer, graver incidents vary more: 13 · 3 and 6 · 3 lie within 1.96 · √171.
    assert_eq!(places(&ranked(&[(incident(7, None, 3), 13), (incident(8, None, 3), 6)])), [1, 1]);
    assert_eq!(ranked(&[]), []);
}

#[test]
fn the_story_of_nothing_claims_nothing() {
    let story = Story::of(&Summary::default(), &Summary::default());
    assert_eq!((story.n, story.lost, story.waiting, story.confidence), (0, 0, 0, Confidence::Nothing));
    assert_eq!((story.change, story.causes.as_slice()), (Change::Unknown, &[][..]));
}

#[test]
fn an_incident_of_weeks_does_not_become_usual() {
    let mut weeks = vec![Sample { hits: 16, n: 100 }; 26];
    weeks[14] = Sample { hits: 40, n: 99 };
    weeks[15] = Sample { hits: 43, n: 120 };
    weeks[16] = Sample { hits: 36, n: 100 };
    let chart = WeekChart::of(&weeks);
    assert_eq!(chart.usual, Some(0.16));
    assert_eq!(chart.outside(Signal::High).collect::<Vec<_>>(), [14, 15, 16]);
    assert_eq!(chart.outside(Signal::Low).count(), 0);
    let limits = chart.points[0].limits.unwrap();
    near(limits.high, 0.16 + 3.0 * (0.16 * 0.84 / 100.0_f64).sqrt(), 1e-12);
}

#[test]
fn a_young_site_has_no_usual_course() {
    let chart = WeekChart::of(&[Sample { hits: 1, n: 4 }, Sample::default(), Sample { hits: 3, n: 4 }]);
    assert_eq!(chart.usual, None);
    assert_eq!(chart.points.iter().map(|point| point.share).collect::<Vec<_>>(), [Some(0.25), None, Some(0.75)]);
    assert!(chart.points.iter().all(|point| point.limits.is_none() && point.signal.is_none()));
    assert_eq!(WeekChart::of(&[]).points, []);
    // Weeks of few answers have no limits, however usual their share is known to be.
    let few = WeekChart::of(&[Sample { hits: 1, n: 10 }; 8]);
    assert_eq!(few.usual, Some(0.1));
    assert!(few.points.iter().all(|point| point.limits.is_none()));
}
