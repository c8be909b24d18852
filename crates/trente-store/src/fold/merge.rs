//! Merge of two frames of one response, idempotent and order-free: a join-semilattice (docs/wire-format.md).
//!
//! Commutative, associative and idempotent, so a late, repeated or reordered fold gives the same response. Whether a
//! frame was kept aside is a part of it that never changes: it is decided once, when the frame comes
//! (`trente-collector`, `domain::senders`).

use std::collections::BTreeMap;

use trente_stats::aggregate::{Contribution, key};
use trente_stats::zone::Zone;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::limits::VERSION;
use trente_survey::score::flag;
use trente_survey::{Cause, Verdict};

use crate::StoreError;
use crate::inbound::Inbound;
use crate::key::ResponseKey;
use crate::limits::ASIDES_MAX;

/// A frame with what its arrival adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResponse {
    /// Whether its tag was verified when it came.
    pub verified: bool,
    /// How its survey is to be read.
    pub layout: Layout,
    /// The frame, decoded.
    pub frame: Frame,
    /// The frame as it came.
    pub bytes: Vec<u8>,
    /// The earliest day on which any frame of the response was answered, leaving out those that were kept aside where
    /// there are others.
    pub day: u32,
    /// Whether the frame itself was kept aside, because there is no other of the response.
    pub aside: bool,
    /// The frames of the response that were kept aside, with the earliest day on which each was answered: the first
    /// [`ASIDES_MAX`] of them.
    pub asides: Asides,
}

/// Frames that were kept aside, with their days since 1970.
pub type Asides = BTreeMap<Vec<u8>, u32>;

/// The [`ASIDES_MAX`] of them that were answered first; of one day those of the smaller bytes.
///
/// What is left out stays out: as many others come before it, whatever is added, and their days only become earlier. So
/// the result does not depend on the order in which frames came.
fn first(asides: Asides) -> Asides {
    if asides.len() <= ASIDES_MAX {
        return asides;
    }
    let mut by_day: Vec<(u32, Vec<u8>)> = asides.into_iter().map(|(bytes, day)| (day, bytes)).collect();
    by_day.sort_unstable();
    by_day.truncate(ASIDES_MAX);
    by_day.into_iter().map(|(day, bytes)| (bytes, day)).collect()
}

/// Which rows of `daily` a response is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Partition {
    /// Bytes of the survey id.
    pub survey: [u8; 4],
    /// Version of frame and score formula.
    pub version: u8,
    /// Days since 1970, in the time zone of the site.
    pub day: u32,
    /// Whether the purchase is proven.
    pub verified: bool,
    /// Channel of the frame, 0 when it names none.
    pub channel: u8,
}

impl StoredResponse {
    /// A frame as it came in. Its day is that of the clocks of `zone`, the time zone of its site.
    pub fn new(layout: Layout, frame: Frame, arrived: Inbound, zone: &Zone) -> Self {
        let Inbound { received_ms, verified, aside, bytes } = arrived;
        let day = zone.day(frame.answered_ms(received_ms));
        // A proof leaves no doubt who answered.
        let aside = aside && !verified;
        let asides = if aside { Asides::from([(bytes.clone(), day)]) } else { Asides::new() };
        Self { verified, layout, frame, bytes, day, aside, asides }
    }

    /// The response of two frames: the verified one, else the one that was not kept aside, else the larger revision,
    /// else the larger bytes; and the earlier day of both, unless one alone was kept aside. What was kept aside of
    /// either is kept.
    ///
    /// The frame and the day are the largest in an order, and what was kept aside is the first part of a union in an order
    /// of its own: each part is a semilattice, so the whole is one.
    pub fn merge(mut self, mut other: Self) -> Self {
        let day = match (self.aside, other.aside) {
            (false, true) => self.day,
            (true, false) => other.day,
            _ => self.day.min(other.day),
        };
        let mut asides = std::mem::take(&mut self.asides);
        for (bytes, day) in std::mem::take(&mut other.asides) {
            asides.entry(bytes).and_modify(|known| *known = day.min(*known)).or_insert(day);
        }
        let asides = first(asides);
        let winner = if self.rank() >= other.rank() { self } else { other };
        Self { day, asides, ..winner }
    }

    fn rank(&self) -> (bool, bool, u8, &[u8]) {
        (self.verified, !self.aside, self.frame.rev, &self.bytes)
    }

    /// The frames that contradict the response: those kept aside, but for its own.
    pub fn contradictions(&self) -> impl Iterator<Item = (&[u8], u32)> {
        self.asides.iter().filter(|(bytes, _)| **bytes != self.bytes).map(|(bytes, day)| (&bytes[..], *day))
    }

    /// Whether the customer wrote anything.
    pub fn has_words(&self) -> bool {
        self.frame.verbatim.is_some() || self.frame.extra_text.iter().any(Option::is_some)
    }

    /// Whether it says words that what was made of it does not.
    pub fn loses_words_in(&self, merged: &Self) -> bool {
        let others = self.frame.verbatim != merged.frame.verbatim || self.frame.extra_text != merged.frame.extra_text;
        others && self.has_words()
    }

    /// Its key.
    pub const fn place(&self) -> ResponseKey {
        ResponseKey::of(&self.frame)
    }

    /// Where it is counted.
    pub fn partition(&self) -> Partition {
        Partition {
            survey: self.frame.survey.0,
            version: VERSION,
            day: self.day,
            verified: self.verified,
            channel: self.channel(),
        }
    }

    /// The channel, 0 when the frame names none.
    pub fn channel(&self) -> u8 {
        self.frame.channel.unwrap_or(0)
    }

    /// The family that the lens asked about.
    pub fn family(&self) -> Cause {
        self.layout.family(self.frame.response)
    }

    /// Our verdict, with the flags that only the collector sets.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]; a decoded frame has none.
    pub fn verdict(&self) -> Result<Verdict, StoreError> {
        let unreadable = |_| StoreError::Unreadable("frame without a verdict");
        let mut verdict = self.frame.verdict(&self.layout).map_err(unreadable)?;
        if self.frame.score != verdict.score_byte() {
            verdict.flags |= flag::SCORE_MISMATCH;
        }
        if self.verified {
            verdict.flags |= flag::VERIFIED;
        }
        if self.contradictions().next().is_some() {
            verdict.flags |= flag::DISPUTED;
        }
        Ok(verdict)
    }

    /// What it adds to its partition.
    pub fn contribution(&self, verdict: &Verdict) -> Contribution {
        Contribution {
            key: key(verdict.flags & flag::FAST != 0, self.family(), &self.frame.answers),
            elapsed: self.frame.elapsed,
            noted: verdict.flags & flag::NOTED != 0,
            mismatch: verdict.flags & flag::SCORE_MISMATCH != 0,
            survey: self.frame.survey,
            extra: self.frame.extra,
        }
    }
}
