//! `trente token`: adds, lists and revokes API tokens.

use std::io::Write;

use clap::Subcommand;
use serde_json::json;
use trente_collector::domain::names::check_site_name;
use trente_collector::domain::ops::tokens;
use trente_store::Store;
use trente_store::clock::{day, format_day, format_minute};
use trente_store::model::audit::Actor;
use trente_store::model::scope::{Scope, Scopes};
use trente_store::model::secret::TOKEN_PREFIX;

use crate::{CliError, Database};

/// Tokens of programs that use the administration API.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Add a token and print it, this once.
    Add {
        /// What you call it: 1 to 40 letters, digits, and - . _ @
        name: String,
        /// What it may do; repeat for more.
        #[arg(long = "scope", required = true)]
        scopes: Vec<Scope>,
        /// The only site that it may do it to; every site, if absent.
        #[arg(long)]
        site: Option<String>,
        /// Days after which it ends.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
        #[command(flatten)]
        database: Database,
    },
    /// Print all tokens, not the secrets, as JSON lines.
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Revoke a token.
    Revoke {
        /// What you call it.
        name: String,
        #[command(flatten)]
        database: Database,
    },
}

/// `trente token`
///
/// # Errors
/// [`CliError`]
pub async fn token(output: &mut impl Write, command: TokenCommand) -> Result<(), CliError> {
    match command {
        TokenCommand::Add { name, scopes, site, days, database } => {
            site.as_deref().map(check_site_name).transpose()?;
            let store = Store::open(&database.db, false).await?;
            let scopes = scopes.into_iter().collect::<Scopes>();
            let secret = tokens::add_token(&store, Actor::shell(), name, scopes, site, days).await?;
            Ok(writeln!(output, "{TOKEN_PREFIX}{}", secret.reveal())?)
        }
        TokenCommand::Revoke { name, database } => {
            Ok(tokens::revoke_token(&Store::open(&database.db, false).await?, Actor::shell(), name).await?)
        }
        TokenCommand::List { database } => {
            for row in Store::open(&database.db, false).await?.tokens().await? {
                let line = json!({
                    "name": row.name, "scopes": row.scopes.names(), "site": row.site,
                    "created": format_day(day(row.created_ms)),
                    "expires": row.expires_ms.map(|end| format_day(day(end))), "used": row.used_ms.map(format_minute),
                });
                writeln!(output, "{line}")?;
            }
            Ok(())
        }
    }
}
