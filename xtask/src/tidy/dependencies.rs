//! Dependency allow-list of the widget: its direct dependencies, and crates that are banned from its tree.

use super::arrows::Package;

/// The arguments of cargo that print the widget's whole tree, one `depth name version` per line, nothing left out.
pub const TREE: [&str; 11] = [
    "tree",
    "--package=trente-widget",
    "--target=wasm32-unknown-unknown",
    // A macro runs on the builder's machine; its dependencies weigh nothing in the bundle.
    "--edges=normal,no-proc-macro",
    "--prefix=depth",
    "--no-dedupe",
    "--format= {p}",
    "--locked",
    "--quiet",
    "--charset=utf8",
    "--color=never",
];

/// The widget's direct dependencies. A new one needs its bytes measured by `cargo xtask size`, and a line here.
const ALLOWED: [&str; 12] = [
    "gloo-events",
    "gloo-timers",
    "js-sys",
    "serde",
    "serde-wasm-bindgen",
    "talc",
    "tracing",
    "trente-survey",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
    "yew",
];

/// Crates that cost kilobytes or panic on ordinary conditions of a foreign page.
const BANNED: [&str; 12] = [
    "chrono",
    "gloo-net",
    "gloo-storage",
    "log",
    "rand",
    "regex",
    "reqwest",
    "serde_json",
    "time",
    "url",
    "uuid",
    "wasm-logger",
];

/// Yew depends on this whole collection, banned crates included. The linker drops what is not called, and only
/// Yew can call it: the collection itself is not among the widget's direct dependencies.
const UMBRELLA: &str = "gloo";

/// One finding for each direct dependency of the widget that is not on the list.
pub fn check_direct(packages: &[Package]) -> Vec<String> {
    let widget = packages.iter().filter(|package| package.name == "trente-widget");
    let used = widget.flat_map(|package| &package.dependencies);
    let unlisted = used.filter(|name| !ALLOWED.contains(&name.as_str()));
    unlisted.map(|name| format!("Cargo.toml: the widget must not depend on `{name}`")).collect()
}

/// One finding for each banned crate in the tree, with the way on which it comes in.
pub fn check_tree(tree: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let mut way: Vec<&str> = Vec::new();
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        let (Some(Ok(depth)), Some(name)) = (words.next().map(str::parse::<usize>), words.next()) else {
            continue;
        };
        way.truncate(depth);
        way.push(name);
        if BANNED.contains(&name) && !way.contains(&UMBRELLA) {
            findings.push(format!("Cargo.lock: banned from the widget: {}", way.join(" → ")));
        }
    }
    findings.dedup();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_that_is_not_on_the_list_is_found() {
        let package = |name: &str, dependencies: &[&str]| Package {
            name: name.to_owned(),
            dependencies: dependencies.iter().map(|&name| name.to_owned()).collect(),
        };
        let packages = [package("trente-widget", &["yew", "uuid"]), package("xtask", &["clap"])];
        assert_eq!(check_direct(&packages), ["Cargo.toml: the widget must not depend on `uuid`"]);
    }

    #[test]
    fn a_banned_crate_is_found_unless_it_comes_in_yews_umbrella() {
        let tree = "0 trente v0.1.0 (/a)\n1 yew v0.23.0\n2 gloo v0.12.0\n3 gloo-net v0.7.0\n4 serde_json v1.0.1\n\
                    1 trente-survey v0.1.0 (/b)\n2 serde_json v1.0.1\n";
        assert_eq!(check_tree(tree), ["Cargo.lock: banned from the widget: trente → trente-survey → serde_json"]);
    }
}
