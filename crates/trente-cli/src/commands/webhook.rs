//! `trente webhook`: adds, lists and removes the webhooks of a site.

use std::io::{self, Write};

use clap::Subcommand;
use ipnet::IpNet;
use serde_json::json;
use trente_collector::domain::ops::error::OpsError;
use trente_collector::domain::ops::webhooks;
use trente_collector::views::webhook::Webhook;
use trente_collector::webhooks::address::Allowed;
use trente_collector::webhooks::send::Sender;
use trente_store::Store;
use trente_store::model::audit::Actor;
use trente_store::model::webhook::Events;

use crate::{CliError, Database};

/// Webhooks: receivers that are told of responses.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Add a webhook: its receiver is told of every response from now on, or of what --event names. Prints its secret,
    /// this once.
    Add {
        /// https://…
        url: String,
        /// Public name of the site.
        #[arg(long)]
        site: String,
        /// What it is told: `response`, `alert` or `digest`; repeat for several.
        #[arg(long = "event", default_value = "response", value_parser = ["response", "alert", "digest"])]
        events: Vec<String>,
        /// Networks that are not public and that the service was told to send to, as `webhooks_allow` has them.
        #[arg(long, env = "TRENTE_WEBHOOKS_ALLOW", value_delimiter = ',')]
        webhooks_allow: Vec<IpNet>,
        #[command(flatten)]
        database: Database,
    },
    /// Print the webhooks of a site as JSON lines.
    List {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Remove a webhook: its receiver is told nothing more.
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

/// `trente webhook`
///
/// # Errors
/// [`CliError`]
pub async fn webhook(output: &mut impl Write, command: WebhookCommand) -> Result<(), CliError> {
    match command {
        WebhookCommand::Add { url, site, events, webhooks_allow, database } => {
            // As the API checks it. The service looks again before it calls.
            let sender = Sender::new(Allowed(webhooks_allow));
            sender.check(&url)?;
            let events = Events::named(events.iter().map(String::as_str)).ok_or(OpsError::Events)?;
            let store = Store::open(&database.db, false).await?;
            let (id, secret) = webhooks::add_webhook(&store, &sender, Actor::shell(), site, url, events).await?;
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
