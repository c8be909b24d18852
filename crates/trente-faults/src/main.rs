//! Fault-injection and load tests: runs the collector's real program with faults of machine, network and clients, and
//! measures its speed without them.
//!
//! `cargo xtask fault NAME` and `cargo xtask bench collector` build the real program and run this against it. In
//! reading order: [`setup`] is what a test gets, [`service`] runs the program, [`client`] and [`load`] ask it,
//! [`oracle`] says whether a promise was broken, and [`postgres`] where that is what keeps it; [`fault`] has one module
//! for each fault, [`speed`] the measurements.
//!
//! Not here: what the program does when nothing is wrong (its own tests).

mod client;
mod fault;
mod load;
mod network_namespace;
mod numbers;
mod oracle;
mod parts;
mod postgres;
mod proxy;
mod service;
mod setup;
mod shim;
mod speed;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use setup::Setup;

#[derive(Parser)]
#[command(name = "trente-faults", about = "Fault-injection and load tests of the collector")]
struct Arguments {
    /// The program `trente`.
    #[arg(long)]
    trente: PathBuf,
    /// A folder on a real disk for databases, images and logs.
    #[arg(long)]
    folder: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make faults, one or all, and print one table.
    Fault {
        /// Its name, or `all`.
        name: String,
        /// As long as a run of all tests allows; faults that need longer are left out of `all`.
        #[arg(long)]
        short: bool,
    },
    /// Measure.
    Speed(speed::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<bool> {
    match arguments.command {
        Command::Fault { name, short } => fault::run(&Setup::new(&arguments.trente, &arguments.folder, short)?, &name),
        Command::Speed(options) => speed::run(&Setup::new(&arguments.trente, &arguments.folder, false)?, &options),
    }
}
