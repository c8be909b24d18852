//! Statistics of the lens: one of eight statements about a family of causes, 1 to 5, together with the recommendation.
//!
//! **Source**: docs/metrics.md#lens-index-and-gaps (index; the gap of Parasuraman, Zeithaml and Berry, J. Marketing
//! 49(4):41, 1985), #penalty-and-reward (Brandt 1987; classes after Kano), #drivers.

use crate::drivers::{Driver, Moments};

/// Ratings of the lens.
const RATINGS: usize = 5;
/// Recommendations 0 to 10, then missing.
const RECOMMENDATIONS: usize = 12;
/// Answers that each band needs before a family is classed.
const CELL_MIN: u64 = 10;

/// Ratings of one family, by the recommendation of the same response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lens {
    /// First the rating, 1 first; then the recommendation, 0 first, a missing one last.
    pub(crate) counts: [[u64; RECOMMENDATIONS]; RATINGS],
}

/// What a family is to customers: expected, wanted the more the better, or a pleasant surprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kano {
    /// A band has fewer than 10 answers.
    Unknown,
    /// Its lack costs more than twice what its excellence gains.
    Basic,
    /// Neither outweighs the other.
    Linear,
    /// Its excellence gains more than twice what its lack costs.
    Attractive,
}

impl Kano {
    /// The stable English name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Basic => "basic",
            Self::Linear => "linear",
            Self::Attractive => "attractive",
        }
    }
}

/// What a good and a bad rating of the lens do to the mean recommendation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PenaltyReward {
    /// Mean recommendation at 5 less that at 3 and 4, −10..=10; none when a band is empty.
    pub reward: Option<f64>,
    /// Mean recommendation at 3 and 4 less that at 1 and 2, −10..=10; none when a band is empty.
    pub penalty: Option<f64>,
    /// The class.
    pub class: Kano,
}

/// Number and sum of recommendations.
#[derive(Clone, Copy, Default)]
struct Band {
    n: u64,
    sum: u64,
}

impl Band {
    fn mean(self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / self.n as f64)
    }
}

impl Lens {
    /// How often each rating was given, 1 first.
    pub fn ratings(&self) -> [u64; RATINGS] {
        self.counts.map(|row| row.iter().sum())
    }

    /// Answers to this lens.
    pub fn n(&self) -> u64 {
        self.ratings().iter().sum()
    }

    /// The mean rating, 1..=5; none without an answer.
    pub fn mean(&self) -> Option<f64> {
        crate::ces::mean(&self.ratings())
    }

    /// The index of the family, (mean − 1)·25, 0..=100; none without an answer.
    pub fn index(&self) -> Option<f64> {
        self.mean().map(|mean| (mean - 1.0) * 25.0)
    }

    /// What a good and a bad rating do to the recommendation.
    pub fn penalty_reward(&self) -> PenaltyReward {
        let [one, two, three, four, five] = self.counts.map(|row| band(&row));
        let join = |left: Band, right: Band| Band { n: left.n + right.n, sum: left.sum + right.sum };
        let (low, middle, high) = (join(one, two), join(three, four), five);
        let less = |left: Band, right: Band| Some(left.mean()? - right.mean()?);
        let (reward, penalty) = (less(high, middle), less(middle, low));
        let enough = [low, middle, high].iter().all(|band| band.n >= CELL_MIN);
        let class = match (penalty, reward) {
            (Some(penalty), Some(reward)) if enough => {
                if penalty > 2.0 * reward {
                    Kano::Basic
                } else if reward > 2.0 * penalty {
                    Kano::Attractive
                } else {
                    Kano::Linear
                }
            }
            _ => Kano::Unknown,
        };
        PenaltyReward { reward, penalty, class }
    }

    /// How closely the rating of this family goes with the recommendation.
    pub fn driver(&self) -> Driver {
        let pairs = (1u64..).zip(&self.counts).flat_map(|(rating, row)| {
            (0u64..).zip(row).take(RECOMMENDATIONS - 1).map(move |(recommend, count)| (rating, recommend, *count))
        });
        Driver::of(&Moments::of(pairs))
    }

    pub(crate) fn add(&mut self, rating: Option<u8>, recommend: Option<u8>, count: u64) {
        let row = rating.and_then(|rating| self.counts.get_mut(usize::from(rating).checked_sub(1)?));
        let recommend = recommend.map_or(RECOMMENDATIONS - 1, usize::from);
        if let Some(slot) = row.and_then(|row| row.get_mut(recommend)) {
            *slot += count;
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (row, more) in self.counts.iter_mut().zip(&other.counts) {
            crate::sums::add_all(row, more);
        }
    }
}

/// The recommendations of a row that are there.
fn band(row: &[u64; RECOMMENDATIONS]) -> Band {
    (0u64..)
        .zip(row)
        .take(RECOMMENDATIONS - 1)
        .fold(Band::default(), |band, (recommend, count)| Band { n: band.n + count, sum: band.sum + recommend * count })
}

/// The gap between what a merchant predicted and what customers said.
///
/// On the item's own scale: positive where the merchant predicted more than customers answered. None before there are
/// answers.
/// **Source**: docs/lessons.md 1e, docs/metrics.md#lens-index-and-gaps.
pub fn gap(predicted: f64, observed: Option<f64>) -> Option<f64> {
    observed.map(|observed| predicted - observed)
}
