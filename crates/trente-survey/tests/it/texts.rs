//! Tests of the texts: word for word, typography, sincerity, closed vocabulary, definition.

use std::collections::BTreeSet;

use trente_survey::Cause;
use trente_survey::budget::{self, Pace, Unit};
use trente_survey::definition::Definition;
use trente_survey::lint::french::{self, Rule};
use trente_survey::lint::{sincerity, typography};
use trente_survey::locale::Language;
use trente_survey::wording::{LetterWording, ReplyWording, Wording};

use crate::read_by_customers;

/// Every string of a language that anyone can see, with its place. Merchants read French and English.
fn strings(language: Language) -> Vec<(String, String)> {
    let own = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    let remedies =
        Cause::ALL.into_iter().filter(|_| matches!(language, Language::Fr | Language::En)).flat_map(|cause| {
            let remedy = cause.remedy(language);
            [
                (cause.name().to_owned(), remedy.question.to_owned()),
                (cause.name().to_owned(), remedy.first_step.to_owned()),
            ]
        });
    let minute = Wording::of(language).in_one_minute(language);
    let heads = [&minute.title, &minute.head, &minute.head_linked].map(|text| ("minute".to_owned(), text.to_string()));
    let letters = matches!(language, Language::Fr | Language::En).then(|| LetterWording::of(language));
    let letters: Vec<_> = letters.iter().flat_map(LetterWording::strings).map(own).collect();
    let read = read_by_customers(language).into_iter().map(|(name, text)| (name.to_owned(), text));
    read.chain(remedies).chain(letters).chain(heads).collect()
}

/// A reply to a customer who waits is no letter: at most thirty words, where words are counted, and about as long elsewhere.
#[test]
fn the_apology_is_short_in_every_language() {
    for language in Language::ALL {
        let reply = ReplyWording::of(language);
        let pace = Pace::of(language);
        let (most, length) = match pace.unit {
            Unit::Words => (30, budget::words(&reply.apology)),
            Unit::Characters => (60, reply.apology.chars().count() as u32),
        };
        assert!(length <= most, "{language:?}: {length}");
        assert!(!reply.subject.ends_with(['.', ':']), "{language:?}");
    }
}

#[test]
fn french_typography() {
    for (name, text) in strings(Language::Fr) {
        assert_eq!(french::check(&text), [], "{name}: {text}");
    }
}

#[test]
fn french_lint_bites() {
    let bites = |text: &str, rule: Rule| assert_eq!(french::check(text), [rule], "{text}");
    bites("Ça va ?", Rule::NarrowSpace);
    bites("Ça va?", Rule::NarrowSpace);
    bites("Ça va\u{a0};", Rule::NarrowSpace);
    bites("Ici :", Rule::ColonSpace);
    bites("« oui »", Rule::QuoteSpace);
    bites("l'avis", Rule::AsciiQuote);
    bites("\"avis\"", Rule::AsciiQuote);
    bites("Alors...", Rule::AsciiEllipsis);
    bites("Un  avis", Rule::DoubleSpace);
    bites("Un , deux", Rule::SpaceBeforeStop);
    bites("Etes-vous là", Rule::BareCapital);
    bites("A bientôt", Rule::BareCapital);
    bites("Service à tout heures", Rule::Agreement);
    bites("Vous voulez que ça soye rapide", Rule::Agreement);
    bites("entant que client", Rule::Agreement);
    bites("Qu’est-qui va mal", Rule::Agreement);
    bites("un des client fidèle", Rule::Agreement);
    assert_eq!(french::check("Un des clients, à toute heure\u{202f}?!"), []);
}

#[test]
fn typography_and_sincerity_in_every_language() {
    for language in Language::ALL {
        for (name, text) in strings(language) {
            assert_eq!(typography::check(&text, language), [], "{language:?}, {name}: {text}");
            assert!(sincerity::check(&text, language).is_empty(), "{language:?}, {name}: {text}");
        }
    }
}

/// Lesson 2a: once thirty seconds are not true, one minute is said, in every language, and nothing else changes.
#[test]
fn lesson_2a_one_minute_is_said_instead() {
    assert_eq!(Wording::of(Language::Fr).in_one_minute(Language::Fr).title, "Votre avis en une minute");
    for language in Language::ALL {
        let (thirty, minute) = (Wording::of(language), Wording::of(language).in_one_minute(language));
        assert_ne!(minute.title, thirty.title, "{language:?}");
        assert!(minute.head.starts_with(minute.title.as_ref()), "{language:?}: {}", minute.head);
        assert!(minute.head_linked.starts_with(minute.title.as_ref()), "{language:?}: {}", minute.head_linked);
        let (title, head, head_linked) = (thirty.title.clone(), thirty.head.clone(), thirty.head_linked.clone());
        assert_eq!(Wording { title, head, head_linked, ..minute }, thirty);
    }
    let survey = Definition::default_for("olive");
    let shown = survey.in_one_minute();
    assert_eq!(shown.wording["de"].title, "Ihre Meinung in einer Minute");
    assert_eq!(shown.layout(), survey.layout());
    assert!(shown.paths().iter().all(|path| path.total_ms() <= path.max_ms()));
}

/// A typo is a word that the checked-in list does not hold: it shows as a diff of that list.
#[test]
fn closed_vocabulary() {
    for language in Language::ALL {
        let list = vocabulary(language);
        let known: BTreeSet<&str> = list.lines().collect();
        let used: BTreeSet<String> = strings(language).iter().flat_map(|(_, text)| words(text, language)).collect();
        let used_list: String = used.iter().map(|word| format!("{word}\n")).collect();
        let unknown: Vec<_> = used.iter().filter(|word| !known.contains(word.as_str())).collect();
        assert!(unknown.is_empty(), "not in the {} list: {unknown:?}", language.tag());
        assert_eq!(used_list, list, "the {} list holds words that no string uses, or is not sorted", language.tag());
    }
}

const fn vocabulary(language: Language) -> &'static str {
    match language {
        Language::Fr => include_str!("vocabulary.fr.txt"),
        Language::En => include_str!("vocabulary.en.txt"),
        Language::De => include_str!("vocabulary.de.txt"),
        Language::Es => include_str!("vocabulary.es.txt"),
        Language::It => include_str!("vocabulary.it.txt"),
        Language::Pt => include_str!("vocabulary.pt.txt"),
        Language::Nl => include_str!("vocabulary.nl.txt"),
        Language::Pl => include_str!("vocabulary.pl.txt"),
        Language::Sv => include_str!("vocabulary.sv.txt"),
        Language::Ar => include_str!("vocabulary.ar.txt"),
        Language::Ja => include_str!("vocabulary.ja.txt"),
        Language::ZhHans => include_str!("vocabulary.zh-Hans.txt"),
    }
}

/// The words of a text in lower case; its characters where the script has no words.
fn words(text: &str, language: Language) -> Vec<String> {
    let text = text.replace("{n}", "").replace("{m}", "");
    if Pace::of(language).unit == Unit::Characters {
        return text.chars().filter(|c| c.is_alphabetic()).map(String::from).collect();
    }
    text.split(|c: char| !c.is_alphabetic() && c != '’' && c != '-')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[test]
fn a_label_has_no_final_stop() {
    for language in Language::ALL {
        let wording = Wording::of(language);
        let labels = wording
            .satisfaction_options
            .iter()
            .chain(&wording.incident_options)
            .chain(&wording.forgive_options)
            .chain(&wording.chip_options)
            .chain([&wording.skip, &wording.next, &wording.close, &wording.back, &wording.send, &wording.title])
            .chain([&wording.yes, &wording.no, &wording.other]);
        for label in labels {
            assert!(!label.ends_with(['.', '!', '?', '。', '！', '？', '؟']), "{label}");
        }
        for question in [
            &wording.satisfaction,
            &wording.ease,
            &wording.recommend,
            &wording.incident,
            &wording.end,
            &wording.end_incident,
        ] {
            assert!(question.ends_with(['.', '?', '…', '。', '？', '؟']), "{question}");
        }
    }
}

#[test]
fn definition_round_trip_and_hash() {
    let olive = Definition::default_for("olive");
    let canonical = olive.canonical().unwrap();
    let read = Definition::from_json(std::str::from_utf8(&canonical).unwrap()).unwrap();
    assert_eq!(read, olive);
    assert_eq!(read.canonical().unwrap(), canonical);
    let other = Definition::default_for("cerise").canonical().unwrap();
    assert_ne!(Definition::id(&canonical), Definition::id(&other), "no two merchants share a survey id");
}

#[test]
fn definition_refuses_what_it_does_not_know() {
    assert!(Definition::from_json("{").is_err());
    let canonical = String::from_utf8(Definition::default_for("olive").canonical().unwrap()).unwrap();
    // No field for a reward, a redirect or an audience can be smuggled in (lesson 0f).
    let rewarded = canonical.replacen('{', "{\"reward\":\"10 %\",", 1);
    assert!(Definition::from_json(&rewarded).is_err());
    let short = canonical.replacen("\"skip\":\"Passer\",", "", 1);
    assert!(Definition::from_json(&short).is_err(), "a missing string is an error");
}

/// A survey that another version published: its frames must find their survey after an upgrade, or a downgrade.
#[test]
fn a_published_definition_stays_readable() {
    let olive = Definition::default_for("olive");
    let canonical = String::from_utf8(olive.canonical().unwrap()).unwrap();
    assert_eq!(Definition::from_published(&canonical).unwrap(), olive);
    let older = canonical.replacen("\"skip\":\"Passer\",", "", 1).replacen("\"back\":\"Back\",", "", 1);
    assert_ne!(older, canonical);
    assert_eq!(Definition::from_published(&older).unwrap(), olive, "what it lacks is ours, in its language");
    let newer = canonical.replacen('{', "{\"display\":{\"mode\":\"banner\"},", 1).replacen(
        "\"fr\":{",
        "\"eo\":{\"skip\":\"Preterlasi\"},\"fr\":{\"later\":\"Plus tard\",",
        1,
    );
    assert_eq!(Definition::from_published(&newer).unwrap(), olive, "what we do not know is left out");
    let own = canonical.replacen("Passer", "Suivant", 1);
    assert_eq!(Definition::from_published(&own).unwrap().wording["fr"].skip, "Suivant");
    assert!(Definition::from_published("[]").is_err() && Definition::from_published("{\"name\":1}").is_err());
}

#[test]
fn languages_fall_back() {
    let mut survey = Definition::default_for("olive");
    for (asked, spoken) in [
        (&["en-GB"][..], "en"),
        (&["FR_ca"], "fr"),
        (&["", "pt_BR", "en"], "pt"),
        // The first that the survey has, however far down it stands.
        (&["uk", "ru", "PL-pl", "en"], "pl"),
        (&["zh-TW", "en-US", "fr"], "en"),
        (&["nb-NO", "no", "sv-SE", "en"], "sv"),
        // English before the survey's own language.
        (&["tlh"], "en"),
        (&["uk-UA", "uk"], "en"),
        (&["cs"], "en"),
        (&["nb", "no"], "en"),
        (&["x-default"], "en"),
        (&["--lang--", "\u{0}", "und"], "en"),
        // No language was asked for.
        (&["", " ", "*"], "fr"),
        (&[], "fr"),
    ] {
        assert_eq!(survey.language(asked.iter().copied()).tag(), spoken, "{asked:?}");
    }
    survey.wording.remove("en");
    assert_eq!(survey.language(["uk", "it"]).tag(), "it");
    assert_eq!(survey.language(["uk"]).tag(), "fr", "there is no English");
}
