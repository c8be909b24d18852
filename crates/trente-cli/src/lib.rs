//! The command line of `trente`. Output goes to standard output, logs and errors to standard error; every error exits
//! with 2.
//!
//! `demonstration` invents a year of answers. `commands` work on a store or run the service; [`offline`] commands compute from standard input alone.
//!
//! Not here: what the acts of administration do (`trente-collector`, `domain::ops`).

mod commands;
mod demonstration;
mod entries;
mod error;
pub mod json_lines;
pub mod layout_source;
pub mod offline;

use std::ffi::OsStr;
use std::future::Future;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::{Args, Parser, Subcommand};
use trente_collector::config::DATABASE;
use trente_collector::domain::contact::keys::ContactKeys;
use trente_collector::inner::api::document;
use trente_store::{Address, Store, StoreError};
use trente_survey::definition::Preset;

use crate::commands::config::{ConfigCommand, Sources};
use crate::commands::mail::MailCommand;
use crate::commands::site::SiteCommand;
use crate::commands::survey::SurveyCommand;
use crate::commands::token::TokenCommand;
use crate::commands::user::UserCommand;
use crate::commands::webhook::WebhookCommand;
use crate::commands::{
    alerts, audit, backup, config, digest, erase, export, mail, manual, responses, serve, sign, site, summary, survey,
    token, user, webhook,
};
use crate::layout_source::LayoutSource;
use crate::offline::{frame, score, stats};

pub use crate::commands::survey::file as survey_file;
pub use crate::error::CliError;

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
    /// Sign an order: print its data-signature.
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
        key: ContactKey,
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
        /// The target: a path, or postgres://user@host/database.
        #[arg(long, value_parser = AddressParser)]
        to: Address,
    },
    /// Back up everything into one SQLite file, checked and on disk, while the store is in service.
    Backup {
        /// The file, which must not be there yet.
        file: PathBuf,
        #[command(flatten)]
        database: Database,
    },
    /// Restore a backup into a new store. It must not be there yet, or, in PostgreSQL, be empty.
    Restore(backup::Restore),
    /// Print the ledger of erasures as JSON lines: which responses were erased, and when; keys alone.
    Erasures(backup::Erasures),
    /// Print the numbers of a site as one JSON object, as the administration API does.
    Summary {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Write all responses of a site as one file.
    Export(export::Export),
    /// Print what is stored of an order or a response as JSON lines: what a customer may ask to see.
    #[command(visible_alias = "look-up")]
    Lookup(erase::LookUp),
    /// Erase a response, or all responses of an order.
    Erase(erase::Erase),
    /// Manage webhooks: receivers that are told of responses.
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Manage who is sent alerts and digests by mail, and test the mail server.
    #[command(subcommand)]
    Mail(Box<MailCommand>),
    /// Manage the accounts of people who sign in to the results.
    #[command(subcommand)]
    User(UserCommand),
    /// Manage the tokens of programs that use the administration API.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Print the audit log as JSON lines: who did what, the newest first.
    Audit {
        /// Lines.
        #[arg(long, default_value_t = 100)]
        limit: u32,
        #[command(flatten)]
        database: Database,
    },
    /// Print the description of the administration API, OpenAPI 3.1.
    Openapi,
    /// Print the shell completions of this program's arguments.
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
    /// Print the weekly digest of a site for its team: thanks, one thing to do, the figures.
    Digest(digest::Digest),
    /// Print the alert messages about customers who are lost or wait to be put right, one JSON line each.
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

/// The keys of contacts, as the service has them.
#[derive(Debug, Args)]
struct ContactKey {
    /// File with the keys that seal contacts of customers, as the service has it; or TRENTE_CONTACT_KEY.
    #[arg(long, env = "TRENTE_CONTACT_KEY_FILE")]
    contact_key_file: Option<PathBuf>,
}

impl ContactKey {
    fn keys(&self) -> Result<Option<ContactKeys>, CliError> {
        Ok(ContactKeys::find(self.contact_key_file.as_deref())?)
    }
}

#[derive(Debug, Subcommand)]
enum FrameCommand {
    /// Print the fields of frames given as {"frame": "…"} or bare, in hexadecimal or base64url.
    Decode(LayoutSource),
    /// Print the frames of fields as decode prints them.
    Encode(LayoutSource),
}

/// Runs a command; tells whether all of its input was fine.
///
/// # Errors
/// [`CliError`]
pub fn run(arguments: Arguments) -> Result<bool, CliError> {
    let (input, mut output) = (io::stdin(), io::stdout());
    match arguments.command {
        Command::Score => return Ok(json_lines::convert(input, output, score::score)?),
        Command::Frame(FrameCommand::Decode(source)) => {
            let Some(layouts) = wait(source.layouts())? else { return Ok(false) };
            return Ok(json_lines::convert(input, output, |line| frame::decode(line, &layouts))?);
        }
        Command::Frame(FrameCommand::Encode(source)) => {
            let Some(layouts) = wait(source.layouts())? else { return Ok(false) };
            return Ok(json_lines::convert(input, output, |line| frame::encode(line, &layouts))?);
        }
        Command::Stats(stats) => stats::run(&stats, input, &mut output)?,
        Command::Survey(command) => return wait(survey::run(&mut output, command)),
        Command::Digest(digest) => wait(digest::run(&mut output, &digest))?,
        Command::Alerts(alerts) => wait(alerts::run(&mut output, &alerts))?,
        Command::Site(command) => wait(site::run(&mut output, command))?,
        Command::Summary { site, database } => wait(summary::summary(&mut output, &site, &database))?,
        Command::Export(export) => wait(export::export(&mut output, export))?,
        Command::Lookup(look) => wait(erase::look_up(&mut output, look))?,
        Command::Erase(erase) => wait(erase::erase(&mut output, erase))?,
        Command::Webhook(command) => wait(webhook::webhook(&mut output, command))?,
        Command::Mail(command) => return wait(mail::run(&mut output, *command)),
        Command::User(command) => wait(user::user(&mut output, command))?,
        Command::Token(command) => wait(token::token(&mut output, command))?,
        Command::Audit { limit, database } => wait(audit::audit(&mut output, &database, limit))?,
        Command::Completions { shell } => manual::completions(&mut output, shell)?,
        Command::Man(man) => manual::man(&man.folder)?,
        Command::Openapi => write!(output, "{}", document::text())?,
        Command::Sign { site, order, database } => wait(sign::sign(&mut output, &database.db, &site, &order))?,
        Command::Copy { from, to } => wait(backup::copy(&mut output, &from, &to))?,
        Command::Backup { file, database } => wait(backup::backup(&mut output, &database.db, &file))?,
        Command::Restore(restore) => wait(backup::restore(&mut output, &restore))?,
        Command::Erasures(erasures) => wait(backup::erasures(&mut output, &erasures))?,
        Command::Responses { site, order: Some(order), key, database } => {
            wait(erase::look_up(&mut output, erase::LookUp::order(site, order, key, database)))?;
        }
        Command::Responses { site, database, .. } => wait(responses::responses(&mut output, &database.db, &site))?,
        Command::Serve(sources) => serve::serve(sources.resolve()?)?,
        Command::Config(command) => return config::run(&mut output, command),
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

/// A preset of the default survey, by its name.
fn preset(name: &str) -> Result<Preset, String> {
    Preset::from_name(name).ok_or_else(|| format!("expected {}", Preset::ALL.map(Preset::name).join(" or ")))
}

/// A day, as in 2026-11-22.
fn day(text: &str) -> Result<u32, String> {
    trente_store::clock::parse_day(text).ok_or_else(|| "write a day as in 2026-11-22".to_owned())
}
