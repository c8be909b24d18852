//! Benchmark of the widget, compared with two other embedded surveys and one written by hand (bench/embed).
//! What it measures and what is to be kept in mind: docs/performance.md.

use std::fs;

use anyhow::{Context, Result};

use crate::dist::{self, digest};
use crate::layout::Layout;
use crate::process::{command, run};
use crate::steps::step;
use crate::tools::{self, Need};

/// The hash of the package-lock.json whose packages are installed.
const STAMP: &str = "node_modules/.lock";

/// Measures the bundle in Chromium and prints the tables; `more` are arguments of bench.mjs.
pub fn measure(layout: &Layout, more: &[String]) -> Result<()> {
    tools::install(layout, &[&tools::BUILD[..], &[Need::Chromium]].concat())?;
    install(layout)?;
    dist::build(layout)?;
    run(command(layout, "cargo")?.args(["build", "--quiet", "--locked", "--package", "trente-cli"]))?;
    let mut bench = command(layout, "node")?;
    bench.arg("bench/embed/bench.mjs").args(more);
    run(bench.env("TRENTE_DIST", layout.dist()).env("TRENTE_BIN", layout.collector()))
}

/// The peers, in the versions of bench/embed/package-lock.json. Nothing of theirs is kept in the repository.
fn install(layout: &Layout) -> Result<()> {
    let folder = layout.at("bench/embed");
    let lock = digest::hex(&fs::read(folder.join("package-lock.json")).context("bench/embed/package-lock.json")?);
    if fs::read_to_string(folder.join(STAMP)).is_ok_and(|stamp| stamp == lock) {
        return Ok(());
    }
    step("npm ci in bench/embed", || {
        let mut npm = command(layout, "npm")?;
        run(npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder))?;
        fs::write(folder.join(STAMP), lock).context("cannot write into node_modules")
    })
}
