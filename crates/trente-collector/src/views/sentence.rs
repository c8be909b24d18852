//! Sentences of pages and letters: values in the places of their names, singular and plural, a capital at the beginning.

use trente_survey::locale::Language;

/// A text with its `{names}` filled.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}

/// Singular or plural, as the language has it for this number: French counts 0 as it counts 1.
pub fn plural(language: Language, [one, many]: [&'static str; 2], n: u64) -> &'static str {
    if n == 1 || (n == 0 && language == Language::Fr) { one } else { many }
}

/// A text with its first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
