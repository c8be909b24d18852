//! Rounding for display, held against integers.

use trente_stats::rounding::{decimal, half_away};
use trente_stats::wilson;

/// `hits·scale/n`, half away from zero, in integers.
fn exact(hits: u64, n: u64, scale: u64) -> u64 {
    (2 * hits * scale + n) / (2 * n)
}

#[test]
fn every_share_of_few_answers_is_rounded_half_away_from_zero() {
    for n in 1..=400u64 {
        for hits in 0..=n {
            let share = wilson::share(hits, n).unwrap();
            let wanted = exact(hits, n, 100);
            assert_eq!(half_away(100.0 * share, 0), wanted as f64, "{hits} of {n}");
            // In points, as a recommendation is, on both sides of zero.
            let points = 100.0 * (hits as f64) / (n as f64);
            assert_eq!(
                (half_away(points, 0), half_away(-points, 0)),
                (wanted as f64, -(wanted as f64)),
                "{hits} of {n}"
            );
        }
    }
    for (hits, n, wanted) in [(23, 40, 58), (46, 80, 58), (29, 200, 15), (0, 7, 0), (7, 7, 100)] {
        assert_eq!(half_away(100.0 * wilson::share(hits, n).unwrap(), 0), f64::from(wanted), "{hits} of {n}");
    }
    // Next to a half, and not on it.
    let many = 1_000_000_000;
    assert_eq!(half_away(100.0 * (574_999_999.0 / f64::from(many)), 0), 57.0);
}

#[test]
fn every_mean_of_few_answers_is_rounded_half_away_from_zero() {
    for n in 1..=120u64 {
        for sum in n..=7 * n {
            let wanted = exact(sum, n, 10);
            let text = format!("{}.{}", wanted / 10, wanted % 10);
            assert_eq!(decimal(sum as f64 / n as f64, 1), text, "{sum} / {n}");
        }
    }
    let texts = [4.25, 4.35, 0.05, -0.04, 2.0].map(|value| decimal(value, 1));
    assert_eq!(texts, ["4.3", "4.4", "0.1", "0.0", "2.0"]);
    assert_eq!([decimal(1.005, 2), decimal(74.5, 0)], ["1.01", "75"]);
    // A difference of two scores: 200/3 − 175/6 = 37.5.
    assert_eq!(half_away(200.0 / 3.0 - 175.0 / 6.0, 0), 38.0);
    assert!(half_away(f64::NAN, 0).is_nan() && half_away(f64::INFINITY, 1).is_infinite());
    assert!(half_away(-0.2, 0).is_sign_positive());
}
