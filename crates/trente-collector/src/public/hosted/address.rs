//! Normalisation of hosted-page links as mail programs, QR codes and people change them: a slash at the end, capital
//! letters, white space, `&amp;`, a tracker's second question mark.

use crate::web::form::Fields;

/// What a path and a query mean: the site, and what the link says.
pub struct Address {
    /// A public name, or nothing.
    pub site: String,
    /// What the path says that belongs into the query, as where a mail program has written `%3F` for `?`.
    misplaced: Option<String>,
}

impl Address {
    /// Of the segment of the path that names the site, percent-decoded.
    pub fn of(segment: &str) -> Self {
        let (name, misplaced) = match segment.find(['?', '&']) {
            Some(at) => (segment.get(..at).unwrap_or_default(), segment.get(at + 1..).map(str::to_owned)),
            None => (segment, None),
        };
        // White space, and the full stop or bracket that a mail program takes for a part of the link.
        let named = |character: char| character.is_ascii_alphanumeric() || character == '-';
        let site = name.trim_matches(|character| !named(character)).to_ascii_lowercase();
        Self { site, misplaced }
    }

    /// Where the page really is, seen from `path`; none when that is where it is. The answer is relative, because a
    /// proxy may put a path before ours.
    pub fn elsewhere(&self, path: &str, query: Option<&str>) -> Option<String> {
        // What names no site leads nowhere else.
        let there = self.misplaced.is_none() && path.strip_prefix("/s/") == Some(&self.site);
        if there || self.site.is_empty() {
            return None;
        }
        let up = "../".repeat(path.matches('/').count().saturating_sub(1));
        let said = [self.misplaced.as_deref(), query].into_iter().flatten().collect::<Vec<_>>().join("&");
        let pairs = form_urlencoded::parse(said.as_bytes());
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Some(if query.is_empty() { format!("{up}s/{}", self.site) } else { format!("{up}s/{}?{query}", self.site) })
    }
}

/// What a link says: names in any case and after the `amp;` of an escaped ampersand, values without white space around
/// them. A value that is said twice in the same words is said once.
pub fn fields(query: &str) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let name = name.trim().to_ascii_lowercase();
        let value = trente_survey::order::trim(before_tracker(&value));
        fields.add_once(name.trim_start_matches("amp;"), value);
    }
    fields
}

/// A value without what a click tracker has hung on: `?utm_source=mail` after a query that was there.
fn before_tracker(value: &str) -> &str {
    let tracker = |rest: &str| {
        let name = rest.split('=').next().unwrap_or_default();
        name.len() < rest.len()
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    match value.split_once('?') {
        Some((before, rest)) if tracker(rest) => before,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsewhere(path: &str, segment: &str, query: Option<&str>) -> Option<String> {
        Address::of(segment).elsewhere(path, query)
    }

    #[test]
    fn a_changed_path_leads_to_the_page() {
        assert_eq!(elsewhere("/s/olive", "olive", Some("o=MO-1")), None);
        assert_eq!(elsewhere("/s/%C3%A9/", "é", None), None);
        for (path, segment, query, expected) in [
            ("/s/olive/", "olive", Some("o=MO-1"), "../../s/olive?o=MO-1"),
            ("/S/OLIVE", "OLIVE", Some("O=MO-1"), "../s/olive?O=MO-1"),
            ("/S/OLIVE/", "OLIVE", None, "../../s/olive"),
            ("/s/Olive", "Olive", Some("preview"), "../s/olive?preview="),
            ("/s/%20olive%0A", " olive\n", None, "../s/olive"),
            ("/s/olive.", "olive.", None, "../s/olive"),
            ("/s/olive%3Fo=MO-1", "olive?o=MO-1", Some("l=de"), "../s/olive?o=MO-1&l=de"),
            ("/s/olive&o=%231001", "olive&o=#1001", None, "../s/olive?o=%231001"),
        ] {
            assert_eq!(elsewhere(path, segment, query).as_deref(), Some(expected), "{path}");
        }
    }

    #[test]
    fn a_changed_query_says_the_same() {
        for query in [
            "o=MO-1&l=de",
            "o=MO-1&amp;l=de",
            "o=MO-1&amp;amp;l=de",
            "O=MO-1&L=de",
            "o=+MO-1%0A&l=%20de%20",
            "o=MO-1&l=de?utm_source=mail",
            "l=de&o=MO-1?utm_source=mail&utm_medium=e",
            "o=MO-1&o=MO-1&l=de",
            "%20o=MO-1&l=de",
        ] {
            let fields = fields(query);
            assert_eq!((fields.get("o"), fields.get("l")), (Some("MO-1"), Some("de")), "{query}");
        }
        assert_eq!(fields("o=%231001").get("o"), Some("#1001"));
        assert_eq!(fields("o=a%2Bb").get("o"), Some("a+b"));
        assert_eq!(fields("o=really?").get("o"), Some("really?"));
        assert_eq!(fields("o=MO-1&o=MO-2").get("o"), None, "two orders are none");
    }
}
