//! Dependency audit, the step `deny`: cargo-deny checks licences, sources, banned crates and advisories; cargo-audit
//! checks the advisories a second time.
//!
//! Each would fetch the database of the advisories itself, which CI cannot reach; so they are shown a folder that looks
//! as if it had just been fetched, and told to stay off the network. cargo-deny follows what is compiled, cargo-audit
//! reads every line of Cargo.lock.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use toml::Table;

use crate::advisories;
use crate::layout::Layout;
use crate::process::{self, capture, command};

/// Where cargo-deny looks for the database when deny.toml names none: its name and a hash of its address.
const DATABASE: &str = "advisory-db-3157b0e258782691";

/// Crates of our tree in a version that an advisory is about, and that advisory: one with a hole, and one that is only
/// unsound and which nothing of ours asks for itself.
const PROOFS: [(&str, &str, &str); 2] =
    [("rustls", "0.23.44", "RUSTSEC-2026-0285"), ("smallvec", "0.6.12", "RUSTSEC-2018-0018")];

/// Looks at everything, and then whether an advisory would have been found.
pub fn check(layout: &Layout) -> Result<()> {
    // This one may use the network: it fetches the crates, whose licences it reads.
    let mut rest = command(layout, "cargo-deny")?;
    process::run(rest.args(["--workspace", "--locked", "check", "bans", "licenses", "sources"]))?;

    println!("  {}", advisories::age(layout)?);
    let folder = layout.target.join("advisories");
    prepare(layout, &folder)?;
    let metadata = ["metadata", "--locked", "--all-features", "--format-version", "1"];
    let metadata = capture(command(layout, "cargo")?.args(metadata))?;
    process::run(&mut look(layout, &folder, "locked.json", &metadata)?)?;

    let mut graph: Value = serde_json::from_str(&metadata).context("cargo metadata printed no JSON")?;
    for (name, version, _) in PROOFS {
        if !forge(&mut graph, name, version) {
            bail!(
                "`{name}` is not in Cargo.lock any more: name another crate that has an advisory in xtask/src/deny.rs"
            );
        }
    }
    let findings = process::refusal(&mut look(layout, &folder, "forged.json", &graph.to_string())?)?;
    found("cargo-deny", &findings)?;

    let lock = layout.at("Cargo.lock");
    process::run(&mut audit(layout, &folder, &lock)?)?;
    let forged = folder.join("forged.lock");
    let lock = fs::read_to_string(&lock).context("Cargo.lock is missing")?;
    fs::write(&forged, forge_lock(&lock)?).with_context(|| format!("cannot write {}", forged.display()))?;
    found("cargo-audit", &process::refusal(&mut audit(layout, &folder, &forged)?)?)?;
    println!(
        "  were they in the tree, both would find {}",
        PROOFS.map(|(name, version, _)| [name, version].join(" ")).join(", ")
    );
    Ok(())
}

/// Whether every proof is among the findings.
fn found(tool: &str, findings: &str) -> Result<()> {
    for (name, version, id) in PROOFS {
        if !findings.contains(id) {
            bail!("{tool} does not find {id} in {name} {version}, only:\n{findings}");
        }
    }
    Ok(())
}

/// Makes the folder that holds the database, and deny.toml with its place.
fn prepare(layout: &Layout, folder: &Path) -> Result<()> {
    let database = folder.join(DATABASE);
    // What is left of an older state must not be taken for today's; gone already is as good.
    let _gone = fs::remove_dir_all(&database);
    copy(&layout.at(advisories::FACTS), &database.join("crates"))?;
    // Its date is that of the last fetch; how old the state is has been said above.
    fs::create_dir_all(database.join(".git")).context("cannot write into the build folder")?;
    fs::write(database.join(".git/FETCH_HEAD"), "").context("cannot write into the build folder")?;
    let rules = fs::read_to_string(layout.at("deny.toml")).context("deny.toml is missing")?;
    let rules = placed(&rules, folder).context("deny.toml has no table `advisories`")?;
    fs::write(folder.join("deny.toml"), rules).context("cannot write into the build folder")
}

/// deny.toml with the folder in which the database is.
fn placed(rules: &str, folder: &Path) -> Option<String> {
    let (before, after) = rules.split_once("\n[advisories]\n")?;
    let folder = Value::from(folder.to_string_lossy());
    Some(format!("{before}\n[advisories]\ndb-path = {folder}\n{after}"))
}

/// Copies the files of all folders in `from`.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for package in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let package = package?;
        let target = to.join(package.file_name());
        fs::create_dir_all(&target).with_context(|| format!("cannot write {}", target.display()))?;
        for file in fs::read_dir(package.path())? {
            let file = file?;
            fs::copy(file.path(), target.join(file.file_name()))?;
        }
    }
    Ok(())
}

/// cargo-deny that looks only at advisories, off the network, in the tree that `metadata` describes.
fn look(layout: &Layout, folder: &Path, name: &str, metadata: &str) -> Result<Command> {
    let graph = folder.join(name);
    fs::write(&graph, metadata).with_context(|| format!("cannot write {}", graph.display()))?;
    let mut look = command(layout, "cargo-deny")?;
    look.args(["--workspace", "--locked", "--offline", "--config"]).arg(folder.join("deny.toml"));
    look.arg("--metadata-path").arg(graph).args(["check", "advisories"]);
    Ok(look)
}

/// cargo-audit over a Cargo.lock, off the network, that ignores what deny.toml ignores.
fn audit(layout: &Layout, folder: &Path, lock: &Path) -> Result<Command> {
    let rules = fs::read_to_string(layout.at("deny.toml")).context("deny.toml is missing")?;
    let mut audit = command(layout, "cargo-audit")?;
    audit.args(["audit", "--quiet", "--no-fetch", "--stale", "--deny", "warnings", "--db"]).arg(folder.join(DATABASE));
    audit.arg("--file").arg(lock);
    for id in ignored(&rules)? {
        audit.args(["--ignore", &id]);
    }
    Ok(audit)
}

/// The advisories that deny.toml ignores.
fn ignored(rules: &str) -> Result<Vec<String>> {
    let rules: Table = rules.parse().context("deny.toml is not TOML")?;
    let list = rules.get("advisories").and_then(|rules| rules.get("ignore")).and_then(toml::Value::as_array);
    let id = |entry: &toml::Value| entry.get("id").and_then(toml::Value::as_str).map(str::to_owned);
    list.into_iter().flatten().map(|entry| id(entry).context("deny.toml ignores something without an id")).collect()
}

/// A Cargo.lock with the versions of the proofs, each once.
fn forge_lock(lock: &str) -> Result<String> {
    let mut forged = lock.to_owned();
    for (name, version, _) in PROOFS {
        let head = format!("\nname = \"{name}\"\nversion = \"");
        let (before, rest) = forged.split_once(&head).with_context(|| format!("`{name}` is not in Cargo.lock"))?;
        let (_, after) = rest.split_once('"').context("Cargo.lock breaks off")?;
        forged = [before, &head, version, "\"", after].concat();
    }
    Ok(forged)
}

/// Gives the crate `name` another version, and says whether it is there.
fn forge(metadata: &mut Value, name: &str, version: &str) -> bool {
    let packages = metadata.get_mut("packages").and_then(Value::as_array_mut);
    let mut found = false;
    for package in packages.into_iter().flatten().filter(|package| package.get("name").is_some_and(|is| is == name)) {
        if let Some(place) = package.get_mut("version") {
            *place = version.into();
            found = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_place_of_the_database_goes_into_its_table() {
        let rules = "[graph]\n\n[advisories]\nyanked = \"deny\"\n";
        let expected = "[graph]\n\n[advisories]\ndb-path = \"/a b\"\nyanked = \"deny\"\n";
        assert_eq!(placed(rules, Path::new("/a b")).as_deref(), Some(expected));
        assert_eq!(placed("[graph]\n", Path::new("/a")), None);
    }

    #[test]
    fn what_is_ignored_has_an_id() {
        let rules = |ignore: &str| format!("[advisories]\nignore = [{ignore}]\n");
        assert_eq!(ignored(&rules("{ id = \"A\", reason = \"b\" }")).unwrap(), ["A"]);
        assert!(ignored(&rules("{ reason = \"b\" }")).is_err());
        assert!(ignored("[graph]\n").unwrap().is_empty());
    }

    #[test]
    fn a_version_is_forged_where_the_crate_is() {
        let mut graph = json!({"packages": [{"name": "a", "version": "1.0.0"}, {"name": "b", "version": "1.0.0"}]});
        assert!(forge(&mut graph, "b", "0.1.0"));
        assert_eq!(graph["packages"][0]["version"], "1.0.0");
        assert_eq!(graph["packages"][1]["version"], "0.1.0");
        assert!(!forge(&mut graph, "c", "0.1.0"));
    }
}
