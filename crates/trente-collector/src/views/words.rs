//! Display form of customers' words: card numbers are masked, and bidirectional controls are left out.
//!
//! Of the number of a payment card the last four digits are shown (PCI DSS 4.0.1, 3.4.1). Bidirectional controls could
//! show a text in another order than it was written in.
//!
//! Not here: letters, exports and the API, which hand the words on byte for byte.

/// Lengths of card numbers, in digits.
const LENGTHS: [usize; 4] = [14, 15, 16, 19];

/// A run of digits that stand together, by the indices of its bytes.
type Group = (usize, usize);

/// The text for display.
pub fn for_display(text: &str) -> String {
    let is_control = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    mask_cards(&text.replace(is_control, ""))
}

fn mask_cards(text: &str) -> String {
    let mut masked = text.to_owned();
    for run in runs(text) {
        for (first, last) in cards(text, &run) {
            let digits = run.iter().take(last + 1).skip(first);
            let places: Vec<usize> = digits.flat_map(|&(begin, end)| begin..end).collect();
            for &place in places.iter().rev().skip(4) {
                // A digit is one byte, and so is what takes its place: the others stay where they are.
                masked.replace_range(place..=place, "x");
            }
        }
    }
    masked
}

/// Groups of digits that one space, hyphen or point at most stands between.
fn runs(text: &str) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = Vec::new();
    let mut before: Option<(usize, char)> = None;
    let mut gap = 2;
    for (at, letter) in text.char_indices() {
        let follows = before.is_some_and(|(_, letter)| letter.is_ascii_digit());
        if letter.is_ascii_digit() {
            match runs.last_mut() {
                Some(run) if follows => {
                    if let Some((_, end)) = run.last_mut() {
                        *end = at + 1;
                    }
                }
                Some(run) if gap == 1 => run.push((at, at + 1)),
                _ => runs.push(vec![(at, at + 1)]),
            }
            gap = 0;
        } else {
            gap += if matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '-' | '.') { 1 } else { 2 };
        }
        before = Some((at, letter));
    }
    runs
}

/// Which groups of a run are a card number together, by the first and the last of them; none twice.
fn cards(text: &str, run: &[Group]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut first = 0;
    while first < run.len() {
        let mut digits = String::new();
        let mut card = None;
        for (last, &(begin, end)) in run.iter().enumerate().skip(first) {
            digits.push_str(text.get(begin..end).unwrap_or_default());
            if is_card(&digits) {
                card = Some(last);
            }
        }
        found.extend(card.map(|last| (first, last)));
        first = card.map_or(first, |last| last) + 1;
    }
    found
}

/// Whether digits are those of a payment card: its length, the prefix of a scheme (ISO/IEC 7812), and Luhn's check digit.
fn is_card(digits: &str) -> bool {
    let number = |length: usize| digits.get(..length).and_then(|prefix| prefix.parse::<u32>().ok()).unwrap_or(0);
    let is_of_a_scheme = match digits.len() {
        14 => matches!(number(2), 36 | 38) || matches!(number(3), 300..=305),
        15 => matches!(number(2), 34 | 37),
        _ => number(1) == 4 || matches!(number(2), 50..=69) || matches!(number(4), 2221..=2720 | 3528..=3589),
    };
    LENGTHS.contains(&digits.len()) && is_of_a_scheme && passes_luhn(digits)
}

fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit } else { 2 * digit - if digit > 4 { 9 } else { 0 } })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_masked_but_for_four_digits() {
        // Numbers that the schemes publish for tests.
        for (text, shown) in [
            ("4242424242424242", "xxxxxxxxxxxx4242"),
            ("Ma carte 4242 4242 4242 4242, débitée", "Ma carte xxxx xxxx xxxx 4242, débitée"),
            ("5555-5555-5555-4444.", "xxxx-xxxx-xxxx-4444."),
            ("378282246310005", "xxxxxxxxxxx0005"),
            ("3056\u{a0}930902\u{a0}5904", "xxxx\u{a0}xxxxxx\u{a0}5904"),
            ("6205 5000 0000 0000 004", "xxxx xxxx xxxx xxx0 004"),
            ("12 4242 4242 4242 4242 12/27", "12 xxxx xxxx xxxx 4242 12/27"),
            ("4242424242424242 et 4000056655665556", "xxxxxxxxxxxx4242 et xxxxxxxxxxxx5556"),
        ] {
            assert_eq!(for_display(text), shown, "{text}");
        }
    }

    #[test]
    fn other_numbers_stay_as_they_are() {
        for text in [
            "",
            "Commande MO-100482 du 12/11/2026",
            "+33 6 12 34 56 78",
            "4242424242424241",
            "1234567890123456",
            "4006381333931",
            "42424242424242424242424242424242",
            "4242  4242  4242  4242",
            "٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢",
            "Très déçu · 100\u{202f}%",
        ] {
            assert_eq!(for_display(text), text);
        }
    }

    #[test]
    fn controls_that_turn_a_text_around_are_left_out_and_marks_of_direction_stay() {
        assert_eq!(for_display("a\u{202e}b\u{2066}c\u{2069}d\u{200f}e"), "abcd\u{200f}e");
    }
}
