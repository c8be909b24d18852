//! How long a survey takes, in milliseconds. **Source**: survey.md 3.3.
//!
//! Reading aloud, which is slower than reading silently, plus one decision and one tap a screen: a promise kept
//! by slow readers too.

use crate::locale::Language;
use crate::wording::Wording;

/// A decision: operator M of the keystroke-level model (Card, Moran and Newell, CACM 23:396, 1980).
const DECIDE_MS: u32 = 1350;
/// Pointing 1.1 s and pressing 0.2 s, same source.
const TAP_MS: u32 = 1300;

/// Words a minute, read aloud (IReST; Trauzettel-Klosinski and Dietz, IOVS 53:5452, 2012).
pub const fn words_per_minute(language: Language) -> u32 {
    match language {
        Language::Fr => 195,
        Language::En => 228,
    }
}

/// Tokens between white space that hold a letter or a digit. U+202F is white space too.
pub fn words(text: &str) -> u32 {
    text.split_whitespace().filter(|token| token.chars().any(char::is_alphanumeric)).count() as u32
}

/// Milliseconds of one screen of `words` words.
pub const fn screen_ms(words: u32, words_per_minute: u32) -> u32 {
    words * 60_000 / words_per_minute + DECIDE_MS + TAP_MS
}

/// Words on each screen of the required path under this heading: satisfaction, ease, lens (the longest),
/// recommendation.
pub fn required_words(wording: &Wording, head: &str) -> [u32; 4] {
    let sum = |texts: &[&str]| texts.iter().map(|text| words(text)).sum::<u32>();
    let options = wording.satisfaction_options.iter().map(|text| words(text)).sum::<u32>();
    let lens = wording.lens.iter().map(|text| words(text)).max().unwrap_or(0);
    [
        words(head) + words(&wording.satisfaction) + options,
        sum(&[&wording.ease, &wording.ease_low, &wording.ease_high]),
        lens + sum(&[&wording.lens_low, &wording.lens_high, &wording.lens_none]),
        sum(&[&wording.recommend, &wording.recommend_low, &wording.recommend_high]),
    ]
}

/// Words on the two incident screens.
pub fn optional_words(wording: &Wording) -> [u32; 2] {
    let all = |texts: &[crate::wording::Text]| texts.iter().map(|text| words(text)).sum::<u32>();
    [
        words(&wording.incident_intro) + words(&wording.incident) + all(&wording.incident_options),
        words(&wording.forgive) + all(&wording.forgive_options),
    ]
}

/// Milliseconds of a path, screen by screen.
pub fn path_ms(screens: &[u32], words_per_minute: u32) -> u32 {
    screens.iter().map(|&words| screen_ms(words, words_per_minute)).sum()
}

/// How fast a language is read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    words_per_minute: u32,
}

impl Pace {
    /// The pace of one language.
    pub const fn of(language: Language) -> Self {
        Self { words_per_minute: words_per_minute(language) }
    }

    /// Milliseconds to read these texts aloud.
    pub fn reading_ms<'a>(self, texts: impl Iterator<Item = &'a str>) -> u32 {
        texts.map(words).sum::<u32>() * 60_000 / self.words_per_minute
    }

    /// Milliseconds of one screen with these texts: reading, one decision, one tap.
    pub fn screen_ms<'a>(self, texts: impl Iterator<Item = &'a str>) -> u32 {
        self.reading_ms(texts) + DECIDE_MS + TAP_MS
    }
}
