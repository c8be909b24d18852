//! First screen of a survey as a tree of tags, so that a page can show it before the widget has come.
//!
//! The tree is the DOM that src/components draws for this screen, in data: the loader makes it of `createElement`, and no
//! parser of markup sees it. Every language has the same tree; only the texts differ.
//!
//! | in the tree | means |
//! |---|---|
//! | `["p", {"class": "head"}, …]` | an element, its attributes, what is in it |
//! | a string | that text, or that value of an attribute |
//! | a number | the text at this place of the list of a language |
//!
//! An attribute or an element whose text is empty is left out with it. **Source**: docs/embed.md#the-first-screen.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Definition;
use crate::CoreQuestion;
use crate::face::{Face, Options, sentences};
use crate::locale::Language;
use crate::wording::Wording;

/// The first screen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct First {
    /// The card.
    pub tree: Value,
    /// The texts by language tag, in the order of `Texts`.
    pub text: Map<String, Value>,
    /// Whether a language of it is written in another script than the Latin one.
    #[serde(skip)]
    pub is_beyond_latin: bool,
    /// Whether it asks for a point of a scale.
    #[serde(skip)]
    pub is_scale: bool,
}

/// Places in the list of texts. The first two are not in what is sent: the loader has the tag as the key, and knows the
/// direction by the script, which is sent in their place. The options come after them.
#[derive(Clone, Copy)]
#[repr(usize)]
enum Texts {
    Lang,
    Dir,
    /// Accessible name of the form; the loader empties it in a dialog, which has the name itself.
    Title,
    Close,
    Skip,
    Position,
    Prompt,
    /// Two sentences without an order, then two with one; the loader takes out the pair that does not hold.
    Head,
    /// The second of them.
    Rest,
    Options,
}

/// The script of most languages, as in ISO 15924.
const LATIN: &str = "Latn";

const fn at(place: Texts) -> usize {
    place as usize
}

impl Definition {
    /// The first screen; none where a response's own id decides what it asks, or a text is missing.
    pub fn first(&self) -> Option<First> {
        let question = *self.core.questions.first()?;
        let family = match (question, &self.core.lens) {
            (CoreQuestion::Lens, Some(lens)) => match lens.names() {
                [name] => Some(name.cause().family()),
                _ => return None,
            },
            (CoreQuestion::Lens, None) => return None,
            _ => None,
        };
        let face = Face::of(question);
        let mut text = Map::new();
        let mut is_beyond_latin = false;
        for (tag, wording) in &self.wording {
            let language = Language::from_tag(tag)?;
            is_beyond_latin |= language.script() != LATIN;
            text.insert(tag.clone(), self.texts(language, wording, question, family, face)?);
        }
        let is_scale = matches!(face.options, Options::Scale { .. });
        Some(First { tree: tree(face, self.core.questions.len()), text, is_beyond_latin, is_scale })
    }

    fn texts(
        &self,
        language: Language,
        wording: &Wording,
        question: CoreQuestion,
        family: Option<u8>,
        face: Face,
    ) -> Option<Value> {
        let strings = wording.strings();
        let named = |field: &str, index: usize| {
            let mut texts = strings.iter().filter(|(name, _)| *name == field).map(|(_, text)| *text);
            texts.nth(index)
        };
        let prompt = match family {
            Some(family) => named("lens", family.into())?,
            None => named(question.name(), 0)?,
        };
        let count = self.core.questions.len().to_string();
        let position = wording.position.replace("{n}", "1").replace("{m}", &count);
        let (head, linked) = (sentences(&wording.head), sentences(&wording.head_linked));
        let mut texts: Vec<&str> = [
            // As in ISO 15924, for the loader to match tags with; empty for the Latin one.
            if language.script() == LATIN { "" } else { language.script() },
            &wording.title,
            &wording.close,
            &wording.skip,
            &position,
            prompt,
            head.0,
            head.1,
            linked.0,
            linked.1,
        ]
        .into();
        match face.options {
            Options::Labels(field, count) => {
                for index in 0..count {
                    texts.push(named(field, index.into())?);
                }
            }
            Options::Scale { low, high, none, .. } => {
                texts.push(named(low, 0)?);
                texts.push(named(high, 0)?);
                if let Some(none) = none {
                    texts.push(named(none, 0)?);
                }
            }
        }
        Some(json!(texts))
    }
}

/// The card of src/components/survey.rs with its first question.
fn tree(face: Face, count: usize) -> Value {
    let head = json!(["p", {"id": "head", "class": "head", "part": "head", "role": "heading", "aria-level": "2"},
        ["span", {}, ["span", {"class": "first"}, at(Texts::Head)], ["span", {"class": "rest"}, at(Texts::Rest)]]]);
    let prompt = json!(["legend", {"id": "prompt", "class": "prompt", "part": "question"}, at(Texts::Prompt)]);
    let mut options = json!(["div", {"class": "options", "data-shape": face.shape}]);
    extend(&mut options, choices(face.options));
    let group = json!(["fieldset", {"role": "radiogroup", "aria-labelledby": "prompt", "aria-describedby": "head"}, prompt, options]);
    let close = json!(["button", {"type": "button", "class": "close", "part": "close", "aria-label": at(Texts::Close)},
        ["span", {"aria-hidden": "true"}, "×"]]);
    let progress = ["1 / ", &count.to_string()].concat();
    let skip = json!(["button", {"type": "button", "class": "quiet skip", "part": "button skip"},
        ["span", {}, at(Texts::Skip)]]);
    json!(["form",
        {"class": "card", "part": "card", "novalidate": "novalidate", "tabindex": "-1", "lang": at(Texts::Lang),
         "dir": at(Texts::Dir), "aria-label": at(Texts::Title), "data-steady": ""},
        ["div", {"class": "bar"}, close],
        ["div", {"class": "screen"}, ["div", {"class": "question"}, head, group]],
        ["div", {"class": "bar foot"},
            ["span", {"class": "side"}],
            ["span", {"class": "progress", "part": "progress", "aria-hidden": "true"}, ["span", {}, progress]],
            ["span", {"class": "unseen"}, ["span", {"class": "unseen"}, at(Texts::Position)]],
            ["span", {"class": "side"}, skip]]])
}

fn choices(options: Options) -> Vec<Value> {
    let first = at(Texts::Options);
    match options {
        Options::Labels(_, count) => (0..count).map(|index| label(index + 1, first + usize::from(index))).collect(),
        Options::Scale { from, to, none, .. } => {
            let end = |value| match value {
                value if value == from => Some(first),
                value if value == to => Some(first + 1),
                _ => None,
            };
            let mut all: Vec<Value> = (from..=to).map(|value| point(value, end(value))).collect();
            all.extend(none.map(|_| label(0, first + 2)));
            all
        }
    }
}

/// An option with a full label.
fn label(value: u8, text: usize) -> Value {
    json!(["label", {"class": "option", "data-kind": "label"}, cell(value, &["face-", &value.to_string()].concat(), text.into())])
}

/// A point of a scale, with the words at its end, if it is one.
fn point(value: u8, end: Option<usize>) -> Value {
    let digit = value.to_string();
    let id = ["face-", &digit].concat();
    let end_id = ["end-", &digit].concat();
    let names = end.map_or_else(|| id.clone(), |_| [&id, " ", &end_id].concat());
    let mut option = json!(["label", {"class": "option", "data-kind": "point"}, cell(value, &names, digit.into())]);
    if let Some(end) = end {
        let text = json!(["span", {"id": end_id, "class": "text", "part": "end-label", "aria-hidden": "true"}, end]);
        extend(&mut option, [json!(" "), text].into());
    }
    option
}

fn cell(value: u8, names: &str, face: Value) -> Value {
    let digit = value.to_string();
    let id = ["face-", &digit].concat();
    json!(["span", {"class": "cell"},
        ["input", {"type": "radio", "name": "option", "value": digit, "aria-labelledby": names}],
        ["span", {"id": id, "class": "face", "part": "option", "aria-hidden": "true"}, face]])
}

fn extend(element: &mut Value, children: Vec<Value>) {
    if let Some(element) = element.as_array_mut() {
        element.extend(children);
    }
}
