//! Net promoter score. **Source**: metrics.md 2.1 (Reichheld, HBR 81(12):46, 2003; intervals: Rocks, The American
//! Statistician 70(4):365, 2016).

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

    /// The adjusted Wald interval, in points; none without an answer. Its centre is not the point itself.
    pub fn interval(&self) -> Option<Interval> {
        if self.n() == 0 {
            return None;
        }
        let (promoters, passives, detractors) = self.floats();
        let [more_promoters, more_passives, more_detractors] = PSEUDO;
        let (promoters, passives, detractors) =
            (promoters + more_promoters, passives + more_passives, detractors + more_detractors);
        let n = promoters + passives + detractors;
        let centre = (promoters - detractors) / n;
        let half = Z * (variance(promoters, passives, detractors) / n).sqrt();
        Some(Interval::around(100.0 * centre, 100.0 * half, -100.0, 100.0))
    }

    const fn floats(&self) -> (f64, f64, f64) {
        (self.promoters as f64, self.passives as f64, self.detractors as f64)
    }
}

fn variance(promoters: f64, passives: f64, detractors: f64) -> f64 {
    let n = promoters + passives + detractors;
    let mean = (promoters - detractors) / n;
    (promoters + detractors) / n - mean * mean
}
