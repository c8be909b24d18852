//! One advisory of the RustSec database: reads the facts that a check needs, and writes them in the same format.
//!
//! Left out on purpose: title, description, categories, keywords and functions. The database's sentences are others'
//! words, some of them under a licence of their own, and no check reads them.

use std::fmt::Write;

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::FACTS;

/// What one advisory says.
#[derive(Debug)]
pub struct Facts {
    /// Its identifier, as in `RUSTSEC-2026-0009`; they sort by year and number.
    pub id: String,
    /// The crate.
    pub package: String,
    /// When it was dated, as in `2026-02-05`.
    pub date: String,
    /// All of it in the form of the database: TOML in a fence, then a heading.
    pub text: String,
}

impl Facts {
    /// The file in the repository in which it belongs.
    pub fn path(&self) -> String {
        [FACTS, "/", &self.package, "/", &self.id, ".md"].concat()
    }
}

/// The fields of each table that are kept, in the order in which they are written; those of `versions` decide.
const KEPT: [(&str, &[&str]); 3] = [
    ("advisory", &["id", "package", "date", "informational", "withdrawn", "url", "aliases"]),
    ("affected", &["os", "arch"]),
    ("versions", &["patched", "unaffected"]),
];

/// Reads an advisory, whether it is the database's or ours.
///
/// # Errors
///
/// Without TOML in a fence, or without one of what every advisory has.
pub fn read(markdown: &str) -> Result<Facts> {
    let (_, rest) = markdown.split_once("```toml\n").context("there is no TOML")?;
    let (front, _) = rest.split_once("\n```").context("the TOML has no end")?;
    let tables: Table = front.parse().context("the TOML is none")?;
    let field = |name: &str| {
        let value = tables.get("advisory").and_then(|table| table.get(name)).and_then(Value::as_str);
        Ok::<_, anyhow::Error>(value.with_context(|| format!("`{name}` is missing"))?.to_owned())
    };
    let (id, package, date) = (field("id")?, field("package")?, field("date")?);
    tables.get("versions").and_then(|table| table.get("patched")).context("`patched` is missing")?;

    let mut text = "```toml\n".to_owned();
    for (name, fields) in KEPT {
        let table = tables.get(name);
        let present = fields.iter().filter_map(|field| Some((*field, written(table?.get(field)?)?)));
        // An empty list says nothing, but that of the patched versions: there is none.
        let said = present.filter(|(field, value)| value != "[]" || *field == "patched");
        let lines: Vec<String> = said.map(|(field, value)| format!("{field} = {value}\n")).collect();
        if !lines.is_empty() {
            let space = if name == "advisory" { "" } else { "\n" };
            write!(text, "{space}[{name}]\n{}", lines.concat())?;
        }
    }
    write!(text, "```\n\n# {id} of {package}\n")?;
    Ok(Facts { id, package, date, text })
}

/// A string or a list of strings, on one line.
fn written(value: &Value) -> Option<String> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    match value {
        Value::String(text) => Some(quoted(text)),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(Value::as_str).map(quoted).collect();
            Some(format!("[{}]", items.join(", ")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEIRS: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2026-0001\"\npackage = \"tame\"\ndate = \"2026-01-02\"\n\
                          keywords = [\"panic\"]\naliases = [\n    \"CVE-2026-1\",\n]\n\
                          withdrawn = \"2026-02-03\" # why\n\n[affected.functions]\n\"tame::fox\" = [\"< 2.0.0\"]\n\n\
                          [versions]\npatched = [\">= 2.0.0\", \"^1.5.1\"]\nunaffected = []\n```\n\n\
                          # Foxes\n\nWords of theirs.\n";

    const OURS: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2026-0001\"\npackage = \"tame\"\ndate = \"2026-01-02\"\n\
                        withdrawn = \"2026-02-03\"\naliases = [\"CVE-2026-1\"]\n\n[versions]\n\
                        patched = [\">= 2.0.0\", \"^1.5.1\"]\n```\n\n# RUSTSEC-2026-0001 of tame\n";

    #[test]
    fn facts_stay_and_words_go() {
        let facts = read(THEIRS).unwrap();
        assert_eq!(facts.text, OURS);
        assert_eq!(facts.path(), "advisories/crates/tame/RUSTSEC-2026-0001.md");
        assert_eq!(read(OURS).unwrap().text, OURS);
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(read("# No\n").unwrap_err().to_string(), "there is no TOML");
        let undated = OURS.replace("date = \"2026-01-02\"\n", "");
        assert_eq!(read(&undated).unwrap_err().to_string(), "`date` is missing");
        let unsaid = OURS.replace("patched = ", "unaffected = ");
        assert_eq!(read(&unsaid).unwrap_err().to_string(), "`patched` is missing");
    }

    #[test]
    fn that_no_version_is_good_is_a_fact() {
        let never = OURS.replace("[\">= 2.0.0\", \"^1.5.1\"]", "[]");
        assert_eq!(read(&never).unwrap().text, never);
    }
}
