//! Import order, as rustfmt's `group_imports = "StdExternalCrate"` has it, which needs a nightly compiler: the
//! standard library, then other crates, then our own modules, each group sorted by rustfmt with a blank line between.

use super::Source;

/// Folders whose files are checked. The widget's follow when it is laid out anew.
const FOLDERS: [&str; 2] = ["crates/", "xtask/"];

/// A group of imports, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Standard,
    External,
    Ours,
}

/// One finding for each import of the file's top level that does not stand in its group.
pub fn check(source: &Source) -> Vec<String> {
    if !source.path.ends_with(".rs") || !FOLDERS.iter().any(|folder| source.path.starts_with(folder)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut before: Option<Group> = None;
    let mut blank = true;
    let mut inside = false;
    for (index, line) in source.text.lines().enumerate() {
        if inside {
            inside = line != "};";
        } else if let Some(path) = line.strip_prefix("use ") {
            inside = line.ends_with('{');
            let group = group(path, &source.text);
            let wrong = match before {
                Some(before) if group < before => {
                    Some("an import of an earlier group: std, then other crates, then ours")
                }
                Some(before) if group == before && blank => Some("a blank line inside a group of imports"),
                Some(before) if group > before && !blank => Some("no blank line before another group of imports"),
                _ => None,
            };
            findings.extend(wrong.map(|wrong| format!("{}:{}: {wrong}", source.path, index + 1)));
            before = Some(group);
        } else if !line.is_empty() {
            // Attributes belong to the import after them; anything else ends the block.
            before = if line.starts_with("#[") { before } else { None };
        }
        blank = line.is_empty();
    }
    findings
}

/// The group of an import, `std::fs;`; a module that the file declares is ours.
fn group(path: &str, text: &str) -> Group {
    let root = path.split([':', ';', ' ']).next().unwrap_or_default();
    let declared = |visibility: &str| text.contains(&format!("\n{visibility}mod {root};"));
    match root {
        "std" | "core" | "alloc" => Group::Standard,
        "crate" | "super" | "self" => Group::Ours,
        _ if declared("") || declared("pub ") => Group::Ours,
        _ => Group::External,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        check(&Source { path: "xtask/src/a.rs".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn three_groups_in_their_order_are_fine() {
        let text = "//! A.\n\nmod here;\n\nuse std::fs;\nuse std::path::{\n    Path,\n};\n\nuse anyhow::Result;\n\n\
                    use crate::b;\nuse here::C;\n\nfn main() {\n    use std::env;\n}\n\npub use x::Y;\n";
        assert_eq!(findings(text), Vec::<String>::new());
    }

    #[test]
    fn an_import_in_another_place_is_found() {
        let order = "xtask/src/a.rs:3: an import of an earlier group: std, then other crates, then ours";
        assert_eq!(findings("use crate::b;\n\nuse std::fs;\n"), [order]);
        assert_eq!(
            findings("use std::fs;\nuse anyhow::Result;\n"),
            ["xtask/src/a.rs:2: no blank line before another group of imports"]
        );
        assert_eq!(
            findings("use std::fs;\n\nuse std::path;\n"),
            ["xtask/src/a.rs:3: a blank line inside a group of imports"]
        );
    }
}
