//! Sheet: the survey in one language, as the widget reads it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::{CoreQuestion, Definition, Display, Extra, FollowUp, Kind, LensNames, Scheme, ShowIf};
use crate::locale::Language;
use crate::response_id::SurveyId;
use crate::wording::{ContactWording, Wording};

/// What the widget needs to ask a survey in one language, and no more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet<'a> {
    /// Survey id, 8 hexadecimal digits.
    pub survey: String,
    /// Number of the language on the wire.
    pub locale: u8,
    /// Tag of the language.
    pub lang: &'a str,
    /// Writing direction, as in HTML.
    pub dir: &'static str,
    /// Every string.
    pub text: &'a Wording,
    core: &'a [CoreQuestion],
    #[serde(skip_serializing_if = "Option::is_none")]
    lens: Option<Lens>,
    follow_up: FollowUp,
    /// How the customer is asked for a contact, if at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactWording>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extra: Vec<Question<'a>>,
    display: &'a Display,
    theme: Look,
}

/// An extra question in one language.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Question<'a> {
    kind: Kind,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    show_if: Option<Condition>,
}

/// Families by their numbers: one, or a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Lens {
    One(u8),
    Several(Vec<u8>),
}

impl Lens {
    fn of(names: &LensNames) -> Self {
        match names {
            LensNames::One(name) => Self::One(name.cause().family()),
            LensNames::Several(names) => Self::Several(names.iter().map(|name| name.cause().family()).collect()),
        }
    }
}

/// As [`ShowIf`], with the index of the question from 0 and the branches as letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Condition {
    Branch { branch: String },
    Answer { extra: u8, answer: u8 },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Look {
    scheme: Scheme,
    css: String,
}

impl Definition {
    /// The survey in one language; none when it is not written in it.
    pub fn sheet(&self, id: SurveyId, language: Language) -> Option<Sheet<'_>> {
        let (lang, text) = self.wording.get_key_value(language.tag())?;
        let extra = self.extra.iter().map(|extra| Question::of(extra, text, lang)).collect::<Option<_>>()?;
        Some(Sheet {
            survey: alloc::format!("{:08x}", u32::from_be_bytes(id.0)),
            locale: language.number(),
            lang,
            dir: language.direction(),
            text,
            core: &self.core.questions,
            lens: self.core.lens.as_ref().map(Lens::of),
            follow_up: self.follow_up,
            contact: self.follow_up.contact.then(|| ContactWording::of(language)),
            extra,
            display: &self.display,
            theme: Look { scheme: self.theme.scheme, css: self.theme.css() },
        })
    }
}

impl<'a> Question<'a> {
    fn of(extra: &'a Extra, wording: &'a Wording, lang: &str) -> Option<Self> {
        let text = |texts: &'a super::Localized| texts.get(lang).map(String::as_str);
        let mut options = extra.options.iter().map(text).collect::<Option<Vec<_>>>()?;
        if extra.other {
            options.push(&wording.other);
        }
        Some(Self {
            kind: extra.kind,
            text: text(&extra.text)?,
            points: extra.points,
            low: extra.low.as_ref().and_then(text),
            high: extra.high.as_ref().and_then(text),
            options,
            show_if: extra.show_if.as_ref().map(Condition::of),
        })
    }
}

impl Condition {
    fn of(condition: &ShowIf) -> Self {
        match (condition.extra, condition.answer) {
            (Some(extra), Some(answer)) => Self::Answer { extra: extra.saturating_sub(1), answer },
            _ => Self::Branch { branch: condition.branch.iter().map(|name| name.branch().name()).collect() },
        }
    }
}
