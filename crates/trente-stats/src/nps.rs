//! Net promoter score (NPS). **Source**: docs/metrics.md#net-promoter-score (Reichheld, HBR 81(12):46, 2003; intervals:
//! Rocks, The American Statistician 70(4):365, 2016).
//!
//! Known limit: that the score predicts growth is contested (Keiningham et al., J. Marketing 71(3):39, 2007), so it is
//! never shown without its n and its interval.

use crate::interval::{Interval, Z};

/// Recommendations, 0..=10, by band. Missing answers are in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nps {
    /// 9 and 10.
    pub promoters: u64,
    /// 7 and 8.
    pub passives: u64,
    /// 0 to 6.
    pub detractors: u64,
}

/// What Rocks' adjusted Wald interval adds to promoters, passives and detractors.
const PSEUDO: [f64; 3] = [0.75, 1.5, 0.75];
/// The sum of it.
const PSEUDO_N: f64 = 3.0;

/// The score with Rocks' pseudo-observations, on the scale −1..=1: what intervals and tests are made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Adjusted {
    pub(crate) mean: f64,
    /// The variance of one answer.
    pub(crate) variance: f64,
    pub(crate) n: f64,
}

impl Nps {
    /// Answers to the question.
    pub const fn n(&self) -> u64 {
        self.promoters.saturating_add(self.passives).saturating_add(self.detractors)
    }

    /// −100..=100, in points; none without an answer.
    pub fn points(&self) -> Option<f64> {
        let (promoters, passives, detractors) = self.floats();
        (self.n() > 0).then(|| 100.0 * (promoters - detractors) / (promoters + passives + detractors))
    }

    /// The variance of one answer on the scale −1, 0, +1; none without an answer.
    pub fn variance(&self) -> Option<f64> {
        let (promoters, passives, detractors) = self.floats();
        (self.n() > 0).then(|| variance(promoters, passives, detractors))
    }

    /// The standard error of the score on the scale −1..=1, as Rocks' package gives it; none without an answer.
    ///
    /// It is 0 when all answers are alike, so no interval is made of it.
    pub fn standard_error(&self) -> Option<f64> {
        Some((self.variance()? / self.n() as f64).sqrt())
    }

    /// The adjusted Wald interval, in points; none without an answer. Its centre is not the point itself.
    pub fn interval(&self) -> Option<Interval> {
        let adjusted = self.adjusted()?;
        let half = Z * adjusted.error();
        Some(Interval::around(100.0 * adjusted.mean, 100.0 * half, -100.0, 100.0))
    }

    /// The margin: half the width of the adjusted interval before it is clipped, in points; none without an answer.
    pub fn margin(&self) -> Option<f64> {
        Some(100.0 * (Z * self.adjusted()?.error()))
    }

    /// Answers of the same spread as these that are needed for a margin of `points`; the spread is the widest there
    /// is (half promoters, half detractors) when there is no answer yet.
    ///
    /// None for a margin that is not above 0, or for more answers than can be counted.
    pub fn n_for_margin(&self, points: f64) -> Option<u64> {
        n_for_margin(self.adjusted().map_or(1.0, |adjusted| adjusted.variance), points)
    }

    /// The score without some of its answers, as in “NPS without those whom speed disappointed”.
    pub const fn without(&self, others: &Self) -> Self {
        Self {
            promoters: self.promoters.saturating_sub(others.promoters),
            passives: self.passives.saturating_sub(others.passives),
            detractors: self.detractors.saturating_sub(others.detractors),
        }
    }

    /// Counts `count` answers; a missing one is not counted, nor one above 10, which no valid response has.
    pub(crate) const fn add(&mut self, recommend: Option<u8>, count: u64) {
        match recommend {
            Some(0..=6) => self.detractors += count,
            Some(7..=8) => self.passives += count,
            Some(9..=10) => self.promoters += count,
            _ => {}
        }
    }

    pub(crate) const fn merge(&mut self, other: &Self) {
        self.promoters += other.promoters;
        self.passives += other.passives;
        self.detractors += other.detractors;
    }

    pub(crate) fn adjusted(&self) -> Option<Adjusted> {
        if self.n() == 0 {
            return None;
        }
        let (promoters, passives, detractors) = self.floats();
        let [more_promoters, more_passives, more_detractors] = PSEUDO;
        let (promoters, passives, detractors) =
            (promoters + more_promoters, passives + more_passives, detractors + more_detractors);
        let n = promoters + passives + detractors;
        let mean = (promoters - detractors) / n;
        Some(Adjusted { mean, variance: variance(promoters, passives, detractors), n })
    }

    const fn floats(&self) -> (f64, f64, f64) {
        (self.promoters as f64, self.passives as f64, self.detractors as f64)
    }
}

impl Adjusted {
    /// The standard error.
    pub(crate) fn error(&self) -> f64 {
        (self.variance / self.n).sqrt()
    }
}

/// Answers needed for a margin of `points` when one answer has this variance on the scale −1, 0, +1; at most 1.
///
/// None for a variance below 0, a margin that is not above 0, or more answers than [`crate::aggregate::COUNT_MAX`].
pub fn n_for_margin(variance: f64, points: f64) -> Option<u64> {
    let margin = points / 100.0;
    let n = variance * (Z * Z) / (margin * margin) - PSEUDO_N;
    let fine = margin > 0.0 && variance >= 0.0 && n <= crate::aggregate::COUNT_MAX as f64;
    fine.then(|| n.max(1.0).ceil() as u64)
}

fn variance(promoters: f64, passives: f64, detractors: f64) -> f64 {
    let n = promoters + passives + detractors;
    let mean = (promoters - detractors) / n;
    (promoters + detractors) / n - mean * mean
}
