//! LMG and Johnson's relative weights.

use proptest::prelude::*;
use trente_stats::importance::{Correlations, ImportanceError, LMG_MAX};

use crate::near;

fn vector(found: &[f64], wanted: &[f64], tolerance: f64) {
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        near(*found, *wanted, tolerance);
    }
}

#[test]
fn two_ratings_by_hand() {
    // r₁y = .6, r₂y = .5, r₁₂ = .3: R² = .43/.91; LMG₁ = ½(.36 + R² − .25).
    let found = Correlations::new(&[1.0, 0.3, 0.3, 1.0], &[0.6, 0.5]).unwrap().importance().unwrap();
    near(found.r2, 0.472_527, 5e-7);
    vector(found.lmg.as_deref().unwrap(), &[0.291_264, 0.181_264], 5e-7);
    vector(&found.johnson, &[0.291_264, 0.181_264], 5e-7);
}

#[test]
fn orthogonal_ratings_explain_the_square_of_their_correlation() {
    let identity = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    let found = Correlations::new(&identity, &[0.6, -0.5, 0.1]).unwrap().importance().unwrap();
    vector(found.lmg.as_deref().unwrap(), &[0.36, 0.25, 0.01], 1e-12);
    vector(&found.johnson, &[0.36, 0.25, 0.01], 1e-12);
    near(found.r2, 0.62, 1e-12);
}

/// Grömping, JSS 17(1), 2006: LMG of R's data set `swiss` (Mosteller and Tukey 1977), R² = 0.7067.
#[test]
fn fertility_in_switzerland_in_1888() {
    let text = include_str!("../data/swiss.csv");
    let rows: Vec<Vec<f64>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect();
    let column = |index: usize| rows.iter().map(|row| row[index]).collect::<Vec<_>>();
    let ratings: Vec<_> = (1..6).map(column).collect();
    let found = Correlations::of_columns(&ratings, &column(0)).unwrap().importance().unwrap();
    near(found.r2, 0.706_735, 5e-8);
    let published = [0.057_091_22, 0.171_173_03, 0.260_134_68, 0.105_570_15, 0.112_765_92];
    vector(found.lmg.as_deref().unwrap(), &published, 5e-9);
    // Johnson's weights, computed apart with Python and numpy.
    let johnson = [0.048_416_896, 0.154_708_250, 0.271_964_105, 0.114_680_030, 0.116_965_721];
    vector(&found.johnson, &johnson, 5e-10);
}

proptest! {
    #[test]
    fn both_are_shares_of_r2_and_follow_their_columns(
        rows in prop::collection::vec(prop::array::uniform4(-10.0f64..10.0), 8..40),
        scale in 0.5f64..100.0,
    ) {
        let column = |index: usize| rows.iter().map(|row| row[index]).collect::<Vec<_>>();
        let (a, b, c, y) = (column(0), column(1), column(2), column(3));
        let found = Correlations::of_columns(&[a.clone(), b.clone(), c.clone()], &y).unwrap().importance().unwrap();
        let lmg = found.lmg.unwrap();
        prop_assert!((lmg.iter().sum::<f64>() - found.r2).abs() < 1e-9);
        prop_assert!((found.johnson.iter().sum::<f64>() - found.r2).abs() < 1e-9);
        prop_assert!(lmg.iter().chain(&found.johnson).all(|share| *share >= -1e-12));
        prop_assert!((0.0..=1.0 + 1e-12).contains(&found.r2));
        // Neither unit nor order matters.
        let scaled = c.iter().map(|value| scale * value + 1.0).collect();
        let turned = Correlations::of_columns(&[scaled, a, b], &y).unwrap().importance().unwrap();
        let turned_lmg = turned.lmg.unwrap();
        for (index, other) in [1, 2, 0].into_iter().enumerate() {
            prop_assert!((lmg[index] - turned_lmg[other]).abs() < 1e-9);
            prop_assert!((found.johnson[index] - turned.johnson[other]).abs() < 1e-9);
        }
    }
}

#[test]
fn above_twelve_ratings_there_are_johnsons_weights_only() {
    let p = LMG_MAX + 1;
    let mut among = vec![0.2; p * p];
    (0..p).for_each(|index| among[index * p + index] = 1.0);
    let found = Correlations::new(&among, &vec![0.3; p]).unwrap().importance().unwrap();
    assert_eq!(found.lmg, None);
    near(found.johnson.iter().sum::<f64>(), found.r2, 1e-9);
    let fewer: Vec<f64> = (0..LMG_MAX * LMG_MAX).map(|at| if at % (LMG_MAX + 1) == 0 { 1.0 } else { 0.2 }).collect();
    let found = Correlations::new(&fewer, &[0.3; LMG_MAX]).unwrap().importance().unwrap();
    vector(found.lmg.as_deref().unwrap(), &[found.r2 / 12.0; LMG_MAX], 1e-9);
}

#[test]
fn what_cannot_be_told_apart_is_an_error() {
    let (x, y) = (vec![1.0, 2.0, 3.0, 5.0], [1.0, 2.0, 2.0, 4.0]);
    let of = |columns: &[Vec<f64>]| Correlations::of_columns(columns, &y).and_then(|found| found.importance());
    let twice: Vec<f64> = x.iter().map(|value| 2.0 * value).collect();
    assert_eq!(of(&[x.clone(), twice]), Err(ImportanceError::Dependent));
    assert_eq!(of(&[x.clone(), vec![0.1; 4]]), Err(ImportanceError::Constant(1)));
    assert_eq!(of(&[]), Err(ImportanceError::Shape));
    assert_eq!(of(&[vec![1.0]]), Err(ImportanceError::Shape));
    assert_eq!(of(&[x.clone(), x.clone(), x.clone()]), Err(ImportanceError::Rows { rows: 4, needed: 5 }));
    assert_eq!(of(&[vec![1e300, 0.0, -1e300, 1e300]]), Err(ImportanceError::Constant(0)), "too large for its square");
    assert_eq!(Correlations::of_columns(&[x], &[3.0; 4]), Err(ImportanceError::Constant(1)), "the target");
    assert_eq!(Correlations::new(&[1.0, 0.0], &[0.1, 0.1]), Err(ImportanceError::Shape));
    let impossible = Correlations::new(&[1.0, 2.0, 2.0, 1.0], &[0.5, 0.5]).unwrap();
    assert_eq!(impossible.importance(), Err(ImportanceError::Dependent));
}
