//! Survey definition: a JSON document, canonical by RFC 8785, identified by the first bytes of its SHA-256.
//!
//! A published definition never changes: an edit publishes a new one, and old frames keep their meaning.
//! **Source**: docs/survey.md. In reading order:
//!
//! - `questions`: what is asked; `display`: how and to whom it is shown; `theme`: what it looks like;
//! - `sheet`: the survey in one language, as the widget reads it; `first`: its first screen as the loader draws it;
//! - `preset`: the default survey for a moment;
//! - `draft`: what a merchant writes, which names only what differs from the default;
//! - `check`: whether a draft may be published, and every reason why not; `seconds`: how long it takes;
//! - `schema`: the draft as a JSON Schema.

mod check;
mod checked;
mod display;
mod draft;
mod first;
mod preset;
mod problem;
mod questions;
mod schema;
mod seconds;
mod sheet;
mod texts;
mod theme;

use alloc::collections::BTreeMap;
use alloc::string::String;
use std::vec::Vec;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::Branch;
use crate::extra::{ExtraKind, Layout, Lenses};
use crate::limits::EXTRA_MAX;
use crate::locale::Language;
use crate::response_id::SurveyId;
use crate::show_if::{self, Condition};
use crate::wording::Wording;

pub use self::checked::Checked;
pub use self::display::{Display, Mode, Position};
pub use self::draft::Draft;
pub use self::first::First;
pub use self::preset::Preset;
pub use self::problem::{Problem, Severity};
pub use self::questions::{BranchName, Core, Extra, FollowUp, Kind, LensName, LensNames, Localized, ShowIf};
pub use self::schema::schema;
pub use self::seconds::{Path, Screen};
pub use self::sheet::Sheet;
pub use self::theme::{Colours, Scheme, Theme};
pub use crate::CoreQuestion;

/// One survey of one merchant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Name of the survey.
    pub name: String,
    /// Version of the survey's meaning.
    pub version: u32,
    /// Public name of the merchant's site: no two merchants share a survey id.
    pub merchant: String,
    /// Tag of the language that an unknown one falls back to.
    pub default_locale: String,
    /// Every string, by language tag.
    pub wording: BTreeMap<String, Wording>,
    /// Which of the core questions are asked.
    #[serde(default)]
    pub core: Core,
    /// What is offered after them.
    #[serde(default)]
    pub follow_up: FollowUp,
    /// The merchant's own questions, 0 to 3.
    #[serde(default)]
    pub extra: Vec<Extra>,
    /// How and to whom it is shown.
    #[serde(default)]
    pub display: Display,
    /// What it looks like.
    #[serde(default)]
    pub theme: Theme,
}

/// Why a document is not a definition.
#[derive(Debug, thiserror::Error)]
#[error("not a survey definition")]
pub struct DefinitionError(#[from] serde_json::Error);

impl Definition {
    /// The default survey, in every language that we have, for one merchant.
    pub fn default_for(merchant: &str) -> Self {
        Self {
            name: "trente-default".into(),
            version: 2,
            merchant: merchant.into(),
            default_locale: Language::Fr.tag().into(),
            wording: Language::ALL.into_iter().map(|language| (language.tag().into(), Wording::of(language))).collect(),
            core: Core::default(),
            follow_up: FollowUp::default(),
            extra: Vec::new(),
            display: Display::default(),
            theme: Theme::default(),
        }
    }

    /// Which extra questions are asked on `branch`, with `codes` the answers to them.
    pub fn extras_asked(&self, branch: Branch, codes: &[u16; EXTRA_MAX]) -> [bool; EXTRA_MAX] {
        show_if::asked(self.conditions(), branch, codes)
    }

    /// Which extra questions may be asked on `branch`, whatever is answered to the earlier ones.
    pub fn extras_possible(&self, branch: Branch) -> [bool; EXTRA_MAX] {
        show_if::may_be_asked(self.conditions(), branch)
    }

    fn conditions(&self) -> impl Iterator<Item = (ExtraKind, Condition)> {
        self.extra.iter().map(|extra| (extra.wire_kind(), extra.condition()))
    }

    /// Reads a document as this code publishes it.
    ///
    /// # Errors
    /// [`DefinitionError`] when it is not JSON, lacks a string or has a field that we do not know.
    pub fn from_json(json: &str) -> Result<Self, DefinitionError> {
        Ok(serde_json::from_str(json)?)
    }

    /// Reads a document that was published, perhaps by an older or newer version of this code.
    ///
    /// A string that it lacks is ours in its language, and a field that we do not know is left out: a published
    /// survey stays readable for as long as its frames may come.
    ///
    /// # Errors
    /// [`DefinitionError`] when it is not JSON or not a definition even so.
    pub fn from_published(json: &str) -> Result<Self, DefinitionError> {
        let mut document: Value = serde_json::from_str(json)?;
        let known = serde_json::to_value(Self::default_for(""))?;
        if let (Some(document), Some(known)) = (document.as_object_mut(), known.as_object()) {
            document.retain(|field, _| known.contains_key(field));
            // How a survey is shown and looks decides no frame: what another version means by it may be unknown.
            if document.get("display").is_some_and(|display| Display::deserialize(display).is_err()) {
                document.remove("display");
            }
            if document.get("theme").is_some_and(|theme| Theme::deserialize(theme).is_err()) {
                document.remove("theme");
            }
        }
        if let Some(languages) = document.get_mut("wording").and_then(Value::as_object_mut) {
            languages.retain(|tag, _| Language::from_tag(tag).is_some_and(|language| language.tag() == tag));
            for (tag, strings) in languages {
                let (Some(strings), Some(ours)) =
                    (strings.as_object_mut(), known.get("wording").and_then(|wording| wording.get(tag)?.as_object()))
                else {
                    continue;
                };
                strings.retain(|name, _| ours.contains_key(name));
                for (name, string) in ours {
                    strings.entry(name).or_insert_with(|| string.clone());
                }
            }
        }
        Ok(serde_json::from_value(document)?)
    }

    /// The canonical bytes (RFC 8785), which are also what is stored.
    ///
    /// # Errors
    /// [`DefinitionError`] when a value has no canonical form; only a number that is not finite has none.
    pub fn canonical(&self) -> Result<Vec<u8>, DefinitionError> {
        Ok(serde_json_canonicalizer::to_vec(self)?)
    }

    /// The name on the wire of a canonical document.
    pub fn id(canonical: &[u8]) -> SurveyId {
        let hash = Sha256::digest(canonical);
        SurveyId(hash.first_chunk().copied().unwrap_or_default())
    }

    /// The same survey, which promises one minute instead of thirty seconds. It is shown so, never published: its name
    /// stays that of the survey it was made of.
    pub fn in_one_minute(&self) -> Self {
        let mut shown = self.clone();
        for (tag, wording) in &mut shown.wording {
            if let Some(language) = Language::from_tag(tag) {
                *wording = wording.in_one_minute(language);
            }
        }
        shown
    }

    /// Where the answers stand in a frame of this survey, and which lens it asks.
    pub fn layout(&self) -> Layout {
        let kinds: Vec<ExtraKind> = self.extra.iter().map(Extra::wire_kind).collect();
        // A checked definition always has a layout; without one no frame of it would be accepted.
        Layout::new(&kinds)
            .unwrap_or_default()
            .with_lenses(self.core.lens.as_ref().map_or(Lenses::ALL, LensNames::lenses))
    }

    /// The language to speak to a customer who asks for these tags, the best first.
    ///
    /// The first that the survey is written in; else English, which more people read than any one merchant's
    /// language; else the survey's default. Where no language is asked for at all, the survey's default.
    pub fn language<'a>(&self, tags: impl IntoIterator<Item = &'a str>) -> Language {
        let known = |tag: &str| Language::from_tag(tag).filter(|language| self.wording.contains_key(language.tag()));
        let mut asked = false;
        for tag in tags {
            if let Some(language) = known(tag) {
                return language;
            }
            asked |= !matches!(tag.trim(), "" | "*");
        }
        let english = asked.then(|| known(Language::En.tag())).flatten();
        english.or_else(|| known(&self.default_locale)).unwrap_or(Language::Fr)
    }
}
