//! `trente summary`, `export`, `lookup`, `erase` and `webhook`: what the administration API does, from the shell.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use ipnet::IpNet;
use serde_json::json;
use trente_collector::domain::ops::responses::each_page;
use trente_collector::domain::ops::subject::ErasureTarget;
use trente_collector::domain::ops::{erasure, lookup, webhooks};
use trente_collector::limits::PAGE_ROWS_MAX;
use trente_collector::views::export::{Dialect, Encoder, Format, Separator};
use trente_collector::views::response::ResponseRecord;
use trente_collector::views::summary::read_summary;
use trente_collector::views::webhook::Webhook;
use trente_collector::webhooks::address::Allowed;
use trente_collector::webhooks::send::Sender;
use trente_store::Store;
use trente_store::model::audit::Actor;
use trente_store::pages::Pages;

use super::site::note_lag;
use crate::{CliError, Database};

/// All responses of a site as one file.
#[derive(Debug, Args)]
pub struct Export {
    /// Public name of the site.
    #[arg(long)]
    site: String,
    /// What kind of file.
    #[arg(long)]
    format: Format,
    /// Between the cells of a CSV file. Excel expects a semicolon where decimals are written with a comma.
    #[arg(long, value_enum, default_value_t)]
    separator: Separator,
    /// A CSV file for programs: without the byte-order mark that Excel needs to read UTF-8, and without the apostrophe
    /// that keeps an identifier of digits alone from becoming a number.
    #[arg(long)]
    plain: bool,
    /// Where to; standard output, if absent.
    #[arg(long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    database: Database,
}

/// A response, or what an order has answered.
#[derive(Debug, Args)]
pub struct Erase {
    /// Public name of the site.
    #[arg(long)]
    site: String,
    /// The response: 16 hexadecimal digits, as exports name it.
    #[arg(long, required_unless_present = "order", conflicts_with = "order")]
    response: Option<String>,
    /// The merchant's order reference: whatever it has answered, in every survey of the site.
    #[arg(long)]
    order: Option<String>,
    /// Erase nothing; print the responses that would be erased, as lookup does.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    database: Database,
}

/// A response, or what an order has answered: what `trente erase` would erase.
#[derive(Debug, Args)]
pub struct LookUp {
    /// Public name of the site.
    #[arg(long)]
    site: String,
    /// The response: 16 hexadecimal digits, as exports name it.
    #[arg(long, required_unless_present = "order", conflicts_with = "order")]
    response: Option<String>,
    /// The merchant's order reference: whatever it has answered, in every survey of the site.
    #[arg(long)]
    order: Option<String>,
    #[command(flatten)]
    database: Database,
}

impl LookUp {
    /// Of an order.
    pub const fn order(site: String, order: String, database: Database) -> Self {
        Self { site, response: None, order: Some(order), database }
    }
}

/// Receivers that are told of responses.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Tell a receiver of every response from now on; its secret is printed, this once.
    Add {
        /// https://…
        url: String,
        /// Public name of the site.
        #[arg(long)]
        site: String,
        /// Networks that are not public and that the service was told to send to, as `webhooks_allow` has them.
        #[arg(long, env = "TRENTE_WEBHOOKS_ALLOW", value_delimiter = ',')]
        webhooks_allow: Vec<IpNet>,
        #[command(flatten)]
        database: Database,
    },
    /// Print the receivers of a site as JSON lines.
    List {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Tell a receiver nothing more.
    Remove {
        /// Its number.
        id: i64,
        /// Public name of the site.
        #[arg(long)]
        site: String,
        #[command(flatten)]
        database: Database,
    },
}

/// `trente summary`
///
/// # Errors
/// [`CliError`]
pub async fn summary(output: &mut impl Write, site: &str, database: &Database) -> Result<(), CliError> {
    let summary = read_summary(&Store::open(&database.db, false).await?, site).await?;
    serde_json::to_writer(&mut *output, &summary).map_err(io::Error::from)?;
    Ok(writeln!(output)?)
}

/// `trente export`
///
/// # Errors
/// [`CliError`]
pub async fn export(output: &mut impl Write, export: Export) -> Result<(), CliError> {
    let store = Store::open(&export.database.db, false).await?;
    let mut pages = each_page(&store, Actor::shell(), &export.site, PAGE_ROWS_MAX as usize).await?;
    let failed = |error| CliError::File(export.output.iter().map(|path| path.display().to_string()).collect(), error);
    match &export.output {
        Some(path) => {
            // It holds what customers said: its owner alone may read it.
            let options = File::options().write(true).create(true).truncate(true).mode(0o600).open(path);
            let mut file = options.map_err(failed)?;
            write(&mut file, &mut pages, &export).await?;
            file.sync_all().map_err(failed)?;
        }
        None => write(output, &mut pages, &export).await?,
    }
    note_lag(&store).await
}

async fn write(output: &mut impl Write, pages: &mut Pages, export: &Export) -> Result<(), CliError> {
    let mut encoder = Encoder::new(export.format, Dialect { separator: export.separator, plain: export.plain })?;
    while let Some(page) = pages.next().await? {
        output.write_all(&encoder.push(page.iter().map(ResponseRecord::of).collect::<Result<_, _>>()?)?)?;
    }
    output.write_all(&encoder.finish()?)?;
    Ok(output.flush()?)
}

/// `trente erase`
///
/// # Errors
/// [`CliError`]
pub async fn erase(output: &mut impl Write, erase: Erase) -> Result<(), CliError> {
    if erase.dry_run {
        let Erase { site, response, order, database, .. } = erase;
        return look_up(output, LookUp { site, response, order, database }).await;
    }
    let what = ErasureTarget::named(erase.response, erase.order)?;
    let store = Store::open(&erase.database.db, false).await?;
    let erased = erasure::erase(&store, Actor::shell(), erase.site, what).await?;
    serde_json::to_writer(&mut *output, &erased).map_err(io::Error::from)?;
    Ok(writeln!(output)?)
}

/// `trente lookup`
///
/// # Errors
/// [`CliError`]
pub async fn look_up(output: &mut impl Write, look: LookUp) -> Result<(), CliError> {
    let what = ErasureTarget::named(look.response, look.order)?;
    let store = Store::open(&look.database.db, false).await?;
    for response in lookup::find(&store, Actor::shell(), look.site, what).await? {
        serde_json::to_writer(&mut *output, &ResponseRecord::of(&response)?).map_err(io::Error::from)?;
        writeln!(output)?;
    }
    note_lag(&store).await
}

/// `trente webhook`
///
/// # Errors
/// [`CliError`]
pub async fn webhook(output: &mut impl Write, command: WebhookCommand) -> Result<(), CliError> {
    match command {
        WebhookCommand::Add { url, site, webhooks_allow, database } => {
            // As the API checks it. The service looks again before it calls.
            let sender = Sender::new(Allowed(webhooks_allow));
            sender.check(&url)?;
            let store = Store::open(&database.db, false).await?;
            let (id, secret) = webhooks::add_webhook(&store, &sender, Actor::shell(), site, url).await?;
            Ok(writeln!(output, "{}", json!({ "id": id, "secret": secret.reveal() }))?)
        }
        WebhookCommand::List { site, database } => {
            for row in Store::open(&database.db, false).await?.webhooks(&site).await? {
                serde_json::to_writer(&mut *output, &Webhook::of(row)).map_err(io::Error::from)?;
                writeln!(output)?;
            }
            Ok(())
        }
        WebhookCommand::Remove { id, site, database } => {
            let store = Store::open(&database.db, false).await?;
            Ok(webhooks::remove_webhook(&store, Actor::shell(), site, id).await?)
        }
    }
}
