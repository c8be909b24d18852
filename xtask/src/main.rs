//! Trente's own build commands, run as `cargo xtask COMMAND`.
//!
//! In reading order: [`layout`] knows the folders, [`process`] starts programs, [`tools`] installs them;
//! [`dist`] builds what a merchant's page loads, [`size`] weighs it, [`mod@bench`] times the statistics, [`demo`] shows it,
//! [`suite`] tests everything, [`deny`] looks at what we depend on, of whose holes [`advisories`] tells, and [`tidy`] keeps
//! the rules that no other tool keeps.
//!
//! Not here: anything that is shipped.

mod advisories;
mod bench;
mod demo;
mod deny;
mod dist;
mod fault;
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

use anyhow::Result;
use clap::{Parser, Subcommand};
use layout::Layout;
use std::path::PathBuf;
use std::process::ExitCode;

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
    /// Print what a customer downloads and fail over size-budget.json.
    Size,
    /// Measure what the statistics cost, beside the same written naively; or how fast the collector is.
    Bench {
        /// What is measured.
        #[arg(default_value = "statistics")]
        what: bench::What,
        /// Arguments for the measurement of the collector, after `--`.
        #[arg(last = true)]
        more: Vec<String>,
    },
    /// Make a fault, by its name or `all`, and see whether the collector keeps its promise.
    Fault {
        /// Its name, or `all`.
        name: String,
        /// As short as in `cargo xtask test`.
        #[arg(long)]
        short: bool,
    },
    /// Build the tarball and the Debian package.
    Package {
        /// Take the release build that is there already.
        #[arg(long)]
        built: bool,
    },
    /// Build everything and serve the demo shop, the collector and the results until Ctrl-C.
    Demo {
        /// Headless: answer the default survey once, print what was stored, and leave.
        #[arg(long)]
        once: bool,
    },
    /// Run every check and test; stop at the first that fails.
    Test {
        /// Run these steps only, by name, separated by commas.
        #[arg(long, value_delimiter = ',', value_name = "NAME")]
        only: Vec<String>,
    },
    /// Write advisories/ anew, out of a copy of the RustSec database.
    Advisories {
        /// The folder of the copy, in which `crates` is.
        database: PathBuf,
    },
    /// Check the house rules that no other tool checks.
    Tidy {
        /// Write the hash of the frame's code into docs/wire-format.md, after you have read both.
        #[arg(long)]
        bless: bool,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        // The causes in one line and no backtrace: the reader wants to know what to mend.
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
        Task::Size => {
            tools::install(&layout, &tools::BUILD)?;
            size::check(&layout)
        }
        Task::Bench { what: bench::What::Statistics, .. } => bench::measure(&layout),
        Task::Bench { what: bench::What::Collector, more } => fault::speed(&layout, &more),
        Task::Fault { name, short } => fault::make(&layout, &name, short),
        Task::Package { built } => package::make(&layout, built),
        Task::Demo { once } => demo::run(&layout, once),
        Task::Test { only } => suite::run(&layout, &only),
        Task::Advisories { database } => advisories::renew(&layout, &database),
        Task::Tidy { bless } => tidy::check(&layout, bless),
    }
}
