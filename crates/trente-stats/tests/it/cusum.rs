//! The integer CUSUM: its table is derived, and its run lengths are computed as a Markov chain.

use nalgebra::{DMatrix, DVector};
use trente_stats::chart::cusum::{CHARTS, Cusum};

use crate::near;

/// The mean number of answers up to a signal when a share `p` of them is bad: L = 1 + Q·L over the sums below the
/// limit, solved as a linear system.
fn average_run(chart: &Cusum, p: f64) -> f64 {
    let states = chart.limit as usize;
    let mut system = DMatrix::<f64>::identity(states, states);
    for sum in 0..states {
        system[(sum, sum.saturating_sub(1))] -= 1.0 - p;
        let raised = sum + chart.step as usize;
        if raised < states {
            system[(sum, raised)] -= p;
        }
    }
    system.lu().solve(&DVector::from_element(states, 1.0)).unwrap()[0]
}

#[test]
fn the_run_lengths_are_those_of_metrics_md() {
    for (chart, in_control, doubled) in CHARTS
        .iter()
        .zip([(2037.0, 238.0), (2030.0, 130.0), (2140.0, 78.0), (2604.0, 45.0)])
        .map(|(c, (a, b))| (c, a, b))
    {
        near(average_run(chart, chart.share), in_control, 0.5);
        near(average_run(chart, 2.0 * chart.share), doubled, 0.5);
        // The limit is the smallest with 2 000 answers in control.
        let lower = Cusum { limit: chart.limit - 1, ..*chart };
        assert!(average_run(&lower, chart.share) < 2000.0, "{chart:?}");
    }
}

#[test]
fn the_step_is_the_ratio_of_the_likelihoods() {
    for chart in CHARTS {
        let p = chart.share;
        let step = (2f64.ln() / ((1.0 - p) / (1.0 - 2.0 * p)).ln()).round();
        assert_eq!(f64::from(chart.step), step, "{p}");
    }
}

#[test]
fn the_sum_rises_falls_and_begins_again() {
    let chart = CHARTS[3];
    let answers = [false, true, false, false, false, true, true, true, true, true, true, true, true];
    let found: Vec<_> = chart.points(answers).map(|point| (point.sum, point.signal)).collect();
    let wanted = [0, 2, 1, 0, 0, 2, 4, 6, 8, 10, 12, 14, 2];
    assert_eq!(found.iter().map(|(sum, _)| *sum).collect::<Vec<_>>(), wanted);
    assert_eq!(found.iter().position(|(_, signal)| *signal), Some(11));
    // At the limit itself there is a signal.
    let at = Cusum { limit: 4, ..chart };
    assert_eq!(
        at.points([true, true, false]).map(|point| (point.sum, point.signal)).collect::<Vec<_>>(),
        [(2, false), (4, true), (0, false),]
    );
}

#[test]
fn the_nearest_chart_is_taken_for_the_shrunk_baseline() {
    for (share, wanted) in
        [(0.0, 0.02), (0.034, 0.02), (0.036, 0.05), (0.08, 0.10), (0.14, 0.10), (0.16, 0.20), (1.0, 0.20)]
    {
        assert_eq!(Cusum::nearest(share).unwrap().share, wanted, "{share}");
    }
    // 8 of 53 answers are 15.1 %, nearest to 20 %; with 10 % of ten more, 9 of 63 are 14.3 %.
    assert_eq!(Cusum::nearest(8.0 / 53.0).unwrap().share, 0.20);
    assert_eq!(Cusum::for_baseline(8, 53).unwrap().share, 0.10);
    assert_eq!(Cusum::for_baseline(12, 53).unwrap().share, 0.20);
    assert_eq!((Cusum::for_baseline(0, 0), Cusum::for_baseline(0, 1), Cusum::for_baseline(29, 29)), (None, None, None));
    // Above all charts there is none: (30 + 1)/110 is 28.2 %. Up to there, false signals are as rare as between two charts.
    assert_eq!((Cusum::for_baseline(30, 100), Cusum::for_baseline(67, 100)), (None, None));
    assert_eq!(Cusum::for_baseline(29, 100).unwrap().share, 0.20);
    for (chart, share) in [(CHARTS[3], 0.28), (CHARTS[2], 0.15), (CHARTS[1], 0.075), (CHARTS[0], 0.035)] {
        assert!(average_run(&chart, share) > 200.0, "{chart:?}");
    }
    // As long as five bad answers are expected: 250 of a rare one, 100 at 5 %, 50 at 10 %.
    assert_eq!((Cusum::for_baseline(0, 249), Cusum::for_baseline(0, 250).map(|chart| chart.share)), (None, Some(0.02)));
    assert_eq!((Cusum::for_baseline(5, 99), Cusum::for_baseline(5, 100).map(|chart| chart.share)), (None, Some(0.05)));
    assert_eq!((Cusum::for_baseline(5, 49), Cusum::for_baseline(5, 50).map(|chart| chart.share)), (None, Some(0.10)));
    assert_eq!((Cusum::nearest(f64::NAN), Cusum::nearest(-0.1), Cusum::nearest(1.1)), (None, None, None));
}
