//! Which language a tag means, and what each language has of its own.

use std::collections::BTreeSet;

use trente_survey::locale::{Language, REGISTRY, number_of, tag_of};
use trente_survey::wording::Wording;

use crate::read_by_customers;

#[test]
fn the_registry_and_the_languages_agree() {
    assert_eq!(REGISTRY[0], "und");
    assert_eq!(Language::ALL.len(), 12);
    for language in Language::ALL {
        assert_eq!(tag_of(language.number()), language.tag());
        assert_eq!(number_of(language.tag()), language.number());
        assert!((1..32).contains(&language.number()), "five bits");
        assert_eq!(Language::from_tag(language.tag()), Some(language));
    }
    assert_eq!((number_of("tlh"), tag_of(31)), (0, "und"));
}

#[test]
fn tags_as_pages_and_browsers_write_them() {
    let check = |wanted: Option<Language>, tags: &[&str]| {
        for tag in tags {
            assert_eq!(Language::from_tag(tag), wanted, "{tag}");
        }
    };
    check(Some(Language::Fr), &["fr", "FR_ca", "fr-Latn-CH", "fr_FR.UTF-8", "fr_BE@euro", "fr-x-old"]);
    check(Some(Language::En), &["en", "en-GB", "EN-us", "en-u-hc-h23", "en-GB-oxendict"]);
    check(Some(Language::De), &["de", "de-AT", "de-CH-1996", "DE"]);
    check(Some(Language::Es), &["es", "es-419", "es_MX", "es-ES"]);
    check(Some(Language::Pt), &["pt", "pt-BR", "pt_PT", "PT-br"]);
    check(Some(Language::Sv), &["sv", "sv-FI", "SV-se"]);
    check(Some(Language::Nl), &["nl", "nl-BE"]);
    check(Some(Language::Ar), &["ar", "ar-EG-u-nu-latn", "ar-Arab", "ar_SA", "ar-001"]);
    check(Some(Language::Ja), &["ja", "ja-JP", "ja-Jpan-JP", "ja_JP.UTF-8"]);
    let chinese =
        ["zh", "zh-CN", "zh_CN.UTF-8", "zh-SG", "zh-MY", "zh-Hans", "ZH-hans-cn", "zh-Hans-HK", "zh-cmn-Hans-CN"];
    check(Some(Language::ZhHans), &chinese);
    // Another script is not read by the same readers: the survey's default decides.
    check(None, &["zh-Hant", "zh-Hant-TW", "zh-TW", "zh_HK", "zh-MO", "zh-hant-CN", "zh-CHT", "ar-Latn", "ja-Latn"]);
    check(None, &["", "-", "tlh", "fra", "e", "zhx", "frr", "*", "und"]);
}

#[test]
fn only_arabic_runs_from_right_to_left() {
    let right: Vec<_> = Language::ALL.into_iter().filter(|language| language.direction() == "rtl").collect();
    assert_eq!(right, [Language::Ar]);
    assert!(Language::ALL.into_iter().all(|language| ["ltr", "rtl"].contains(&language.direction())));
}

/// No file was copied and left as it was; and no string has a character that another script would need.
#[test]
fn each_language_is_its_own() {
    let titles: BTreeSet<String> =
        Language::ALL.into_iter().map(|language| Wording::of(language).head.into()).collect();
    assert_eq!(titles.len(), Language::ALL.len());
    for language in Language::ALL {
        for (name, text) in read_by_customers(language) {
            let own = |c: char| match c {
                '\u{600}'..='\u{6ff}' => "Arab",
                '\u{3005}' | '\u{3040}'..='\u{30ff}' => "Jpan",
                '\u{4e00}'..='\u{9fff}' if language == Language::Ja => "Jpan",
                '\u{4e00}'..='\u{9fff}' => "Hans",
                _ => "Latn",
            };
            let placeholder = text.replace("{n}", "").replace("{m}", "");
            let foreign = placeholder.chars().find(|&c| c.is_alphabetic() && own(c) != language.script());
            assert_eq!(foreign, None, "{language:?}, {name}: {text}");
            assert_eq!(text.trim(), text, "{language:?}, {name}");
            assert_eq!(
                text.contains("{n}"),
                matches!(name, "word_left" | "word_over" | "position"),
                "{language:?}, {name}"
            );
            assert_eq!(text.contains("{m}"), name == "position", "{language:?}, {name}");
        }
    }
}

/// Two options of one question that read alike could not be told apart.
#[test]
fn no_two_options_of_a_question_are_alike() {
    for language in Language::ALL {
        let wording = Wording::of(language);
        let groups: [&[trente_survey::wording::Text]; 5] = [
            &wording.satisfaction_options,
            &wording.lens,
            &wording.incident_options,
            &wording.forgive_options,
            &wording.chip_options,
        ];
        for group in groups {
            assert_eq!(group.iter().collect::<BTreeSet<_>>().len(), group.len(), "{language:?}: {group:?}");
        }
        for (low, high) in [
            (&wording.ease_low, &wording.ease_high),
            (&wording.lens_low, &wording.lens_high),
            (&wording.recommend_low, &wording.recommend_high),
            (&wording.yes, &wording.no),
        ] {
            assert_ne!(low, high, "{language:?}");
        }
    }
}

/// Labels stand two in a row at 320 px: no word is broken, and no label takes more than three lines.
#[test]
fn labels_are_short() {
    for language in Language::ALL {
        let wording = Wording::of(language);
        let wide = matches!(language, Language::Ja | Language::ZhHans);
        let (label_max, word_max) = if wide { (11, 11) } else { (28, 15) };
        for label in wording.incident_options.iter().chain(&wording.chip_options) {
            assert!(label.chars().count() <= label_max, "{language:?}: {label}");
            let longest = label.split_whitespace().map(|word| word.chars().count()).max();
            assert!(longest.is_some_and(|longest| longest <= word_max), "{language:?}: {label}");
        }
        for button in [&wording.skip, &wording.close, &wording.back, &wording.send] {
            assert!(button.chars().count() <= 12, "{language:?}: {button}");
        }
    }
}

/// The hosted page lists the languages by the name that each gives itself.
#[test]
fn each_language_has_a_name_of_its_own() {
    let names: BTreeSet<_> = Language::ALL.map(Language::endonym).into();
    assert_eq!(names.len(), Language::ALL.len());
    assert!(Language::ALL.iter().all(|language| language.endonym() != language.tag()));
}
