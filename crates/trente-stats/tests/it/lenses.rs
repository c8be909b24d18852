//! The lens of a family: index, penalty and reward, gap.

use trente_stats::Summary;
use trente_stats::aggregate::Aggregate;
use trente_stats::lens::{Kano, Lens, gap};
use trente_survey::{Answers, Cause};

use crate::{contribution, near};

/// The lens of these `(rating, recommendation, how often)`.
fn lens(answers: &[(u8, Option<u8>, usize)]) -> Lens {
    let responses = answers.iter().flat_map(|&(lens, recommend, times)| {
        let answers = Answers { lens: Some(lens), recommend, ..Answers::default() };
        std::iter::repeat_n(contribution(&answers, Cause::Means, 63, false), times)
    });
    Summary::of(&Aggregate::of(responses).unwrap()).lenses[1]
}

#[test]
fn the_index_runs_from_0_to_100() {
    assert_eq!(lens(&[(1, None, 3)]).index(), Some(0.0));
    assert_eq!(lens(&[(5, Some(9), 3)]).index(), Some(100.0));
    let mixed = lens(&[(2, None, 1), (4, Some(3), 2), (5, None, 1)]);
    assert_eq!(
        (mixed.n(), mixed.ratings(), mixed.mean(), mixed.index()),
        (4, [0, 1, 0, 2, 1], Some(3.75), Some(68.75))
    );
    assert_eq!((Lens::default().mean(), Lens::default().index()), (None, None));
}

#[test]
fn penalty_and_reward_class_a_family() {
    let classed = |low, middle, high| {
        lens(&[(1, Some(low), 5), (2, Some(low), 5), (3, Some(middle), 5), (4, Some(middle), 5), (5, Some(high), 10)])
            .penalty_reward()
    };
    for (low, middle, high, class) in [
        (2, 8, 9, Kano::Basic),
        (7, 8, 10, Kano::Linear),
        (5, 7, 10, Kano::Linear),
        (7, 7, 10, Kano::Attractive),
        (6, 7, 10, Kano::Attractive),
        (4, 8, 10, Kano::Linear),
        (3, 8, 10, Kano::Basic),
        (5, 5, 5, Kano::Linear),
    ] {
        let found = classed(low, middle, high);
        let (penalty, reward) = (f64::from(middle) - f64::from(low), f64::from(high) - f64::from(middle));
        assert_eq!((found.penalty, found.reward), (Some(penalty), Some(reward)));
        assert_eq!(found.class, class, "penalty {penalty}, reward {reward}");
    }
    assert_eq!(
        [Kano::Unknown, Kano::Basic, Kano::Linear, Kano::Attractive].map(Kano::name),
        ["unknown", "basic", "linear", "attractive"]
    );
}

#[test]
fn fewer_than_ten_in_a_band_are_not_classed() {
    let full = [(1, Some(2), 10), (3, Some(8), 10), (5, Some(9), 10)];
    assert_eq!(lens(&full).penalty_reward().class, Kano::Basic);
    for band in 0..3 {
        let mut few = full;
        few[band].2 = 9;
        // Ratings without a recommendation fill no band.
        few[band].1 = None;
        assert_eq!(lens(&few).penalty_reward().class, Kano::Unknown);
        let all = [&few[..], &[(full[band].0, full[band].1, 9)]].concat();
        let found = lens(&all).penalty_reward();
        assert_eq!(found.class, Kano::Unknown);
        near(found.penalty.unwrap(), 6.0, 1e-12);
    }
    assert_eq!(Lens::default().penalty_reward().reward, None);
}

/// Lesson 1e: the merchant answers their own survey first; the gap is their prediction less what customers say.
#[test]
fn the_mirror_shows_the_gap() {
    assert_eq!(gap(4.5, lens(&[(3, None, 4)]).mean()), Some(1.5));
    assert_eq!(gap(4.5, Lens::default().mean()), None);
}
