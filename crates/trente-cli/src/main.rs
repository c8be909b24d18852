//! The `trente` binary.

use std::io;
use std::process::ExitCode;

use anyhow::Error;
use clap::Parser;
use trente_cli::{Arguments, run};

/// What every failure exits with, as clap's own usage errors do.
const EXIT_ERROR: u8 = 2;

fn main() -> ExitCode {
    match run(Arguments::parse()).map_err(Error::from) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(EXIT_ERROR),
        // The reader of our output has read enough, as in `trente responses | head`.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            use io::Write;
            // A closed standard error leaves nowhere to tell.
            let _ = writeln!(io::stderr(), "trente: {error:#}");
            ExitCode::from(EXIT_ERROR)
        }
    }
}

fn is_closed_pipe(error: &Error) -> bool {
    let kinds = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    kinds.into_iter().any(|kind| kind == io::ErrorKind::BrokenPipe)
}
