//! Two frames of one response become one: a join-semilattice. **Source**: frame.md 5.4 and 5.10.
//!
//! Commutative, associative and idempotent, so a late, repeated or reordered fold gives the same response.

use trente_stats::aggregate::{Contribution, key};
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::limits::VERSION;
use trente_survey::score::flag;
use trente_survey::{Cause, Error, Verdict};

use super::fold::Place;
use crate::clock::{DAY_MS, MINUTE_MS, day};

/// Age that a frame may claim at most.
const AGE_MS_MAX: u64 = 7 * DAY_MS;

/// A frame with what its arrival adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Whether its tag was verified when it came.
    pub verified: bool,
    /// How its survey is to be read.
    pub layout: Layout,
    /// The frame, decoded.
    pub frame: Frame,
    /// The frame as it came.
    pub bytes: Vec<u8>,
    /// The earliest day on which any frame of the response was answered.
    pub day: u32,
}

/// Which rows of `daily` a response is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Partition {
    /// Bytes of the survey id.
    pub survey: [u8; 4],
    /// Version of frame and score formula.
    pub version: u8,
    /// Days since 1970.
    pub day: u32,
    /// Whether the purchase is proven.
    pub verified: bool,
    /// Channel of the frame, 0 when it names none.
    pub channel: u8,
}

impl Candidate {
    /// A frame as it came in.
    pub fn new(layout: Layout, frame: Frame, bytes: Vec<u8>, verified: bool, received_ms: u64) -> Self {
        let age_ms = u64::from(frame.age_minutes.unwrap_or(0)) * MINUTE_MS;
        let day = day(received_ms.saturating_sub(age_ms.min(AGE_MS_MAX)));
        Self { verified, layout, frame, bytes, day }
    }

    /// The response of two frames: the verified one, else the larger revision, else the larger bytes; and the
    /// earlier day of both.
    pub fn merge(self, other: Self) -> Self {
        let day = self.day.min(other.day);
        let winner = if self.rank() >= other.rank() { self } else { other };
        Self { day, ..winner }
    }

    fn rank(&self) -> (bool, u8, &[u8]) {
        (self.verified, self.frame.rev, &self.bytes)
    }

    /// Its key.
    pub const fn place(&self) -> Place {
        (self.frame.survey.0, self.frame.response.0)
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
    /// Those of [`Frame::verdict`]; a decoded frame has none.
    pub fn verdict(&self) -> Result<Verdict, Error> {
        let mut verdict = self.frame.verdict(&self.layout)?;
        if self.frame.score != verdict.score_byte() {
            verdict.flags |= flag::SCORE_MISMATCH;
        }
        if self.verified {
            verdict.flags |= flag::VERIFIED;
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
