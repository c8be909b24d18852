//! Headings of a Markdown page and the anchors that GitHub makes of them.

use super::Source;

/// Whether a page has a heading with this anchor, as in `docs/metrics.md#shares` without the `#`.
pub fn has(page: &Source, anchor: &str) -> bool {
    let mut seen: Vec<String> = Vec::new();
    for heading in headings(&page.text) {
        let slug = slug(heading);
        let before = seen.iter().filter(|each| **each == slug).count();
        let found = if before == 0 { slug.clone() } else { format!("{slug}-{before}") };
        if found == anchor {
            return true;
        }
        seen.push(slug);
    }
    false
}

/// The texts of all headings, outside of fenced code.
fn headings(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter_map(move |line| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let heading = line.trim_start_matches('#');
        let depth = line.len() - heading.len();
        (!fenced && (1..=6).contains(&depth)).then(|| heading.strip_prefix(' ')).flatten()
    })
}

/// Lower case, blanks as hyphens, nothing but letters, digits, hyphens and underscores.
fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|letter| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter));
    kept.flat_map(char::to_lowercase).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_github() {
        let text = "# One\n## Summary: `trente stats`\n```\n# no heading\n```\n### Sources & more\n## One\n#none\n";
        let page = Source { path: "docs/a.md".to_owned(), text: text.to_owned() };
        for anchor in ["one", "summary-trente-stats", "sources--more", "one-1"] {
            assert!(has(&page, anchor), "{anchor}");
        }
        for anchor in ["no-heading", "none", "One", "one-2", ""] {
            assert!(!has(&page, anchor), "{anchor}");
        }
    }
}
