//! Release bundle: makes dist/ with `trunk build --release`, whose post-build hook is [`bundle`].
//!
//! A second call with unchanged sources does nothing.

pub mod bundle;
pub mod compression;
pub mod digest;
pub mod esbuild;
pub mod library;
pub mod linker;
pub mod names;

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::layout::Layout;
use crate::process::{command, run};
use crate::steps::step;

/// Everything that dist/ depends on.
const INPUTS: [&str; 15] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "crates/trente-survey/Cargo.toml",
    "crates/trente-survey/src",
    "index.html",
    "loader",
    "package-lock.json",
    "rust-toolchain.toml",
    "src",
    "stubs",
    "styles",
    "xtask/src/dist",
    "xtask/src/dist.rs",
];

/// Builds the bundle unless it is there and as new as its sources.
pub fn build(layout: &Layout) -> Result<()> {
    let wanted = digest::tree(layout, &INPUTS)?;
    let stamp = layout.at("target/dist.stamp");
    let there = layout.dist().join("sri.json").is_file() && layout.at("target/trunk/index.html").is_file();
    if there && fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("  dist/ is up to date");
        return Ok(());
    }
    step("widget (trunk build --release)", || {
        // Trunk may not fetch a tool, so cargo fetches the crates first. Those of the standard library are fetched only for
        // the target that it is compiled for: its allocator on wasm is a crate that no other target has.
        run(command(layout, "cargo")?.args(["fetch", "--quiet", "--locked"]))?;
        let for_wasm = ["fetch", "--quiet", "--locked", "--target", library::TARGET];
        run(library::compiled(&mut command(layout, "cargo")?).args(for_wasm))?;
        run(library::compiled(&mut command(layout, "trunk")?)
            .args(["build", "--release", "--offline", "--skip-version-check"])
            .env(linker::VARIABLE, linker::install(layout)?)
            // Trunk reads NO_COLOR as a boolean and stops at any other value.
            .env_remove("NO_COLOR"))
    })?;
    ensure!(layout.dist().join("sri.json").is_file(), "trunk ended without its hook having made dist/");
    fs::write(&stamp, wanted).context("cannot write target/dist.stamp")
}
