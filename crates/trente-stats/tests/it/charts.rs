//! The p-chart and the moving average.

use trente_stats::chart::Signal;
use trente_stats::chart::ewma::{Ewma, LAMBDA, WIDTH, mean_and_deviation};
use trente_stats::chart::share::{Sample, ShareChart};

use crate::near;

/// NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4.
const NIST: [(f64, f64); 20] = [
    (52.0, 50.60),
    (47.0, 49.52),
    (53.0, 50.56),
    (49.3, 50.18),
    (50.1, 50.16),
    (47.0, 49.21),
    (51.0, 49.75),
    (50.1, 49.85),
    (51.2, 50.26),
    (50.5, 50.33),
    (49.6, 50.11),
    (47.6, 49.36),
    (49.9, 49.52),
    (51.3, 50.05),
    (47.8, 49.38),
    (51.2, 49.92),
    (52.6, 50.73),
    (52.4, 51.23),
    (53.6, 51.94),
    (52.1, 51.99),
];

#[test]
fn ewma_of_the_nist_handbook() {
    let chart = Ewma::new(50.0, 2.0539, 0.3, 3.0).unwrap();
    near(chart.limits().high, 52.5884, 5e-5);
    near(chart.limits().low, 47.411_57, 5e-6);
    let points: Vec<_> = chart.points(NIST.map(|(value, _)| value)).collect();
    for (point, (value, average)) in points.iter().zip(NIST) {
        near(point.average, average, 0.005 + 1e-9);
        assert_eq!((point.value, point.signal), (value, None));
    }
    assert_eq!(points.len(), NIST.len());
}

#[test]
fn ewma_signals_a_shift_on_its_side() {
    let chart = Ewma::new(0.0, 1.0, LAMBDA, WIDTH).unwrap();
    // Steady limits ±2.8159·√(0.1/1.9).
    near(chart.limits().high, 2.8159 * (0.1f64 / 1.9).sqrt(), 1e-12);
    let first = |shift: f64| chart.points(std::iter::repeat(shift)).position(|point| point.signal.is_some()).unwrap();
    // After t values of s the average is s(1 − 0.9^t): 0.646 is passed at t = 10 for s = 1, at t = 2 for s = 4.
    assert_eq!((first(1.0), first(4.0)), (9, 1));
    assert_eq!(chart.points([-10.0]).next().unwrap().signal, Some(Signal::Low));
    assert_eq!(chart.points([10.0]).next().unwrap().signal, Some(Signal::High));
}

#[test]
fn ewma_of_a_baseline_and_of_none() {
    let (mean, deviation) = mean_and_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
    assert_eq!(mean, 5.0);
    near(deviation, (32.0f64 / 7.0).sqrt(), 1e-12);
    assert_eq!(Ewma::of(&[2.0, 4.0]).unwrap().mean(), 3.0);
    assert_eq!((Ewma::of(&[]), Ewma::of(&[1.0])), (None, None));
    for (mean, sigma, lambda, width) in [
        (f64::NAN, 1.0, 0.1, 3.0),
        (0.0, -1.0, 0.1, 3.0),
        (0.0, f64::INFINITY, 0.1, 3.0),
        (0.0, 1.0, 0.0, 3.0),
        (0.0, 1.0, 1.1, 3.0),
        (0.0, 1.0, 0.1, 0.0),
    ] {
        assert_eq!(Ewma::new(mean, sigma, lambda, width), None);
    }
}

#[test]
fn p_chart_of_a_baseline() {
    let weeks = [Sample { hits: 8, n: 100 }, Sample { hits: 12, n: 100 }];
    let chart = ShareChart::of(&weeks).unwrap();
    assert_eq!(chart.centre, 0.1);
    // 0.1 ± 3·√(0.09/100) = 0.01 to 0.19.
    let point = chart.point(Sample { hits: 19, n: 100 });
    let limits = point.limits.unwrap();
    near(limits.low, 0.01, 1e-12);
    near(limits.high, 0.19, 1e-12);
    assert_eq!((point.share, point.signal), (Some(0.19), None));
    assert_eq!(chart.point(Sample { hits: 20, n: 100 }).signal, Some(Signal::High));
    assert_eq!(chart.point(Sample { hits: 0, n: 100 }).signal, Some(Signal::Low));
    // Limits are clipped: 0.1 − 3·√(0.09/50) is below 0.
    assert_eq!(chart.point(Sample { hits: 0, n: 50 }).limits.unwrap().low, 0.0);
}

#[test]
fn p_chart_says_nothing_of_too_few() {
    let chart = ShareChart::of(&[Sample { hits: 10, n: 100 }]).unwrap();
    // 49·0.1 < 5 ≤ 50·0.1: used from five expected on.
    let few = chart.point(Sample { hits: 49, n: 49 });
    assert_eq!((few.share, few.limits, few.signal), (Some(1.0), None, None));
    assert_eq!(chart.point(Sample { hits: 50, n: 50 }).signal, Some(Signal::High));
    let none = chart.point(Sample::default());
    assert_eq!((none.share, none.limits, none.signal), (None, None, None));
    assert_eq!(ShareChart::of(&[]), None);
    assert_eq!(ShareChart::of(&[Sample { hits: 2, n: 1 }]), None);
    assert_eq!(ShareChart::of(&[Sample { hits: 1, n: u64::MAX }, Sample { hits: 1, n: 1 }]), None);
}
