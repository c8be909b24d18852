//! Corrects the typography of a French text.
//!
//! Pure, and in an order in which no step undoes an earlier one: quotes, spaces, dots, agreements, the opening.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Rule, check};

const NO_BREAK: char = '\u{a0}';
const NARROW: char = '\u{202f}';

/// Openings and what they are with their accent.
const CAPITALS: [(&str, &str); 5] =
    [("Etes", "Êtes"), ("Etre", "Être"), ("A ", "À "), ("Ecole", "École"), ("Etat", "État")];

/// Blunders and what is meant; a space stands for any one space. Each pair begins with the same letter.
const AGREEMENTS: [(&str, &str); 5] = [
    ("tout heures", "toute heure"),
    ("tout heure", "toute heure"),
    ("ça soye", "ça soit"),
    ("entant que", "en tant que"),
    ("qu’est-qui", "qu’est-ce qui"),
];

/// A text, corrected as far as a rule can do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The text.
    pub text: String,
    /// The rules that it still breaks, each once, in the order of [`Rule`]: only the author knows what they meant.
    /// Empty for nearly every text.
    ///
    /// Left to the author: a mark that opens the text, a `:` in an hour or an address, a `"` without its other half, a
    /// comma or a stop right after `«`, a blunder that a comma or a stop tears apart, and `un des` before a singular,
    /// whose plural has to be known.
    pub left: Vec<Rule>,
}

/// The text with everything corrected that has one correction; a text that is well set comes back as it is.
///
/// Correcting twice is correcting once.
pub fn correct(text: &str) -> Correction {
    let mut text = agreements(&dots(&spaces(&quotes(text))));
    for (bare, accented) in CAPITALS {
        if let Some(rest) = text.strip_prefix(bare) {
            text = [accented, rest].concat();
        }
    }
    let left = check(&text);
    Correction { text, left }
}

/// Typographic apostrophes, and straight quotes in pairs.
fn quotes(text: &str) -> Vec<char> {
    let paired = text.matches('"').count() / 2 * 2;
    let mut quotes = 0;
    let sign = |character| match character {
        '\'' => '’',
        '"' if quotes < paired => {
            quotes += 1;
            if quotes % 2 == 1 { '«' } else { '»' }
        }
        other => other,
    };
    text.chars().map(sign).collect()
}

/// One character for three dots or more.
fn dots(characters: &[char]) -> Vec<char> {
    let runs = characters.chunk_by(|left, right| *left == '.' && *right == '.');
    runs.flat_map(|run| if run.len() >= 3 { &['…'] } else { run }).copied().collect()
}

/// One space where there were several, the right one where a sign wants one, none before a comma or a stop.
fn spaces(characters: &[char]) -> Vec<char> {
    let mut set: Vec<char> = Vec::with_capacity(characters.len());
    let mut rest = characters.iter().copied().peekable();
    // Of a run of spaces: the first no-break one, else the first.
    let mut space: Option<char> = None;
    while let Some(character) = rest.next() {
        if character.is_whitespace() {
            space = match space {
                Some(found) if is_no_break(found) || !is_no_break(character) => Some(found),
                _ => Some(character),
            };
            continue;
        }
        let gap = between(set.last().copied(), space.take(), character, rest.peek().copied());
        set.extend(gap);
        set.push(character);
    }
    let opened = set.last() == Some(&'«');
    set.extend(space.map(|space| if opened && !is_no_break(space) { NO_BREAK } else { space }));
    set
}

/// The space between two characters that had `space` between them; `after` is what follows them.
fn between(before: Option<char>, space: Option<char>, character: char, after: Option<char>) -> Option<char> {
    let kept_no_break = space.filter(|&space| is_no_break(space));
    let Some(before) = before else {
        return match (space, character) {
            (Some(_), '?' | '!' | ';') => Some(NARROW),
            (Some(_), ':' | '»') => kept_no_break.or(Some(NO_BREAK)),
            (_, ',' | '.') => None,
            _ => space,
        };
    };
    match character {
        ',' | '.' if before != '«' => None,
        '?' | '!' | ';' => match space {
            None if matches!(before, '?' | '!' | ';') => None,
            _ => Some(NARROW),
        },
        ':' if space.is_none() && before != '«' && is_hour_or_address(before, after) => None,
        ':' | '»' => kept_no_break.or(Some(NO_BREAK)),
        _ if before == '«' => kept_no_break.or(Some(NO_BREAK)),
        _ => space,
    }
}

/// `12:30` is `12 h 30` in French, and an address stays an address: neither wants a space.
fn is_hour_or_address(before: char, after: Option<char>) -> bool {
    after == Some('/') || (before.is_ascii_digit() && after.is_some_and(|after| after.is_ascii_digit()))
}

const fn is_no_break(character: char) -> bool {
    matches!(character, NO_BREAK | NARROW)
}

/// What the essays trip over, said rightly.
fn agreements(characters: &[char]) -> String {
    let mut text = characters.to_vec();
    for (wrong, right) in AGREEMENTS {
        while let Some((start, end)) = find(&text, wrong) {
            let found: Vec<char> = text.iter().copied().skip(start).take(end - start).collect();
            text.splice(start..end, like(&found, right));
        }
    }
    text.into_iter().collect()
}

/// Where `phrase` stands as whole words, in whatever case.
fn find(text: &[char], phrase: &str) -> Option<(usize, usize)> {
    let wanted: Vec<char> = phrase.chars().collect();
    let alike = |found: char, wanted: char| match wanted {
        ' ' => found.is_whitespace(),
        wanted => found.to_lowercase().eq([wanted]),
    };
    let at = text.windows(wanted.len()).enumerate().position(|(start, window)| {
        let inside = window.iter().zip(&wanted).all(|(&found, &wanted)| alike(found, wanted));
        let outside = [start.checked_sub(1), Some(start + wanted.len())];
        let neighbours = outside.into_iter().flatten().filter_map(|at| text.get(at));
        inside && !neighbours.into_iter().any(|character| character.is_alphanumeric())
    })?;
    Some((at, at + wanted.len()))
}

/// `right` in the case of what it replaces.
fn like(found: &[char], right: &str) -> Vec<char> {
    let upper = |character: &char| character.is_uppercase();
    if found.iter().filter(|character| character.is_alphabetic()).all(upper) {
        return right.chars().flat_map(char::to_uppercase).collect();
    }
    let first = found.first().copied();
    first.into_iter().chain(right.chars().skip(1)).collect()
}
