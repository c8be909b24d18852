//! The French lint says not only what is wrong but what would be right (lesson 2e).

use proptest::prelude::*;
use trente_survey::lint::french::{Rule, check, correct};
use trente_survey::locale::Language;

use crate::read_by_customers;

fn corrected(text: &str, wanted: &str) {
    let correction = correct(text);
    assert_eq!((correction.text.as_str(), correction.left.as_slice()), (wanted, &[][..]), "{text}");
}

#[test]
fn each_rule_has_its_correction() {
    corrected("Ça va ?", "Ça va\u{202f}?");
    corrected("Ça va?!", "Ça va\u{202f}?!");
    corrected("Ça va\u{a0}; oui", "Ça va\u{202f}; oui");
    corrected("Ici :", "Ici\u{a0}:");
    corrected("Ici: là", "Ici\u{a0}: là");
    corrected("Il dit « oui ».", "Il dit «\u{a0}oui\u{a0}».");
    corrected("«oui»", "«\u{a0}oui\u{a0}»");
    corrected("Il dit \"oui\", \"non\".", "Il dit «\u{a0}oui\u{a0}», «\u{a0}non\u{a0}».");
    corrected("l'avis", "l’avis");
    corrected("Alors ...", "Alors…");
    corrected("Un  avis", "Un avis");
    corrected("Un , deux .", "Un, deux.");
    corrected("Etes-vous là", "Êtes-vous là");
    corrected("A  bientôt", "À bientôt");
    corrected("Ecole", "École");
    corrected("Service à tout heures", "Service à toute heure");
    corrected("SERVICE À TOUT HEURES !", "SERVICE À TOUTE HEURE\u{202f}!");
    corrected("Vous voulez que ça soye rapide", "Vous voulez que ça soit rapide");
    corrected("Entant que client", "En tant que client");
    corrected("Qu'est-qui va mal?", "Qu’est-ce qui va mal\u{202f}?");
}

/// What has several corrections, or none, is left to its author, and said.
#[test]
fn what_no_rule_can_correct_is_left() {
    for (text, wanted, left) in [
        ("un des client fidèle", "un des client fidèle", Rule::Agreement),
        ("tout,heures", "tout,heures", Rule::Agreement),
        ("Un écran de 5\"", "Un écran de 5\"", Rule::AsciiQuote),
        ("À 12:30 ?", "À 12:30\u{202f}?", Rule::ColonSpace),
        ("Voir https://a.example", "Voir https://a.example", Rule::ColonSpace),
        ("? Vraiment", "? Vraiment", Rule::NarrowSpace),
        ("«, dit-il", "«\u{a0}, dit-il", Rule::SpaceBeforeStop),
    ] {
        let correction = correct(text);
        assert_eq!((correction.text.as_str(), correction.left.as_slice()), (wanted, &[left][..]), "{text}");
    }
}

#[test]
fn what_is_well_set_comes_back_as_it_is() {
    for (_, text) in read_by_customers(Language::Fr) {
        corrected(&text, &text);
    }
}

/// Pieces of text that fall foul of the rules, alone and together.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        " ",
        "  ",
        "\u{a0}",
        "\u{202f}",
        "\t",
        "?",
        "!",
        ";",
        ":",
        "«",
        "»",
        "'",
        "\"",
        ".",
        "...",
        ",",
        "…",
        "A ",
        "Etes",
        "École",
        "tout heures",
        "Tout heure",
        "ça soye",
        "entant que",
        "qu'est-qui",
        "QU’EST-QUI",
        "un des ",
        "clients",
        "client",
        "a",
        "É",
        "4",
        "/",
        "(",
        ")",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Whether a text has something in it that only its author can correct: see `Correction::left`.
fn for_the_author(text: &str) -> bool {
    let plain: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let characters: Vec<char> = plain.chars().collect();
    let hour = characters
        .windows(3)
        .any(|three| three[1] == ':' && (three[2] == '/' || (three[0].is_ascii_digit() && three[2].is_ascii_digit())));
    let torn = |character: char| character.is_whitespace() || matches!(character, ',' | '.');
    let words: Vec<_> = text.to_lowercase().split(torn).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let quotes = plain.matches('"').count();
    hour || plain.starts_with(['?', '!', ';', ':'])
        || quotes % 2 == 1
        // A straight quote becomes one of the pair, so it may bring the same trouble.
        || ["«,", "«.", "\",", "\"."].iter().any(|pair| plain.contains(pair))
        || words.windows(2).any(|two| two[0].ends_with("des") || (two[0].ends_with("tout") && two[1].starts_with("heure")))
        || text.to_lowercase().contains("un des")
        || (text.contains([',', '.']) && plain.to_lowercase().contains("soye"))
        || (text.contains([',', '.']) && plain.to_lowercase().contains("entant"))
}

proptest! {
    /// The correction of a text passes the lint, but for what it names as left; and correcting it again changes nothing.
    #[test]
    fn a_corrected_text_passes_and_stays(text in prop_oneof![4 => pieces(), 1 => any::<String>()]) {
        let once = correct(&text);
        prop_assert_eq!(check(&once.text), once.left.clone());
        prop_assert_eq!(correct(&once.text), once.clone(), "{:?}", text);
        if !for_the_author(&text) {
            prop_assert_eq!(once.left, [], "{:?} became {:?}", text, once.text);
        }
        if check(&text).is_empty() {
            prop_assert_eq!(once.text, text);
        }
    }
}
