//! Commands on a database: sites, signatures, responses.

use std::io::{self, Write};

use clap::Subcommand;
use trente_store::change::Change;
use trente_store::clock::{epoch, now_ms};
use trente_store::model::audit::Actor;
use trente_store::model::site::NewSite;
use trente_store::{Address, Store, StoreError, encoding};
use trente_survey::order;
use trente_survey::response_id::Key;

use super::{CliError, Database, open_or_make};
use crate::domain::names::check_site_name;
use crate::domain::origin::Origin;
use crate::inner::api;
use crate::limits::RETENTION_DAYS_MAX;
use crate::views::response::ResponseRecord;

/// What stands in the snippet where the shop writes its order.
const ORDER: &str = "ORDER-REFERENCE";

/// Responses that are read at a time.
const PAGE_ROWS: usize = 1000;

/// Sites.
#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// Create a site and print its snippet.
    Add {
        /// Public name: 1 to 40 of a-z, 0-9 and -.
        name: String,
        /// Origin of the shop's pages, as in https://shop.example; repeat for more.
        #[arg(long = "origin", required_unless_present = "any_origin")]
        origins: Vec<String>,
        /// Let the widget stand on pages of any origin, sandboxed ones included. Only where the pages' origins cannot
        /// be known: whoever likes to can then send answers from his own pages.
        #[arg(long)]
        any_origin: bool,
        /// Address of the collector as the shop's pages see it.
        #[arg(long, env = "TRENTE_BASE", default_value = "http://127.0.0.1:8031")]
        base: String,
        #[command(flatten)]
        database: Database,
    },
    /// Print the snippet of a site again, its hosted page, and where the widget may stand.
    Show {
        /// Public name.
        site: String,
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
    /// Say anew where the widget may stand.
    Origins {
        /// Public name.
        site: String,
        /// Exact origin of the shop's pages; repeat for more. Those before are forgotten.
        #[arg(long = "origin", required_unless_present = "any_origin")]
        origins: Vec<String>,
        /// Let the widget stand on pages of any origin; see add.
        #[arg(long)]
        any_origin: bool,
        #[command(flatten)]
        database: Database,
    },
    /// Print the key that signs orders: a secret, for the merchant's server alone.
    Key {
        /// Public name.
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Make a new key for signing orders and print it. What the one before has signed verifies until it is retired.
    RotateKey {
        /// Public name.
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// End the key before the last rotation: what it has signed proves nothing any more, and cannot be erased by its
    /// order. Wait three months, which is as long as a signature lives.
    RetireKey {
        /// Public name.
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Say how long single responses are kept; their counts stay for ever.
    Retention {
        /// Public name.
        site: String,
        /// Days.
        #[arg(required_unless_present = "forever", value_parser = clap::value_parser!(u32).range(1..=i64::from(RETENTION_DAYS_MAX)))]
        days: Option<u32>,
        /// Keep them.
        #[arg(long, conflicts_with = "days")]
        forever: bool,
        #[command(flatten)]
        database: Database,
    },
}

/// `trente site`
///
/// # Errors
/// [`CliError`]
pub async fn run(output: &mut impl Write, command: SiteCommand) -> Result<(), CliError> {
    match command {
        SiteCommand::Add { name, origins, any_origin, base, database } => {
            add(output, &database.db, &name, &origins, any_origin, &base).await
        }
        SiteCommand::Show { site, base, database } => show(output, &database.db, &site, &base).await,
        SiteCommand::List { database } => list(output, &database.db).await,
        SiteCommand::Origins { site, origins, any_origin, database } => {
            set_origins(&database.db, site, &origins, any_origin).await
        }
        SiteCommand::Key { site, database } => key(output, &database.db, &site).await,
        SiteCommand::RotateKey { site, database } => rotate_key(output, &database.db, site).await,
        SiteCommand::RetireKey { site, database } => change(&database.db, Change::RetireKey { site }).await,
        SiteCommand::Retention { site, days, database, .. } => {
            change(&database.db, Change::SetRetention { site, days }).await
        }
    }
}

async fn add(
    output: &mut impl Write,
    database: &Address,
    name: &str,
    origins: &[String],
    any_origin: bool,
    base: &str,
) -> Result<(), CliError> {
    check_site_name(name)?;
    let base = check_base(base)?;
    let origins = origins.iter().map(|text| Origin::typed(text)).collect::<Result<Vec<_>, _>>()?;
    let origins = origins.iter().map(Origin::to_string).collect();
    open_or_make(database).await?.add_site(NewSite { name: name.to_owned(), origins, any_origin }).await?;
    snippet(output, name, &base)
}

fn snippet(output: &mut impl Write, name: &str, base: &str) -> Result<(), CliError> {
    writeln!(output, r#"<script async src="{base}/trente.js" data-site="{name}" data-order="{ORDER}"></script>"#)?;
    writeln!(
        output,
        "Put it on the order-confirmation page, with the shop's own order reference in place of {ORDER}."
    )?;
    Ok(())
}

async fn show(output: &mut impl Write, database: &Address, name: &str, base: &str) -> Result<(), CliError> {
    let base = check_base(base)?;
    let unknown = || StoreError::SiteUnknown(name.to_owned());
    let sites = Store::open(database, false).await?.sites().await?;
    let site = sites.into_iter().find(|site| site.name == name).ok_or_else(unknown)?;
    snippet(output, name, &base)?;
    writeln!(output, "For mails and QR codes: {base}/s/{name}?o={ORDER}, the order percent-encoded.")?;
    let any = site.any_origin.then_some("any other origin").into_iter();
    let places: Vec<&str> = site.origins.iter().map(String::as_str).chain(any).collect();
    Ok(writeln!(output, "The widget may stand on {}.", places.join(", "))?)
}

async fn list(output: &mut impl Write, database: &Address) -> Result<(), CliError> {
    for site in api::sites::all(&Store::open(database, false).await?).await? {
        serde_json::to_writer(&mut *output, &site).map_err(io::Error::from)?;
        writeln!(output)?;
    }
    Ok(())
}

async fn set_origins(database: &Address, site: String, origins: &[String], any_origin: bool) -> Result<(), CliError> {
    let origins = origins.iter().map(|text| Origin::typed(text)).collect::<Result<Vec<_>, _>>()?;
    let origins = origins.iter().map(Origin::to_string).collect();
    change(database, Change::SetOrigins { site, origins, any_origin }).await
}

async fn key(output: &mut impl Write, database: &Address, site: &str) -> Result<(), CliError> {
    let keys = Store::open(database, false).await?.keys_of(site).await?;
    let present = keys.first().map(|key| encoding::hex(&key.0)).unwrap_or_default();
    Ok(writeln!(output, "{present}")?)
}

async fn rotate_key(output: &mut impl Write, database: &Address, site: String) -> Result<(), CliError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(StoreError::from)?;
    change(database, Change::RotateKey { site, key }).await?;
    Ok(writeln!(output, "{}", encoding::hex(&key))?)
}

async fn change(database: &Address, change: Change) -> Result<(), CliError> {
    Store::open(database, false).await?.change(Actor::shell(), change).await?;
    Ok(())
}

/// `trente sign`
pub async fn sign(output: &mut impl Write, database: &Address, name: &str, order: &str) -> Result<(), CliError> {
    let order = order::clean(order)?;
    let store = Store::open(database, false).await?;
    let unknown = || StoreError::SiteUnknown(name.to_owned());
    let site = store.sites().await?.into_iter().find(|site| site.name == name).ok_or_else(unknown)?;
    let survey = store.current_survey(site.id).await?.ok_or_else(|| CliError::NoSurvey(name.to_owned()))?;
    let signature = Key(site.key).sign(survey, order, epoch(now_ms()));
    Ok(writeln!(output, "{}", encoding::base64url(&signature.to_bytes()))?)
}

/// `trente responses`
pub async fn responses(output: &mut impl Write, database: &Address, name: &str) -> Result<(), CliError> {
    let store = Store::open(database, false).await?;
    let site = store.site(name).await?;
    store.change(Actor::shell(), Change::Export { site: name.to_owned() }).await?;
    let mut output = io::BufWriter::new(output);
    let mut after = None;
    loop {
        let page = store.responses(site, after, PAGE_ROWS).await?;
        for response in &page {
            serde_json::to_writer(&mut output, &ResponseRecord::of(response)?).map_err(io::Error::from)?;
            writeln!(output)?;
        }
        match page.last() {
            Some(last) => after = Some(last.place()),
            None => break,
        }
    }
    output.flush()?;
    note_lag(&store).await
}

/// What the running service has accepted and not folded yet is not in the list, and the reader should know.
pub(super) async fn note_lag(store: &Store) -> Result<(), CliError> {
    let lag = store.lag().await?;
    if lag.frames > 0 {
        // A closed standard error leaves nowhere to tell.
        let _ = writeln!(io::stderr(), "trente: {} frames in the inbox are not folded yet", lag.frames);
    }
    Ok(())
}

/// The collector's address without a final slash; it is printed into an attribute.
fn check_base(base: &str) -> Result<String, CliError> {
    let wrong = || CliError::Base(base.to_owned());
    let (scheme, rest) = base.trim().split_once("://").ok_or_else(wrong)?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let origin = Origin::typed(&format!("{scheme}://{authority}")).map_err(|_| wrong())?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    if !path.bytes().all(plain) {
        return Err(wrong());
    }
    let path = path.trim_matches('/');
    Ok(if path.is_empty() { origin.to_string() } else { format!("{origin}/{path}") })
}
