//! Properties of one aggregate key: filters select responses by them, and a [`Brief`] counts them.

use trente_survey::{Branch, Cause, Class};

use crate::aggregate::{CountError, KeyVerdict};
use crate::nps::Nps;
use crate::summary::{CauseCounts, Summary};

/// What every response of one key has in common, as far as filters and [`Brief`] need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its class.
    pub class: Class,
    /// Its primary cause.
    pub cause: Option<Cause>,
    /// Whether it is on the incident branch.
    incident: bool,
    /// Whether the customer told the cause.
    told: bool,
    forgive: u8,
    recommend: Option<u8>,
}

impl Facts {
    /// Of a key of [`crate::aggregate::key`].
    ///
    /// # Errors
    /// [`CountError::Key`] for a key that no response has.
    pub fn of(key: u32) -> Result<Self, CountError> {
        let one = KeyVerdict::of(key)?;
        Ok(Self {
            class: one.verdict.class,
            cause: one.verdict.diagnosis.primary,
            incident: one.verdict.branch == Branch::Incident,
            told: one.is_told(),
            forgive: one.answers.forgive,
            recommend: one.answers.recommend,
        })
    }
}

/// The part of a [`Summary`] that a week of a chart and a row of a table need: recommendation and incidents. The brief of
/// a sum is the sum of the briefs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// Responses.
    pub n: u64,
    /// Recommendation.
    pub nps: Nps,
    /// Responses on the incident branch.
    pub incidents: u64,
    /// Incidents by their primary cause, by family.
    pub causes: [CauseCounts; 8],
}

impl Brief {
    /// Counts `count` responses of these facts. The caller promises that no sum passes
    /// [`crate::aggregate::COUNT_MAX`].
    pub fn add(&mut self, facts: &Facts, count: u64) {
        self.n += count;
        self.nps.add(facts.recommend, count);
        if facts.incident {
            self.incidents += count;
            let family = facts.cause.map(|cause| usize::from(cause.family()));
            if let Some(slot) = family.and_then(|family| self.causes.get_mut(family)) {
                slot.add(facts.forgive, facts.recommend, facts.told, count);
            }
        }
    }

    /// Adds the brief of other responses. The caller promises that no sum passes [`crate::aggregate::COUNT_MAX`].
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.nps.merge(&other.nps);
        self.incidents += other.incidents;
        self.causes.iter_mut().zip(&other.causes).for_each(|(cause, more)| cause.merge(more));
    }
}

impl From<&Summary> for Brief {
    fn from(summary: &Summary) -> Self {
        Self { n: summary.n, nps: summary.nps, incidents: summary.incidents(), causes: summary.causes }
    }
}
