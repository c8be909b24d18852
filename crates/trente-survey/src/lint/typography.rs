//! Typography lint of each language: quotes, marks, spaces.
//!
//! Not here: what only French has, which is in [`super::french`].

use alloc::vec::Vec;

use crate::locale::Language;

/// A rule of typography that a string breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Typographic apostrophes and quotes instead of `'` and `"`.
    AsciiQuote,
    /// U+2026 instead of three dots.
    AsciiEllipsis,
    /// Two spaces in a row.
    DoubleSpace,
    /// A space before a mark that stands close in this language.
    SpaceBeforeMark,
    /// Quotes of another language, or one without its other half.
    Quotes,
    /// A Spanish question or exclamation that does not open with `¿` or `¡`.
    Opening,
    /// A mark of Latin script where the language has its own.
    LatinMark,
    /// A space between characters of a script that has none.
    InnerSpace,
    /// A no-break space is wanted before the `…` that stands for whole words.
    EllipsisSpace,
}

impl Rule {
    /// What to do about it, as a sentence without its final stop.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::AsciiQuote => "typographic quotes are wanted, and ’ for an apostrophe",
            Self::AsciiEllipsis => "three dots are one character: …",
            Self::DoubleSpace => "two spaces stand side by side",
            Self::SpaceBeforeMark => "no space is wanted before this mark",
            Self::Quotes => "these are the quotes of another language, or one lacks its other half",
            Self::Opening => "a question opens with ¿ and an exclamation with ¡",
            Self::LatinMark => "the language has its own comma, stop, colon, question mark or bracket",
            Self::InnerSpace => "no space is wanted between these characters",
            Self::EllipsisSpace => "a no-break space (U+00A0) is wanted before the … that stands for words",
        }
    }
}

/// What a language does.
struct Habits {
    /// Its quotes, opening and closing.
    quotes: &'static [(char, char)],
    /// Marks that no white space stands before.
    close: &'static [char],
    /// Marks that it has others for.
    latin: &'static [char],
    /// Whether questions and exclamations open with a mark.
    opens: bool,
    /// Whether characters stand without spaces between them.
    unspaced: bool,
    /// Whether a space stands before an ellipsis that replaces words.
    loose_ellipsis: bool,
}

const ANGLE: (char, char) = ('«', '»');
const HIGH: (char, char) = ('“', '”');
const MARKS: &[char] = &['.', ',', ';', ':', '?', '!'];
const WIDE: &[char] = &['。', '、', '，', '；', '：', '？', '！', '）'];
const PLAIN: Habits =
    Habits { quotes: &[HIGH], close: MARKS, latin: &[], opens: false, unspaced: false, loose_ellipsis: false };

const fn habits(language: Language) -> Habits {
    match language {
        Language::Fr => Habits { quotes: &[ANGLE, HIGH], close: &['.', ','], ..PLAIN },
        Language::En | Language::Nl => PLAIN,
        Language::De => Habits { quotes: &[('„', '“')], loose_ellipsis: true, ..PLAIN },
        Language::Es => Habits { quotes: &[ANGLE, HIGH], opens: true, ..PLAIN },
        Language::It | Language::Pt => Habits { quotes: &[ANGLE, HIGH], ..PLAIN },
        Language::Pl => Habits { quotes: &[('„', '”'), ANGLE], ..PLAIN },
        Language::Sv => Habits { quotes: &[('”', '”')], loose_ellipsis: true, ..PLAIN },
        Language::Ar => {
            Habits {
                quotes: &[ANGLE, HIGH], close: &['.', '،', '؛', ':', '؟', '!'], latin: &['?', ',', ';'], ..PLAIN
            }
        }
        Language::Ja => Habits { quotes: &[('「', '」'), ('『', '』')], ..WITHOUT_SPACES },
        Language::ZhHans => Habits { quotes: &[HIGH, ('《', '》')], ..WITHOUT_SPACES },
    }
}

const WITHOUT_SPACES: Habits = Habits {
    quotes: &[],
    close: WIDE,
    latin: &['.', ',', ';', ':', '?', '!', '(', ')'],
    opens: false,
    unspaced: true,
    loose_ellipsis: false,
};

/// The rules that `text`, written in `language`, breaks, each once, in the order of [`Rule`].
pub fn check(text: &str, language: Language) -> Vec<Rule> {
    let habits = habits(language);
    let characters: Vec<char> = text.chars().collect();
    let pairs = || characters.iter().zip(characters.iter().skip(1)).map(|(&left, &right)| (left, right));
    let broken = [
        (Rule::AsciiQuote, text.contains(['\'', '"'])),
        (Rule::AsciiEllipsis, text.contains("...")),
        (Rule::DoubleSpace, pairs().any(|(left, right)| left.is_whitespace() && right.is_whitespace())),
        (Rule::SpaceBeforeMark, pairs().any(|(left, right)| left.is_whitespace() && habits.close.contains(&right))),
        (Rule::Quotes, !quotes_match(&characters, habits.quotes)),
        (Rule::Opening, habits.opens && (unopened(&characters, '¿', '?') || unopened(&characters, '¡', '!'))),
        (Rule::LatinMark, latin_mark(&characters, habits.latin)),
        (Rule::InnerSpace, habits.unspaced && inner_space(&characters)),
        (
            Rule::EllipsisSpace,
            habits.loose_ellipsis
                && pairs().any(|(left, right)| right == '…' && (left.is_alphanumeric() || left == ' ')),
        ),
    ];
    broken.into_iter().filter_map(|(rule, breaks)| breaks.then_some(rule)).collect()
}

/// Whether every quote is one of `pairs`, closed before the next one opens. Single quotes are apostrophes too and
/// do not count.
fn quotes_match(characters: &[char], pairs: &[(char, char)]) -> bool {
    let quote = |c: char| matches!(c, '«' | '»' | '“' | '”' | '„' | '「' | '」' | '『' | '』' | '《' | '》');
    let mut closing = None;
    for &character in characters.iter().filter(|&&character| quote(character)) {
        closing = match closing {
            Some(wanted) if character == wanted => None,
            Some(_) => return false,
            None => match pairs.iter().find(|(opening, _)| *opening == character) {
                Some(&(_, wanted)) => Some(wanted),
                None => return false,
            },
        };
    }
    closing.is_none()
}

/// Whether `close` comes without `open` before it, or the reverse; of a run such as `!!` the first counts.
fn unopened(characters: &[char], open: char, close: char) -> bool {
    let mut is_open = false;
    let mut before = ' ';
    for &character in characters {
        if character == open && before != open {
            if is_open {
                return true;
            }
            is_open = true;
        }
        if character == close && before != close {
            if !is_open {
                return true;
            }
            is_open = false;
        }
        before = character;
    }
    is_open
}

/// Whether a Latin mark stands elsewhere than between two digits, as in `1.5`.
fn latin_mark(characters: &[char], marks: &[char]) -> bool {
    let digit = |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(char::is_ascii_digit);
    characters
        .iter()
        .enumerate()
        .any(|(at, mark)| marks.contains(mark) && !(digit(at.checked_sub(1)) && digit(at.checked_add(1))))
}

/// Whether a space stands between two characters of full width; before a mark it is another rule's.
fn inner_space(characters: &[char]) -> bool {
    let wide = |c: char| matches!(c, '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let next_to = |window: &[char]| match window {
        [left, space, right] => space.is_whitespace() && wide(*left) && wide(*right) && !WIDE.contains(right),
        _ => false,
    };
    characters.windows(3).any(next_to)
}
