//! Citation checker: what comments cite must exist. Pages by their path from the repository's root, sections by the anchor of their
//! heading (`docs/metrics.md#shares`), lessons by their number (`docs/lessons.md 2a`).

use super::comments::comments;
use super::{Source, headings};

const LESSONS: &str = "docs/lessons.md";
const END: &str = ".md";

/// One finding for each citation in the comments of `source` that leads nowhere.
pub fn check(source: &Source, sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, comment) in comments(source) {
        for (start, _) in comment.match_indices(END) {
            let before = comment.get(..start).unwrap_or_default();
            let rest = comment.get(start + END.len()..).unwrap_or_default();
            let name = before.rsplit(|letter: char| !in_path(letter)).next().unwrap_or_default();
            // `*.md` and the like name no page; an address elsewhere is none of ours.
            if name.is_empty() || rest.starts_with(|letter: char| letter.is_alphanumeric()) || name.starts_with("//") {
                continue;
            }
            let path = [name, END].concat();
            if let Some(wrong) = wrong(&path, rest, sources) {
                findings.push(format!("{}:{number}: {path}: {wrong}", source.path));
            }
        }
    }
    findings
}

/// Why a citation of `path`, which `rest` follows on its line, leads nowhere; none when it does not.
fn wrong(path: &str, rest: &str, sources: &[Source]) -> Option<String> {
    let Some(page) = sources.iter().find(|source| source.path == path) else {
        return Some("there is no such page: name its path from the repository's root".to_owned());
    };
    if rest.starts_with('#') {
        return anchors(rest)
            .find(|anchor| !headings::has(page, anchor))
            .map(|anchor| format!("there is no heading `#{anchor}`"));
    }
    let rest = rest.strip_prefix(',').unwrap_or(rest).strip_prefix(' ')?;
    if path == LESSONS {
        let lessons = rest.split([',', ' ']).map(|word| word.trim_end_matches(['.', ';', ':', ')']));
        let mut lessons = lessons.filter(|word| !word.is_empty() && *word != "and").take_while(|word| is_lesson(word));
        let missing = lessons.find(|lesson| !page.text.contains(&format!("\n| {lesson} |")));
        return missing.map(|lesson| format!("there is no lesson {lesson}"));
    }
    let section = rest.strip_prefix("section ").unwrap_or(rest);
    section
        .starts_with(|letter: char| letter.is_ascii_digit())
        .then(|| "cite a heading, as in `#anchor`, not a number".to_owned())
}

/// The anchors of one page: `#score`, and `#class` of `#score and #class`.
fn anchors(rest: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(rest);
    std::iter::from_fn(move || {
        let text = rest?.strip_prefix('#')?;
        let end = text.find(|letter: char| !(letter.is_alphanumeric() || "-_".contains(letter))).unwrap_or(text.len());
        let (anchor, after) = text.split_at_checked(end)?;
        rest = [", ", " and ", " to "].iter().find_map(|between| after.strip_prefix(between));
        Some(anchor)
    })
}

/// A digit and a letter, as in `2a`.
fn is_lesson(word: &str) -> bool {
    matches!(word.as_bytes(), [digit, letter] if digit.is_ascii_digit() && letter.is_ascii_lowercase())
}

fn in_path(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-./".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let pages = [
            source("docs/metrics.md", "# Metrics\n\n## Few answers: shrinkage\n"),
            source(LESSONS, "| # | lesson |\n|---|---|\n| 1a | One. |\n| 2a | Two. |\n"),
            source("README.md", "# Trente\n"),
        ];
        check(&source(path, text), &pages)
    }

    #[test]
    fn pages_headings_and_lessons_that_exist_may_be_cited() {
        for line in [
            "//! Few. **Source**: docs/metrics.md#few-answers-shrinkage.",
            "//! Both. **Source**: docs/metrics.md#metrics, #few-answers-shrinkage; #nothing of a page.",
            "/// See docs/metrics.md and README.md.",
            "/// **Source**: docs/lessons.md 1a, 2a; docs/metrics.md (Rocks).",
            "// every *.md, https://example.org/x.md, a.mdx",
            "let path = \"docs/gone.md\";",
        ] {
            assert_eq!(findings("a.rs", &[line, "\n"].concat()), Vec::<String>::new(), "{line}");
        }
        assert!(findings("a.txt", "// gone.md\n").is_empty());
    }

    #[test]
    fn what_is_not_in_the_repository_is_found() {
        for (path, line, wrong) in [
            ("a.rs", "/// frame.md 5.4", "frame.md: there is no such page"),
            ("a.rs", "//! docs/metrics.md#few", "docs/metrics.md: there is no heading `#few`"),
            ("a.rs", "//! docs/metrics.md#metrics and #gone.", "docs/metrics.md: there is no heading `#gone`"),
            ("a.rs", "let n = 1; // docs/metrics.md 2.1", "docs/metrics.md: cite a heading"),
            ("a.mjs", "// docs/metrics.md, section 2", "docs/metrics.md: cite a heading"),
            ("a.mjs", "/** embed.md says so */", "embed.md: there is no such page"),
            ("a.css", "/* style.md */", "style.md: there is no such page"),
            ("a.toml", "# docs/lessons.md 1a, 9z", "docs/lessons.md: there is no lesson 9z"),
            ("a.sql", "-- ../shared/x.md", "../shared/x.md: there is no such page"),
        ] {
            let found = findings(path, &["\n", line, "\n"].concat());
            assert_eq!(found.len(), 1, "{line}: {found:?}");
            assert!(found[0].starts_with(&format!("{path}:2: {wrong}")), "{found:?}");
        }
    }
}
