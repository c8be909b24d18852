//! The cargo tools of this repository, in exact versions.

use std::fs;

use crate::layout::Layout;
use crate::steps::Minutes;

/// A tool that `cargo install` builds.
pub struct CargoTool {
    /// The package.
    pub name: &'static str,
    /// The exact version.
    pub version: String,
    /// The binary that it installs.
    pub binary: &'static str,
    /// Whether its own lock file is used; wasm-bindgen-cli's own lock file names a yanked version, so `--locked` fails there.
    pub locked: bool,
    /// How long its build takes.
    pub minutes: Minutes,
}

/// Every cargo tool; wasm-bindgen-cli in exactly the version that Cargo.lock names, for they must match.
pub fn cargo_tools(layout: &Layout) -> Vec<CargoTool> {
    let tool = |name, version: &str, binary, locked, minutes| CargoTool {
        name,
        version: version.to_owned(),
        binary,
        locked,
        minutes,
    };
    let lock = fs::read_to_string(layout.at("Cargo.lock")).unwrap_or_default();
    let mut tools = vec![
        tool("trunk", "0.21.14", "trunk", true, Minutes(2, 4)),
        tool("typos-cli", "1.52.0", "typos", true, Minutes(1, 2)),
        tool("cargo-nextest", "0.9.143", "cargo-nextest", true, Minutes(2, 3)),
        tool("cargo-deny", "0.20.2", "cargo-deny", true, Minutes(1, 4)),
        tool("cargo-audit", "0.22.2", "cargo-audit", true, Minutes(2, 4)),
    ];
    if let Some(version) = locked_version(&lock, "wasm-bindgen") {
        tools.push(tool("wasm-bindgen-cli", version, "wasm-bindgen", false, Minutes(1, 2)));
    }
    tools
}

/// The version of `package` in the text of a Cargo.lock.
fn locked_version<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != wanted);
    lines.next()?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_of_exactly_that_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "yew"), None);
    }
}
