//! Tool installation: each command's tools, in exact versions.
//!
//! Cargo tools get a root of their own per version, so that nothing on the machine is replaced and two checkouts can
//! differ. Not here: Rust itself, which rust-toolchain.toml names and rustup brings.

pub mod browser;
pub mod debian;
mod fault_tests;
mod node;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::cargo_tools::{CargoTool, cargo_tools};
use crate::layout::Layout;
use crate::process::{capture, command, run, succeeds};
use crate::steps::{Heartbeat, Minutes, seconds};

/// What a command may need.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The target that the widget is compiled for.
    WasmTarget,
    /// The source of Rust's standard library, which the widget is compiled with.
    RustSource,
    /// A cargo tool, by its name.
    Cargo(&'static str),
    /// The npm packages of package-lock.json.
    Npm,
    /// Chromium and its driver.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKitGTK.
    WebKit,
    /// Orca, a screen reader.
    Speech,
    /// PostgreSQL.
    Postgres,
    /// PHP.
    Php,
    /// What the fault and load tests of the collector are made with.
    FaultTests,
}

/// How long a small download takes.
const INSTANT: Minutes = Minutes(0, 1);
const WASM_TARGET: &str = "wasm32-unknown-unknown";
const WASM_TARGET_NAME: &str = "the wasm32 target of Rust";
const RUST_SOURCE: &str = "rust-src";
const RUST_SOURCE_NAME: &str = "the source of Rust's standard library";

/// What a build needs.
pub const BUILD: [Need; 5] =
    [Need::WasmTarget, Need::RustSource, Need::Cargo("trunk"), Need::Cargo("wasm-bindgen-cli"), Need::Npm];

/// What `cargo xtask test --quick` needs.
pub const QUICK: [Need; 9] = [
    Need::WasmTarget,
    Need::RustSource,
    Need::Cargo("trunk"),
    Need::Cargo("wasm-bindgen-cli"),
    Need::Npm,
    Need::Cargo("typos-cli"),
    Need::Cargo("cargo-nextest"),
    Need::Chromium,
    Need::Php,
];

/// What everything needs.
pub const EVERYTHING: [Need; 15] = [
    Need::WasmTarget,
    Need::RustSource,
    Need::Cargo("trunk"),
    Need::Cargo("wasm-bindgen-cli"),
    Need::Npm,
    Need::Cargo("typos-cli"),
    Need::Cargo("cargo-nextest"),
    Need::Cargo("cargo-deny"),
    Need::Cargo("cargo-audit"),
    Need::Chromium,
    Need::Firefox,
    Need::WebKit,
    Need::Postgres,
    Need::Php,
    Need::FaultTests,
];

/// What [`install`] would install, and how long that takes.
pub fn missing(layout: &Layout, needs: &[Need]) -> Result<Vec<(String, Minutes)>> {
    let mut missing = Vec::new();
    for need in needs {
        match need {
            Need::WasmTarget if wasm_target_is_missing(layout)? => missing.push((WASM_TARGET_NAME.to_owned(), INSTANT)),
            Need::RustSource if rust_source_is_missing(layout)? => {
                missing.push((RUST_SOURCE_NAME.to_owned(), INSTANT));
            }
            Need::Cargo(name) => {
                let tool = cargo_tool(layout, name)?;
                if !tool.is_installed(layout)? {
                    missing.push((tool.title(), tool.minutes));
                }
            }
            Need::Npm if !node::is_current(layout) => missing.push((node::NAME.to_owned(), INSTANT)),
            Need::Chromium if !browser::has_chromium() => missing.push((browser::NAME.to_owned(), debian::MINUTES)),
            // Only tests need the others, and they say themselves what they install.
            _ => {}
        }
    }
    Ok(missing)
}

/// Installs what is missing of `needs`; says nothing about what is there but how long the look took.
pub fn install(layout: &Layout, needs: &[Need]) -> Result<()> {
    let start = Instant::now();
    for need in needs {
        match need {
            Need::WasmTarget => wasm_target(layout)?,
            Need::RustSource => rust_source(layout)?,
            Need::Cargo(name) => cargo_tool(layout, name)?.install(layout)?,
            Need::Npm => node::install(layout)?,
            Need::Chromium => browser::chromium(layout)?,
            Need::Firefox => browser::firefox(layout)?,
            Need::WebKit => browser::webkit(layout)?,
            Need::Speech => browser::speech(layout)?,
            Need::Postgres => debian::postgres(layout)?,
            Need::Php => debian::php(layout)?,
            Need::FaultTests => fault_tests::install(layout)?,
        }
    }
    // A folder that is already gone is what we want.
    let _gone = fs::remove_dir_all(build_folder(layout));
    println!("  tools ready: {}", seconds(start.elapsed()));
    Ok(())
}

/// rust-toolchain.toml names the target, so rustup has installed it, unless its automatic installation is switched off.
fn wasm_target(layout: &Layout) -> Result<()> {
    if !wasm_target_is_missing(layout)? {
        return Ok(());
    }
    announced(WASM_TARGET_NAME, INSTANT, || run(command(layout, "rustup")?.args(["target", "add", WASM_TARGET])))
}

fn wasm_target_is_missing(layout: &Layout) -> Result<bool> {
    // Without rustup, a distribution's Rust either has the target or cargo will say so.
    let installed = capture(command(layout, "rustup")?.args(["target", "list", "--installed"]));
    Ok(installed.is_ok_and(|installed| !installed.lines().any(|line| line == WASM_TARGET)))
}

/// rust-toolchain.toml names it too.
fn rust_source(layout: &Layout) -> Result<()> {
    if !rust_source_is_missing(layout)? {
        return Ok(());
    }
    let mut add = command(layout, "rustup")?;
    announced(RUST_SOURCE_NAME, INSTANT, || run(add.args(["component", "add", RUST_SOURCE])))
}

/// Looks where rustc itself would, so that a distribution's package of it counts too.
fn rust_source_is_missing(layout: &Layout) -> Result<bool> {
    let sysroot = capture(command(layout, "rustc")?.args(["--print", "sysroot"]))?;
    Ok(!Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
}

/// Where the cargo tools are built.
fn build_folder(layout: &Layout) -> PathBuf {
    layout.tools.join("build")
}

/// The cargo tool of this name.
fn cargo_tool(layout: &Layout, name: &str) -> Result<CargoTool> {
    let tool = cargo_tools(layout).into_iter().find(|tool| tool.name == name);
    tool.with_context(|| format!("Cargo.lock names no version for `{name}`"))
}

impl CargoTool {
    fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    fn is_installed(&self, layout: &Layout) -> Result<bool> {
        let binary = layout.tool_root(self.name, &self.version).join("bin").join(self.binary);
        // Any nextest will do: it only runs the tests.
        let any = || anyhow::Ok(succeeds(command(layout, "cargo")?.args(["nextest", "--version"])));
        Ok(binary.is_file() || self.name == "cargo-nextest" && any()?)
    }

    fn install(&self, layout: &Layout) -> Result<()> {
        if self.is_installed(layout)? {
            return Ok(());
        }
        announced(&self.title(), self.minutes, || {
            let mut install = command(layout, "cargo")?;
            install.args(["install", "--quiet", "--root"]).arg(layout.tool_root(self.name, &self.version));
            install.arg(format!("{}@{}", self.name, self.version));
            if self.locked {
                install.arg("--locked");
            }
            // A tool that runs for seconds need not be optimised for minutes. The folder is one for all tools, because
            // they share many of their dependencies.
            install
                .env("CARGO_TARGET_DIR", build_folder(layout))
                .env("CARGO_PROFILE_RELEASE_LTO", "false")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
            run(&mut install)
        })
    }
}

/// Says what is installed and how long it may take, does it, and says how long it took.
fn announced(what: &str, time: Minutes, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("  installing {what} (this takes {}) …", time.text());
    let start = Instant::now();
    let heartbeat = Heartbeat::of(what);
    let outcome = work();
    drop(heartbeat);
    outcome.with_context(|| format!("cannot install {what}"))?;
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
