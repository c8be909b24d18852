//! Runs `trente-faults`, the fault-injection and load tests, against the collector's program.

use anyhow::Result;

use crate::layout::Layout;
use crate::process::{self, command};

/// Builds both programs and runs `trente-faults` with these arguments.
pub fn run(layout: &Layout, release: bool, arguments: &[&str]) -> Result<()> {
    let profile = release.then_some("--release");
    let mut build = command(layout, "cargo")?;
    build.args(["build", "--locked", "--quiet", "--package", "trente-cli", "--package", "trente-faults"]);
    process::run(build.args(profile))?;
    let programs = layout.target.join(if release { "release" } else { "debug" });
    let mut faults = command(layout, &programs.join("trente-faults").to_string_lossy())?;
    faults.arg("--trente").arg(programs.join("trente")).arg("--folder").arg(layout.target.join("faults"));
    process::run(faults.args(arguments))
}
