//! Rounding for display: half away from zero, of the number that is meant and not of its nearest binary fraction.
//! **Source**: docs/metrics.md#rules-for-all-of-them.
//!
//! 23 of 40 are 57.5 %, and 58 % is shown; but 100·0.575 is 57.499…, and 4.35 is stored as 4.3499…, so neither
//! [`f64::round`] nor a format with a precision rounds a share or a mean as a reader would. A difference of two shares is
//! a multiple of the inverse of its answers, so what lies closer to a half than `NEAR` is a half.

/// How near to a half a number is one, relative to the larger of itself and 1. Errors of a few divisions are below a
/// hundredth of it; shares and means of fewer than a thousand million answers lie farther from a half or on it.
const NEAR: f64 = 1e-12;

/// `value` with so many decimals, at most nine, half away from zero. Never −0. What is no number stays what it is.
///
/// ```
/// use trente_stats::rounding::half_away;
///
/// assert_eq!([half_away(100.0 * (23.0 / 40.0), 0), half_away(4.35, 1), half_away(-22.5, 0)], [58.0, 4.4, -23.0]);
/// ```
pub fn half_away(value: f64, places: usize) -> f64 {
    let scale = (0..places.min(9)).fold(1.0, |scale, _| scale * 10.0);
    let scaled = value.abs() * scale;
    let near = NEAR * scaled.max(1.0);
    let whole = (scaled + (0.5 + near)).floor();
    if whole > 0.0 {
        (whole / scale).copysign(value)
    } else if value.is_nan() {
        value
    } else {
        0.0
    }
}

/// The text of `value` with exactly so many decimals, half away from zero, and a point before them.
pub fn decimal(value: f64, places: usize) -> String {
    let rounded = half_away(value, places);
    format!("{rounded:.places$}")
}
