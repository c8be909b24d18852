//! Validation of a draft: reports every problem, not only the first.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::draft::{DraftCore, Override};
use super::texts::{placeholders, replace, texts};
use super::{
    Core, CoreQuestion, Definition, Display, Draft, Extra, Kind, LensNames, Localized, Mode, Path, Position, Problem,
};
use crate::Cause;
use crate::budget::{Pace, Unit};
use crate::limits::EXTRA_MAX;
use crate::lint::{french, sincerity, typography};
use crate::locale::Language;
use crate::wording::Wording;

/// Name of a survey, in characters.
const NAME_CHARS_MAX: usize = 60;
/// A question, in characters.
const QUESTION_CHARS_MAX: usize = 160;
/// A label, in characters.
const LABEL_CHARS_MAX: usize = 60;
/// A merchant's own lens quotes one promise (lesson 4e).
const LENS_WORDS_MAX: u32 = 8;
/// The same in scripts that put no space between words, which write a word with two or three characters.
const LENS_CHARACTERS_MAX: u32 = 20;
const DELAY_S_MAX: u16 = 600;
const REST_DAYS_MAX: u16 = 366;
const TARGET_CHARS_MAX: usize = 200;
/// What the widget says of itself is true or not, whatever a merchant would rather read.
const FIXED: [&str; 8] =
    ["title", "head", "head_linked", "end", "end_incident", "end_waiting", "end_refused", "rehearsal"];

/// Collects what is wrong.
#[derive(Default)]
pub(super) struct Checker {
    pub(super) problems: Vec<Problem>,
}

impl Checker {
    fn error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::error(path, message));
    }

    /// Puts the definition together; what cannot be taken over is reported and left as ours.
    pub(super) fn definition(&mut self, draft: &Draft, merchant: &str) -> Definition {
        if !(1..=NAME_CHARS_MAX).contains(&draft.name.trim().chars().count())
            || draft.name.chars().any(char::is_control)
        {
            self.error("name", format!("a name has 1 to {NAME_CHARS_MAX} characters"));
        }
        let languages = self.languages(draft.locales.as_deref());
        let first = languages.first().map_or("", |language| language.tag());
        let default_locale = draft.default_locale.as_deref().unwrap_or(first);
        if !languages.iter().any(|language| language.tag() == default_locale) {
            self.error("default_locale", format!("`{default_locale}` is not among the survey’s languages"));
        }
        Definition {
            name: draft.name.clone(),
            version: draft.version,
            merchant: merchant.into(),
            default_locale: default_locale.into(),
            wording: self.wording(&draft.core, &languages),
            core: Core { questions: self.questions(&draft.core.questions), lens: self.lens(draft.core.lens.as_ref()) },
            follow_up: draft.follow_up,
            extra: draft.extra.clone(),
            display: draft.display.clone(),
            theme: draft.theme.clone(),
        }
    }

    /// The rules that hold for a definition as a whole; also what they measured.
    pub(super) fn rules(&mut self, definition: &Definition) -> Vec<Path> {
        self.extras(definition);
        self.display(&definition.display);
        for (path, message) in definition.theme.problems().into_iter().chain(definition.follow_up.problem()) {
            self.error(path, message);
        }
        for (path, tag, text) in texts(definition) {
            self.sincere(&path, tag, text);
        }
        let paths = definition.paths();
        for path in &paths {
            self.seconds(path);
        }
        paths
    }

    fn languages(&mut self, tags: Option<&[String]>) -> Vec<Language> {
        let Some(tags) = tags else { return Language::ALL.into() };
        let mut languages = Vec::new();
        for (index, tag) in tags.iter().enumerate() {
            match Language::ALL.into_iter().find(|language| language.tag() == tag) {
                Some(language) if languages.contains(&language) => {
                    self.error(format!("locales[{index}]"), format!("`{tag}` stands there twice"));
                }
                Some(language) => languages.push(language),
                None => {
                    let known: Vec<&str> = Language::ALL.iter().map(|language| language.tag()).collect();
                    self.error(format!("locales[{index}]"), format!("`{tag}` is not one of {}", known.join(", ")));
                }
            }
        }
        if tags.is_empty() {
            self.error("locales", "a survey is asked in at least one language");
        }
        languages
    }

    fn questions(&mut self, questions: &[CoreQuestion]) -> Vec<CoreQuestion> {
        let mut sorted = questions.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < questions.len() {
            self.error("core.questions", "a question is asked once");
        }
        if questions.is_empty() {
            self.error("core.questions", "a survey asks at least one core question");
        }
        sorted
    }

    /// In their order; all eight are none in particular, and one is that one.
    fn lens(&mut self, lens: Option<&LensNames>) -> Option<LensNames> {
        let mut names = lens?.names().to_vec();
        if names.is_empty() {
            self.error("core.lens", "a lens asks about at least one family");
            return None;
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        if names.len() < count {
            self.error("core.lens", "a family stands there once");
        }
        match names.as_slice() {
            [name] => Some(LensNames::One(*name)),
            names if names.len() == Cause::ALL.len() => None,
            _ => Some(LensNames::Several(names)),
        }
    }

    fn wording(&mut self, core: &DraftCore, languages: &[Language]) -> BTreeMap<String, Wording> {
        for tag in core.wording.keys() {
            if !languages.iter().any(|language| language.tag() == tag) {
                self.error(format!("core.wording.{tag}"), "the survey is not asked in this language");
            }
        }
        let none = BTreeMap::new();
        languages
            .iter()
            .map(|language| {
                let overrides = core.wording.get(language.tag()).unwrap_or(&none);
                (language.tag().into(), self.overridden(*language, overrides))
            })
            .collect()
    }

    /// Our strings of one language with the merchant's in their places.
    fn overridden(&mut self, language: Language, overrides: &BTreeMap<String, Override>) -> Wording {
        let ours = Wording::of(language);
        let Ok(mut strings) = serde_json::to_value(&ours) else { return ours };
        for (name, words) in overrides {
            let path = format!("core.wording.{}.{name}", language.tag());
            if FIXED.contains(&name.as_str()) {
                self.error(path, "Trente says this of itself, and it stays as it is");
                continue;
            }
            let Some(slot) = strings.get_mut(name) else {
                self.error(path, "there is no such string");
                continue;
            };
            if let Err(message) = replace(slot, words, name) {
                self.error(path.as_str(), message);
            }
        }
        let wording: Wording = serde_json::from_value(strings).unwrap_or_else(|_| ours.clone());
        for (name, text) in wording.strings() {
            if overrides.contains_key(name) {
                let path = format!("core.wording.{}.{name}", language.tag());
                let long = if matches!(name, "lens" | "ease") || text.ends_with('?') {
                    QUESTION_CHARS_MAX
                } else {
                    LABEL_CHARS_MAX
                };
                self.text(&path, text, long);
                if name == "lens" {
                    let pace = Pace::of(language);
                    let (most, units) = match pace.unit {
                        Unit::Words => (LENS_WORDS_MAX, "words"),
                        Unit::Characters => (LENS_CHARACTERS_MAX, "characters"),
                    };
                    if pace.count(text) > most {
                        self.error(path.as_str(), format!("a lens has at most {most} {units}"));
                    }
                }
                for mark in placeholders(&ours, name).filter(|mark| !text.contains(mark)) {
                    self.error(path.as_str(), format!("the string needs `{mark}`, which stands for the number"));
                }
            }
        }
        wording
    }

    fn text(&mut self, path: &str, text: &str, chars_max: usize) {
        let length = text.chars().count();
        if text.trim().is_empty() {
            self.error(path, "the text is empty");
        } else if length > chars_max {
            self.error(path, format!("{length} characters are too many; at most {chars_max} fit"));
        } else if text.chars().any(char::is_control) {
            self.error(path, "the text has a control character");
        }
    }

    fn localized(&mut self, path: &str, texts: &Localized, definition: &Definition, chars_max: usize) {
        for tag in definition.wording.keys() {
            match texts.get(tag) {
                Some(text) => self.text(&format!("{path}.{tag}"), text, chars_max),
                None => self.error(path, format!("the text in `{tag}` is missing")),
            }
        }
        for tag in texts.keys().filter(|tag| !definition.wording.contains_key(*tag)) {
            self.error(format!("{path}.{tag}"), "the survey is not asked in this language");
        }
    }

    fn extras(&mut self, definition: &Definition) {
        if definition.extra.len() > EXTRA_MAX {
            self.error("extra", format!("at most {EXTRA_MAX} questions can be added"));
        }
        for (index, extra) in definition.extra.iter().enumerate() {
            let path = format!("extra[{index}]");
            self.localized(&format!("{path}.text"), &extra.text, definition, QUESTION_CHARS_MAX);
            for (name, label) in [("low", &extra.low), ("high", &extra.high)] {
                if let Some(label) = label {
                    self.localized(&format!("{path}.{name}"), label, definition, LABEL_CHARS_MAX);
                }
            }
            for (option, label) in extra.options.iter().enumerate() {
                self.localized(&format!("{path}.options[{option}]"), label, definition, LABEL_CHARS_MAX);
            }
            self.fields(&path, extra);
            self.condition(&path, index, definition);
        }
    }

    /// Whether a question has the fields of its kind, and only those.
    fn fields(&mut self, path: &str, extra: &Extra) {
        let (kind, count) = (extra.kind.name(), extra.options_count());
        let scale = extra.kind == Kind::Scale;
        for (name, there) in
            [("points", extra.points.is_some()), ("low", extra.low.is_some()), ("high", extra.high.is_some())]
        {
            match (scale, there) {
                (true, false) => self.error(format!("{path}.{name}"), "a scale needs it"),
                (false, true) => self.error(format!("{path}.{name}"), format!("a question of kind `{kind}` has none")),
                _ => {}
            }
        }
        if let Some(points) = extra.points.filter(|points| scale && !(2..=11).contains(points)) {
            self.error(format!("{path}.points"), format!("`{points}` is not 2 to 11"));
        }
        let range = match extra.kind {
            Kind::Choice => Some(2..=15),
            Kind::Choices => Some(2..=12),
            _ => None,
        };
        match range {
            Some(range) if !range.contains(&count) => {
                let (least, most) = range.into_inner();
                self.error(
                    format!("{path}.options"),
                    format!("{count} options; {least} to {most} are wanted, “Other” included"),
                );
            }
            None if count > 0 => self.error(format!("{path}.options"), format!("a question of kind `{kind}` has none")),
            _ => {}
        }
        if extra.other && extra.kind != Kind::Choice {
            self.error(format!("{path}.other"), "only a question of kind `choice` offers it");
        }
    }

    fn condition(&mut self, path: &str, index: usize, definition: &Definition) {
        let Some(condition) = definition.extra.get(index).and_then(|extra| extra.show_if.as_ref()) else { return };
        let path = format!("{path}.show_if");
        match (condition.branch.as_slice(), condition.extra, condition.answer) {
            ([_, ..], None, None) => {}
            ([], Some(extra), Some(answer)) => {
                let Some(earlier) = usize::from(extra).checked_sub(1).filter(|&earlier| earlier < index) else {
                    self.error(
                        format!("{path}.extra"),
                        format!("`{extra}` is not the number of an earlier question, from 1"),
                    );
                    return;
                };
                let max = definition.extra.get(earlier).map_or(0, Extra::answer_max);
                if !(1..=max).contains(&answer) {
                    self.error(
                        format!("{path}.answer"),
                        format!("`{answer}` is not an answer to question {extra}, which has {max}"),
                    );
                }
            }
            _ => self.error(path, "a condition names either `branch`, or `extra` and `answer`"),
        }
    }

    fn display(&mut self, display: &Display) {
        if !(0.0..=1.0).contains(&display.share) {
            self.error("display.share", format!("`{}` is not a share between 0 and 1", display.share));
        }
        if display.delay_s > DELAY_S_MAX {
            self.error("display.delay_s", format!("`{}` is more than {DELAY_S_MAX} seconds", display.delay_s));
        }
        if display.rest_days > REST_DAYS_MAX {
            self.error("display.rest_days", format!("`{}` is more than {REST_DAYS_MAX} days", display.rest_days));
        }
        let fits = matches!(
            (display.mode, display.position),
            (_, None)
                | (Mode::Card | Mode::None, Some(Position::Start | Position::End))
                | (Mode::Banner | Mode::None, Some(Position::Top | Position::Bottom))
        );
        if !fits {
            self.error(
                "display.position",
                "a card stands at `start` or `end`, a banner at `top` or `bottom`, others nowhere in particular",
            );
        }
        if let Some(target) = &display.target {
            if display.mode != Mode::Inline {
                self.error("display.target", "only an inline survey has a target");
            }
            self.text("display.target", target, TARGET_CHARS_MAX);
        }
    }

    fn sincere(&mut self, path: &str, tag: &str, text: &str) {
        let Some(language) = Language::from_tag(tag) else { return };
        for word in sincerity::check(text, language) {
            self.error(path, format!("“{word}” asks for a favour or promises one; Trente does neither"));
        }
        if language == Language::Fr {
            self.french(path, text);
            return;
        }
        for rule in typography::check(text, language) {
            self.problems.push(Problem::warning(path, rule.advice(), None));
        }
    }

    /// One warning for a text, with every rule that it breaks and the text as it should be.
    fn french(&mut self, path: &str, text: &str) {
        let broken = french::check(text);
        if broken.is_empty() {
            return;
        }
        let correction = french::correct(text);
        let advice =
            |rules: Vec<french::Rule>| rules.into_iter().map(french::Rule::advice).collect::<Vec<_>>().join("; ");
        let mut message = advice(broken.into_iter().filter(|rule| !correction.left.contains(rule)).collect());
        let mended = (correction.text != text).then_some(correction.text);
        if let Some(mended) = &mended {
            message.push_str(&format!("; write “{mended}”; "));
        }
        if !correction.left.is_empty() {
            message.push_str(&format!("no rule corrects this, only its author can: {}", advice(correction.left)));
        }
        let message = message.trim_start_matches("; ").trim_end_matches("; ");
        self.problems.push(Problem::warning(path, message, mended));
    }

    fn seconds(&mut self, path: &Path) {
        let (total, max) = (path.total_ms(), path.max_ms());
        if total <= max {
            return;
        }
        let screens: Vec<String> =
            path.screens.iter().map(|screen| format!("{} {} ms", screen.name, screen.ms)).collect();
        let screens = screens.join(", ");
        let message = match path.branch {
            None => format!(
                "the required questions take {total} ms of {max} ms: {screens}; leave one out or say it in fewer words"
            ),
            Some(branch) => format!(
                "the optional questions of branch {} take {total} ms of {max} ms: {screens}; leave one out, say it in fewer \
                 words, or show it on other branches only",
                branch.branch().name()
            ),
        };
        self.error(format!("seconds.{}", path.locale), message);
    }
}
