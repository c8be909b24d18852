//! Nothing is solicited, rewarded or traded (lessons 0f and 0i).

use alloc::string::String;
use alloc::vec::Vec;

/// What no string of a survey may say, in lower case, each matched as whole words.
pub const FORBIDDEN: [&str; 31] = [
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

/// The forbidden words that `text` holds; empty when it is sincere.
pub fn check(text: &str) -> Vec<&'static str> {
    let folded = fold(text);
    FORBIDDEN.into_iter().filter(|phrase| holds(&folded, phrase)).collect()
}

/// Lower case, typographic apostrophes, one plain space between words.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase).map(|c| if c == '\'' { '’' } else { c }));
    }
    folded
}

fn holds(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, found)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|tail| tail.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
