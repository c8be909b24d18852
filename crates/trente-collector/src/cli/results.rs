//! `trente summary`, `export`, `lookup`, `erase` and `webhook`: what the administration API does, from the shell.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use ipnet::IpNet;
use serde_json::json;
use trente_store::change::{Change, Changed};
use trente_store::fold::merge::Candidate;
use trente_store::model::audit::Actor;
use trente_store::model::webhook_secret::WebhookSecret;
use trente_store::{Store, StoreError};

use super::sites::note_lag;
use super::{CliError, Database};
use crate::domain::ops::subject::What;
use crate::domain::ops::{erasure, lookup};
use crate::inner::api::summary;
use crate::inner::api::webhooks::Webhook;
use crate::limits::PAGE_ROWS_MAX;
use crate::views::export::{Dialect, Encoder, Format, Separator};
use crate::views::response::ResponseRecord;
use crate::webhooks::address::{Allowed, host_of};
use crate::webhooks::send::Sender;

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
    let summary = summary::read(&Store::open(&database.db, false).await?, site).await?;
    serde_json::to_writer(&mut *output, &summary).map_err(io::Error::from)?;
    Ok(writeln!(output)?)
}

/// `trente export`
///
/// # Errors
/// [`CliError`]
pub async fn export(output: &mut impl Write, export: Export) -> Result<(), CliError> {
    let store = Store::open(&export.database.db, false).await?;
    store.change(Actor::shell(), Change::Export { site: export.site.clone() }).await?;
    let failed = |error| CliError::File(export.output.iter().map(|path| path.display().to_string()).collect(), error);
    match &export.output {
        Some(path) => {
            // It holds what customers said: its owner alone may read it.
            let options = File::options().write(true).create(true).truncate(true).mode(0o600).open(path);
            let mut file = options.map_err(failed)?;
            write(&mut file, &store, &export).await?;
            file.sync_all().map_err(failed)?;
        }
        None => write(output, &store, &export).await?,
    }
    note_lag(&store).await
}

async fn write(output: &mut impl Write, store: &Store, export: &Export) -> Result<(), CliError> {
    let mut encoder = Encoder::new(export.format, Dialect { separator: export.separator, plain: export.plain })?;
    let (site, mut after) = (store.site(&export.site).await?, None);
    loop {
        let page = store.responses(site, after, PAGE_ROWS_MAX as usize).await?;
        let Some(last) = page.last().map(Candidate::place) else { break };
        output.write_all(&encoder.push(page.iter().map(ResponseRecord::of).collect::<Result<_, _>>()?)?)?;
        after = Some(last);
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
    let what = subject(erase.response, erase.order)?;
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
    let what = subject(look.response, look.order)?;
    let store = Store::open(&look.database.db, false).await?;
    for response in lookup::find(&store, Actor::shell(), look.site, what).await? {
        serde_json::to_writer(&mut *output, &ResponseRecord::of(&response)?).map_err(io::Error::from)?;
        writeln!(output)?;
    }
    note_lag(&store).await
}

/// What the arguments name; clap has seen to it that it is one of the two.
fn subject(response: Option<String>, order: Option<String>) -> Result<What, CliError> {
    match response {
        Some(response) => What::response(&response).ok_or(CliError::Response(response)),
        None => Ok(What::order(&order.unwrap_or_default())?),
    }
}

/// `trente webhook`
///
/// # Errors
/// [`CliError`]
pub async fn webhook(output: &mut impl Write, command: WebhookCommand) -> Result<(), CliError> {
    match command {
        WebhookCommand::Add { url, site, webhooks_allow, database } => {
            // As the API checks it. The service looks again before it calls.
            Sender::new(Allowed(webhooks_allow)).check(&url)?;
            let secret = WebhookSecret::new().map_err(StoreError::from)?;
            let store = Store::open(&database.db, false).await?;
            let Changed::Webhook(id) =
                store.change(Actor::shell(), Change::AddWebhook { site, host: host_of(&url), url, secret }).await?
            else {
                return Err(StoreError::Unreadable("outcome of a new webhook").into());
            };
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
            store.change(Actor::shell(), Change::RemoveWebhook { site, id }).await?;
            Ok(())
        }
    }
}
