//! The public known answers of docs/metrics.md#net-promoter-score to #customer-effort.

use trente_stats::ces::Ces;
use trente_stats::confidence::Confidence;
use trente_stats::csat::Csat;
use trente_stats::nps::{Nps, n_for_margin};
use trente_stats::wilson;

use crate::{near, nps};

#[test]
fn nps_and_variance_of_rocks_package() {
    // brendan-r/NPS@cd9473e, tests/testthat/test_01_basics.R, there in the order D, N, P.
    for (counts, points, variance, error) in [
        (nps(3, 2, 1), 100.0 / 3.0, 5.0 / 9.0, 0.304),
        (nps(1, 0, 1), 0.0, 1.0, 0.707),
        (nps(1, 1, 1), 0.0, 2.0 / 3.0, 0.471),
    ] {
        near(counts.points().unwrap(), points, 1e-12);
        near(counts.variance().unwrap(), variance, 1e-12);
        near(counts.standard_error().unwrap(), error, 5e-4);
    }
}

#[test]
fn nps_adjusted_wald() {
    for (counts, low, high, tolerance) in [
        (nps(3, 2, 1), -26.7433, 71.1877, 5e-5),
        (nps(10, 0, 0), 47.5036, 100.0, 5e-5),
        (nps(5, 5, 5), -36.9253, 36.9253, 5e-5),
        (nps(1, 0, 0), -48.50, 98.50, 5e-3),
    ] {
        let interval = counts.interval().unwrap();
        near(interval.low, low, tolerance);
        near(interval.high, high, tolerance);
    }
}

#[test]
fn margin_and_sample_size() {
    // (5, 5, 5): the interval is ±36.9253.
    near(nps(5, 5, 5).margin().unwrap(), 36.9253, 5e-5);
    // Worst case, ±10 points: 1·1.96²/0.1² − 3 = 381.15; ±5 points: 1533.58.
    assert_eq!((n_for_margin(1.0, 10.0), n_for_margin(1.0, 5.0)), (Some(382), Some(1534)));
    assert_eq!(Nps::default().n_for_margin(10.0), Some(382), "no answer yet: the worst case");
    // The margin that n answers have needs n answers, exactly.
    for counts in [nps(3, 2, 1), nps(50, 30, 20), nps(400, 100, 500)] {
        let margin = counts.margin().unwrap();
        assert_eq!(counts.n_for_margin(margin * (1.0 + 1e-9)), Some(counts.n()));
        assert_eq!(counts.n_for_margin(margin * (1.0 - 1e-9)), Some(counts.n() + 1));
    }
    assert_eq!(n_for_margin(0.0, 10.0), Some(1));
    for bad in [0.0, -1.0, f64::NAN, 1e-9] {
        assert_eq!(n_for_margin(1.0, bad), None, "{bad}");
    }
}

#[test]
fn what_a_number_of_answers_carries() {
    let of = |n| Confidence::of(n);
    assert_eq!((of(0), of(1), of(4)), (Confidence::Nothing, Confidence::Counts, Confidence::Counts));
    assert_eq!((of(5), of(29), of(30)), (Confidence::Tendency, Confidence::Tendency, Confidence::Number));
}

#[test]
fn nothing_is_said_about_no_answers() {
    assert_eq!((Nps::default().points(), Nps::default().interval(), Nps::default().variance()), (None, None, None));
    assert_eq!((Nps::default().margin(), Nps::default().standard_error()), (None, None));
    assert_eq!((Csat::default().share(), Csat::default().interval(), Csat::default().mean()), (None, None, None));
    assert_eq!(
        (Ces::default().mean(), Ces::default().mean_interval(), Ces::default().easy_share()),
        (None, None, None)
    );
    assert_eq!((wilson::interval(0, 0), wilson::share(0, 0)), (None, None));
    assert_eq!(wilson::interval(2, 1), None);
}

#[test]
fn every_small_nps_is_on_its_scale() {
    for total in 1..=30u64 {
        for promoters in 0..=total {
            for detractors in 0..=total - promoters {
                let counts = nps(promoters, total - promoters - detractors, detractors);
                let interval = counts.interval().unwrap();
                assert!(-100.0 <= interval.low && interval.low < interval.high && interval.high <= 100.0, "{counts:?}");
                assert!((-100.0..=100.0).contains(&counts.points().unwrap()));
            }
        }
    }
}

#[test]
fn wilson_of_newcombe_table_1() {
    let interval = wilson::interval(81, 263).unwrap();
    near(interval.low, 0.255_289, 5e-7);
    near(interval.high, 0.366_210, 5e-7);
    // Zero events leave room above (rule of three).
    let none = wilson::interval(0, 20).unwrap();
    assert_eq!(none.low, 0.0);
    near(none.high, 0.161_1, 5e-5);
}

#[test]
fn csat_is_the_top_two_boxes() {
    let csat = Csat { counts: [1, 0, 2, 3, 4] };
    assert_eq!((csat.n(), csat.satisfied(), csat.share()), (10, 7, Some(0.7)));
    near(csat.mean().unwrap(), 3.9, 1e-12);
    assert_eq!(csat.interval(), wilson::interval(7, 10));
}

#[test]
fn ces_mean_and_t_interval() {
    // 4, 5, 6, 7: mean 5.5, s² = 5/3, t = 3.182, half = 3.182·√(5/12) = 2.0540; clipped at 7.
    let ces = Ces { counts: [0, 0, 0, 1, 1, 1, 1] };
    near(ces.mean().unwrap(), 5.5, 1e-12);
    let interval = ces.mean_interval().unwrap();
    near(interval.low, 5.5 - 2.053_972, 5e-6);
    assert_eq!(interval.high, 7.0);
    assert_eq!((ces.easy(), ces.easy_share()), (3, Some(0.75)));
    assert_eq!(ces.easy_interval(), wilson::interval(3, 4));

    // One answer has a mean and no interval; equal answers have an interval of width 0.
    let one = Ces { counts: [0, 0, 0, 0, 0, 1, 0] };
    assert_eq!((one.mean(), one.mean_interval()), (Some(6.0), None));
    let same = Ces { counts: [0, 0, 0, 0, 0, 5, 0] }.mean_interval().unwrap();
    assert_eq!((same.low, same.high), (6.0, 6.0));

    // 31 and 32 answers: the last row of the table, then 1.96 + 2.4/df.
    for (threes, fives, t) in [(16, 15, 2.042), (16, 16, 1.96 + 2.4 / 31.0)] {
        let ces = Ces { counts: [0, 0, threes, 0, fives, 0, 0] };
        let n = (threes + fives) as f64;
        let mean = (3.0 * threes as f64 + 5.0 * fives as f64) / n;
        let squares = threes as f64 * (3.0 - mean).powi(2) + fives as f64 * (5.0 - mean).powi(2);
        let half = t * (squares / (n - 1.0)).sqrt() / n.sqrt();
        near(ces.mean_interval().unwrap().high, mean + half, 1e-9);
    }
}
