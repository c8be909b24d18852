//! Questions of a survey: core questions, follow-up questions, the merchant's extra questions.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::extra::{ExtraKind, Lenses};
use crate::show_if::Condition;
use crate::{Branch, Cause, CoreQuestion};

/// One text in each language of the survey, by tag.
pub type Localized = BTreeMap<String, String>;

/// A family that a lens asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the families are documented where they are defined")]
pub enum LensName {
    Promise,
    Means,
    Availability,
    Sincerity,
    Competence,
    Policy,
    Speed,
    Detail,
}

impl LensName {
    /// The family.
    pub const fn cause(self) -> Cause {
        match self {
            Self::Promise => Cause::Promise,
            Self::Means => Cause::Means,
            Self::Availability => Cause::Availability,
            Self::Sincerity => Cause::Sincerity,
            Self::Competence => Cause::Competence,
            Self::Policy => Cause::Policy,
            Self::Speed => Cause::Speed,
            Self::Detail => Cause::Detail,
        }
    }
}

/// The families that a survey's lens asks about: one by its name, or a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected the name of a family, or a list of names")]
pub enum LensNames {
    /// Every response is asked about this one.
    One(LensName),
    /// The id of a response decides between these.
    Several(#[schemars(length(min = 1, max = 8), extend("uniqueItems" = true))] Vec<LensName>),
}

impl LensNames {
    /// The names.
    pub fn names(&self) -> &[LensName] {
        match self {
            Self::One(name) => core::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }

    /// Which of them a response is asked about.
    pub fn lenses(&self) -> Lenses {
        Lenses::new(self.names().iter().map(|name| name.cause()))
    }
}

/// Which core questions are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Core {
    /// In their order, at least one, each once.
    pub questions: Vec<CoreQuestion>,
    /// The families that a lens asks about; all eight, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lens: Option<LensNames>,
}

impl Default for Core {
    fn default() -> Self {
        Self { questions: CoreQuestion::ALL.into(), lens: None }
    }
}

/// What is offered after the core questions. All of it can be skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FollowUp {
    /// After an incident: what went wrong, and whether it is forgivable.
    pub incident: bool,
    /// Else: what made the difference, or what should change first.
    pub chips: bool,
    /// A few words of the customer's own.
    pub word: bool,
    /// Where to reply: an e-mail address or a phone number, of customers who would forgive if they are put right.
    // Left out where it is off, so that a survey without it keeps its id.
    #[serde(skip_serializing_if = "is_off")]
    pub contact: bool,
}

impl Default for FollowUp {
    fn default() -> Self {
        Self { incident: true, chips: true, word: true, contact: false }
    }
}

impl FollowUp {
    /// What is wrong with it, with the path of the field.
    pub(super) fn problem(&self) -> Option<(String, String)> {
        let message = "it is asked after the questions of `follow_up.incident`, which is off";
        (self.contact && !self.incident).then(|| ("follow_up.contact".into(), message.into()))
    }
}

const fn is_off(flag: &bool) -> bool {
    !*flag
}

/// Kind of a merchant's own question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One to five.
    Stars,
    /// Yes or no.
    YesNo,
    /// 2 to 11 points with words at both ends.
    Scale,
    /// One of 2 to 15 options.
    Choice,
    /// Any of 2 to 12 options.
    Choices,
    /// A short text.
    Text,
}

impl Kind {
    /// The name in documents and in the sheet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stars => "stars",
            Self::YesNo => "yes_no",
            Self::Scale => "scale",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Text => "text",
        }
    }
}

/// A merchant's own question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// What kind of answer it takes.
    pub kind: Kind,
    /// The question, in each language of the survey.
    pub text: Localized,
    /// `scale` only: number of points, 2 to 11.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = 11))]
    pub points: Option<u8>,
    /// `scale` only: the word at its first point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Localized>,
    /// `scale` only: the word at its last point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Localized>,
    /// `choice` (2 to 15, with `other`) and `choices` (2 to 12): the options in their fixed order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Localized>,
    /// `choice` only: whether “Other” is the last option.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub other: bool,
    /// When it is asked; always, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<ShowIf>,
}

impl Extra {
    /// How many options there are, “Other” included.
    pub fn options_count(&self) -> usize {
        self.options.len() + usize::from(self.other)
    }

    /// The kind of its field in the frame.
    pub fn wire_kind(&self) -> ExtraKind {
        let options = u8::try_from(self.options_count()).unwrap_or(u8::MAX);
        match self.kind {
            Kind::Stars => ExtraKind::Stars,
            Kind::YesNo => ExtraKind::YesNo,
            Kind::Scale => ExtraKind::Scale(self.points.unwrap_or(0)),
            Kind::Choice => ExtraKind::Choice(options),
            Kind::Choices => ExtraKind::Choices(options),
            Kind::Text => ExtraKind::Text,
        }
    }

    /// When it is asked.
    pub fn condition(&self) -> Condition {
        self.show_if.as_ref().map_or(Condition::Always, ShowIf::condition)
    }

    /// The largest answer that `show_if` may name: the number of options or points, 2 for no, 0 for text.
    pub fn answer_max(&self) -> u8 {
        match self.wire_kind() {
            ExtraKind::Stars => 5,
            ExtraKind::YesNo => 2,
            ExtraKind::Scale(max) | ExtraKind::Choice(max) | ExtraKind::Choices(max) => max,
            ExtraKind::Text => 0,
        }
    }
}

/// When an extra question is asked: on some branches, or after an answer to an earlier extra question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowIf {
    /// The branches: D after an incident, P a promoter, N neither.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branch: Vec<BranchName>,
    /// Number of an earlier extra question, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2))]
    pub extra: Option<u8>,
    /// Its answer: the number of the point or option, from 1; 1 is yes and 2 is no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<u8>,
}

impl ShowIf {
    /// The condition; one that names an answer and branches is about the answer.
    pub fn condition(&self) -> Condition {
        match (self.extra, self.answer) {
            (Some(extra), Some(answer)) => Condition::Answer { earlier: usize::from(extra).wrapping_sub(1), answer },
            _ => Condition::Branches(self.branch.iter().map(|name| name.branch()).collect()),
        }
    }
}

/// A branch by its letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum BranchName {
    /// After an incident.
    D,
    /// A promoter.
    P,
    /// Neither.
    N,
}

impl BranchName {
    /// The branch.
    pub const fn branch(self) -> Branch {
        match self {
            Self::D => Branch::Incident,
            Self::P => Branch::Promoter,
            Self::N => Branch::Neutral,
        }
    }
}
