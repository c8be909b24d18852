//! Incidents by cause, and the effect of removing a cause.

use trente_survey::Cause;

use crate::interval::Interval;
use crate::nps::Nps;
use crate::wilson;

/// Incidents of one primary cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CauseCounts {
    /// By forgiveness: not answered, forgotten, to be put right, no.
    pub forgive: [u64; 4],
    /// Those of them whose cause the customer told, by forgiveness: see [`trente_survey::diagnosis::is_told`]. The rules
    /// inferred the cause of the others.
    pub told: [u64; 4],
    /// Their recommendations.
    pub nps: Nps,
}

/// What the NPS would gain without the incidents of a cause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WhatIf {
    /// The cause.
    pub cause: Cause,
    /// Detractors whose primary cause it is.
    pub detractors: u64,
    /// Points that the score gains when all of them become passives: exactly 100·detractors/n.
    pub nps_delta: f64,
}

impl CauseCounts {
    /// Incidents.
    pub const fn incidents(&self) -> u64 {
        let [silent, forgotten, repair, no] = self.forgive;
        silent + forgotten + repair + no
    }

    /// Those that are not forgiven.
    pub const fn unforgivable(&self) -> u64 {
        let [_, _, _, no] = self.forgive;
        no
    }

    /// Incidents weighted: 3 if unforgivable, 2 if to be put right, else 1. **Source**: docs/metrics.md#impact.
    pub const fn impact(&self) -> u64 {
        weighted(self.forgive)
    }

    /// Incidents whose cause the customer told.
    pub const fn told(&self) -> u64 {
        let [silent, forgotten, repair, no] = self.told;
        silent + forgotten + repair + no
    }

    /// Incidents whose cause the rules inferred.
    pub const fn inferred(&self) -> u64 {
        self.incidents().saturating_sub(self.told())
    }

    /// The same weight as [`CauseCounts::impact`], of the told incidents alone.
    pub const fn told_impact(&self) -> u64 {
        weighted(self.told)
    }

    /// Incidents of which the customer said whether they can be forgiven.
    pub const fn judged(&self) -> u64 {
        let [_, forgotten, repair, no] = self.forgive;
        forgotten + repair + no
    }

    /// The share that is not forgiven of those [`CauseCounts::judged`], 0..=1; none without one. **Source**:
    /// docs/lessons.md 3i.
    pub fn unforgivable_share(&self) -> Option<f64> {
        wilson::share(self.unforgivable(), self.judged())
    }

    /// Wilson's interval of that share.
    pub fn unforgivable_interval(&self) -> Option<Interval> {
        wilson::interval(self.unforgivable(), self.judged())
    }

    pub(crate) fn add(&mut self, forgive: u8, recommend: Option<u8>, told: bool, count: u64) {
        if let Some(slot) = self.forgive.get_mut(usize::from(forgive)) {
            *slot += count;
        }
        if let Some(slot) = self.told.get_mut(usize::from(forgive)).filter(|_| told) {
            *slot += count;
        }
        self.nps.add(recommend, count);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        crate::sums::add_all(&mut self.forgive, &other.forgive);
        crate::sums::add_all(&mut self.told, &other.told);
        self.nps.merge(&other.nps);
    }
}

const fn weighted(by_forgiveness: [u64; 4]) -> u64 {
    let [silent, forgotten, repair, no] = by_forgiveness;
    silent + forgotten + 2 * repair + 3 * no
}

impl WhatIf {
    /// None without a detractor; `n` is of all who said whether they recommend.
    pub(super) fn of(cause: Cause, nps: &Nps, n: u64) -> Option<Self> {
        let detractors = nps.detractors;
        (detractors > 0 && n > 0).then(|| Self { cause, detractors, nps_delta: 100.0 * detractors as f64 / n as f64 })
    }
}
