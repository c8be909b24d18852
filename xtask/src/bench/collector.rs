//! Benchmark of the collector, compared with nginx and other services on the same machine (crates/trente-faults).

use anyhow::Result;

use crate::faults_program;
use crate::layout::Layout;
use crate::process::{command, run};
use crate::tools::{self, Need};

/// Measures the program that is shipped.
pub fn measure(layout: &Layout, more: &[String]) -> Result<()> {
    tools::install(layout, &[Need::FaultTests, Need::Postgres])?;
    let node = layout.at("bench/collector");
    let mut arguments = vec!["speed"];
    let folder = node.to_string_lossy();
    if node_endpoint(layout) {
        arguments.extend(["--node", &folder]);
    }
    arguments.extend(more.iter().map(String::as_str));
    faults_program::run(layout, true, &arguments)
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
