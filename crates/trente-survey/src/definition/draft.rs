//! Draft: the document that a merchant writes, which names only what differs from the default survey.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Checker;
use super::{CoreQuestion, Definition, Display, Extra, FollowUp, LensName, Path, Problem, Severity, Theme};

/// A merchant's own survey, before it is published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Trente survey", rename = "Survey")]
pub struct Draft {
    /// Name of the survey, for the merchant's own eyes, 1 to 60 characters.
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
    /// Version of the survey's meaning, for the merchant's own eyes.
    #[serde(default = "first")]
    pub version: u32,
    /// Tags of the languages that it is asked in; all that Trente speaks, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locales: Option<Vec<String>>,
    /// Tag of the language that an unknown one falls back to; the first of `locales`, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_locale: Option<String>,
    /// Which core questions are asked, and in which words.
    #[serde(default)]
    pub core: DraftCore,
    /// What is offered after them.
    #[serde(default)]
    pub follow_up: FollowUp,
    /// The merchant's own questions, at most three.
    #[serde(default)]
    #[schemars(length(max = 3))]
    pub extra: Vec<Extra>,
    /// How and to whom it is shown.
    #[serde(default)]
    pub display: Display,
    /// What it looks like.
    #[serde(default)]
    pub theme: Theme,
}

/// Which core questions are asked, and in which words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DraftCore {
    /// Any of the four, at least one; they are always asked in this order.
    #[schemars(length(min = 1, max = 4))]
    pub questions: Vec<CoreQuestion>,
    /// The one family that every lens asks about; if absent, one of eight is drawn for each response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lens: Option<LensName>,
    /// Words in place of ours, by language and by the name of the string.
    #[schemars(with = "BTreeMap<String, super::schema::Overrides>")]
    pub wording: BTreeMap<String, BTreeMap<String, Override>>,
}

impl Default for DraftCore {
    fn default() -> Self {
        Self { questions: CoreQuestion::ALL.into(), lens: None, wording: BTreeMap::new() }
    }
}

/// Words in place of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a string, a list of strings, or a table of some of them")]
pub enum Override {
    /// Of a string that stands alone.
    One(String),
    /// Of every string of a list.
    All(Vec<String>),
    /// Of some strings of a list: by family for the lens, else by number from 1.
    Some(BTreeMap<String, String>),
}

/// A draft that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What would be published; none when a problem is an error.
    pub definition: Option<Definition>,
    /// What is wrong with it, in the order of the document; empty when nothing is.
    pub problems: Vec<Problem>,
    /// How long it takes: the required path and the longest optional one of each branch, per language. Empty when
    /// the draft cannot be put together at all.
    pub paths: Vec<Path>,
}

const fn first() -> u32 {
    1
}

impl Draft {
    /// The survey that this draft makes for one merchant, with every reason why it may not be published.
    pub fn check(&self, merchant: &str) -> Checked {
        let mut checker = Checker::default();
        let definition = checker.definition(self, merchant);
        let paths = checker.rules(&definition);
        let problems = checker.problems;
        let fine = problems.iter().all(|problem| problem.severity != Severity::Error);
        Checked { definition: fine.then_some(definition), problems, paths }
    }
}
