//! Plan of one survey, without its texts: which core questions, what is offered after them, the merchant's own.
//!
//! Not here: strings (the views look them up), how a plan is read (`config`).

pub use trente_survey::CoreQuestion as Core;
use trente_survey::extra::{ExtraKind, Layout};
use trente_survey::limits::EXTRA_MAX;
use trente_survey::show_if::{self, Condition};
use trente_survey::{Answers, Branch};

/// A merchant's own question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// What kind of answer it takes.
    pub kind: ExtraKind,
    /// When it is asked.
    pub show_if: Condition,
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
    /// Whether those who ask to be put right may say where to reply.
    pub contact: bool,
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
            contact: false,
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
            Branch::Incident => self.incident,
            Branch::Promoter | Branch::Neutral => self.chips,
        }
    }

    /// Which extra questions are asked after these answers.
    pub fn extras(&self, answers: &Answers, codes: &[u16; EXTRA_MAX]) -> [bool; EXTRA_MAX] {
        show_if::asked(self.extra.iter().map(|extra| (extra.kind, extra.show_if)), answers.branch(), codes)
    }
}
