//! Correlation with its interval, from an aggregate.

use trente_stats::Summary;
use trente_stats::aggregate::Aggregate;
use trente_stats::drivers::{Correlation, Driver};
use trente_survey::{Answers, Cause};

use crate::{contribution, near};

fn driver(pairs: &[(u8, u8)]) -> Driver {
    let responses = pairs.iter().map(|&(lens, recommend)| {
        let answers = Answers { lens: Some(lens), recommend: Some(recommend), ..Answers::default() };
        contribution(&answers, Cause::Speed, 63, false)
    });
    let summary = Summary::of(&Aggregate::of(responses).unwrap());
    assert_eq!(summary.lenses[0].driver(), Driver::NotEnough { n: 0 }, "another family has none of it");
    summary.lenses[6].driver()
}

#[test]
fn fishers_interval() {
    // Computed apart with Python: tanh(atanh r ± z/√(n − 3)).
    for (n, r, low, high) in [
        (30, 0.5, 0.170_431_365, 0.728_958_556),
        (100, 0.3, 0.110_067_668, 0.468_794_215),
        (50, -0.7, -0.818_808_319, -0.523_689_780),
    ] {
        let interval = Correlation::new(n, r).interval.unwrap();
        near(interval.low, low, 1e-9);
        near(interval.high, high, 1e-9);
    }
    let perfect = Correlation::new(30, 1.000_000_1);
    assert_eq!((perfect.r, perfect.interval.unwrap().low, perfect.interval.unwrap().high), (1.0, 1.0, 1.0));
    assert_eq!(Correlation::new(3, 0.5).interval, None);
}

#[test]
fn a_driver_needs_thirty_pairs() {
    let pairs: Vec<_> = (0..29u8).map(|index| (1 + index % 5, 2 * (index % 5))).collect();
    assert_eq!(driver(&pairs), Driver::NotEnough { n: 29 });
    let Driver::Known(found) = driver(&[&pairs[..], &[(5, 8)]].concat()) else { panic!("thirty are enough") };
    assert_eq!(found.n, 30);
    near(found.r, 1.0, 1e-12);
}

#[test]
fn pearsons_r_of_whole_numbers() {
    // Ten times (1, 2), (2, 1), (3, 4), (4, 3): x̄ = 2.5, ȳ = 2.5, Sxy = 3, Sxx = Syy = 5: r = 0.6.
    let pairs = [(1, 2), (2, 1), (3, 4), (4, 3)].repeat(10);
    let Driver::Known(found) = driver(&pairs) else { panic!("forty are enough") };
    near(found.r, 0.6, 1e-12);
    let turned: Vec<_> = pairs.iter().map(|&(lens, recommend)| (lens, 10 - recommend)).collect();
    let Driver::Known(found) = driver(&turned) else { panic!("forty are enough") };
    near(found.r, -0.6, 1e-12);
    assert_eq!(driver(&[(3, 4); 40]), Driver::Constant { n: 40 });
}
