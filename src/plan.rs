//! What one survey asks, without its words: which core questions, what is offered after them, the merchant's own.
//!
//! Not here: strings (the views look them up), how a plan is read (`config`).

use trente_survey::extra::{ExtraKind, Layout};
use trente_survey::limits::EXTRA_MAX;
use trente_survey::{Answers, Branch};

/// A core question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Core {
    /// Overall satisfaction.
    Satisfaction,
    /// “They made things easy for me”.
    Ease,
    /// One of eight statements.
    Lens,
    /// Likelihood to recommend.
    Recommend,
}

impl Core {
    /// All four, in the order in which they are always asked.
    pub const ALL: [Self; 4] = [Self::Satisfaction, Self::Ease, Self::Lens, Self::Recommend];

    /// The name in the sheet and in `trente:answered`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Satisfaction => "satisfaction",
            Self::Ease => "ease",
            Self::Lens => "lens",
            Self::Recommend => "recommend",
        }
    }
}

/// When an extra question is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// On the branches whose letters stand here.
    Branch(String),
    /// After this answer to an earlier extra question, by its index.
    Answer(usize, u8),
}

/// A merchant's own question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// What kind of answer it takes.
    pub kind: ExtraKind,
    /// When it is asked; always, if none.
    pub show_if: Option<Condition>,
}

/// What one survey asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The core questions, at least one.
    pub core: Vec<Core>,
    /// Whether the incident pair is offered.
    pub incident: bool,
    /// Whether the chips are offered off the incident branch.
    pub chips: bool,
    /// Whether a word is offered.
    pub word: bool,
    /// The merchant's own questions, at most [`EXTRA_MAX`].
    pub extra: Vec<Extra>,
    /// Where the answers stand in a frame.
    pub layout: Layout,
}

impl Default for Plan {
    /// The default survey.
    fn default() -> Self {
        Self {
            core: Core::ALL.into(),
            incident: true,
            chips: true,
            word: true,
            extra: Vec::new(),
            layout: Layout::CORE,
        }
    }
}

impl Plan {
    /// The kind of an extra question.
    pub fn kind(&self, index: usize) -> Option<ExtraKind> {
        self.extra.get(index).map(|extra| extra.kind)
    }

    /// Whether a branch is asked for a moment: of the incident, or by the chips.
    pub const fn asks_moment(&self, branch: Branch) -> bool {
        match branch {
            Branch::D => self.incident,
            Branch::P | Branch::N => self.chips,
        }
    }

    /// Which extra questions are asked after these answers. One that waits for a question that is not asked is not
    /// asked either.
    pub fn extras(&self, answers: &Answers, codes: &[u16; EXTRA_MAX]) -> [bool; EXTRA_MAX] {
        let branch = answers.branch();
        let mut asked = [false; EXTRA_MAX];
        for (index, extra) in self.extra.iter().enumerate() {
            let shown = match &extra.show_if {
                None => true,
                Some(Condition::Branch(letters)) => letters.contains(branch.name()),
                Some(Condition::Answer(earlier, answer)) => {
                    let code = codes.get(*earlier).copied().unwrap_or(0);
                    asked.get(*earlier) == Some(&true)
                        && self.kind(*earlier).is_some_and(|kind| kind.holds(code, *answer))
                }
            };
            if let Some(slot) = asked.get_mut(index) {
                *slot = shown;
            }
        }
        asked
    }
}
