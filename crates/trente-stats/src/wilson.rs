//! Wilson's interval of a share. **Source**: docs/metrics.md#shares (Wilson 1927; Newcombe, Stat. Med. 17:857, 1998).

use crate::interval::{Interval, Z};

/// Wilson's interval of `hits` out of `n`, both ends 0..=1; none for n = 0 or more hits than n.
///
/// Zero hits do not give an upper end of 0.
///
/// ```
/// let interval = trente_stats::wilson::interval(81, 263).unwrap();
/// assert_eq!(format!("{:.4} {:.4}", interval.low, interval.high), "0.2553 0.3662");
/// ```
pub fn interval(hits: u64, n: u64) -> Option<Interval> {
    let p = share(hits, n)?;
    let n = n as f64;
    let z2 = Z * Z;
    let scale = 1.0 + z2 / n;
    let centre = (p + z2 / (2.0 * n)) / scale;
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / scale;
    Some(Interval::around(centre, half, 0.0, 1.0))
}

/// `hits / n`, 0..=1; none for n = 0 or more hits than n.
pub fn share(hits: u64, n: u64) -> Option<f64> {
    (n > 0 && hits <= n).then(|| hits as f64 / n as f64)
}
