//! Advisory rule: every crate of Cargo.lock was looked up in the advisory database, and advisories/ holds only facts.

use std::collections::BTreeSet;

use super::Source;
use crate::advisories::{FACTS, LOOKED_UP, facts, locked};

/// One finding for each crate that was not looked up, and for each file of facts with other contents.
pub fn check(sources: &[Source]) -> Vec<String> {
    let text = |path| sources.iter().find(|source| source.path == path).map_or("", |source| source.text.as_str());
    let looked_up: BTreeSet<&str> = text(LOOKED_UP).lines().collect();
    let mut findings = Vec::new();
    match locked(text("Cargo.lock")) {
        Ok(names) => {
            let missed = names.iter().filter(|name| !looked_up.contains(name.as_str()));
            findings.extend(missed.map(|name| {
                format!("Cargo.lock: look `{name}` up in the advisory database, as advisories/README.md says")
            }));
        }
        Err(error) => findings.push(format!("{error:#}")),
    }
    for source in sources.iter().filter(|source| source.path.starts_with(&[FACTS, "/"].concat())) {
        let same =
            facts::read(&source.text).is_ok_and(|facts| facts.text == source.text && facts.path() == source.path);
        if !same {
            findings.push(format!("{}: not what `cargo xtask advisories` writes", source.path));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"tame\"\nversion = \"1.0.0\"\nsource = \"registry+a\"\n";
    const FACT: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2026-0001\"\npackage = \"tame\"\ndate = \"2026-01-02\"\n\n\
                        [versions]\npatched = [\">= 2.0.0\"]\n```\n\n# RUSTSEC-2026-0001 of tame\n";

    fn findings(looked_up: &str, path: &str, fact: &str) -> Vec<String> {
        let files = [("Cargo.lock", LOCK), (LOOKED_UP, looked_up), (path, fact)];
        check(&files.map(|(path, text)| Source { path: path.to_owned(), text: text.to_owned() }))
    }

    #[test]
    fn a_crate_that_nobody_looked_up_is_found() {
        let path = "advisories/crates/tame/RUSTSEC-2026-0001.md";
        assert!(findings("# State.\ntame\n", path, FACT).is_empty());
        let found = findings("# State.\ntamer\n", path, FACT);
        assert_eq!(found, ["Cargo.lock: look `tame` up in the advisory database, as advisories/README.md says"]);
    }

    #[test]
    fn words_and_misplaced_facts_are_found() {
        let path = "advisories/crates/tame/RUSTSEC-2026-0001.md";
        let expected = |path: &str| vec![format!("{path}: not what `cargo xtask advisories` writes")];
        assert_eq!(findings("tame\n", path, &format!("{FACT}\nWords.\n")), expected(path));
        let elsewhere = "advisories/crates/wild/RUSTSEC-2026-0001.md";
        assert_eq!(findings("tame\n", elsewhere, FACT), expected(elsewhere));
    }
}
