//! Sincerity lint: no text solicits, rewards or trades. **Source**: docs/default-survey.md#sincerity, docs/lessons.md
//! 0f and 0i.

mod lexicon;

use alloc::string::String;
use alloc::vec::Vec;

use unicode_normalization::UnicodeNormalization;

use crate::locale::Language;

/// What no string of a survey may say, in whichever language it stands, as whole words.
pub const EVERYWHERE: [&str; 31] = [
    "pourboire",
    "pourboires",
    "tip",
    "tips",
    "étoile",
    "étoiles",
    "star",
    "stars",
    "avis google",
    "google review",
    "google reviews",
    "trustpilot",
    "tripadvisor",
    "notez-nous 5",
    "mettez 10",
    "récompense",
    "reward",
    "rewards",
    "cadeau",
    "cadeaux",
    "gift",
    "gifts",
    "bon d’achat",
    "coupon",
    "réduction",
    "discount",
    "tirage",
    "concours",
    "prize",
    "parrainage",
    "s’il vous plaît notez",
];

/// The forbidden words that `text`, written in `language`, holds; empty when it is sincere.
///
/// A word of [`EVERYWHERE`] counts in each language, one of a language's own lexicon in that language only: the
/// German for a star is an English adjective.
pub fn check(text: &str, language: Language) -> Vec<&'static str> {
    let folded = fold(text);
    let everywhere = EVERYWHERE.into_iter().filter(|phrase| has_word(&folded, phrase));
    let symbols = lexicon::SYMBOLS.into_iter().filter(|symbol| folded.contains(symbol));
    let own = lexicon::of(language).iter().copied().filter(|entry| match language {
        Language::Ja | Language::ZhHans => folded.contains(entry),
        Language::Ar => has_arabic(&folded, entry),
        _ => has_word(&folded, entry),
    });
    everywhere.chain(symbols).chain(own).collect()
}

/// Compatibility forms made plain, without what is not seen (soft hyphens, marks of no width), lower case, typographic
/// apostrophes, one plain space between words, Arabic without vowel signs and hamza, as people type it.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.nfkc().flat_map(char::to_lowercase).filter_map(|c| match c {
            '\'' => Some('’'),
            'أ' | 'إ' | 'آ' => Some('ا'),
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => None,
            '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => None,
            '\u{640}' | '\u{64b}'..='\u{652}' | '\u{670}' => None,
            c => Some(c),
        }));
    }
    folded
}

/// Whether `text` holds `entry`; a `*` at either end of it stands for the rest of a word.
fn has_word(text: &str, entry: &str) -> bool {
    let stem = entry.trim_matches('*');
    text.match_indices(stem).any(|(at, found)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|tail| tail.chars().next());
        (entry.starts_with('*') || !before.is_some_and(char::is_alphanumeric))
            && (entry.ends_with('*') || !after.is_some_and(char::is_alphanumeric))
    })
}

/// The same where conjunction, preposition and article grow together with the word.
fn has_arabic(text: &str, entry: &str) -> bool {
    const CONJUNCTIONS: [&str; 3] = ["", "و", "ف"];
    const PREPOSITIONS: [&str; 8] = ["", "ال", "ب", "بال", "ك", "كال", "ل", "لل"];
    CONJUNCTIONS.into_iter().any(|conjunction| {
        PREPOSITIONS.into_iter().any(|preposition| has_word(text, &[conjunction, preposition, entry].concat()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_hides_no_word() {
        for text in ["A ti\u{ad}p for us?", "A t\u{200b}ip", "\u{2060}t\u{feff}i\u{200d}p\u{200e}"] {
            assert_eq!(check(text, Language::En), ["tip"], "{text:?}");
        }
    }

    /// An entry that is not written as texts are folded would never be found.
    #[test]
    fn every_entry_finds_itself() {
        for language in Language::ALL {
            let own = lexicon::of(language).iter().copied();
            for entry in EVERYWHERE.into_iter().chain(lexicon::SYMBOLS).chain(own) {
                let found = check(&["x ", entry.trim_matches('*'), " x"].concat(), language);
                assert!(found.contains(&entry), "{language:?}: {entry}");
            }
        }
    }
}
