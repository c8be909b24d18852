//! An independent opinion, statrs, on every quantile and probability that is written down or computed here.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use trente_stats::ces::Ces;
use trente_stats::compare::p_of_z;
use trente_stats::wilson;

use crate::near;

/// Student's t at 97.5 % as the interval of a CES mean uses it: its half width over its standard error.
///
/// Of `n` answers, all but one are 4: the mean stays far from the ends of the scale, where the interval would be clipped.
fn t(degrees: u64) -> f64 {
    let ces = Ces { counts: [0, 0, 0, degrees, 1, 0, 0] };
    let n = (degrees + 1) as f64;
    let mean = 4.0 + 1.0 / n;
    let squares = degrees as f64 * (4.0 - mean).powi(2) + (5.0 - mean).powi(2);
    let error = (squares / degrees as f64).sqrt() / n.sqrt();
    let interval = ces.mean_interval().unwrap();
    near((interval.high + interval.low) / 2.0, mean, if degrees > 2 { 1e-9 } else { 10.0 });
    (ces.mean_interval().unwrap().high - mean) / error
}

#[test]
fn students_t_is_the_table_of_metrics_md() {
    let exact = |degrees: u64| StudentsT::new(0.0, 1.0, degrees as f64).unwrap().inverse_cdf(0.975);
    // From three degrees on nothing is clipped; the table has three decimals.
    for degrees in 3..=30 {
        near(t(degrees), exact(degrees), 5.1e-4);
    }
    // 1.96 + 2.4/df is within a fifth of a percent, and wider than the normal's.
    for degrees in [31, 40, 60, 100, 1000, 100_000] {
        near(t(degrees), exact(degrees), 2.3e-3);
        assert!(t(degrees) > 1.959_96);
    }
    near(exact(1), 12.706, 5.1e-4);
    near(exact(2), 4.303, 5.1e-4);
}

#[test]
fn the_normal_quantile_and_probabilities() {
    let normal = Normal::standard();
    // Wilson's interval of 0 of n ends at z²/(n + z²), so it tells z.
    let high = wilson::interval(0, 100).unwrap().high;
    near((100.0 * high / (1.0 - high)).sqrt(), normal.inverse_cdf(0.975), 1e-9);
    for z in [0.0, 0.5, 1.0, 1.959_963_984_540_054, 3.0, 5.0, 8.0] {
        let exact = 2.0 * normal.sf(z);
        near(p_of_z(z) / exact, 1.0, 1e-9);
        assert_eq!(p_of_z(-z), p_of_z(z));
    }
}
