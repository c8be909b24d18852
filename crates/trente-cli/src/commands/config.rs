//! `trente config`: shows and checks the configuration that the service would run with.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, Subcommand};
use thiserror::Error;
use trente_collector::config::file::File;
use trente_collector::config::{Config, ConfigError, Settings, file, shown};

use super::environment;
use crate::{Arguments, CliError};

/// Where settings come from: the command line and the environment, which clap reads, and a file.
#[derive(Debug, Args)]
pub struct Sources {
    /// A configuration file, in TOML; the environment and the command line outweigh it.
    #[arg(long, env = "TRENTE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    given: Settings,
}

/// What can be done with a configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Check a configuration file: print every problem with line and column, and names in the environment that are of
    /// no setting; exit with 2 when there is one.
    Check {
        /// The file; without one, TRENTE_CONFIG.
        #[arg(env = "TRENTE_CONFIG")]
        file: PathBuf,
    },
    /// Print every setting with its value and the source of the value. Passwords are left out.
    Show(Box<Sources>),
}

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read {0}")]
    File(String, #[source] io::Error),
    /// The file is wrong: every problem on a line of its own, with its place.
    #[error("{0}")]
    Problems(String),
    /// The settings contradict each other.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl Sources {
    /// The configuration that they make.
    ///
    /// # Errors
    /// [`SettingsError`]
    pub fn resolve(&self) -> Result<Config, SettingsError> {
        Ok(self.given.over(&self.file()?.settings).config()?)
    }

    fn file(&self) -> Result<File, SettingsError> {
        let Some(path) = &self.config else { return Ok(File::default()) };
        read(path)?.map_err(SettingsError::Problems)
    }
}

/// Runs a command; false when a file is wrong.
pub fn run(output: &mut impl Write, command: ConfigCommand) -> Result<bool, CliError> {
    match command {
        ConfigCommand::Check { file } => check(output, &file),
        ConfigCommand::Show(sources) => {
            show(output, &sources)?;
            // Not among the settings, which a program may read.
            for problem in environment::problems() {
                writeln!(io::stderr(), "trente: {problem}")?;
            }
            Ok(true)
        }
    }
}

fn check(output: &mut impl Write, path: &Path) -> Result<bool, CliError> {
    let mut problems = Vec::new();
    let mut settings = 0;
    match read(path)? {
        Ok(file) => {
            settings = file.lines.len();
            problems.extend(file.settings.config().err().map(|error| format!("{}: {error}", path.display())));
        }
        Err(found) => problems.push(found.to_string()),
    }
    // The environment outweighs the file, so a name that is misspelt there is a mistake in the same configuration.
    problems.extend(environment::problems());
    for problem in &problems {
        writeln!(output, "{problem}")?;
    }
    if problems.is_empty() {
        writeln!(output, "{}: {settings} settings, no problem", path.display())?;
    }
    Ok(problems.is_empty())
}

fn show(output: &mut impl Write, sources: &Sources) -> Result<(), CliError> {
    let file = sources.file()?;
    // Read once more only to learn which of the two each came from.
    let matches = Arguments::command().try_get_matches_from(env::args_os()).ok();
    let matches = matches.as_ref().and_then(|all| all.subcommand_matches("config")?.subcommand_matches("show"));
    let given = sources.given.values();
    let all = sources.given.over(&file.settings).over(&Settings::defaults());
    let name_of_file = sources.config.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    for (name, value) in all.values() {
        let from = match file.lines.get(&name) {
            _ if given.contains_key(&name) => origin(matches, &name),
            Some(line) => format!("{name_of_file}:{line}"),
            None => "default".into(),
        };
        writeln!(output, "{name:<22} {:<40} {from}", shown(&value))?;
    }
    Ok(())
}

fn origin(matches: Option<&ArgMatches>, name: &str) -> String {
    match matches.and_then(|matches| matches.value_source(name)) {
        Some(ValueSource::EnvVariable) => format!("TRENTE_{}", name.to_ascii_uppercase()),
        _ => format!("--{}", name.replace('_', "-")),
    }
}

/// Reads a file; its problems come as one text.
fn read(path: &Path) -> Result<Result<File, String>, SettingsError> {
    let name = path.display();
    let read = file::open(path).map_err(|error| SettingsError::File(name.to_string(), error))?;
    Ok(read.map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(|problem| format!("{name}:{problem}")).collect();
        lines.join("\n")
    }))
}
