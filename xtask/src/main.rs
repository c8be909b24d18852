//! Trente's own build commands, run as `cargo xtask COMMAND`.
//!
//! In reading order: [`layout`] knows the folders, [`process`] starts programs, [`tools`] installs them; [`dist`]
//! builds the release bundle, [`size`] checks its size budget, [`demo`] serves a demo shop; [`suite`] runs every test,
//! [`deny`] audits dependencies with the data of [`advisories`], [`tidy`] checks the rules that no other tool checks;
//! [`mod@bench`] runs benchmarks and [`fault`] fault injection, both with [`faults_program`]; [`package`] makes the packages.
//!
//! Not here: anything that is shipped.

mod advisories;
mod bench;
mod cargo_tools;
mod demo;
mod deny;
mod dist;
mod fault;
mod faults_program;
mod layout;
mod package;
mod port;
mod process;
mod server;
mod size;
mod steps;
mod suite;
mod tidy;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use dist::linker;
use layout::Layout;

/// The command line of `cargo xtask`.
#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, show and test Trente")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install every tool that is missing, and say which.
    Doctor,
    /// Build the release bundle into dist/.
    Dist,
    /// The post-build hook of Trunk: make dist/ from its staging folder.
    #[command(hide = true)]
    Bundle,
    /// Check the size budget: print what a customer downloads and fail above size-budget.json.
    Size {
        /// Also print what fills the wasm by crate, and the size of an empty Yew counter.
        #[arg(long)]
        why: bool,
    },
    /// Benchmark the statistics against a naive version, the collector against other services, or the widget against
    /// other embedded surveys.
    Bench {
        /// What to measure.
        #[arg(default_value = "statistics")]
        what: bench::Benchmark,
        /// Arguments for the benchmark of the results, of the collector or of the widget, after `--`.
        #[arg(last = true)]
        more: Vec<String>,
    },
    /// Inject a fault into the real collector, by its name or `all`, and check that no acknowledged response is lost.
    Fault {
        /// The name of the fault, or `all`.
        name: String,
        /// The short form that `cargo xtask test` runs.
        #[arg(long)]
        short: bool,
    },
    /// Build the tarball and the Debian package.
    Package {
        /// Use the release build that is there already.
        #[arg(long)]
        built: bool,
    },
    /// Build everything and serve the demo shop, the collector and the results until Ctrl-C.
    Demo {
        /// Headless: answer the default survey once, print the stored response, and exit.
        #[arg(long, conflicts_with = "seed")]
        once: bool,
        /// Add a site full of invented answers of the past year, to look at its results.
        #[arg(long)]
        seed: bool,
    },
    /// Run every check and test; stop at the first that fails, unless told to keep going.
    Test(suite::Options),
    /// Update advisories/ from a copy of the RustSec database.
    Advisories {
        /// The folder of the copy, which contains `crates`.
        database: PathBuf,
    },
    /// Check the rules of this repository that no other tool checks.
    Tidy {
        /// Write the hash of the frame's code into docs/wire-format.md, after you have read both.
        #[arg(long)]
        bless: bool,
    },
}

fn main() -> ExitCode {
    let ended = if linker::is_meant() { linker::run() } else { run(Arguments::parse().command) };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        // The causes in one line and no backtrace: the reader wants to know what to correct.
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let layout = Layout::find()?;
    match task {
        Task::Doctor => tools::install(&layout, &tools::EVERYTHING),
        Task::Dist => {
            tools::install(&layout, &tools::BUILD)?;
            dist::build(&layout)
        }
        Task::Bundle => dist::bundle::make(&layout),
        Task::Size { why } => {
            tools::install(&layout, &tools::BUILD)?;
            size::weigh(&layout, why)
        }
        Task::Bench { what, more } => bench::run(&layout, what, &more),
        Task::Fault { name, short } => fault::make(&layout, &name, short),
        Task::Package { built } => package::make(&layout, built),
        Task::Demo { once, seed } => demo::run(&layout, once, seed),
        Task::Test(options) => suite::run(&layout, &options),
        Task::Advisories { database } => advisories::renew(&layout, &database),
        Task::Tidy { bless } => tidy::check(&layout, bless),
    }
}
