//! Draft: the document that a merchant writes, which names only what differs from the default survey.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CoreQuestion, Display, Extra, FollowUp, LensNames, Theme};

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
    /// The families that a lens asks about, one name or a list of them; if absent, all eight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lens: Option<LensNames>,
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

const fn first() -> u32 {
    1
}
