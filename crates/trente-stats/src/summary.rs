//! Summary of an aggregate, as counts from which every number follows.
//!
//! A summary is a pure function of the aggregate, so that a new statistic works on old data, and a homomorphism: the
//! summary of a sum is the sum of the summaries ([`Summary::merge`]).
//! **Source**: docs/score.md#aggregate, docs/metrics.md#net-promoter-score to #penalty-and-reward and #drivers.
//!
//! Not here: answers to extra questions ([`Aggregate::question`]), and which numbers few answers carry
//! ([`crate::confidence`]).

mod causes;

use trente_survey::score::flag;
use trente_survey::{Answers, Branch, Cause};

use crate::aggregate::{Aggregate, BUCKETS, COUNT_MAX, CountError, KeyVerdict};
use crate::ces::{Ces, t};
use crate::csat::Csat;
use crate::interval::Interval;
use crate::lens::Lens;
use crate::nps::Nps;
use crate::sums::add_all;
use crate::wilson;

pub use self::causes::{CauseCounts, WhatIf};

/// Scores 0 to 100.
const SCORES: usize = 101;
/// Flags that a response's own answers set, [`flag::LOST`] to [`flag::DELIGHT`].
const FLAGS: usize = 9;
/// Moments 1 to 10, and 0 for none.
const MOMENTS: usize = Answers::MOMENT_MAX as usize + 1;

/// Counts about many responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Responses.
    pub n: u64,
    /// Recommendation.
    pub nps: Nps,
    /// Recommendation, without the responses of less than 0.6 s an answer.
    pub nps_without_fast: Nps,
    /// Satisfaction.
    pub csat: Csat,
    /// Ease.
    pub ces: Ces,
    /// The lens of each family.
    pub lenses: [Lens; 8],
    /// Responses by score, 0 first; those without a score are in none.
    pub scores: [u64; SCORES],
    /// Responses by class number.
    pub classes: [u64; 5],
    /// Incidents by their primary cause, by family.
    pub causes: [CauseCounts; 8],
    /// Incidents that point at no cause.
    pub without_cause: CauseCounts,
    /// Recommendation of incidents by their moment, 0 for none.
    pub moments: [Nps; MOMENTS],
    /// Responses by flag: the index is the bit.
    pub flags: [u64; FLAGS],
    /// Responses by elapsed bucket.
    pub elapsed: [u64; BUCKETS],
    /// Responses whose client computed another score.
    pub mismatches: u64,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            n: 0,
            nps: Nps::default(),
            nps_without_fast: Nps::default(),
            csat: Csat::default(),
            ces: Ces::default(),
            lenses: Default::default(),
            scores: [0; SCORES],
            classes: [0; 5],
            causes: Default::default(),
            without_cause: CauseCounts::default(),
            moments: Default::default(),
            flags: [0; FLAGS],
            elapsed: [0; BUCKETS],
            mismatches: 0,
        }
    }
}

impl Summary {
    /// The summary of an aggregate.
    pub fn of(aggregate: &Aggregate) -> Self {
        let mut summary = Self {
            n: aggregate.n(),
            elapsed: *aggregate.elapsed(),
            mismatches: aggregate.mismatches(),
            ..Self::default()
        };
        for (key, count) in aggregate.answers() {
            summary.add(key, count);
        }
        // Whether there is a word is no part of the key.
        if let Some(slot) = summary.flags.get_mut(flag::NOTED.trailing_zeros() as usize) {
            *slot = aggregate.noted();
        }
        summary
    }

    /// Adds the summary of other responses.
    ///
    /// # Errors
    /// [`CountError::TooMany`]; nothing is added then.
    pub fn merge(&mut self, other: &Self) -> Result<(), CountError> {
        let n = self.n.checked_add(other.n).filter(|n| *n <= COUNT_MAX).ok_or(CountError::TooMany)?;
        // Nothing else is above a hundred times the responses, so nothing else can overflow.
        self.n = n;
        self.nps.merge(&other.nps);
        self.nps_without_fast.merge(&other.nps_without_fast);
        add_all(&mut self.csat.counts, &other.csat.counts);
        add_all(&mut self.ces.counts, &other.ces.counts);
        self.lenses.iter_mut().zip(&other.lenses).for_each(|(lens, more)| lens.merge(more));
        add_all(&mut self.scores, &other.scores);
        add_all(&mut self.classes, &other.classes);
        self.causes.iter_mut().zip(&other.causes).for_each(|(cause, more)| cause.merge(more));
        self.without_cause.merge(&other.without_cause);
        self.moments.iter_mut().zip(&other.moments).for_each(|(moment, more)| moment.merge(more));
        add_all(&mut self.flags, &other.flags);
        add_all(&mut self.elapsed, &other.elapsed);
        self.mismatches += other.mismatches;
        Ok(())
    }

    /// Responses with a score: those without are in no mean.
    pub fn scored(&self) -> u64 {
        self.scores.iter().sum()
    }

    /// The mean score, 0..=100; none without a score.
    pub fn score_mean(&self) -> Option<f64> {
        let n = self.scored();
        let sum = (0u64..).zip(self.scores).fold(0, |sum, (score, count)| sum + score * count);
        (n > 0).then(|| sum as f64 / n as f64)
    }

    /// The interval of the mean score, by Student's t; none below two scores.
    pub fn score_interval(&self) -> Option<Interval> {
        let (mean, n) = (self.score_mean()?, self.scored());
        let degrees = n.checked_sub(1).filter(|degrees| *degrees > 0)?;
        let squares = (0u64..).zip(self.scores).fold(0.0, |sum, (score, count)| {
            let distance = score as f64 - mean;
            sum + count as f64 * (distance * distance)
        });
        let half = t(degrees) * (squares / degrees as f64).sqrt() / (n as f64).sqrt();
        Some(Interval::around(mean, half, 0.0, 100.0))
    }

    /// Responses with a flag of [`flag`]; 0 for one that answers alone do not set.
    pub fn flagged(&self, flag: u16) -> u64 {
        self.flags.get(flag.trailing_zeros() as usize).copied().unwrap_or(0)
    }

    /// Responses of less than 0.6 s an answer: shown, never dropped.
    pub fn fast(&self) -> u64 {
        self.flagged(flag::FAST)
    }

    /// The share of fast responses, 0..=1; none without a response.
    pub fn fast_share(&self) -> Option<f64> {
        wilson::share(self.fast(), self.n)
    }

    /// Responses on the incident branch.
    pub const fn incidents(&self) -> u64 {
        let [_, _, _, forgivable, unforgivable] = self.classes;
        forgivable + unforgivable
    }

    /// Customers handed to competitors: lost, for want of means or by a rule. **Source**: docs/lessons.md 4b.
    pub const fn handed_to_competitors(&self) -> u64 {
        let [_, means, _, _, _, policy, _, _] = &self.causes;
        means.unforgivable() + policy.unforgivable()
    }

    /// Causes of incidents, most impact first, ties by family; causes without an incident are left out.
    pub fn pareto(&self) -> Vec<(Cause, CauseCounts)> {
        let mut found: Vec<_> = Cause::ALL.into_iter().zip(self.causes).collect();
        found.retain(|(_, counts)| counts.incidents() > 0);
        // The sort is stable, so ties keep the order of the families.
        found.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.impact()));
        found
    }

    /// What the NPS would gain without the incidents of a cause, largest gain first, ties by family; causes without
    /// a detractor are left out. **Source**: docs/lessons.md 1f.
    pub fn what_if(&self) -> Vec<WhatIf> {
        let gain = |(cause, counts): (Cause, CauseCounts)| WhatIf::of(cause, &counts.nps, self.nps.n());
        let mut gains: Vec<_> = Cause::ALL.into_iter().zip(self.causes).filter_map(gain).collect();
        gains.sort_by_key(|gain| std::cmp::Reverse(gain.detractors));
        gains
    }

    /// Adds `count` responses of one key. Keys of an aggregate are valid, so nothing is skipped.
    fn add(&mut self, key: u32, count: u64) {
        let Ok(one) = KeyVerdict::of(key) else { return };
        let KeyVerdict { fast, family, ref answers, ref verdict } = one;
        self.nps.add(answers.recommend, count);
        if !fast {
            self.nps_without_fast.add(answers.recommend, count);
        }
        let index = |rating: Option<u8>| rating.and_then(|rating| usize::from(rating).checked_sub(1));
        raise(&mut self.csat.counts, index(answers.satisfaction), count);
        raise(&mut self.ces.counts, index(answers.ease), count);
        if let Some(lens) = self.lenses.get_mut(usize::from(family.family())) {
            lens.add(answers.lens, answers.recommend, count);
        }
        raise(&mut self.scores, verdict.score.map(usize::from), count);
        raise(&mut self.classes, Some(verdict.class as usize), count);
        let flags = verdict.flags | if fast { flag::FAST } else { 0 };
        for (bit, slot) in self.flags.iter_mut().enumerate() {
            *slot += count * u64::from(flags >> bit & 1);
        }
        if verdict.branch == Branch::Incident {
            let cause = verdict.diagnosis.primary.map(|cause| usize::from(cause.family()));
            let slot = cause.and_then(|cause| self.causes.get_mut(cause)).unwrap_or(&mut self.without_cause);
            slot.add(answers.forgive, answers.recommend, one.is_told(), count);
            if let Some(moment) = self.moments.get_mut(usize::from(answers.moment)) {
                moment.add(answers.recommend, count);
            }
        }
    }
}

fn raise(counts: &mut [u64], index: Option<usize>, count: u64) {
    if let Some(slot) = index.and_then(|index| counts.get_mut(index)) {
        *slot += count;
    }
}
