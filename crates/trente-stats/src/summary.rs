//! What a results page says about an aggregate.
//!
//! Every number is a pure function of the counts, so that a new statistic works on old data.
//! **Source**: score.md 4.8, metrics.md 2.1 to 2.4 and 2.10.

use trente_survey::score::ELAPSED_UNKNOWN;
use trente_survey::{Branch, Cause, Class, Verdict};

use crate::aggregate::{Aggregate, Kind, MISMATCH, NOTED, unpack};
use crate::ces::Ces;
use crate::csat::Csat;
use crate::nps::Nps;
use crate::wilson;

/// Numbers about many responses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Responses.
    pub n: u64,
    /// Recommendation.
    pub nps: Nps,
    /// Satisfaction.
    pub csat: Csat,
    /// Ease.
    pub ces: Ces,
    /// Responses with a score: those without are in no mean.
    pub scored: u64,
    /// Sum of the scores.
    pub score_sum: u64,
    /// Responses by class number.
    pub classes: [u64; 5],
    /// Causes of incidents, most impact first, ties by family; causes without an incident are left out.
    pub causes: Vec<CauseImpact>,
    /// Incidents that point at no cause.
    pub incidents_without_cause: u64,
    /// Responses of less than 0.6 s an answer: shown, never dropped.
    pub fast: u64,
    /// Responses with a verbatim.
    pub noted: u64,
    /// Responses whose client computed another score.
    pub mismatches: u64,
}

/// How much one cause weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CauseImpact {
    /// The cause, as the primary one of each incident counted here.
    pub cause: Cause,
    /// Incidents.
    pub incidents: u64,
    /// Those that are not forgiven.
    pub unforgivable: u64,
    /// Incidents weighted: 3 if unforgivable, 2 if to be put right, else 1.
    pub impact: u64,
}

/// Weight of an incident by its forgiveness code. **Source**: metrics.md 2.10.
const fn weight(forgive: u8) -> u64 {
    match forgive {
        3 => 3,
        2 => 2,
        _ => 1,
    }
}

impl Summary {
    /// The summary of an aggregate.
    pub fn of(aggregate: &Aggregate) -> Self {
        let mut summary = Self {
            n: aggregate.n(),
            noted: aggregate.count(Kind::Extra, NOTED),
            mismatches: aggregate.count(Kind::Extra, MISMATCH),
            causes: Cause::ALL.map(|cause| CauseImpact { cause, incidents: 0, unforgivable: 0, impact: 0 }).to_vec(),
            ..Self::default()
        };
        for (kind, key, count) in aggregate.counts() {
            if kind == Kind::Answers {
                summary.add(key, count);
            }
        }
        summary.causes.retain(|cause| cause.incidents > 0);
        // The sort is stable, so ties keep the order of the families.
        summary.causes.sort_by_key(|cause| std::cmp::Reverse(cause.impact));
        summary
    }

    /// The mean score, 0..=100; none without a score.
    pub fn score_mean(&self) -> Option<f64> {
        (self.scored > 0).then(|| self.score_sum as f64 / self.scored as f64)
    }

    /// The share of fast responses, 0..=1; none without a response.
    pub fn fast_share(&self) -> Option<f64> {
        wilson::share(self.fast, self.n)
    }

    /// Responses on the incident branch.
    pub const fn incidents(&self) -> u64 {
        let [_, _, _, forgivable, unforgivable] = self.classes;
        forgivable + unforgivable
    }

    /// Adds `count` responses of one key. Keys of an aggregate are valid, so nothing is skipped.
    fn add(&mut self, key: u32, count: u64) {
        let Ok((fast, family, answers)) = unpack(key) else { return };
        // Neither score, class nor diagnosis depends on the time taken; the fast bit is in the key.
        let Ok(verdict) = Verdict::of(&answers, family, ELAPSED_UNKNOWN, false) else { return };
        match answers.recommend {
            Some(9..) => self.nps.promoters += count,
            Some(7..) => self.nps.passives += count,
            Some(_) => self.nps.detractors += count,
            None => {}
        }
        raise(&mut self.csat.counts, answers.satisfaction.and_then(|rating| rating.checked_sub(1)), count);
        raise(&mut self.ces.counts, answers.ease.and_then(|rating| rating.checked_sub(1)), count);
        raise(&mut self.classes, Some(verdict.class as u8), count);
        if let Some(score) = verdict.score {
            self.scored += count;
            self.score_sum += count * u64::from(score);
        }
        if fast {
            self.fast += count;
        }
        if verdict.branch == Branch::D {
            let slot = verdict.diagnosis.primary.and_then(|cause| self.causes.get_mut(usize::from(cause.family())));
            match slot {
                Some(slot) => {
                    slot.incidents += count;
                    slot.impact += count * weight(answers.forgive);
                    if verdict.class == Class::Unforgivable {
                        slot.unforgivable += count;
                    }
                }
                None => self.incidents_without_cause += count,
            }
        }
    }
}

fn raise(counts: &mut [u64], index: Option<u8>, count: u64) {
    if let Some(slot) = index.and_then(|index| counts.get_mut(usize::from(index))) {
        *slot += count;
    }
}
