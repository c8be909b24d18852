//! Text rules of a single file: white space, open tasks, length of a module, use of browser interfaces.

use super::Source;

/// Lines of a module, tests not counted; more, and it does two things.
const MODULE_LINES_MAX: usize = 400;

/// All findings in one file.
pub fn check(source: &Source) -> Vec<String> {
    // A lock file is written by its tool, a licence by its authors.
    let written_by_others = [".lock", "-lock.json"].iter().any(|end| source.path.ends_with(end));
    // What is fed to a fuzz target is as ugly as it needs to be.
    if written_by_others || source.path.starts_with("LICENSE") || source.path.starts_with("fuzz/corpus/") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut found = |number: usize, what: &str| findings.push(format!("{}:{number}: {what}", source.path));
    for (index, line) in source.text.lines().enumerate() {
        let number = index + 1;
        if line.ends_with([' ', '\t', '\r']) {
            found(number, "trailing white space");
        }
        if unnumbered(line) {
            found(number, concat!("a TO", "DO needs the number of its issue, as in `TO", "DO(#12)`"));
        }
        if source.path.ends_with(".rs") {
            if line.trim_start().starts_with(concat!("#[ign", "ore")) {
                found(number, "a test must not be switched off: assert today's behaviour instead");
            }
            if in_widget_core(&source.path) && names_browser(line) {
                found(number, "only src/browser/ may name web_sys or js_sys");
            }
        }
    }
    if source.path.ends_with(".rs") && !is_test_file(&source.path) {
        let lines = module_lines(&source.text);
        if lines > MODULE_LINES_MAX {
            found(lines, &format!("{lines} lines without tests, at most {MODULE_LINES_MAX}"));
        }
    }
    if !source.text.is_empty() && !source.text.ends_with('\n') {
        found(source.text.lines().count(), "the last line has no end");
    }
    findings
}

/// A mark of unfinished work without the number of its issue.
fn unnumbered(line: &str) -> bool {
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")].iter().any(|mark| {
        line.match_indices(mark).any(|(start, _)| {
            let before = line.get(..start).unwrap_or_default();
            let after = line.get(start + mark.len()..).unwrap_or_default();
            let whole = !before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
                && !after.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
            whole && !after.starts_with("(#")
        })
    })
}

/// The widget without its edge: src/lib.rs may name the types of the two exports.
fn in_widget_core(path: &str) -> bool {
    path.starts_with("src/") && !path.starts_with("src/browser/") && !["src/browser.rs", "src/lib.rs"].contains(&path)
}

fn names_browser(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.contains("web_sys") || code.contains("js_sys")
}

fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("_test.rs")
}

/// Lines up to the module's own tests, which stand at its end.
fn module_lines(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&Source { path: path.to_owned(), text: text.to_owned() })
    }

    #[test]
    fn white_space_and_a_missing_end_are_found_with_their_line() {
        assert_eq!(findings("a.css", "a\nb \n"), ["a.css:2: trailing white space"]);
        assert_eq!(findings("a.css", "a\nb"), ["a.css:2: the last line has no end"]);
        assert!(findings("Cargo.lock", "a \n").is_empty());
        assert!(findings("fuzz/corpus/csv/a", "a \r\nb").is_empty());
    }

    #[test]
    fn unfinished_work_needs_an_issue() {
        let mark = concat!("// TO", "DO");
        assert_eq!(findings("a.rs", &format!("{mark}: later\n")).len(), 1);
        assert!(findings("a.rs", &format!("{mark}(#12): later\n")).is_empty());
        assert!(findings("a.md", "mastodon, TODOS, 0xXXXX\n").is_empty());
    }

    #[test]
    fn only_the_edge_of_the_widget_names_the_browser() {
        let line = "use web_sys::Window;\n";
        assert_eq!(findings("src/state.rs", line).len(), 1);
        assert_eq!(findings("src/components/scale.rs", line).len(), 1);
        assert!(findings("src/browser/dom.rs", line).is_empty());
        assert!(findings("src/lib.rs", line).is_empty());
        assert!(findings("src/state.rs", "// Not here: web_sys.\n").is_empty());
    }

    #[test]
    fn tests_do_not_count_as_lines_of_a_module() {
        let code = "x\n".repeat(MODULE_LINES_MAX);
        assert!(findings("crates/a/src/b.rs", &format!("{code}#[cfg(test)]\nmod tests {{}}\n")).is_empty());
        assert_eq!(findings("crates/a/src/b.rs", &format!("{code}y\n")).len(), 1);
        assert!(findings("crates/a/tests/b.rs", &format!("{code}y\n")).is_empty());
    }

    #[test]
    fn a_test_may_not_be_switched_off() {
        assert_eq!(findings("a.rs", concat!("    #[ign", "ore]\n")).len(), 1);
        assert_eq!(findings("a.rs", concat!("#[ign", "ore = \"slow\"]\n")).len(), 1);
    }
}
