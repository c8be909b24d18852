//! The command line. Output goes to standard output, logs and errors to standard error; every error exits with 2.

mod fields;
mod frame;
mod lines;
mod score;
mod serve;
mod sites;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use thiserror::Error;
use trente_survey::definition::Definition;

use crate::origin::OriginError;
use crate::store::StoreError;

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
    Serve(Serve),
    /// Add or list sites.
    #[command(subcommand)]
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
        #[command(flatten)]
        database: Database,
    },
    /// Decode or encode frames, one JSON line each, from standard input.
    #[command(subcommand)]
    Frame(FrameCommand),
    /// Score answers, one JSON line each, from standard input.
    Score,
    /// Look at surveys.
    #[command(subcommand)]
    Survey(SurveyCommand),
}

/// Where the data is.
#[derive(Debug, Args)]
struct Database {
    /// Path of the SQLite database.
    #[arg(long, env = "TRENTE_DB")]
    db: PathBuf,
}

/// The collector service.
#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    database: Database,
    /// Address of the public listener: the widget, surveys, responses, the hosted page. Port 0 takes any free one.
    #[arg(long, env = "TRENTE_LISTEN", default_value = "127.0.0.1:8031")]
    listen: SocketAddr,
    /// Address of the results pages. They have no login yet, so keep them on the loopback interface or behind a
    /// proxy that asks for one.
    #[arg(long, env = "TRENTE_RESULTS", default_value = "127.0.0.1:8032")]
    results: SocketAddr,
}

#[derive(Debug, Subcommand)]
enum SiteCommand {
    /// Create a site and print its snippet.
    Add {
        /// Public name: 1 to 40 of a-z, 0-9 and -.
        name: String,
        /// Exact origin of the shop's pages, as in https://shop.example; repeat for more.
        #[arg(long = "origin", required = true)]
        origins: Vec<String>,
        /// Address of the collector as the shop's pages see it.
        #[arg(long, env = "TRENTE_BASE", default_value = "http://127.0.0.1:8031")]
        base: String,
        #[command(flatten)]
        database: Database,
    },
    /// Print all sites as JSON lines.
    List {
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Subcommand)]
enum FrameCommand {
    /// Print the fields of frames given as {"frame": "…"} or bare, in hexadecimal or base64url.
    Decode,
    /// Print the frames of fields as decode prints them.
    Encode,
}

#[derive(Debug, Subcommand)]
enum SurveyCommand {
    /// Print the default survey of a merchant in one language, as the widget reads it.
    Sheet {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        /// BCP 47 tag.
        #[arg(long)]
        lang: Option<String>,
    },
}

/// Why a command fails.
#[derive(Debug, Error)]
pub enum CliError {
    /// The name cannot be a site's.
    #[error("`{0}` is not a site name: write 1 to 40 of a-z, 0-9 and -")]
    Name(String),
    /// The origin is none.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The base address is none.
    #[error("`{0}` is not an address: write http(s)://host[:port][/path]")]
    Base(String),
    /// The order reference is empty.
    #[error("the order reference is empty")]
    Order,
    /// The site has no survey that can be read.
    #[error("site `{0}` has no survey that this trente can read")]
    NoSurvey(String),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
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
        Command::Frame(FrameCommand::Decode) => return Ok(lines::convert(input, output, frame::decode)?),
        Command::Frame(FrameCommand::Encode) => return Ok(lines::convert(input, output, frame::encode)?),
        Command::Survey(SurveyCommand::Sheet { site, lang }) => sheet(&mut output, &site, lang.as_deref())?,
        Command::Site(SiteCommand::Add { name, origins, base, database }) => {
            sites::add(&mut output, &database.db, &name, &origins, &base)?;
        }
        Command::Site(SiteCommand::List { database }) => sites::list(&mut output, &database.db)?,
        Command::Sign { site, order, database } => sites::sign(&mut output, &database.db, &site, &order)?,
        Command::Responses { site, database } => sites::responses(&mut output, &database.db, &site)?,
        Command::Serve(serve) => serve::serve(&serve.database.db, serve.listen, serve.results)?,
    }
    Ok(true)
}

/// Refuses what cannot be a site's public name.
fn check_name(name: &str) -> Result<(), CliError> {
    let fine =
        (1..=40).contains(&name.len()) && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if fine { Ok(()) } else { Err(CliError::Name(name.to_owned())) }
}

fn sheet(output: &mut impl Write, site: &str, lang: Option<&str>) -> Result<(), CliError> {
    check_name(site)?;
    let unreadable = |_| StoreError::Unreadable("default survey");
    let definition = Definition::default_for(site);
    let id = Definition::id(&definition.canonical().map_err(unreadable)?);
    let sheet = definition.sheet(id, definition.language(lang));
    serde_json::to_writer(&mut *output, &sheet.ok_or(StoreError::Unreadable("default survey"))?)
        .map_err(io::Error::from)?;
    Ok(writeln!(output)?)
}
