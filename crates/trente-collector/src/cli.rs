//! The command line. Output goes to standard output, logs and errors to standard error; every error exits with 2.

mod access;
mod alerts;
pub mod configuration;
mod digest;
mod entries;
mod extra;
pub mod fields;
pub mod frame;
pub mod layouts;
pub mod lines;
mod manual;
mod moving;
mod results;
pub mod score;
mod serve;
mod sites;
pub mod stats;
mod survey;

use std::ffi::OsStr;
use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::{Args, Parser, Subcommand};
use thiserror::Error;
use trente_stats::weekly::TeamError;
use trente_store::backup::BackupError;
use trente_store::copy::CopyError;
use trente_store::ledger::LedgerError;
use trente_store::{Address, Store, StoreError};
use trente_survey::order::OrderError;

use self::access::{TokenCommand, UserCommand};
use self::configuration::{ConfigCommand, SettingsError, Sources};
use self::layouts::Source;
use self::results::WebhookCommand;
use self::sites::SiteCommand;
use self::survey::SurveyCommand;
use crate::config::DATABASE;
use crate::domain::auth::password::PasswordError;
use crate::domain::names::SiteNameError;
use crate::domain::ops::error::OpsError;
use crate::domain::ops::subject::TargetError;
use crate::domain::origin::OriginError;
use crate::inner::api::document;
use crate::views::export::ExportError;
use crate::webhooks::address::AddressError;

pub use self::survey::file as survey_file;

/// Trente: a survey of thirty seconds after a purchase.
#[derive(Debug, Parser)]
#[command(name = "trente", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the collector service.
    Serve(Box<Sources>),
    /// Check or show the service's configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Add, list and change sites.
    #[command(subcommand, visible_alias = "sites")]
    Site(SiteCommand),
    /// Print the data-signature of an order.
    Sign {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        /// The merchant's order reference.
        #[arg(long)]
        order: String,
        #[command(flatten)]
        database: Database,
    },
    /// Print the folded responses of a site as JSON lines.
    Responses {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        /// Only those of this order, as lookup does.
        #[arg(long)]
        order: Option<String>,
        #[command(flatten)]
        database: Database,
    },
    /// Copy everything into an empty store of either kind, or go on with a copy that was cut off; compared by hash.
    ///
    /// The source may be in service, and is copied as it is at this moment. The target must not be.
    Copy {
        /// Where the data is: a path, or postgres://user@host/database.
        #[arg(long, value_parser = AddressParser)]
        from: Address,
        /// Where it shall be: a path, or postgres://user@host/database.
        #[arg(long, value_parser = AddressParser)]
        to: Address,
    },
    /// Write everything into one SQLite file, checked and on disk, while the store is in service.
    Backup {
        /// The file, which must not be there yet.
        file: PathBuf,
        #[command(flatten)]
        database: Database,
    },
    /// Make a store of a backup. It must not be there yet, or, in PostgreSQL, be empty.
    Restore(moving::Restore),
    /// Print which responses were erased, and when, as JSON lines: keys alone.
    Erasures(moving::Erasures),
    /// Print the numbers of a site as one JSON object, as the administration API does.
    Summary {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Write all responses of a site as one file.
    Export(results::Export),
    /// Print what is kept of an order, or a response, as JSON lines: what a customer may ask to see.
    #[command(visible_alias = "look-up")]
    Lookup(results::LookUp),
    /// Erase a response, or what an order has answered.
    Erase(results::Erase),
    /// Tell receivers of responses.
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Let people sign in to the results.
    #[command(subcommand)]
    User(UserCommand),
    /// Let programs use the administration API.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Print who did what, the newest first, as JSON lines.
    Audit {
        /// Lines.
        #[arg(long, default_value_t = 100)]
        limit: u32,
        #[command(flatten)]
        database: Database,
    },
    /// Print the description of the administration API, OpenAPI 3.1.
    Openapi,
    /// Print what a shell needs to complete this program's arguments.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder.
    Man(manual::Man),
    /// Decode or encode frames, one JSON line each, from standard input.
    #[command(subcommand)]
    Frame(FrameCommand),
    /// Score answers, one JSON line each, from standard input.
    Score,
    /// Summarise answers, one JSON line each, from standard input; or compute one statistic.
    Stats(Box<stats::Stats>),
    /// Print what a team reads once a week: thanks, one thing to do, the figures.
    Digest(digest::Digest),
    /// Print the letters about customers who are lost or wait to be put right, one JSON line each, for their owner.
    Alerts(alerts::Alerts),
    /// Check, publish and show surveys.
    #[command(subcommand)]
    Survey(SurveyCommand),
}

/// Where the data is.
#[derive(Debug, Args)]
struct Database {
    /// Where the data is: the path of a SQLite database, or postgres://user@host/database.
    #[arg(long, env = "TRENTE_DB", hide_env_values = true, default_value = DATABASE, value_parser = AddressParser)]
    db: Address,
}

#[derive(Debug, Subcommand)]
enum FrameCommand {
    /// Print the fields of frames given as {"frame": "…"} or bare, in hexadecimal or base64url.
    Decode(Source),
    /// Print the frames of fields as decode prints them.
    Encode(Source),
}

/// Why a command fails.
#[derive(Debug, Error)]
pub enum CliError {
    /// The name cannot be a site's.
    #[error(transparent)]
    Name(#[from] SiteNameError),
    /// The origin is none.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The base address is none.
    #[error("`{0}` is not an address: write http(s)://host[:port][/path]")]
    Base(String),
    /// The name cannot be an account's or a token's.
    #[error("`{0}` is not a name: write 1 to 40 letters, digits, and - . _ @")]
    Account(String),
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A password was not written twice the same.
    #[error("the two passwords differ")]
    Differ,
    /// Neither a response nor an order is named.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The act is refused.
    #[error(transparent)]
    Ops(#[from] OpsError),
    /// The text is no address of a webhook.
    #[error(transparent)]
    Webhook(#[from] AddressError),
    /// A file cannot be made.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The text is no order reference.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// The team of a weekly is none.
    #[error(transparent)]
    Team(#[from] TeamError),
    /// The site has no survey that can be read.
    #[error("site `{0}` has no survey that this trente can read")]
    NoSurvey(String),
    /// The site has not published this survey.
    #[error("survey `{0}` is none that site `{1}` has published; see trente survey list")]
    Survey(String, String),
    /// A file is neither TOML nor JSON by its name.
    #[error("`{0}` ends in neither .toml nor .json")]
    Extension(String),
    /// A file cannot be read.
    #[error("cannot read {0}")]
    File(String, #[source] io::Error),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no configuration.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A copy fails.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// A list of erasures cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A backup fails.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// An address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// There is no statistic of this input.
    #[error(transparent)]
    Stats(#[from] stats::StatsError),
    /// Reading or writing fails.
    #[error("input or output failed")]
    Io(#[from] io::Error),
}

/// Runs a command; tells whether all of its input was fine.
///
/// # Errors
/// [`CliError`]
pub fn run(arguments: Arguments) -> Result<bool, CliError> {
    let (input, mut output) = (io::stdin(), io::stdout());
    match arguments.command {
        Command::Score => return Ok(lines::convert(input, output, score::score)?),
        Command::Frame(FrameCommand::Decode(source)) => {
            let Some(layouts) = wait(source.layouts())? else { return Ok(false) };
            return Ok(lines::convert(input, output, |line| frame::decode(line, &layouts))?);
        }
        Command::Frame(FrameCommand::Encode(source)) => {
            let Some(layouts) = wait(source.layouts())? else { return Ok(false) };
            return Ok(lines::convert(input, output, |line| frame::encode(line, &layouts))?);
        }
        Command::Stats(stats) => stats::run(&stats, input, &mut output)?,
        Command::Survey(command) => return wait(survey::run(&mut output, command)),
        Command::Digest(digest) => wait(digest::run(&mut output, &digest))?,
        Command::Alerts(alerts) => wait(alerts::run(&mut output, &alerts))?,
        Command::Site(command) => wait(sites::run(&mut output, command))?,
        Command::Summary { site, database } => wait(results::summary(&mut output, &site, &database))?,
        Command::Export(export) => wait(results::export(&mut output, export))?,
        Command::Lookup(look) => wait(results::look_up(&mut output, look))?,
        Command::Erase(erase) => wait(results::erase(&mut output, erase))?,
        Command::Webhook(command) => wait(results::webhook(&mut output, command))?,
        Command::User(command) => wait(access::user(&mut output, command))?,
        Command::Token(command) => wait(access::token(&mut output, command))?,
        Command::Audit { limit, database } => wait(access::audit(&mut output, &database, limit))?,
        Command::Completions { shell } => manual::completions(&mut output, shell)?,
        Command::Man(man) => manual::man(&man.folder)?,
        Command::Openapi => write!(output, "{}", document::text())?,
        Command::Sign { site, order, database } => wait(sites::sign(&mut output, &database.db, &site, &order))?,
        Command::Copy { from, to } => wait(moving::copy(&mut output, &from, &to))?,
        Command::Backup { file, database } => wait(moving::backup(&mut output, &database.db, &file))?,
        Command::Restore(restore) => wait(moving::restore(&mut output, &restore))?,
        Command::Erasures(erasures) => wait(moving::erasures(&mut output, &erasures))?,
        Command::Responses { site, order: Some(order), database } => {
            wait(results::look_up(&mut output, results::LookUp::order(site, order, database)))?;
        }
        Command::Responses { site, database, .. } => wait(sites::responses(&mut output, &database.db, &site))?,
        Command::Serve(sources) => serve::serve(sources.resolve()?)?,
        Command::Config(command) => return configuration::run(&mut output, command),
    }
    Ok(true)
}

/// Reads `--db`. Clap's own words for a value that is refused would repeat it, and there may be a password in it.
#[derive(Clone)]
struct AddressParser;

impl TypedValueParser for AddressParser {
    type Value = Address;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Address, clap::Error> {
        let name = argument.and_then(clap::Arg::get_long).unwrap_or("db");
        let refuse = |error| {
            let kind = clap::error::ErrorKind::ValueValidation;
            clap::Error::raw(kind, format!("--{name}: {error}\n")).with_cmd(command)
        };
        Address::parse(value.to_owned()).map_err(refuse)
    }
}

/// Opens the store of a command that makes it where it is missing, and says so: a database in another folder than the
/// service's would otherwise be noticed late.
async fn open_or_make(database: &Address) -> Result<Store, StoreError> {
    let new = matches!(database, Address::Sqlite(path) if !path.exists());
    let store = Store::open(database, true).await?;
    if new {
        // A closed standard error leaves nowhere to tell.
        let _ = writeln!(io::stderr(), "trente: made the database {database}");
    }
    Ok(store)
}

/// Runs a command on a store to its end.
fn wait<T>(command: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(command)
}

/// A day, as in 2026-11-22.
fn day(text: &str) -> Result<u32, String> {
    trente_store::clock::day_of(text).ok_or_else(|| "write a day as in 2026-11-22".to_owned())
}
