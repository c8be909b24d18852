//! French lint: typography and common mistakes of agreement, with the correction (docs/lessons.md 2e).

mod correction;

use alloc::vec::Vec;

pub use self::correction::{Correction, correct};

/// A rule of French typography or grammar that a string breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// U+202F is wanted before `?`, `!` and `;`.
    NarrowSpace,
    /// U+00A0 or U+202F is wanted before `:`.
    ColonSpace,
    /// U+00A0 or U+202F is wanted inside « ».
    QuoteSpace,
    /// U+2019 instead of `'`, « » instead of `"`.
    AsciiQuote,
    /// U+2026 instead of three dots.
    AsciiEllipsis,
    /// Two spaces in a row.
    DoubleSpace,
    /// A space before `,` or `.`.
    SpaceBeforeStop,
    /// An initial capital without its accent.
    BareCapital,
    /// `tout heure`, `ça soye`, `entant que`, `Qu’est-qui`, `un des` with a singular.
    Agreement,
}

impl Rule {
    /// What to do about it, as a sentence without its final stop.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NarrowSpace => "a narrow no-break space (U+202F) is wanted before `?`, `!` and `;`",
            Self::ColonSpace => "a no-break space (U+00A0) is wanted before `:`",
            Self::QuoteSpace => "a no-break space (U+00A0) is wanted inside « and »",
            Self::AsciiQuote => "typographic quotes are wanted: ’ and « »",
            Self::AsciiEllipsis => "three dots are one character: …",
            Self::DoubleSpace => "two spaces stand side by side",
            Self::SpaceBeforeStop => "no space is wanted before a comma or a full stop",
            Self::BareCapital => "a capital keeps its accent",
            Self::Agreement => "the grammar wants another look",
        }
    }
}

/// Openings that want an accent: Êtes, Être, À, École, État.
const BARE_CAPITALS: [&str; 5] = ["Etes", "Etre", "A ", "Ecole", "Etat"];
const BLUNDERS: [&str; 5] = ["tout heure", "tout heures", "ça soye", "entant que", "qu’est-qui"];

/// The rules that `text` breaks, each once, in the order of [`Rule`]; empty when it is well set.
pub fn check(text: &str) -> Vec<Rule> {
    let characters: Vec<char> = text.chars().collect();
    let pairs = || characters.iter().zip(characters.iter().skip(1)).map(|(&left, &right)| (left, right));
    let no_break = |c: char| matches!(c, '\u{a0}' | '\u{202f}');
    // The first of a run of marks such as `?!` wants the space; the next ones do not.
    let mark = |c: char| matches!(c, '?' | '!' | ';');
    let opens_with = |wanted: &[char]| characters.first().is_some_and(|first| wanted.contains(first));

    let broken = [
        (
            Rule::NarrowSpace,
            opens_with(&['?', '!', ';'])
                || pairs().any(|(left, right)| mark(right) && left != '\u{202f}' && !mark(left)),
        ),
        (Rule::ColonSpace, opens_with(&[':']) || pairs().any(|(left, right)| right == ':' && !no_break(left))),
        (
            Rule::QuoteSpace,
            pairs().any(|(left, right)| (left == '«' && !no_break(right)) || (right == '»' && !no_break(left))),
        ),
        (Rule::AsciiQuote, text.contains(['\'', '"'])),
        (Rule::AsciiEllipsis, text.contains("...")),
        (Rule::DoubleSpace, pairs().any(|(left, right)| left.is_whitespace() && right.is_whitespace())),
        (Rule::SpaceBeforeStop, pairs().any(|(left, right)| left.is_whitespace() && matches!(right, ',' | '.'))),
        (Rule::BareCapital, BARE_CAPITALS.iter().any(|opening| text.starts_with(opening))),
        (Rule::Agreement, blunders(text)),
    ];
    broken.into_iter().filter_map(|(rule, breaks)| breaks.then_some(rule)).collect()
}

fn blunders(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.')).collect();
    let joined = words.join(" ");
    let blunder = BLUNDERS.iter().any(|wrong| {
        joined.match_indices(wrong).any(|(at, found)| {
            let before = joined.get(..at).and_then(|head| head.chars().next_back());
            let after = joined.get(at + found.len()..).and_then(|tail| tail.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    });
    // « un des clients », never « un des client »; x is a plural too.
    let singular = words.windows(3).any(|three| match three {
        ["un", "des", noun] => !noun.is_empty() && !noun.ends_with(['s', 'x', 'z']),
        _ => false,
    });
    blunder || singular
}
