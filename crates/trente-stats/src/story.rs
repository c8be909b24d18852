//! Findings of a period, in the order in which they are told: who answered, who is lost, what changed, what to do
//! first.
//!
//! A change is claimed only beyond its error; everything else has not changed for certain. The words for it are the
//! page's.

use trente_survey::Cause;
use trente_survey::score::flag;

use crate::compare::Difference;
use crate::confidence::Confidence;
use crate::interval::Interval;
use crate::ranking;
use crate::summary::Summary;

/// The facts of the generated sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Responses.
    pub n: u64,
    /// What so many recommendations carry.
    pub confidence: Confidence,
    /// Customers who will not be back.
    pub lost: u64,
    /// Customers who wait to be put right.
    pub waiting: u64,
    /// What became of the recommendation.
    pub change: Change,
    /// The first causes; several where they cannot be told apart, none without an incident that points at one.
    pub causes: Vec<Cause>,
}

/// What became of a score since the span before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// One of the two has too few answers for a number.
    Unknown,
    /// The difference lies within its error.
    Uncertain,
    /// It fell.
    Fell(Amount),
    /// It rose.
    Rose(Amount),
}

/// How far, in points; all three are positive, and `points` lies within `interval`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// The difference of the two scores as they are shown.
    pub points: f64,
    /// Where the true difference lies with 95 % confidence. It is made with Rocks' pseudo-observations, and widened to
    /// `points`, which are made without: near ±200 points these lie a little outside.
    pub interval: Interval,
    /// One of the two scores is a tendency.
    pub tendency: bool,
}

impl Story {
    /// The story of a period and the span before it.
    pub fn of(now: &Summary, before: &Summary) -> Self {
        Self {
            n: now.n,
            confidence: Confidence::of(now.nps.n()),
            lost: now.flagged(flag::LOST),
            waiting: now.flagged(flag::RECOVER),
            change: Change::of(now, before),
            causes: ranking::first(&ranking::rank(now)),
        }
    }
}

impl Change {
    /// The change of the recommendation between two summaries.
    pub fn of(now: &Summary, before: &Summary) -> Self {
        let least = Confidence::of(now.nps.n()).min(Confidence::of(before.nps.n()));
        let known = Difference::of(&now.nps, &before.nps).zip(now.nps.points().zip(before.nps.points()));
        let Some((difference, (points, earlier))) = known.filter(|_| least >= Confidence::Tendency) else {
            return Self::Unknown;
        };
        if !difference.significant() {
            return Self::Uncertain;
        }
        let Interval { low, high } = difference.interval;
        let tendency = least < Confidence::Number;
        let amount = |points: f64, low: f64, high: f64| {
            let interval = Interval { low: low.min(points), high: high.max(points) };
            Amount { points, interval, tendency }
        };
        if difference.points < 0.0 {
            Self::Fell(amount(earlier - points, -high, -low))
        } else {
            Self::Rose(amount(points - earlier, low, high))
        }
    }
}
