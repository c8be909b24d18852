//! Installs the tools that the other commands need, each in an exact version.
//!
//! Cargo tools get a root of their own per version, so that nothing on the machine is replaced and two checkouts can
//! differ. Not here: Rust itself, which rust-toolchain.toml names and rustup brings.

pub mod browser;
pub mod debian;
mod node;
mod trial;

use crate::layout::Layout;
use crate::process::{capture, command, run, succeeds};
use crate::steps::seconds;
use anyhow::{Context, Result, bail};
use std::fs;
use std::time::Instant;

/// What a command may need.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The target that the widget is compiled for.
    WasmTarget,
    /// A cargo tool, by its name.
    Cargo(&'static str),
    /// The npm packages of package-lock.json.
    Npm,
    /// Chromium and its driver.
    Chromium,
    /// Firefox.
    Firefox,
    /// PostgreSQL.
    Postgres,
    /// PHP.
    Php,
    /// What faults and measurements of the collector are made with.
    Trial,
}

/// What a build needs.
pub const BUILD: [Need; 4] = [Need::WasmTarget, Need::Cargo("trunk"), Need::Cargo("wasm-bindgen-cli"), Need::Npm];

/// What everything needs.
pub const EVERYTHING: [Need; 13] = [
    Need::WasmTarget,
    Need::Cargo("trunk"),
    Need::Cargo("wasm-bindgen-cli"),
    Need::Npm,
    Need::Cargo("typos-cli"),
    Need::Cargo("cargo-nextest"),
    Need::Cargo("cargo-deny"),
    Need::Cargo("cargo-audit"),
    Need::Chromium,
    Need::Firefox,
    Need::Postgres,
    Need::Php,
    Need::Trial,
];

/// A tool that `cargo install` builds.
pub struct CargoTool {
    /// The package.
    pub name: &'static str,
    /// The exact version.
    pub version: String,
    binary: &'static str,
    // wasm-bindgen-cli's own lock file names a yanked version, so `--locked` fails there.
    locked: bool,
    // On two cores, for the message only.
    minutes: &'static str,
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
        tool("trunk", "0.21.14", "trunk", true, "3 to 6 minutes"),
        tool("typos-cli", "1.52.0", "typos", true, "1 to 2 minutes"),
        tool("cargo-nextest", "0.9.143", "cargo-nextest", true, "3 to 5 minutes"),
        tool("cargo-deny", "0.20.2", "cargo-deny", true, "4 to 8 minutes"),
        tool("cargo-audit", "0.22.2", "cargo-audit", true, "3 to 6 minutes"),
    ];
    if let Some(version) = locked_version(&lock, "wasm-bindgen") {
        tools.push(tool("wasm-bindgen-cli", version, "wasm-bindgen", false, "1 to 2 minutes"));
    }
    tools
}

/// Installs what is missing of `needs`; says nothing about what is there but how long the look took.
pub fn install(layout: &Layout, needs: &[Need]) -> Result<()> {
    let start = Instant::now();
    for need in needs {
        match need {
            Need::WasmTarget => wasm_target(layout)?,
            Need::Cargo(name) => {
                let tools = cargo_tools(layout);
                let tool = tools.iter().find(|tool| tool.name == *name);
                cargo_tool(layout, tool.with_context(|| format!("Cargo.lock names no version for `{name}`"))?)?;
            }
            Need::Npm => node::install(layout)?,
            Need::Chromium => browser::chromium(layout)?,
            Need::Firefox => browser::firefox(layout)?,
            Need::Postgres => debian::postgres(layout)?,
            Need::Php => debian::php(layout)?,
            Need::Trial => trial::install(layout)?,
        }
    }
    println!("  tools ready: {}", seconds(start.elapsed()));
    Ok(())
}

/// rust-toolchain.toml names the target, so rustup has brought it; unless automatic installation is switched off.
fn wasm_target(layout: &Layout) -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    // Without rustup there is nothing to ask: a distribution's Rust either has the target or cargo will say so.
    let Ok(installed) = capture(command(layout, "rustup")?.args(["target", "list", "--installed"])) else {
        return Ok(());
    };
    if installed.lines().any(|line| line == TARGET) {
        return Ok(());
    }
    announced("the wasm32 target of Rust", "less than a minute", || {
        run(command(layout, "rustup")?.args(["target", "add", TARGET]))
    })
}

fn cargo_tool(layout: &Layout, tool: &CargoTool) -> Result<()> {
    let root = layout.tool_root(tool.name, &tool.version);
    if root.join("bin").join(tool.binary).is_file() {
        return Ok(());
    }
    // Any nextest will do: it only runs the tests.
    if tool.name == "cargo-nextest" && succeeds(command(layout, "cargo")?.args(["nextest", "--version"])) {
        return Ok(());
    }
    let build = layout.tools.join("build");
    announced(&format!("{} {}", tool.name, tool.version), tool.minutes, || {
        let mut install = command(layout, "cargo")?;
        install.args(["install", "--quiet", "--root"]).arg(&root);
        install.arg(format!("{}@{}", tool.name, tool.version));
        if tool.locked {
            install.arg("--locked");
        }
        // A tool that runs for seconds need not be optimised for minutes.
        install
            .env("CARGO_TARGET_DIR", &build)
            .env("CARGO_PROFILE_RELEASE_LTO", "false")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
        let built = run(&mut install);
        // A folder that is already gone is what we want.
        let _gone = fs::remove_dir_all(&build);
        built
    })
}

/// Says what is installed and how long it may take, does it, and says how long it took.
fn announced(what: &str, time: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("  installing {what} (this takes {time}) …");
    let start = Instant::now();
    work().with_context(|| format!("cannot install {what}"))?;
    println!("  installed {what}: {}", seconds(start.elapsed()));
    Ok(())
}

/// Whether we may install system packages: the program to put before apt-get (none when we are root), or an error.
pub fn privilege(layout: &Layout) -> Result<Option<&'static str>> {
    if capture(command(layout, "id")?.arg("-u"))?.trim() == "0" {
        return Ok(None);
    }
    if succeeds(command(layout, "sudo")?.args(["-n", "true"])) {
        return Ok(Some("sudo"));
    }
    bail!("neither root nor sudo without a password")
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
