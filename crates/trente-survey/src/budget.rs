//! Time budget: how long a survey takes, in milliseconds. **Source**: docs/default-survey.md#time-budget and
//! #languages.
//!
//! Reading aloud, which is slower than reading silently, plus one decision and one tap a screen: a promise kept
//! by slow readers too.

use crate::locale::Language;
use crate::wording::Wording;

/// A decision: operator M of the keystroke-level model (Card, Moran and Newell, CACM 23:396, 1980).
const DECIDE_MS: u32 = 1350;
/// Pointing 1.1 s and pressing 0.2 s, same source.
const TAP_MS: u32 = 1300;

/// What a text is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Tokens between white space that hold a letter or a digit.
    Words,
    /// Letters and digits, where a script puts no white space between words.
    Characters,
}

/// How fast a language is read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// What is counted.
    pub unit: Unit,
    /// How many of them a minute.
    pub per_minute: u32,
}

impl Pace {
    /// The pace of one language: IReST for French, English, Japanese and Chinese, its mean of 17 languages for the
    /// rest (Trauzettel-Klosinski and Dietz, IOVS 53:5452, 2012).
    pub const fn of(language: Language) -> Self {
        let (unit, per_minute) = match language {
            Language::Fr => (Unit::Words, 195),
            Language::En => (Unit::Words, 228),
            Language::De
            | Language::Es
            | Language::It
            | Language::Pt
            | Language::Nl
            | Language::Pl
            | Language::Sv
            | Language::Ar => (Unit::Words, 184),
            Language::Ja => (Unit::Characters, 357),
            Language::ZhHans => (Unit::Characters, 255),
        };
        Self { unit, per_minute }
    }

    /// Units of a text.
    pub fn count(self, text: &str) -> u32 {
        match self.unit {
            Unit::Words => words(text),
            Unit::Characters => characters(text),
        }
    }

    /// Milliseconds to read these texts aloud.
    pub fn reading_ms<'a>(self, texts: impl Iterator<Item = &'a str>) -> u32 {
        self.units_ms(self.sum(texts))
    }

    /// Milliseconds of one screen with these texts: reading, one decision, one tap.
    pub fn screen_ms<'a>(self, texts: impl Iterator<Item = &'a str>) -> u32 {
        self.reading_ms(texts) + DECIDE_MS + TAP_MS
    }

    /// Milliseconds of a path whose screens hold so many units.
    pub fn path_ms(self, screens: &[u32]) -> u32 {
        screens.iter().map(|&units| self.units_ms(units) + DECIDE_MS + TAP_MS).sum()
    }

    fn sum<'a>(self, texts: impl Iterator<Item = &'a str>) -> u32 {
        texts.map(|text| self.count(text)).sum()
    }

    const fn units_ms(self, units: u32) -> u32 {
        units * 60_000 / self.per_minute
    }
}

/// Tokens between white space that hold a letter or a digit. U+202F is white space too.
pub fn words(text: &str) -> u32 {
    text.split_whitespace().filter(|token| token.chars().any(char::is_alphanumeric)).count() as u32
}

/// Letters and digits: a syllable or a logogram each, punctuation none.
pub fn characters(text: &str) -> u32 {
    text.chars().filter(|character| character.is_alphanumeric()).count() as u32
}

/// Units on each screen of the required path under this heading: satisfaction, ease, lens (the longest),
/// recommendation.
pub fn required(wording: &Wording, head: &str, pace: Pace) -> [u32; 4] {
    let sum = |texts: &[&str]| pace.sum(texts.iter().copied());
    let lens = wording.lens.iter().map(|text| pace.count(text)).max().unwrap_or(0);
    [
        sum(&[head, &wording.satisfaction]) + pace.sum(wording.satisfaction_options.iter().map(AsRef::as_ref)),
        sum(&[&wording.ease, &wording.ease_low, &wording.ease_high]),
        lens + sum(&[&wording.lens_low, &wording.lens_high, &wording.lens_none]),
        sum(&[&wording.recommend, &wording.recommend_low, &wording.recommend_high]),
    ]
}

/// Units on the two incident screens.
pub fn optional(wording: &Wording, pace: Pace) -> [u32; 2] {
    let all = |texts: &[crate::wording::Text]| pace.sum(texts.iter().map(AsRef::as_ref));
    [
        pace.count(&wording.incident_intro) + pace.count(&wording.incident) + all(&wording.incident_options),
        pace.count(&wording.forgive) + all(&wording.forgive_options),
    ]
}
