//! Daily counts: what a fold adds and subtracts, and their sums.

use std::collections::BTreeMap;

use trente_stats::aggregate::{Aggregate, Count, Kind};
use trente_survey::Verdict;
use trente_survey::response_id::SurveyId;

use super::merge::{Partition, StoredResponse};
use super::parts::{Act, PartChange};
use crate::StoreError;

/// Changes of the daily counts, collected so that each row is written once and in the order of its key.
#[derive(Debug, Default)]
pub struct CountDeltas {
    rows: BTreeMap<(Partition, Kind, u32), i64>,
    parts: Vec<PartChange>,
}

impl CountDeltas {
    /// Counts a response.
    pub fn add(&mut self, response: &StoredResponse, verdict: &Verdict) {
        self.change(response, verdict, Act::Add, 1);
    }

    /// Takes a response back, before its next revision is counted.
    pub fn subtract(&mut self, response: &StoredResponse, verdict: &Verdict) {
        self.change(response, verdict, Act::Subtract, -1);
    }

    fn change(&mut self, response: &StoredResponse, verdict: &Verdict, act: Act, by: i64) {
        let (partition, contribution) = (response.partition(), response.contribution(verdict));
        for (kind, key) in contribution.counts() {
            *self.rows.entry((partition, kind, key)).or_default() += by;
        }
        let frame = &response.frame;
        self.parts.push(PartChange::new(&partition, frame.locale, frame.response.0, &contribution, act));
    }

    /// What changes in the parts, in the order in which it happened.
    pub fn parts(&self) -> &[PartChange] {
        &self.parts
    }

    /// The rows that change, in the order of their keys: partition, number of the kind, key, and by how much, which
    /// is never 0.
    pub fn rows(&self) -> impl Iterator<Item = (Partition, u8, u32, i64)> {
        let changed = self.rows.iter().filter(|(_, by)| **by != 0);
        changed.map(|(&(partition, kind, key), &by)| (partition, kind as u8, key, by))
    }
}

/// A sum over rows of `daily`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountRow {
    /// Whether the purchases are proven.
    pub verified: bool,
    /// Number of the kind.
    pub kind: u8,
    /// The survey of an extra question; zero for the other kinds, whose questions are the same in every survey.
    pub survey: [u8; 4],
    /// What is counted.
    pub key: u32,
    /// How many.
    pub n: u64,
}

/// Which responses the head figures of a site are made of.
///
/// An unproven response costs its sender nothing, so a flood of them must not decide what a merchant reads first. As soon
/// as a site has one proven response, the head figures are of proven ones alone, and the unproven ones stand next to them.
/// A site that never signs an order has only unproven ones, and the head figures are called that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headline {
    /// Responses whose purchase is proven, and no others.
    Verified,
    /// All responses: none of the site's has a proof.
    All,
}

impl Headline {
    /// Of a site that has, or has not, proven responses.
    pub const fn of(signs: bool) -> Self {
        if signs { Self::Verified } else { Self::All }
    }
}

/// The counts of a site, proven purchases and the others apart.
#[derive(Debug, Default)]
pub struct SiteCounts {
    /// Responses whose tag was verified.
    pub verified: Aggregate,
    /// The others.
    pub unverified: Aggregate,
}

impl SiteCounts {
    /// Of the rows of a site.
    ///
    /// # Errors
    /// [`StoreError::Count`], [`StoreError::Unreadable`].
    pub fn of(rows: Vec<CountRow>) -> Result<Self, StoreError> {
        let (mut verified, mut unverified) = (Vec::new(), Vec::new());
        for row in rows {
            let kind = Kind::from_number(row.kind).ok_or(StoreError::Unreadable("kind of a daily count"))?;
            let counts = if row.verified { &mut verified } else { &mut unverified };
            counts.push(Count { kind, survey: SurveyId(row.survey), key: row.key, n: row.n });
        }
        Ok(Self { verified: Aggregate::from_counts(verified)?, unverified: Aggregate::from_counts(unverified)? })
    }

    /// What the head figures are made of, when these are the counts of all days.
    pub fn headline(&self) -> Headline {
        Headline::of(self.verified.n() > 0)
    }

    /// The responses that the head figures are made of.
    pub const fn head(&self, headline: Headline) -> &Aggregate {
        // A site without a proven response has nothing but the others.
        match headline {
            Headline::Verified => &self.verified,
            Headline::All => &self.unverified,
        }
    }
}
