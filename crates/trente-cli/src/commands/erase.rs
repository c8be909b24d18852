//! `trente erase` and `trente lookup`: erasure of an order's responses, and access to what is stored of them (GDPR).

use std::io::{self, Write};

use clap::Args;
use trente_collector::domain::ops::subject::ErasureTarget;
use trente_collector::domain::ops::{erasure, lookup};
use trente_collector::views::kept::KeptRecord;
use trente_store::Store;
use trente_store::model::audit::Actor;

use super::responses::note_lag;
use crate::{CliError, ContactKey, Database};

/// A response, or all responses of an order.
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
    key: ContactKey,
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
    key: ContactKey,
    #[command(flatten)]
    database: Database,
}

impl LookUp {
    /// Of an order.
    pub const fn order(site: String, order: String, key: ContactKey, database: Database) -> Self {
        Self { site, response: None, order: Some(order), key, database }
    }
}

/// `trente erase`
///
/// # Errors
/// [`CliError`]
pub async fn erase(output: &mut impl Write, erase: Erase) -> Result<(), CliError> {
    if erase.dry_run {
        let Erase { site, response, order, key, database, .. } = erase;
        return look_up(output, LookUp { site, response, order, key, database }).await;
    }
    let what = ErasureTarget::named(erase.response, erase.order)?;
    let store = Store::open(&erase.database.db, false).await?;
    let erased = erasure::erase(&store, Actor::shell(), erase.site, what, None).await?;
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
    let keys = look.key.keys()?;
    for found in lookup::find(&store, Actor::shell(), look.site, what, keys.as_ref()).await? {
        serde_json::to_writer(&mut *output, &KeptRecord::of(&found)?).map_err(io::Error::from)?;
        writeln!(output)?;
    }
    note_lag(&store).await
}
