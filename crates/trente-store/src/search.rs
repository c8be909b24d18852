//! Search in the words of customers: by one rule in either store, which compares neither as its database would.
//!
//! SQLite knows the letters of ASCII alone, and PostgreSQL those of the locale that the database was made with.

use unicode_normalization::UnicodeNormalization;

use crate::limits::SEARCHED_AT_ONCE;

/// A search: finds the words that hold what was typed, in upper or lower case, composed or not. No character of it has
/// a meaning of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search(String);

impl Search {
    /// Of what was typed.
    pub fn new(typed: &str) -> Self {
        Self(folded(typed))
    }

    /// Whether these words hold it.
    pub fn finds(&self, words: &str) -> bool {
        folded(words).contains(&self.0)
    }
}

/// How many rows are read at once for a list of `most`: a search reads words that it does not want.
pub(crate) fn rows_at_once(search: Option<&Search>, most: usize) -> usize {
    if search.is_some() { SEARCHED_AT_ONCE } else { most }
}

/// A text without the difference of case, in normalisation form C. By way of the upper case, so that `ß` is `ss`, and
/// both small sigmas are one.
fn folded(text: &str) -> String {
    text.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_case_nor_normal_form_keeps_words_from_being_found() {
        for (typed, words) in [
            ("échange", "Un ÉCHANGE simple"),
            ("É", "très é"),
            ("e\u{301}change", "Échange"),
            ("Échange", "e\u{301}change"),
            ("STRASSE", "Hauptstraße"),
            ("οδος", "ΟΔΟΣ"),
            ("łódź", "ŁÓDŹ"),
            ("", "anything"),
        ] {
            assert!(Search::new(typed).finds(words), "{typed}");
        }
        for (typed, words) in [("e", "é"), ("%", "100"), ("_", "a"), ("a_b", "acb"), ("\\", "/")] {
            assert!(!Search::new(typed).finds(words), "{typed}");
        }
    }
}
