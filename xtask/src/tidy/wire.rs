//! Wire format rule: docs/wire-format.md carries a hash of the code that encodes frames, so a change of the code fails
//! until a developer has read the page again.

use std::fs;

use anyhow::{Context, Result};

use crate::dist::digest;
use crate::layout::Layout;

/// Every file that decides a bit on the wire.
const CODE: [&str; 5] = ["answers.rs", "extra.rs", "frame.rs", "frame/parts.rs", "response_id.rs"];
const FOLDER: &str = "crates/trente-survey/src";
const PAGE: &str = "docs/wire-format.md";
const BEFORE: &str = "<!-- sha256 of the frame's code: ";
const AFTER: &str = " -->";

/// A finding when the page's hash is not the code's.
pub fn check(layout: &Layout) -> Option<String> {
    let wanted = match hash(layout) {
        Ok(hash) => hash,
        Err(error) => return Some(format!("{error:#}")),
    };
    let Ok(page) = fs::read_to_string(layout.at(PAGE)) else {
        return Some(format!("{PAGE} is missing"));
    };
    let advice = "read both, mend the page, then run `cargo xtask tidy --bless`";
    match stated(&page) {
        Some(hash) if hash == wanted => None,
        Some(_) => Some(format!("{PAGE} describes other code than {FOLDER} has: {advice}")),
        None => Some(format!("{PAGE} has no line `{BEFORE}…{AFTER}`: {advice}")),
    }
}

/// Writes the hash of the code into the page.
pub fn bless(layout: &Layout) -> Result<()> {
    let hash = hash(layout)?;
    let page = fs::read_to_string(layout.at(PAGE)).context(PAGE)?;
    fs::write(layout.at(PAGE), blessed(&page, &hash)).context(PAGE)
}

fn hash(layout: &Layout) -> Result<String> {
    let mut code = Vec::new();
    for name in CODE {
        let path = [FOLDER, "/", name].concat();
        code.extend(fs::read(layout.at(&path)).context(path)?);
    }
    Ok(digest::hex(&code))
}

/// The hash that the page names.
fn stated(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once(BEFORE)?;
    rest.split_once(AFTER).map(|(hash, _)| hash)
}

fn blessed(page: &str, hash: &str) -> String {
    match stated(page) {
        Some(old) => page.replacen(&[BEFORE, old, AFTER].concat(), &[BEFORE, hash, AFTER].concat(), 1),
        None => [BEFORE, hash, AFTER, "\n", page].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blessing_adds_the_line_or_changes_its_hash() {
        let once = blessed("# Wire format\n", "aa");
        assert_eq!(once, "<!-- sha256 of the frame's code: aa -->\n# Wire format\n");
        let twice = blessed(&once, "bb");
        assert_eq!(stated(&twice), Some("bb"));
        assert_eq!(twice.len(), once.len());
    }
}
