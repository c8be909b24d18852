//! `trente completions` and `trente man`: shell completions and manual pages, generated from the definition of the
//! command line.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{Arguments, CliError};

/// `trente completions`
///
/// # Errors
/// [`CliError::Io`]
pub fn completions(output: &mut impl Write, shell: Shell) -> Result<(), CliError> {
    // The generator gives up at the first error of what it writes to, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "trente", &mut script);
    Ok(output.write_all(&script)?)
}

/// `trente man`: one page for the program and one for each of its commands.
///
/// # Errors
/// [`CliError::Write`]
pub fn man(folder: &Path) -> Result<(), CliError> {
    let failed = |error| CliError::Write(folder.display().to_string(), error);
    fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)
}

/// Where manual pages go.
#[derive(Debug, clap::Args)]
pub struct Man {
    /// The folder, which is made where it is missing.
    pub folder: PathBuf,
}
