//! Dependency direction of the workspace's crates: `trente-survey ← trente-stats ← trente-store ← trente-collector ←
//! trente-cli`, `trente-survey ← trente` (the widget), and never between widget and collector.

use anyhow::{Context, Result};
use serde_json::Value;

/// A workspace package and the names of what it depends on, development dependencies left out.
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its direct normal and build dependencies.
    pub dependencies: Vec<String>,
}

/// The crates of ours that each crate of ours may use; a crate that is not listed may use none.
const ARROWS: [(&str, &[&str]); 6] = [
    ("trente-widget", &["trente-survey"]),
    ("trente-stats", &["trente-survey"]),
    ("trente-store", &["trente-survey", "trente-stats"]),
    ("trente-collector", &["trente-survey", "trente-stats", "trente-store"]),
    ("trente-cli", &["trente-survey", "trente-stats", "trente-store", "trente-collector"]),
    // Of the tests; only development dependencies name it.
    ("trente-testing", &["trente-survey", "trente-store"]),
];

/// Reads the output of `cargo metadata --no-deps`.
pub fn packages(metadata: &Value) -> Result<Vec<Package>> {
    let listed = metadata.get("packages").and_then(Value::as_array).context("cargo metadata lists no packages")?;
    Ok(listed.iter().map(package).collect())
}

fn package(value: &Value) -> Package {
    let text = |value: &Value, key| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let dependencies = value.get("dependencies").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let used = dependencies.iter().filter(|dependency| text(dependency, "kind") != "dev");
    Package { name: text(value, "name"), dependencies: used.map(|dependency| text(dependency, "name")).collect() }
}

/// One finding for each arrow that points the wrong way.
pub fn check(packages: &[Package]) -> Vec<String> {
    let ours = |name: &str| packages.iter().any(|package| package.name == name);
    let mut findings = Vec::new();
    for package in packages {
        let allowed = ARROWS.iter().find(|(name, _)| *name == package.name).map_or(&[][..], |(_, allowed)| allowed);
        for dependency in package.dependencies.iter().filter(|name| ours(name)) {
            if !allowed.contains(&dependency.as_str()) {
                findings.push(format!("Cargo.toml: `{}` must not depend on `{dependency}`", package.name));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_arrow_may_not_be_turned_round_and_a_development_dependency_is_no_arrow() {
        let depends = |name: &str, kind: Value| json!({ "name": name, "kind": kind });
        let metadata = json!({ "packages": [
            { "name": "trente-widget", "dependencies": [depends("trente-survey", Value::Null), depends("yew", Value::Null)] },
            { "name": "trente-survey", "dependencies": [depends("trente-stats", Value::Null)] },
            { "name": "trente-stats", "dependencies": [depends("trente-collector", json!("dev"))] },
            { "name": "trente-collector", "dependencies": [depends("trente-widget", Value::Null)] },
        ] });
        assert_eq!(
            check(&packages(&metadata).unwrap()),
            [
                "Cargo.toml: `trente-survey` must not depend on `trente-stats`",
                "Cargo.toml: `trente-collector` must not depend on `trente-widget`",
            ]
        );
    }
}
