//! Which language a page speaks: the one asked for, else the browser's, else the survey's.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use trente_survey::definition::Definition;
use trente_survey::locale::Language;

/// What a language calls itself.
///
/// By tag, so that a language that is added is found missing by the test and not by a customer.
pub fn own_name(language: Language) -> &'static str {
    let tag = language.tag();
    OWN_NAMES.iter().find(|(known, _)| *known == tag).map_or(tag, |(_, name)| name)
}

/// As the Unicode CLDR has them, capitalised as in a list.
const OWN_NAMES: [(&str, &str); 12] = [
    ("fr", "Français"),
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("pt", "Português"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("sv", "Svenska"),
    ("ar", "العربية"),
    ("ja", "日本語"),
    ("zh-Hans", "简体中文"),
];

/// The language of a survey's page.
pub fn of(definition: &Definition, asked: Option<&str>, headers: &HeaderMap) -> Language {
    let has = |language: &Language| definition.wording.contains_key(language.tag());
    wanted(asked, headers).find(has).unwrap_or_else(|| definition.language(None))
}

/// The language of a page without a survey.
pub fn spoken(asked: Option<&str>, headers: &HeaderMap) -> Language {
    wanted(asked, headers).next().unwrap_or(Language::Fr)
}

/// The languages asked for, best first.
pub fn wanted<'a>(asked: Option<&'a str>, headers: &'a HeaderMap) -> impl Iterator<Item = Language> + use<'a> {
    asked.into_iter().filter_map(Language::from_tag).chain(accepted(headers))
}

/// The languages of `Accept-Language` that we have, best first.
fn accepted(headers: &HeaderMap) -> Vec<Language> {
    let value = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weighed = value.split(',').filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let language = Language::from_tag(parts.next()?)?;
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |text| text.parse::<f32>().ok());
        quality.filter(|&quality| quality > 0.0).map(|quality| (language, quality))
    });
    let mut weighed: Vec<_> = weighed.collect();
    // The sort is stable: among equals the browser's order holds.
    weighed.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    weighed.into_iter().map(|(language, _)| language).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_own_name() {
        for language in Language::ALL {
            assert_ne!(own_name(language), language.tag());
        }
    }

    #[test]
    fn the_browsers_best_language_that_we_have_is_spoken() {
        for (header, language) in [
            ("en-GB,en;q=0.9,fr;q=0.8", Language::En),
            ("xx, fr;q=0.3, en;q=0.7", Language::En),
            ("en;q=0, fr", Language::Fr),
            ("xx", Language::Fr),
            ("", Language::Fr),
            ("de-CH,de;q=0.9,en;q=0.8", Language::De),
            ("pt-BR", Language::Pt),
            ("zh-CN,zh;q=0.9", Language::ZhHans),
            // A browser that adds plain `zh` takes simplified characters before English.
            ("zh-TW,zh;q=0.9,en;q=0.8", Language::ZhHans),
            ("zh-Hant-HK, en;q=0.8", Language::En),
            ("*, ja;q=0.5", Language::Ja),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(spoken(None, &headers), language, "{header}");
            assert_eq!(spoken(Some("en"), &headers), Language::En, "{header}");
        }
    }
}
