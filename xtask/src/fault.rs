//! `cargo xtask fault` and `cargo xtask bench collector`: the real program, and the trials beside it
//! (crates/trente-trial).

use crate::layout::Layout;
use crate::process::{command, run};
use crate::tools::{self, Need};
use anyhow::Result;

/// Makes one fault or all: short ones with the program that the other tests use, long ones with the one that is shipped.
pub fn make(layout: &Layout, name: &str, short: bool) -> Result<()> {
    tools::install(layout, &[Need::Trial])?;
    let mut arguments = vec!["fault", name];
    arguments.extend(short.then_some("--short"));
    trial(layout, !short, &arguments)
}

/// Measures the program that is shipped.
pub fn speed(layout: &Layout, more: &[String]) -> Result<()> {
    tools::install(layout, &[Need::Trial, Need::Postgres])?;
    let node = layout.at("bench/collector");
    let mut arguments = vec!["speed"];
    let folder = node.to_string_lossy();
    if node_endpoint(layout) {
        arguments.extend(["--node", &folder]);
    }
    arguments.extend(more.iter().map(String::as_str));
    trial(layout, true, &arguments)
}

/// Whether the endpoint in Node is installed now. Its SQLite is compiled here, against the headers of Debian's Node.
fn node_endpoint(layout: &Layout) -> bool {
    let folder = layout.at("bench/collector");
    if folder.join("node_modules/better-sqlite3/build/Release/better_sqlite3.node").is_file() {
        return true;
    }
    println!("  installing bench/collector (this takes 1 to 6 minutes) …");
    let installed = command(layout, "npm").and_then(|mut npm| {
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder);
        run(npm.env("npm_config_nodedir", "/usr"))
    });
    if let Err(error) = &installed {
        println!(
            "  the endpoint in Node is left out: {error:#} (it needs Debian's packages g++, make, python3, libnode-dev)"
        );
    }
    installed.is_ok()
}

fn trial(layout: &Layout, release: bool, arguments: &[&str]) -> Result<()> {
    let profile = release.then_some("--release");
    let mut build = command(layout, "cargo")?;
    build.args(["build", "--locked", "--quiet", "--package", "trente-collector", "--package", "trente-trial"]);
    run(build.args(profile))?;
    let programs = layout.target.join(if release { "release" } else { "debug" });
    let mut trial = command(layout, &programs.join("trente-trial").to_string_lossy())?;
    trial.arg("--trente").arg(programs.join("trente")).arg("--folder").arg(layout.target.join("trial"));
    run(trial.args(arguments))
}
