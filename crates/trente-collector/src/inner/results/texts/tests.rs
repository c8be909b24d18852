//! Tests of both tables: typography, sincerity, and that both say the same.

use std::collections::BTreeSet;

use trente_survey::lint::{sincerity, typography};

use super::*;

const BOTH: [&Texts; 2] = [&en::TEXTS, &fr::TEXTS];

#[test]
fn every_text_keeps_the_typography_of_its_language_and_asks_for_nothing() {
    for (place, texts) in BOTH.into_iter().enumerate() {
        let others = [acts::BOTH[place].all(), start::BOTH[place].all(), settings::BOTH[place].all()];
        let others = [others.concat(), access::BOTH[place].all(), own::BOTH[place].all()].concat();
        let pages = texts.all();
        assert!(pages.len() > 200, "{}", pages.len());
        for (name, text) in pages.into_iter().chain(others) {
            assert!(!text.is_empty(), "{name}");
            assert_eq!(typography::check(text, texts.language), [], "{name}: {text}");
            assert!(sincerity::check(text, texts.language).is_empty(), "{name}: {text}");
        }
    }
}

/// A number that one language tells and the other forgets.
#[test]
fn both_languages_tell_the_same_values() {
    let values = |text: &'static str| -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
    };
    let ([acts, french_acts], [start, french_start]) = (acts::BOTH.map(Acts::all), start::BOTH.map(Start::all));
    let [own, french_own] = own::BOTH.map(Own::all);
    let ([set, french_set], [access, french_access]) =
        (settings::BOTH.map(Settings::all), access::BOTH.map(Access::all));
    let english = [en::TEXTS.all(), acts, start, set, access, own].concat();
    let french = [fr::TEXTS.all(), french_acts, french_start, french_set, french_access, french_own].concat();
    for (english, french) in english.into_iter().zip(french) {
        assert_eq!(english.0, french.0);
        // “one” may be said without its number.
        let (mut left, mut right) = (values(english.1), values(french.1));
        left.remove("n");
        right.remove("n");
        assert_eq!(left, right, "{}", english.0);
    }
}

#[test]
fn no_template_has_a_word_of_its_own() {
    for (name, template) in [
        ("site", include_str!("../../../../templates/site.html")),
        ("overview", include_str!("../../../../templates/overview.html")),
        ("overview_own", include_str!("../../../../templates/overview_own.html")),
        ("voices", include_str!("../../../../templates/voices.html")),
        ("desk", include_str!("../../../../templates/desk.html")),
        ("erase", include_str!("../../../../templates/erase.html")),
        ("home", include_str!("../../../../templates/home.html")),
        ("start_account", include_str!("../../../../templates/start_account.html")),
        ("start_site", include_str!("../../../../templates/start_site.html")),
        ("install", include_str!("../../../../templates/install.html")),
        ("settings", include_str!("../../../../templates/settings.html")),
        ("settings_parts", include_str!("../../../../templates/settings_parts.html")),
        ("settings_hub", include_str!("../../../../templates/settings_hub.html")),
        ("settings_origins", include_str!("../../../../templates/settings_origins.html")),
        ("settings_zone", include_str!("../../../../templates/settings_zone.html")),
        ("settings_retention", include_str!("../../../../templates/settings_retention.html")),
        ("settings_keys", include_str!("../../../../templates/settings_keys.html")),
        ("settings_people", include_str!("../../../../templates/settings_people.html")),
        ("settings_person", include_str!("../../../../templates/settings_person.html")),
        ("settings_tokens", include_str!("../../../../templates/settings_tokens.html")),
        ("settings_webhooks", include_str!("../../../../templates/settings_webhooks.html")),
        ("settings_deliveries", include_str!("../../../../templates/settings_deliveries.html")),
        ("settings_days", include_str!("../../../../templates/settings_days.html")),
        ("settings_rights", include_str!("../../../../templates/settings_rights.html")),
        ("settings_audit", include_str!("../../../../templates/settings_audit.html")),
        ("settings_confirm", include_str!("../../../../templates/settings_confirm.html")),
        ("settings_secret", include_str!("../../../../templates/settings_secret.html")),
        ("refusal", include_str!("../../../../templates/refusal.html")),
    ] {
        let mut rest = template.to_owned();
        for (open, close) in [("{%", "%}"), ("{{", "}}"), ("<", ">")] {
            while let Some(start) = rest.find(open) {
                let end = rest[start..].find(close).map_or(rest.len(), |end| start + end + close.len());
                rest.replace_range(start..end, " ");
            }
        }
        let left: Vec<&str> = rest.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).collect();
        let known = ["CSV", "NDJSON", "Parquet", "Trente"];
        assert!(left.iter().all(|word| known.contains(word)), "{name}: {left:?}");
    }
}

#[test]
fn numbers_and_lists_have_their_form() {
    let [english, french] = BOTH;
    assert_eq!((english.form(["a", "b"], 0), french.form(["a", "b"], 0)), ("b", "a"));
    assert_eq!((english.form(["a", "b"], 1), french.form(["a", "b"], 2)), ("a", "b"));
    let names: Vec<String> = ["x", "y", "z"].map(str::to_owned).into();
    assert_eq!((english.list(&names), french.list(&names[..2])), ("x, y and z".to_owned(), "x et y".to_owned()));
    assert_eq!(fill("{a} of {b}", &[("a", "1"), ("b", "2")]), "1 of 2");
}
