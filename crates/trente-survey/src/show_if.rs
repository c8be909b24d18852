//! Display conditions of extra questions (`show_if`): which of them are asked, given the branch and the answers.
//!
//! One rule for all readers: the widget, the hosted page, the time budget and the collector decide alike.
//!
//! Not here: the fields of a document that state a condition ([`crate::definition`]), the words of a question.

use crate::Branch;
use crate::extra::ExtraKind;
use crate::limits::EXTRA_MAX;

/// When an extra question is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// Always.
    #[default]
    Always,
    /// On these branches.
    Branches(Branches),
    /// After this answer, from 1, to an earlier extra question, by its index from 0.
    ///
    /// A question that was not asked has no answer, so a chain of conditions falls together. A question that is not an
    /// earlier one has no answer yet.
    Answer {
        /// Index of the earlier question.
        earlier: usize,
        /// Number of the point or option.
        answer: u8,
    },
}

/// A set of branches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Branches(u8);

impl Branches {
    /// The set with one more branch.
    #[must_use]
    pub const fn with(self, branch: Branch) -> Self {
        Self(self.0 | 1 << branch as u8)
    }

    /// Whether a branch is in the set.
    pub const fn contains(self, branch: Branch) -> bool {
        self.0 >> branch as u8 & 1 == 1
    }
}

impl FromIterator<Branch> for Branches {
    fn from_iter<I: IntoIterator<Item = Branch>>(branches: I) -> Self {
        branches.into_iter().fold(Self::default(), Self::with)
    }
}

/// Which extra questions are asked on `branch`, with `codes` the answers to them, 0 where there is none.
///
/// **Shape**: `questions` and `codes` in the order of the definition; questions beyond the last allowed one are ignored.
pub fn asked(
    questions: impl IntoIterator<Item = (ExtraKind, Condition)>,
    branch: Branch,
    codes: &[u16; EXTRA_MAX],
) -> [bool; EXTRA_MAX] {
    settle(questions, branch, |index, kind, answer| codes.get(index).is_some_and(|&code| kind.holds(code, answer)))
}

/// Which extra questions may be asked on `branch`, whatever the answers to the earlier ones will be.
///
/// The hosted page puts these into its form, before anything is answered.
pub fn may_be_asked(questions: impl IntoIterator<Item = (ExtraKind, Condition)>, branch: Branch) -> [bool; EXTRA_MAX] {
    settle(questions, branch, |_, _, _| true)
}

/// Decides one question after the other; `holds` says whether the question of an index, of this kind, has an answer.
fn settle(
    questions: impl IntoIterator<Item = (ExtraKind, Condition)>,
    branch: Branch,
    holds: impl Fn(usize, ExtraKind, u8) -> bool,
) -> [bool; EXTRA_MAX] {
    let mut kinds = [ExtraKind::Text; EXTRA_MAX];
    let mut asked = [false; EXTRA_MAX];
    for (index, (kind, condition)) in questions.into_iter().enumerate() {
        let shown = match condition {
            Condition::Always => true,
            Condition::Branches(branches) => branches.contains(branch),
            Condition::Answer { earlier, answer } => {
                // Not asked, or not decided yet: false either way.
                asked.get(earlier) == Some(&true)
                    && kinds.get(earlier).is_some_and(|&kind| holds(earlier, kind, answer))
            }
        };
        if let (Some(slot), Some(known)) = (asked.get_mut(index), kinds.get_mut(index)) {
            (*slot, *known) = (shown, kind);
        }
    }
    asked
}
