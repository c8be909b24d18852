//! Lessons rule: docs/lessons.md must name, for every lesson, tests and lines of the documentation that exist.
//!
//! What shows a lesson stands between backticks as `path::name`: a Rust test by its function, a spec by the title of
//! its `it` or `describe`, a page by words of one of its lines.

use super::Source;
use super::references::wrong;

/// The page with the table.
const PAGE: &str = "docs/lessons.md";

/// The last lesson of each of the five essays; the first is `a`. The list lives here, because the essays do not live in
/// this repository.
const LAST: [char; 5] = ['n', 'm', 'h', 'j', 'k'];

/// Every lesson, in its order: `0a` to `4k`.
fn lessons() -> impl Iterator<Item = String> {
    LAST.into_iter().enumerate().flat_map(|(essay, last)| ('a'..=last).map(move |letter| format!("{essay}{letter}")))
}

/// One finding for each lesson that is missing, out of its place, unsaid, or shown by nothing that is there.
pub fn check(sources: &[Source]) -> Vec<String> {
    let Some(page) = sources.iter().find(|source| source.path == PAGE) else {
        return vec![format!("{PAGE} is missing")];
    };
    let mut findings = Vec::new();
    let mut wanted = lessons();
    for (index, line) in page.text.lines().enumerate() {
        let Some(row) = Row::of(line) else { continue };
        let mut found = |what: &str| findings.push(format!("{PAGE}:{}: {what}", index + 1));
        match wanted.next() {
            Some(lesson) if lesson == row.lesson => {}
            Some(lesson) => {
                found(&format!("lesson `{lesson}` is wanted here, not `{}`", row.lesson));
                return findings;
            }
            None => found(&format!("there is no lesson `{}`", row.lesson)),
        }
        if row.statement.is_empty() {
            found(&format!("lesson {} is not said", row.lesson));
        }
        if row.shown.is_empty() {
            found(&format!("lesson {} is shown by nothing", row.lesson));
        }
        for reference in row.shown {
            if let Some(wrong) = wrong(reference, sources) {
                found(&format!("lesson {}: `{reference}`: {wrong}", row.lesson));
            }
        }
    }
    findings.extend(wanted.map(|lesson| format!("{PAGE}: lesson {lesson} has no row")));
    findings
}

/// One row of the table.
struct Row<'a> {
    lesson: &'a str,
    statement: &'a str,
    shown: Vec<&'a str>,
}

impl<'a> Row<'a> {
    /// The row of a line whose first cell is a digit and a letter; none for every other line.
    fn of(line: &'a str) -> Option<Self> {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let lesson = cells.next()?;
        let mut letters = lesson.chars();
        let is_lesson = letters.next()?.is_ascii_digit() && letters.next()?.is_ascii_lowercase();
        if !is_lesson || letters.next().is_some() {
            return None;
        }
        let statement = cells.next().unwrap_or_default();
        // Every second piece between backticks is code.
        let shown = cells.next().unwrap_or_default().split('`').skip(1).step_by(2).collect();
        Some(Self { lesson, statement, shown })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUST: &str = "/// A lesson.\n#[test]\n/// More of it.\nfn shown() {}\n\nfn helper() {}\n\nproptest! {\n    \
                        fn property(a in any()) {}\n}\n\nfn after(a: u8) {}\n\n#[test]\nasync fn waits() {}\n";

    fn sources(page: &str) -> Vec<Source> {
        let of = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        vec![
            of(PAGE, page),
            of("a/t.rs", RUST),
            of("e/s.test.mjs", "describe('the page', () => {\n  it('does', async () => {})\n  it(`x`)\n})\n"),
            of("docs/b.md", "One thing, said well.\n"),
            of("a/b.css", "shown\n"),
        ]
    }

    fn page(shown: &str) -> String {
        let rows: Vec<_> = lessons().map(|lesson| format!("| {lesson} | It is so. | {shown} |\n")).collect();
        format!("# Lessons\n\n| # | lesson | shown by |\n|---|---|---|\n{}", rows.concat())
    }

    #[test]
    fn there_are_fifty_six_lessons() {
        let all: Vec<_> = lessons().collect();
        assert_eq!((all.len(), all[0].as_str(), all[13].as_str(), all[14].as_str()), (56, "0a", "0n", "1a"));
        assert_eq!(all[55], "4k");
    }

    #[test]
    fn tests_titles_and_words_that_are_there_show_a_lesson() {
        for shown in [
            "`a/t.rs::shown`",
            "`a/t.rs::property`",
            "`a/t.rs::waits`",
            "`e/s.test.mjs::does`, `e/s.test.mjs::the page`",
            "said in `docs/b.md::said well`",
        ] {
            assert_eq!(check(&sources(&page(shown))), Vec::<String>::new(), "{shown}");
        }
    }

    #[test]
    fn what_is_not_there_shows_nothing() {
        for (shown, wrong) in [
            ("nothing", "is shown by nothing"),
            ("", "is shown by nothing"),
            ("`a/t.rs`", "write path::name"),
            ("`a/none.rs::shown`", "there is no such file"),
            ("`a/t.rs::show`", "there is no such test"),
            ("`a/t.rs::helper`", "there is no such test"),
            ("`a/t.rs::after`", "there is no such test"),
            ("`e/s.test.mjs::do`", "there is no such title"),
            ("`docs/b.md::said badly`", "there are no such words"),
            ("`docs/b.md::`", "there are no such words"),
            ("`a/b.css::shown`", "only tests and pages show a lesson"),
            ("`a/t.rs::shown`, `a/t.rs::gone`", "`a/t.rs::gone`: there is no such test"),
        ] {
            let found = check(&sources(&page(shown)));
            assert_eq!(found.len(), 56, "{shown}");
            assert!(found.iter().all(|finding| finding.contains(wrong)), "{shown}: {found:?}");
        }
    }

    #[test]
    fn every_lesson_has_its_row_in_its_place() {
        let whole = page("`a/t.rs::shown`");
        let cut = whole.replace("| 4k | It is so. | `a/t.rs::shown` |\n", "");
        assert_eq!(check(&sources(&cut)), ["docs/lessons.md: lesson 4k has no row"]);
        let gap = whole.replace("| 0b | It is so. | `a/t.rs::shown` |\n", "");
        assert_eq!(check(&sources(&gap)), ["docs/lessons.md:6: lesson `0b` is wanted here, not `0c`"]);
        let more = format!("{whole}| 5a | It is so. | `a/t.rs::shown` |\n");
        assert_eq!(check(&sources(&more)), ["docs/lessons.md:61: there is no lesson `5a`"]);
        let unsaid = whole.replacen("It is so.", "", 1);
        assert_eq!(check(&sources(&unsaid)), ["docs/lessons.md:5: lesson 0a is not said"]);
        assert_eq!(check(&sources(&whole)[1..]), ["docs/lessons.md is missing"]);
    }
}
