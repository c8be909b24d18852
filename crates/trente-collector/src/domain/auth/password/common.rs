//! Rejection of guessable passwords: common ones, and those made of known names. **Source**: OWASP ASVS 5.0, 6.2.4 and
//! 6.2.11.
//!
//! A password is cut into the fewest pieces that a guesser tries as one: a word of the list, the name of the account,
//! of a site or of the product, a run on the keyboard, a year. What is in no such piece counts letter by letter. Too
//! few pieces are too easy, however many letters they have.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

/// Common passwords and the words that they are made of, one a line: the most frequent of the lists of zxcvbn-ts (MIT)
/// and of Django (BSD), and some French ones, in lower case.
const LIST: &str = include_str!("../../../../assets/common-passwords.txt");

/// The product, a word that attackers of a collector try first.
const PRODUCT: &str = "trente";

/// Neighbours on a keyboard (QWERTY, AZERTY, QWERTZ), in the alphabet and among the digits; read in either direction.
const RUNS: [&str; 18] = [
    "12345678901234567890",
    "abcdefghijklmnopqrstuvwxyzabc",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertzuiop",
    "yxcvbnm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "1aqw",
    "2zsx",
];

/// Letters of the longest piece.
const PIECE_MAX: usize = 24;
/// What a password must cost, below which it is too easy: a letter or a piece of known letters costs 1, a word 2.
const COST_MIN: usize = 6;

/// Whether a password is too easy to guess; `names` are those of the account and of the sites.
pub fn is_easy(password: &str, names: &[String]) -> bool {
    let words: HashSet<&str> = LIST.lines().collect();
    let parts =
        names.iter().flat_map(|name| name.split(|letter: char| !letter.is_alphanumeric()).chain([name.as_str()]));
    let names: Vec<String> = parts.map(plain).filter(|name| name.chars().count() > 2).collect();
    let letters: Vec<char> = plain(password).chars().collect();
    cost(once(&letters), &words, &names) < COST_MIN
}

/// Letters and digits alone, in lower case and one form.
fn plain(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect()
}

/// The part that a text repeats to its end, or the text.
fn once(letters: &[char]) -> &[char] {
    let repeats = |length: &usize| letters.iter().zip(letters.iter().skip(*length)).all(|(one, other)| one == other);
    let length = (1..=letters.len() / 2).find(repeats).unwrap_or(letters.len());
    letters.get(..length).unwrap_or(letters)
}

/// The cost of the cheapest way to cut it.
fn cost(letters: &[char], words: &HashSet<&str>, names: &[String]) -> usize {
    // The cost of what ends before each letter.
    let mut costs = vec![0];
    for end in 1..=letters.len() {
        let mut least = costs.last().copied().unwrap_or(0) + 1;
        for start in end.saturating_sub(PIECE_MAX)..end.saturating_sub(2) {
            let (Some(before), Some(piece)) = (costs.get(start), letters.get(start..end)) else { continue };
            if let Some(cost) = piece_cost(piece, words, names) {
                least = least.min(before + cost);
            }
        }
        costs.push(least);
    }
    costs.last().copied().unwrap_or(0)
}

/// What a piece costs that is tried as one; none for any other. It has three letters or more.
fn piece_cost(piece: &[char], words: &HashSet<&str>, names: &[String]) -> Option<usize> {
    let text: String = piece.iter().collect();
    let turned: String = piece.iter().rev().collect();
    let spelt: String = piece.iter().map(|letter| spelt(*letter)).collect();
    let is = |known: &str| known == text || known == spelt;
    if is(PRODUCT) || names.iter().any(|name| is(name)) {
        return Some(1);
    }
    let first = piece.first();
    if piece.iter().all(|letter| Some(letter) == first)
        || RUNS.iter().any(|run| run.contains(&text) || run.contains(&turned))
    {
        return Some(1);
    }
    if piece.len() == 4 && text.parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year)) {
        return Some(1);
    }
    (piece.len() >= 4 && (words.contains(text.as_str()) || words.contains(spelt.as_str()))).then_some(2)
}

/// The letter that a digit or a sign stands for.
const fn spelt(letter: char) -> char {
    match letter {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn common_passwords_and_those_of_known_names_are_easy() {
        for password in [
            "123456789012",
            "987654321098",
            "passwordpassword",
            "qwertyuiop123",
            "AZERTYUIOP12",
            "aaaaaaaaaaaa",
            "motdepasse123",
            "ada ada ada ada",
            "olive olive olive",
            "abcabcabcabc",
            "P@ssw0rd1234",
            "Bonjour2026!!",
            "Summer2026Paris!",
            "football 2024!",
            "iloveyou12345",
            "michaeljordan",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
            "olive-trente-2026",
            "Ada.Olive.2026!",
            "tr3nt3 0l1v3",
            "trente trente 12",
            "ｐａｓｓｗｏｒｄ１２３４",
            "            ",
            "!!!!!!!!!!!!",
        ] {
            assert!(is_easy(password, &names(&["ada", "olive"])), "{password}");
        }
    }

    #[test]
    fn sentences_and_random_letters_are_not() {
        for password in [
            "une longue phrase",
            "un long secret",
            "another long one",
            "correct horse battery staple",
            "le chat dort sur le mur",
            "xK9#mQ2$vL7!",
            "qhxtvbnmwpzk",
            "Der Hund schläft heute",
            "秘密の長い合言葉です今日も",
            "my olive tree grows slowly",
        ] {
            assert!(!is_easy(password, &names(&["ada", "olive"])), "{password}");
        }
    }

    #[test]
    fn parts_of_a_name_are_names() {
        assert!(is_easy("lovelace-shop-2026", &names(&["ada.lovelace@shop"])));
        assert!(!is_easy("lovelace-shop-2026", &names(&["ada"])));
    }

    #[test]
    fn the_list_is_in_its_normal_form() {
        for word in LIST.lines() {
            assert_eq!(plain(word), word);
        }
        assert!(LIST.lines().is_sorted() && LIST.lines().count() > 3000);
    }
}
