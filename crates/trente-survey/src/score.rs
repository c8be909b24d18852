//! Score, class and flags of one response, in integers. **Source**: docs/score.md#score to #flags.
//!
//! Not here: scores of many responses (`trente-stats`).

#![deny(clippy::float_arithmetic)]

use crate::diagnosis::Diagnosis;
use crate::{Answers, Branch, Cause, Error};

/// How good or bad one response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// Too few answers to tell.
    None = 0,
    /// More than was expected.
    Delight = 1,
    /// Neither delight nor incident.
    Ok = 2,
    /// An incident that can be put right.
    Forgivable = 3,
    /// An incident after which the customer does not come back.
    Unforgivable = 4,
}

impl Class {
    /// All five, by number.
    pub const ALL: [Self; 5] = [Self::None, Self::Delight, Self::Ok, Self::Forgivable, Self::Unforgivable];

    /// The stable English name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Delight => "delight",
            Self::Ok => "ok",
            Self::Forgivable => "forgivable",
            Self::Unforgivable => "unforgivable",
        }
    }
}

/// Bits of the flags of a response. **Source**: docs/score.md#flags.
pub mod flag {
    /// The customer will not be back.
    pub const LOST: u16 = 1;
    /// The customer waits for us to put it right: a debt.
    pub const RECOVER: u16 = 1 << 1;
    /// A promise was not kept.
    pub const PROMISE: u16 = 1 << 2;
    /// An attention was not sincere.
    pub const SINCERITY: u16 = 1 << 3;
    /// Means or rules stood in the way.
    pub const MEANS: u16 = 1 << 4;
    /// Satisfaction and recommendation contradict each other.
    pub const MIXED: u16 = 1 << 5;
    /// Less than 0.6 s per answer.
    pub const FAST: u16 = 1 << 6;
    /// The customer wrote something.
    pub const NOTED: u16 = 1 << 7;
    /// More than was expected.
    pub const DELIGHT: u16 = 1 << 8;
    /// The client's score differs from ours. Set by the collector only.
    pub const SCORE_MISMATCH: u16 = 1 << 9;
    /// The tag proves the purchase. Set by the collector only.
    pub const VERIFIED: u16 = 1 << 10;
    /// A frame of another network contradicts the response and was kept aside. Set by the collector only.
    pub const DISPUTED: u16 = 1 << 11;
}

/// Elapsed bucket of “more or unknown”.
pub const ELAPSED_UNKNOWN: u8 = 63;
/// The score byte of “none”.
pub const SCORE_NONE: u8 = 255;

/// What one response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// 0..=100, or none when the answered weights are below 5.
    pub score: Option<u8>,
    /// How good or bad.
    pub class: Class,
    /// Which optional questions follow.
    pub branch: Branch,
    /// Bits of [`flag`].
    pub flags: u16,
    /// The causes it points at.
    pub diagnosis: Diagnosis,
}

/// Weights of satisfaction, ease, lens and recommendation.
const WEIGHTS: [u16; 4] = [3, 2, 2, 3];
/// Sum of weights below which there is no score.
const WEIGHT_MIN: u16 = 5;
/// Highest score of an incident, by forgiveness: not answered, forgotten, if repaired, no. Not compensable:
/// no other answer buys an incident back (lesson 0b).
const CAPS: [u8; 4] = [59, 69, 49, 19];

impl Verdict {
    /// The verdict on `answers` whose lens asked about `family`.
    ///
    /// `elapsed` is a bucket of [`elapsed_bucket`]; `noted` tells whether there is a verbatim.
    ///
    /// # Errors
    /// Those of [`Answers::check`], and [`Error::Range`] for a bucket above 63.
    pub fn of(answers: &Answers, family: Cause, elapsed: u8, noted: bool) -> Result<Self, Error> {
        answers.check()?;
        if elapsed > ELAPSED_UNKNOWN {
            return Err(Error::range(elapsed.into(), ELAPSED_UNKNOWN.into()));
        }
        let branch = answers.branch();
        let base = base(answers);
        let score = if branch == Branch::Incident { base.map(|base| base.min(cap(answers.forgive))) } else { base };
        let class = class(answers, branch, base);
        Ok(Self {
            score,
            class,
            branch,
            flags: flags(answers, branch, family, class, elapsed, noted),
            diagnosis: Diagnosis::of(answers, family),
        })
    }

    /// The score as the byte of the frame: 0..=100 or 255.
    pub fn score_byte(&self) -> u8 {
        self.score.unwrap_or(SCORE_NONE)
    }
}

/// The score before caps: the weighted mean of ratings in sixtieths, rounded half up to 0..=100.
fn base(answers: &Answers) -> Option<u8> {
    let sixtieths = |rating: Option<u8>, min: u16, step: u16| rating.map(|rating| (u16::from(rating) - min) * step);
    let ratings = [
        sixtieths(answers.satisfaction, 1, 15),
        sixtieths(answers.ease, 1, 10),
        sixtieths(answers.lens, 1, 15),
        sixtieths(answers.recommend, 0, 6),
    ];
    let (mut sum, mut weights) = (0, 0);
    for (rating, weight) in ratings.into_iter().zip(WEIGHTS) {
        if let Some(rating) = rating {
            sum += weight * rating;
            weights += weight;
        }
    }
    (weights >= WEIGHT_MIN).then(|| ((10 * sum + 3 * weights) / (6 * weights)) as u8)
}

fn cap(forgive: u8) -> u8 {
    CAPS.get(usize::from(forgive)).copied().unwrap_or(CAPS[3])
}

fn class(answers: &Answers, branch: Branch, base: Option<u8>) -> Class {
    let delighted = branch == Branch::Promoter
        && answers.satisfaction == Some(5)
        && matches!(answers.ease, None | Some(6..))
        && matches!(answers.lens, None | Some(4..));
    match branch {
        Branch::Incident if answers.forgive == 3 => Class::Unforgivable,
        Branch::Incident => Class::Forgivable,
        _ if base.is_none() => Class::None,
        _ if delighted => Class::Delight,
        _ => Class::Ok,
    }
}

fn flags(answers: &Answers, branch: Branch, family: Cause, class: Class, elapsed: u8, noted: bool) -> u16 {
    let lens_low = matches!(answers.lens, Some(1..=2));
    let symptom = |moments: &[u8], causes: &[Cause]| {
        (branch == Branch::Incident && moments.contains(&answers.moment)) || (lens_low && causes.contains(&family))
    };
    let mixed = match (answers.satisfaction, answers.recommend) {
        (Some(satisfaction), Some(recommend)) => {
            (satisfaction >= 4 && recommend <= 6) || (satisfaction <= 2 && recommend >= 9)
        }
        _ => false,
    };
    let fast = elapsed != ELAPSED_UNKNOWN && 5 * u16::from(elapsed) < 6 * u16::from(answers.answered());
    [
        (flag::LOST, class == Class::Unforgivable),
        (flag::RECOVER, answers.forgive == 2),
        (flag::PROMISE, symptom(&[1], &[Cause::Promise])),
        (flag::SINCERITY, symptom(&[4, 9], &[Cause::Sincerity])),
        (flag::MEANS, symptom(&[2, 6], &[Cause::Means, Cause::Policy])),
        (flag::MIXED, mixed),
        (flag::FAST, fast),
        (flag::NOTED, noted),
        (flag::DELIGHT, class == Class::Delight),
    ]
    .into_iter()
    .fold(0, |flags, (bit, set)| if set { flags | bit } else { flags })
}

/// The bucket of an elapsed visible time, 0..=63. **Source**: docs/score.md#elapsed-time.
///
/// 0..=59 are half seconds below 30 s; 60 is below 45 s, 61 below 60 s, 62 below 300 s, 63 more or unknown.
pub const fn elapsed_bucket(elapsed_ms: u32) -> u8 {
    match elapsed_ms {
        0..30_000 => (elapsed_ms / 500) as u8,
        30_000..45_000 => 60,
        45_000..60_000 => 61,
        60_000..300_000 => 62,
        _ => ELAPSED_UNKNOWN,
    }
}
