//! Histogram of the answers to one extra question of a merchant's survey.
//!
//! What is counted is the code of the frame, so that a later version may ask more of the same counts; what the code
//! means is read with the kind of the question. **Source**: docs/wire-format.md#extra-questions.
//!
//! Not here: extra questions of kind `text`, which have words and no counts.

use trente_survey::extra::ExtraKind;

use crate::interval::Interval;
use crate::wilson;

/// How often each code was given; missing answers are in none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<(u16, u64)>,
}

/// How often one option was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The option, from 1: a rating, a choice, or a box that was ticked.
    pub option: u8,
    /// Responses with it.
    pub n: u64,
    /// Its share of those that answered the question, 0..=1; none without an answer.
    pub share: Option<f64>,
    /// Wilson's interval of the share.
    pub interval: Option<Interval>,
}

impl Histogram {
    pub(crate) fn of(counts: impl Iterator<Item = (u16, u64)>) -> Self {
        Self { counts: counts.collect() }
    }

    /// Responses that answered the question. One that ticked no box answered it too.
    pub fn n(&self) -> u64 {
        self.counts.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// How often each code was given, ascending; none of 0.
    pub fn codes(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        self.counts.iter().copied()
    }

    /// How often each option of a question of this kind was chosen, in order. Of several that may be ticked the shares
    /// do not add up to 1.
    pub fn options(&self, kind: ExtraKind) -> Vec<Share> {
        let options = match kind {
            ExtraKind::Stars => 5,
            ExtraKind::YesNo => 2,
            ExtraKind::Scale(options) | ExtraKind::Choice(options) | ExtraKind::Choices(options) => options,
            _ => 0,
        };
        let n = self.n();
        let share = |option: u8| {
            let found = self.counts.iter().filter(|(code, _)| kind.holds(*code, option));
            let hits = found.fold(0u64, |sum, (_, count)| sum.saturating_add(*count));
            Share { option, n: hits, share: wilson::share(hits, n), interval: wilson::interval(hits, n) }
        };
        (1..=options).map(share).collect()
    }

    /// The mean rating, for stars and scales; none without an answer.
    pub fn mean(&self) -> Option<f64> {
        let n = self.n();
        let sum: u128 = self.counts.iter().map(|&(code, count)| u128::from(code) * u128::from(count)).sum();
        (n > 0).then(|| sum as f64 / n as f64)
    }
}
