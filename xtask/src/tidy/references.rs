//! References to tests, `path::name` between backticks: each must lead to a test, a title or a text that exists.
//!
//! A Rust test is named by its function, a spec by the title of its `it` or `describe`, a page by words of one of its
//! lines. ARCHITECTURE.md names what keeps each invariant in this way, ACCESSIBILITY.md what shows each row of its
//! report, docs/lessons.md what shows each lesson. ACCESSIBILITY.md also numbers its tests, and its rows cite the numbers.

use std::collections::BTreeSet;

use super::Source;

/// The page whose rows cite numbered tests.
const REPORT: &str = "ACCESSIBILITY.md";

/// The pages whose references are checked here; docs/lessons.md has rules of its own.
const PAGES: [&str; 2] = ["ARCHITECTURE.md", REPORT];

/// One finding for each reference of the pages that leads nowhere.
pub fn check(sources: &[Source]) -> Vec<String> {
    PAGES.iter().flat_map(|page| check_page(page, sources)).collect()
}

fn check_page(path: &str, sources: &[Source]) -> Vec<String> {
    let Some(page) = sources.iter().find(|source| source.path == path) else {
        return vec![format!("{path} is missing")];
    };
    let mut findings = if path == REPORT { numbers(&page.text) } else { Vec::new() };
    for (index, line) in page.text.lines().enumerate() {
        // Every second piece between backticks is code.
        for code in line.split('`').skip(1).step_by(2).filter(|code| is_reference(code)) {
            if let Some(wrong) = wrong(code, sources) {
                findings.push(format!("{path}:{}: `{code}`: {wrong}", index + 1));
            }
        }
    }
    findings
}

/// Numbered tests (`T7`): each that is cited must have a row `| T7 |`, and each row must be cited.
fn numbers(text: &str) -> Vec<String> {
    let rows: BTreeSet<_> =
        text.lines().filter_map(|line| number(line.strip_prefix("| ")?.split(' ').next()?)).collect();
    let cited: BTreeSet<_> = text
        .lines()
        .flat_map(|line| {
            let own = line.strip_prefix("| ").and_then(|rest| number(rest.split(' ').next()?));
            let words = line.split(|letter: char| !letter.is_ascii_alphanumeric()).filter_map(number);
            words.skip(usize::from(own.is_some()))
        })
        .collect();
    let unknown = cited.difference(&rows).map(|number| format!("{REPORT}: T{number} is cited, and has no row"));
    unknown.chain(rows.difference(&cited).map(|number| format!("{REPORT}: T{number} shows nothing"))).collect()
}

/// The number of `T7`.
fn number(word: &str) -> Option<u32> {
    word.strip_prefix('T')?.parse().ok()
}

/// A path in a folder, and a name: `Store::change` is Rust.
fn is_reference(code: &str) -> bool {
    code.split_once("::").is_some_and(|(path, _)| path.contains('/') || path.ends_with(".md"))
}

/// Why a reference `path::name` leads nowhere; none when the test, title or text exists.
pub fn wrong(reference: &str, sources: &[Source]) -> Option<&'static str> {
    let Some((path, name)) = reference.split_once("::") else {
        return Some("write path::name");
    };
    let Some(source) = sources.iter().find(|source| source.path == path) else {
        return Some("there is no such file");
    };
    let (there, missing) = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("rs") => (is_test(&source.text, name), "there is no such test"),
        Some("mjs") => (is_title(&source.text, name), "there is no such title"),
        Some("md") => (!name.is_empty() && source.text.contains(name), "there are no such words"),
        _ => (false, "only tests and pages show a lesson"),
    };
    (!there).then_some(missing)
}

/// Whether a function is a test: by its attribute, as a property, or in the list of `on_both!`.
fn is_test(text: &str, name: &str) -> bool {
    let defines = |line: &str| {
        let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
        rest.and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with(['(', '<']))
    };
    let mut in_properties = false;
    let mut attributed = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if line.starts_with("proptest! {") {
            in_properties = true;
        } else if line == "}" {
            in_properties = false;
        }
        if defines(trimmed) {
            return attributed || in_properties || runs_on_both(text, name);
        }
        attributed = match trimmed {
            "#[test]" | "#[tokio::test]" | "#[wasm_bindgen_test]" => true,
            other => attributed && (other.starts_with("///") || other.starts_with("#[")),
        };
    }
    false
}

/// Whether the contract suite's `on_both!(…)` lists the function, which makes one test of it for each store.
fn runs_on_both(text: &str, name: &str) -> bool {
    let list = text.split_once("on_both!(").and_then(|(_, rest)| rest.split_once(')'));
    list.is_some_and(|(names, _)| names.split(',').any(|each| each.trim() == name))
}

/// Whether a spec has an `it`, `test` or `describe` with this title.
fn is_title(text: &str, title: &str) -> bool {
    let quoted = [format!("('{title}'"), format!("(`{title}`")];
    ["it", "test", "describe"].iter().any(|kind| quoted.iter().any(|title| text.contains(&[kind, &**title].concat())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(page: &str) -> Vec<String> {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let suite = "fn stays<B: Backend>(backend: B) {}\n\nfn helps() {}\n\non_both!(\n    goes,\n    stays,\n);\n";
        check(&[
            source(PAGES[0], page),
            source(REPORT, "| T1 | waits | `a/t.rs::waits` |\n| 1.1.1 | Supports | T1 |\n"),
            source("a/t.rs", "#[tokio::test]\nasync fn waits() {}\n"),
            source("a/both.rs", suite),
        ])
    }

    #[test]
    fn a_test_that_exists_keeps_an_invariant() {
        assert!(
            findings("Kept by `a/t.rs::waits` and `a/both.rs::stays`; see `Store::change`, a/gone.rs.\n").is_empty()
        );
    }

    #[test]
    fn a_test_that_does_not_exist_is_found() {
        assert_eq!(
            findings("x\nKept by `a/t.rs::gone`, `a/gone.rs::waits`, `a/both.rs::helps`.\n"),
            [
                "ARCHITECTURE.md:2: `a/t.rs::gone`: there is no such test",
                "ARCHITECTURE.md:2: `a/gone.rs::waits`: there is no such file",
                "ARCHITECTURE.md:2: `a/both.rs::helps`: there is no such test",
            ]
        );
    }

    #[test]
    fn numbers_that_no_row_has_or_cites_are_found() {
        let page = "| T1 | a |\n| T2 | b, not T1 alone |\nSee T3 to T4.\n";
        assert_eq!(
            numbers(page),
            [
                "ACCESSIBILITY.md: T3 is cited, and has no row",
                "ACCESSIBILITY.md: T4 is cited, and has no row",
                "ACCESSIBILITY.md: T2 shows nothing",
            ]
        );
    }
}
