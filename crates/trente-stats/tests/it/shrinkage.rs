//! Few answers, pulled towards many.

use trente_stats::nps::Nps;
use trente_stats::shrinkage;

use crate::{near, nps};

#[test]
fn a_segment_is_pulled_towards_the_whole() {
    let whole = nps(60, 20, 20);
    // (100·(2 − 0) + 10·40)/(2 + 10) = 50: raw 100, whole 40.
    assert_eq!(shrinkage::nps(&nps(2, 0, 0), &whole), Some(50.0));
    assert_eq!(shrinkage::nps(&Nps::default(), &whole), Some(40.0), "nothing of its own: the whole");
    near(shrinkage::nps(&nps(0, 0, 10_000), &whole).unwrap(), -99.86, 0.005);
    assert_eq!(shrinkage::nps(&nps(2, 0, 0), &Nps::default()), None);
    assert_eq!(shrinkage::share(0, 10, 0.2), 0.1);
}

/// Efron and Morris, Stein's Paradox in Statistics, Scientific American 236(5):119, 1977: batting averages after 45 at
/// bats, c = .212, ȳ = .265, Clemente .400 → .294, Alvis .156 → .242.
#[test]
fn james_stein_of_eighteen_batters() {
    let hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7].map(f64::from);
    let averages = hits.map(|hits| hits / 45.0);
    let mean = averages.iter().sum::<f64>() / 18.0;
    let found = shrinkage::james_stein(&averages, mean * (1.0 - mean) / 45.0).unwrap();
    near(found.mean, 0.265, 5e-4);
    near(found.factor, 0.212, 5e-3);
    near(found.values[0], 0.294, 1e-3);
    near(found.values[17], 0.242, 1e-3);
}

#[test]
fn james_stein_never_turns_an_order_round() {
    // More noise than spread: c would be negative, so everything becomes the mean.
    let found = shrinkage::james_stein(&[1.0, 2.0, 3.0, 4.0], 100.0).unwrap();
    assert_eq!((found.factor, found.values), (0.0, vec![2.5; 4]));
    // No noise: nothing is pulled. 1 − 1·0/5 = 1.
    let found = shrinkage::james_stein(&[1.0, 2.0, 3.0, 4.0], 0.0).unwrap();
    assert_eq!((found.factor, found.values), (1.0, vec![1.0, 2.0, 3.0, 4.0]));
    // k = 4, σ² = 1, Σ(y − ȳ)² = 5: c = 1 − 1/5.
    near(shrinkage::james_stein(&[1.0, 2.0, 3.0, 4.0], 1.0).unwrap().factor, 0.8, 1e-12);
    assert_eq!(shrinkage::james_stein(&[3.0; 5], 1.0).unwrap().values, vec![3.0; 5]);
    assert_eq!(shrinkage::james_stein(&[1.0, 2.0, 3.0], 1.0), None, "three are too few");
    assert_eq!(shrinkage::james_stein(&[1.0; 4], f64::NAN), None);
}

#[test]
fn segments_are_shrunk_by_their_own_variance() {
    let segments = [nps(30, 10, 10), nps(10, 10, 30), nps(20, 10, 20), nps(25, 10, 15)];
    let found = shrinkage::segments(&segments).unwrap();
    assert_eq!(found.mean, 5.0);
    assert!(found.factor > 0.0 && found.factor < 1.0);
    for (segment, shrunk) in segments.iter().zip(&found.values) {
        let raw = segment.points().unwrap();
        near(*shrunk, 5.0 + found.factor * (raw - 5.0), 1e-12);
    }
    assert_eq!(shrinkage::segments(&segments[..3]), None);
    assert_eq!(shrinkage::segments(&[segments[0], segments[1], segments[2], Nps::default()]), None);
}
