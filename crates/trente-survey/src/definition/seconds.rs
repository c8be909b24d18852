//! Time budget of each path through a survey, screen by screen. **Source**: docs/default-survey.md#time-budget,
//! docs/survey.md.
//!
//! Not counted: writing, which takes as long as the customer likes.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;

use super::{BranchName, CoreQuestion, Definition, Extra, Kind, LensNames};
use crate::Branch;
use crate::budget::Pace;
use crate::extra::ExtraKind;
use crate::limits::{EXTRA_MAX, OPTIONAL_MS_MAX, REQUIRED_MS_MAX};
use crate::locale::Language;
use crate::wording::{Text, Wording};

/// One screen of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Screen {
    /// Its name: that of the core question, `moment`, `forgive`, or `extra 1` to `extra 3`.
    pub name: String,
    /// Reading it aloud, deciding and tapping, in milliseconds.
    pub ms: u32,
}

/// One way through a survey in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Path {
    /// Tag of the language.
    pub locale: String,
    /// Whose optional screens these are; none for the required path.
    pub branch: Option<BranchName>,
    /// In their order.
    pub screens: Vec<Screen>,
}

impl Path {
    /// The whole path, in milliseconds.
    pub fn total_ms(&self) -> u32 {
        total_ms(&self.screens)
    }

    /// What it may take at most, in milliseconds.
    pub const fn max_ms(&self) -> u32 {
        if self.branch.is_none() { REQUIRED_MS_MAX } else { OPTIONAL_MS_MAX }
    }
}

fn total_ms(screens: &[Screen]) -> u32 {
    screens.iter().map(|screen| screen.ms).sum()
}

impl Definition {
    /// Every path that has a bound: in each language the required one, then the longest optional one of each branch.
    pub fn paths(&self) -> Vec<Path> {
        let mut paths = Vec::new();
        for (tag, wording) in &self.wording {
            let Some(language) = Language::from_tag(tag) else { continue };
            let reader = Reader { definition: self, wording, tag, pace: Pace::of(language) };
            let path = |branch, screens| Path { locale: tag.clone(), branch, screens };
            paths.push(path(None, reader.required()));
            for branch in [BranchName::D, BranchName::P, BranchName::N] {
                paths.push(path(Some(branch), reader.optional(branch.branch())));
            }
        }
        paths
    }
}

/// Someone who reads the survey aloud in one language.
struct Reader<'a> {
    definition: &'a Definition,
    wording: &'a Wording,
    tag: &'a str,
    pace: Pace,
}

impl Reader<'_> {
    fn screen(&self, name: &str, texts: &[&str]) -> Screen {
        Screen { name: name.to_string(), ms: self.pace.screen_ms(texts.iter().copied()) }
    }

    fn required(&self) -> Vec<Screen> {
        let wording = self.wording;
        let mut screens = Vec::new();
        for &question in &self.definition.core.questions {
            let mut texts = core_texts(question, wording, self.longest_lens());
            if screens.is_empty() {
                let heads = [wording.head.as_ref(), wording.head_linked.as_ref()];
                texts.extend(heads.into_iter().max_by_key(|head| self.pace.reading_ms([*head].into_iter())));
            }
            screens.push(self.screen(question.name(), &texts));
        }
        screens
    }

    /// The lens that takes longest to read, of those that are asked.
    fn longest_lens(&self) -> &str {
        let asked = |family: usize| {
            let names = self.definition.core.lens.as_ref().map(LensNames::names);
            names.is_none_or(|names| names.iter().any(|name| usize::from(name.cause().family()) == family))
        };
        let lenses = self.wording.lens.iter().enumerate().filter(|(family, _)| asked(*family)).map(|(_, text)| text);
        lenses.max_by_key(|text| self.pace.reading_ms([text.as_ref()].into_iter())).map_or("", |text| text)
    }

    fn optional(&self, branch: Branch) -> Vec<Screen> {
        let (wording, follow_up) = (self.wording, self.definition.follow_up);
        let mut screens = Vec::new();
        let mut moment = |intro: &Text, question: &Text, options: &[Text]| {
            let mut texts: Vec<&str> = alloc::vec![intro.as_ref(), question.as_ref()];
            texts.extend(options.iter().map(AsRef::as_ref));
            screens.push(self.screen("moment", &texts));
        };
        match branch {
            Branch::Incident if follow_up.incident => {
                moment(&wording.incident_intro, &wording.incident, &wording.incident_options);
                let mut texts: Vec<&str> = alloc::vec![wording.forgive.as_ref()];
                texts.extend(wording.forgive_options.iter().map(AsRef::as_ref));
                screens.push(self.screen("forgive", &texts));
            }
            Branch::Promoter if follow_up.chips => {
                moment(&wording.delight_intro, &wording.delight, &wording.chip_options)
            }
            Branch::Neutral if follow_up.chips => {
                moment(&wording.improve_intro, &wording.improve, &wording.chip_options)
            }
            _ => {}
        }
        screens.extend(self.extras(branch, 0, [0; EXTRA_MAX]));
        screens
    }

    /// The longest way through the extra questions from `index` on, after these answers.
    fn extras(&self, branch: Branch, index: usize, codes: [u16; EXTRA_MAX]) -> Vec<Screen> {
        let all = &self.definition.extra;
        let asked = self.definition.extras_asked(branch, &codes);
        let (Some(extra), Some(&asked)) = (all.get(index), asked.get(index)) else { return Vec::new() };
        if !asked {
            return self.extras(branch, index + 1, codes);
        }
        let longest = self
            .codes(index)
            .into_iter()
            .map(|code| {
                let mut codes = codes;
                if let Some(slot) = codes.get_mut(index) {
                    *slot = code;
                }
                self.extras(branch, index + 1, codes)
            })
            .max_by_key(|screens| total_ms(screens))
            .unwrap_or_default();
        let mut screens = alloc::vec![self.screen(&alloc::format!("extra {}", index + 1), &self.extra_texts(extra))];
        screens.extend(longest);
        screens
    }

    /// The answers to question `index` that decide anything: those that later questions wait for, or none.
    fn codes(&self, index: usize) -> Vec<u16> {
        let all = &self.definition.extra;
        let number = index as u8 + 1;
        let waited = all.iter().filter_map(|extra| extra.show_if.as_ref());
        let answers =
            waited.filter(|condition| condition.extra == Some(number)).filter_map(|condition| condition.answer);
        let mut codes: Vec<u16> = match all.get(index).map(Extra::wire_kind) {
            // All at once: several may be ticked.
            Some(ExtraKind::Choices(options)) => {
                let ticks = answers.fold(0, |ticks, answer| ticks | 1 << answer.saturating_sub(1).min(15));
                alloc::vec![ExtraKind::choices_code(options, ticks)]
            }
            _ => answers.map(u16::from).collect(),
        };
        codes.push(0);
        codes
    }

    fn extra_texts<'a>(&'a self, extra: &'a Extra) -> Vec<&'a str> {
        let text = |texts: &'a super::Localized| texts.get(self.tag).map_or("", String::as_str);
        let mut texts = alloc::vec![text(&extra.text)];
        match extra.kind {
            Kind::YesNo => texts.extend([self.wording.yes.as_ref(), self.wording.no.as_ref()]),
            Kind::Choices => texts.push(&self.wording.several),
            Kind::Stars | Kind::Scale | Kind::Choice | Kind::Text => {}
        }
        texts.extend(extra.low.iter().chain(&extra.high).chain(&extra.options).map(text));
        if extra.other {
            texts.push(&self.wording.other);
        }
        texts
    }
}

/// What a core screen says; digits of a scale are not read.
fn core_texts<'a>(question: CoreQuestion, wording: &'a Wording, lens: &'a str) -> Vec<&'a str> {
    match question {
        CoreQuestion::Satisfaction => {
            let mut texts: Vec<&str> = alloc::vec![wording.satisfaction.as_ref()];
            texts.extend(wording.satisfaction_options.iter().map(AsRef::as_ref));
            texts
        }
        CoreQuestion::Ease => alloc::vec![&wording.ease, &wording.ease_low, &wording.ease_high],
        CoreQuestion::Lens => alloc::vec![lens, &wording.lens_low, &wording.lens_high, &wording.lens_none],
        CoreQuestion::Recommend => alloc::vec![&wording.recommend, &wording.recommend_low, &wording.recommend_high],
    }
}
