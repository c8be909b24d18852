//! Differences of scores, and several tests at once.

use trente_stats::compare::{Difference, holm, p_of_z};
use trente_stats::nps::Nps;

use crate::{near, nps};

#[test]
fn difference_of_two_scores() {
    // Computed apart with Python and scipy 1.17 from the formula of docs/metrics.md#net-promoter-score.
    for (first, second, wanted) in [
        (nps(3, 2, 1), nps(1, 2, 3), [44.444_444, 35.331_082, -24.803_203, 113.692_092, 1.257_942, 0.208_413]),
        (nps(50, 30, 20), nps(40, 30, 30), [19.417_476, 11.208_916, -2.551_596, 41.386_547, 1.732_324, 0.083_216]),
        (nps(300, 100, 100), nps(250, 100, 150), [19.880_716, 5.273_438, 9.544_968, 30.216_464, 3.769_973, 0.000_163]),
    ] {
        let found = Difference::of(&first, &second).unwrap();
        let numbers = [found.points, found.error, found.interval.low, found.interval.high, found.z, found.p];
        for (found, wanted) in numbers.into_iter().zip(wanted) {
            near(found, wanted, 6e-7);
        }
        assert_eq!(found.significant(), wanted[2] > 0.0);
        let turned = Difference::of(&second, &first).unwrap();
        assert_eq!((turned.points, turned.z, turned.p), (-found.points, -found.z, found.p));
    }
}

#[test]
fn equal_scores_do_not_differ_and_no_answers_have_no_difference() {
    let same = Difference::of(&nps(5, 5, 5), &nps(5, 5, 5)).unwrap();
    assert_eq!((same.points, same.z, same.p, same.significant()), (0.0, 0.0, 1.0, false));
    assert_eq!(Difference::of(&nps(1, 0, 0), &Nps::default()), None);
    assert_eq!(Difference::of(&Nps::default(), &nps(1, 0, 0)), None);
    // All against all, from one answer each: as far apart as scores can be, and still no evidence.
    let far = Difference::of(&nps(1, 0, 0), &nps(0, 0, 1)).unwrap();
    assert!(!far.significant() && far.interval.high <= 200.0 && far.interval.low < 0.0);
}

#[test]
fn probabilities_of_z() {
    // The usual two-sided limits.
    for (z, p) in [(0.0, 1.0), (1.0, 0.317_310_508), (-1.959_963_984_540_054, 0.05), (2.575_829_303_548_901, 0.01)] {
        near(p_of_z(z), p, 1e-9);
    }
}

#[test]
fn holm_steps_down_and_stops() {
    // Holm's own order: .01 ≤ .05/4, .015 ≤ .05/3, .03 > .05/2: the last two fall, although .04 alone would hold.
    assert_eq!(holm(&[0.03, 0.01, 0.04, 0.015], 0.05), [false, true, false, true]);
    assert_eq!(holm(&[0.04], 0.05), [true]);
    assert_eq!(holm(&[0.04, 0.04], 0.05), [false, false]);
    assert_eq!(holm(&[0.05 / 3.0, 0.9, f64::NAN], 0.05), [true, false, false]);
    assert!(holm(&[], 0.05).is_empty());
}
