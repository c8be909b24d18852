//! Plain-English lint: words that hide the actor of a sentence, in comments and in Markdown.
//!
//! **Source**: CONTRIBUTING.md#how-we-write.

use super::Source;
use super::comments::comments;

/// Words that name no actor, or that have a second sense, and what to write in their place.
const WORDS: [(&str, &str); 9] = [
    ("whoever", "name the actor: the client, the caller, the operator, the customer, the merchant"),
    ("whomever", "name the actor"),
    ("somebody", "name the actor"),
    ("nobody", "say who does not: no client, no person"),
    ("anybody", "name the actor"),
    ("beside", "“compared with” for a comparison, “next to” for a place"),
    ("he", "people are “they”"),
    ("his", "people are “they”"),
    ("him", "people are “they”"),
];

/// Phrases of more than one word.
const PHRASES: [(&str, &str); 1] = [("all the same", "“still” or “nevertheless”")];

/// Pages that quote the words, and what was written before the rule.
const EXEMPT: [&str; 2] = ["CONTRIBUTING.md", "CHANGELOG.md"];

/// One finding for each such word of a comment or of a Markdown page.
pub fn check(source: &Source) -> Vec<String> {
    // A migration that has run is never edited.
    if EXEMPT.contains(&source.path.as_str()) || source.path.contains("/migrations/") {
        return Vec::new();
    }
    let lines = if source.path.ends_with(".md") {
        source.text.lines().enumerate().map(|(index, line)| (index + 1, line)).collect()
    } else {
        comments(source)
    };
    lines
        .iter()
        .flat_map(|(number, line)| words(line).map(move |finding| format!("{}:{number}: {finding}", source.path)))
        .collect()
}

/// What is wrong with the prose of a line. Code between backticks is no prose: a test may have any name.
fn words(line: &str) -> impl Iterator<Item = String> {
    let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    let single = WORDS.iter().filter({
        let prose = prose.clone();
        move |(word, _)| prose.split(|letter: char| !letter.is_alphanumeric()).any(|each| each == *word)
    });
    // A phrase begins at a word: “call the same” has none.
    let phrases = PHRASES.iter().filter(move |(phrase, _)| {
        prose.match_indices(phrase).any(|(at, _)| !prose.get(..at).unwrap_or_default().ends_with(char::is_alphanumeric))
    });
    single.chain(phrases).map(|(word, instead)| format!("“{word}”: {instead}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&Source { path: path.to_owned(), text: text.to_owned() })
    }

    #[test]
    fn a_word_that_hides_the_actor_is_found_with_its_line() {
        for (path, text, found) in [
            ("a.rs", "\n//! Whoever asks is answered.", "a.rs:2: “whoever”"),
            ("a.mjs", "f(); // nobody listens", "a.mjs:1: “nobody”"),
            ("a.css", "/* beside the cross */", "a.css:1: “beside”"),
            ("docs/a.md", "It is sent all the same.", "docs/a.md:1: “all the same”"),
            ("a.sql", "-- his own", "a.sql:1: “his”"),
        ] {
            let all = findings(path, text);
            assert_eq!(all.len(), 1, "{text}: {all:?}");
            assert!(all[0].starts_with(found), "{all:?}");
        }
    }

    #[test]
    fn code_strings_and_longer_words_are_not() {
        for (path, text) in [
            ("a.rs", "let nobody = \"beside\";"),
            ("a.md", "`somebody_else` and besides, history"),
            ("a.md", "Both call the same function."),
            ("CONTRIBUTING.md", "no “whoever”"),
            ("a.txt", "whoever"),
        ] {
            assert!(findings(path, text).is_empty(), "{text}");
        }
    }
}
