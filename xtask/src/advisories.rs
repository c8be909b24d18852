//! The advisory state in advisories/: facts of the RustSec database about the crates of Cargo.lock, so that CI, which
//! cannot reach the database, checks them too.
//!
//! Not here: looking at them ([`crate::deny`]), and the rule that every crate was looked up (tidy/advisories.rs).

pub mod facts;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

use crate::layout::Layout;
use facts::Facts;

/// The names of the crates that were looked up, one a line, below a line that says in which state of the database.
pub const LOOKED_UP: &str = "advisories/looked-up.txt";

/// The folder of the facts: one folder for each crate, one file for each advisory.
pub const FACTS: &str = "advisories/crates";

/// What stands in the database instead of an identifier until there is one.
const UNNAMED: &str = "RUSTSEC-0000-0000";

/// Writes the facts about the crates of Cargo.lock out of `database`, a folder that holds the whole RustSec database.
pub fn renew(layout: &Layout, database: &Path) -> Result<()> {
    let lock = fs::read_to_string(layout.at("Cargo.lock")).context("Cargo.lock is missing")?;
    let names = locked(&lock)?;
    let all = read(&database.join("crates"))?;
    let (Some(newest), Some(date)) =
        (all.iter().map(|facts| &facts.id).max(), all.iter().map(|facts| &facts.date).max())
    else {
        bail!("no advisories in {}", database.display());
    };

    // Gone already is as good.
    let _gone = fs::remove_dir_all(layout.at(FACTS));
    let ours: Vec<&Facts> = all.iter().filter(|facts| names.contains(&facts.package)).collect();
    for facts in &ours {
        let path = layout.at(facts.path());
        fs::create_dir_all(layout.at(FACTS).join(&facts.package)).context("cannot write into advisories/")?;
        fs::write(&path, &facts.text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let names: Vec<String> = names.into_iter().collect();
    let head = format!("# Looked up when the newest advisory was {newest} and the newest date in one {date}.");
    let list = [&head, names.join("\n").as_str(), ""].join("\n");
    fs::write(layout.at(LOOKED_UP), list).with_context(|| format!("cannot write {LOOKED_UP}"))?;
    println!("  {} advisories about {} crates", ours.len(), names.len());
    Ok(())
}

/// How old the state is and how much it says, in a line for people.
pub fn age(layout: &Layout) -> Result<String> {
    let list = fs::read_to_string(layout.at(LOOKED_UP)).with_context(|| format!("{LOOKED_UP} is missing"))?;
    let head = list.lines().next().unwrap_or_default().trim_start_matches("# ");
    let ours = read(&layout.at(FACTS))?;
    let newest = ours.iter().max_by_key(|facts| &facts.id).context("there is no advisory in advisories/")?;
    Ok(format!("{} advisories, the newest {} of {}. {head}", ours.len(), newest.id, newest.date))
}

/// The names of the crates that a Cargo.lock takes from somewhere else; ours have no source.
pub fn locked(lock: &str) -> Result<BTreeSet<String>> {
    let lock: Table = lock.parse().context("Cargo.lock is not TOML")?;
    let packages = lock.get("package").and_then(Value::as_array).context("Cargo.lock names no packages")?;
    let foreign = packages.iter().filter(|package| package.get("source").is_some());
    Ok(foreign.filter_map(|package| Some(package.get("name")?.as_str()?.to_owned())).collect())
}

/// Every advisory in a folder that has one folder for each crate, in any order.
fn read(folder: &Path) -> Result<Vec<Facts>> {
    let entries = |folder: &Path| -> Result<Vec<_>> {
        let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        entries.map(|entry| Ok(entry?.path())).collect()
    };
    let mut all = Vec::new();
    for package in entries(folder)?.iter().filter(|path| path.is_dir()) {
        for path in entries(package)?.iter().filter(|path| path.extension().is_some_and(|end| end == "md")) {
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            let facts = facts::read(&text).with_context(|| format!("no advisory: {}", path.display()))?;
            if facts.id != UNNAMED {
                all.push(facts);
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_crates_of_others_are_looked_up() {
        let lock = "version = 4\n\n[[package]]\nname = \"trente\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"time\"\nversion = \"0.3.55\"\nsource = \"registry+a\"\n\n\
                    [[package]]\nname = \"time\"\nversion = \"0.2.0\"\nsource = \"registry+a\"\n";
        assert_eq!(locked(lock).unwrap().into_iter().collect::<Vec<_>>(), ["time"]);
        assert!(locked("version = 4\n").is_err());
    }
}
