//! Flaky specs: those that passed only at their second run, as tests/e2e/run.mjs lists them; and why tests failed.
//!
//! Each is a defect, of the spec or of the product. The list is in target/flaky.txt: one line for each file, the
//! run (its browser) and the name of the spec with a blank between them. The errors of both runs are in
//! target/failed.txt: the summary repeats them for readers of the end of a log.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Context, Result};

use crate::layout::Layout;

/// The list; tests/e2e/support/flaky.mjs writes it.
const LIST: &str = "target/flaky.txt";
/// The errors of tests that failed at either run, of the same writer: a line each.
const FAILED: &str = "target/failed.txt";

/// Removes the lists of an earlier run.
pub fn forget(layout: &Layout) -> Result<()> {
    for list in [LIST, FAILED] {
        match fs::remove_file(layout.at(list)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {list}"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The flaky specs; none when no spec was flaky, or none ran.
pub fn read(layout: &Layout) -> Result<Vec<String>> {
    lines(layout, LIST)
}

/// Why tests failed at either run, for the end of the summary; empty when none did.
pub fn failures(layout: &Layout) -> Result<String> {
    Ok(lines(layout, FAILED)?.iter().map(|line| format!("\n✖ {line}\n")).collect())
}

fn lines(layout: &Layout, list: &str) -> Result<Vec<String>> {
    match fs::read_to_string(layout.at(list)) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {list}")),
    }
}

/// What the summary of a run says of them; nothing when there is none.
pub fn table(flaky: &[String]) -> String {
    if flaky.is_empty() {
        return String::new();
    }
    let lines: Vec<_> = flaky.iter().map(|line| format!("FLAKY  {line}\n")).collect();
    format!(
        "\n{}{} passed only at a second run: find the race, in the spec or in the product ({LIST})\n",
        lines.concat(),
        count(flaky.len())
    )
}

/// `1 spec file`, `2 spec files`.
pub fn count(files: usize) -> String {
    format!("{files} spec file{}", if files == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flaky_spec_has_a_line_and_none_says_nothing() {
        assert_eq!(table(&[]), "");
        let found = table(&["chromium page".to_owned(), "firefox rest".to_owned()]);
        assert!(
            found.starts_with("\nFLAKY  chromium page\nFLAKY  firefox rest\n2 spec files passed only at a second run")
        );
        assert!(table(&["firefox rest".to_owned()]).contains("\n1 spec file passed only"));
    }
}
