//! Language negotiation of a page: the one asked for, else the browser's, else English, else the survey's.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use trente_survey::definition::Definition;
use trente_survey::locale::Language;

/// The language of a survey's page.
pub fn negotiate(definition: &Definition, asked: Option<&str>, headers: &HeaderMap) -> Language {
    definition.language(asked.into_iter().chain(accepted(headers)))
}

/// The language of a page without a survey: as for a survey in every language.
pub fn spoken(asked: Option<&str>, headers: &HeaderMap) -> Language {
    let mut tags = asked.into_iter().chain(accepted(headers)).filter(|tag| !matches!(tag.trim(), "" | "*")).peekable();
    let fallback = if tags.peek().is_some() { Language::En } else { Language::Fr };
    tags.find_map(Language::from_tag).unwrap_or(fallback)
}

/// The languages asked for that we have, best first.
pub fn wanted<'a>(asked: Option<&'a str>, headers: &'a HeaderMap) -> impl Iterator<Item = Language> + use<'a> {
    asked.into_iter().chain(accepted(headers)).filter_map(Language::from_tag)
}

/// The tags of `Accept-Language`, best first (RFC 9110, 12.5.4). What is refused by `q=0` is left out.
fn accepted(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let weighed = values.flat_map(|value| value.split(',')).filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let tag = parts.next()?;
        let quality = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let quality = quality.map_or(Some(1.0), |text| text.parse::<f32>().ok());
        quality.filter(|&quality| quality > 0.0).map(|quality| (tag, quality))
    });
    let mut weighed: Vec<_> = weighed.collect();
    // The sort is stable: among equals the browser's order holds.
    weighed.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    weighed.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_best_language_that_we_have_is_spoken() {
        for (header, language) in [
            ("en-GB,en;q=0.9,fr;q=0.8", Language::En),
            ("xx, fr;q=0.3, en;q=0.7", Language::En),
            ("en;q=0, fr", Language::Fr),
            ("xx", Language::En),
            ("uk-UA,uk;q=0.9,ru;q=0.8", Language::En),
            ("cs, fr;q=0.1", Language::Fr),
            ("cs, fr;Q=0", Language::En),
            ("*", Language::Fr),
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
