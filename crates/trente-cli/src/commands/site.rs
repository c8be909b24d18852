//! `trente site`: adds, lists and changes sites.

use std::io::{self, Write};
use std::time::Duration;

use clap::Subcommand;
use trente_collector::domain::names::check_site_name;
use trente_collector::domain::ops::{recovery, shop_days, sites as ops};
use trente_collector::domain::snippet::{Base, ORDER};
use trente_collector::limits::RETENTION_DAYS_MAX;
use trente_collector::views::site::list_sites;
use trente_stats::zone::{Zone, ZoneError};
use trente_store::clock::{day, format_day, now_ms};
use trente_store::model::audit::Actor;
use trente_store::model::site::NewSite;
use trente_store::{Address, Store, StoreError, encoding};
use trente_survey::definition::Preset;

use crate::{CliError, Database, demonstration, open_or_make};

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
        /// be known: anyone can then send answers from their own pages.
        #[arg(long)]
        any_origin: bool,
        /// When it asks: `confirmation`, right after an order on the web; `after-delivery`, some days later by the hosted
        /// page, and in shops and at desks.
        #[arg(long, default_value = "confirmation", value_parser = crate::preset)]
        preset: Preset,
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
    /// Replace the origins on whose pages the widget may stand.
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
    /// Make a new key for signing orders and print it. Signatures of the key before it stay valid until that is retired.
    RotateKey {
        /// Public name.
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Retire the key before the last rotation: what it has signed proves nothing any more, and cannot be erased by its
    /// order. Wait three months, which is as long as a signature lives.
    RetireKey {
        /// Public name.
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Close a site: it asks no customer and takes no answer until it is reopened. What was answered stays, and so do the
    /// results.
    Close {
        /// Public name.
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Reopen a site that was closed.
    Reopen {
        /// Public name.
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Set how long single responses are kept; their counts stay for ever.
    Retention {
        /// Public name.
        site: String,
        /// Days.
        #[arg(required_unless_present = "forever", value_parser = clap::value_parser!(u32).range(1..=i64::from(RETENTION_DAYS_MAX)))]
        days: Option<u32>,
        /// Keep them without a limit.
        #[arg(long, conflicts_with = "days")]
        forever: bool,
        #[command(flatten)]
        database: Database,
    },
    /// Create a site full of invented answers of the past year, to look at its results; every page of it says so. Stop a
    /// service on the same database first.
    Demonstrate {
        /// Public name, which no site has yet.
        site: String,
        /// About how many answers.
        #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=i64::from(demonstration::ANSWERS_MAX)))]
        answers: u32,
        #[command(flatten)]
        database: Database,
    },
    /// Record how many orders were asked over some past days: the overview and the digest then tell the share that
    /// answered. Each day gets an equal share.
    Orders {
        /// Public name.
        site: String,
        /// The first day, as in 2026-11-22.
        #[arg(long, value_name = "DAY", value_parser = crate::day)]
        from: u32,
        /// The last day.
        #[arg(long, value_name = "DAY", value_parser = crate::day)]
        to: u32,
        /// How many.
        orders: u64,
        #[command(flatten)]
        database: Database,
    },
    /// Set for how many days the recovery desk keeps customers to put right: 90 at first.
    DeskRetention {
        /// Public name.
        site: String,
        /// Days.
        days: u32,
        #[command(flatten)]
        database: Database,
    },
    /// Set for how many days contacts of customers to put right are kept: 30 at first.
    ContactRetention {
        /// Public name.
        site: String,
        /// Days.
        days: u32,
        #[command(flatten)]
        database: Database,
    },
    /// Set the time zone of the site: it decides which day an answer belongs to, and which day is yesterday, with which
    /// the periods of the results end.
    TimeZone {
        /// Public name.
        site: String,
        /// A name of the IANA database, as in Europe/Paris.
        #[arg(value_parser = zone)]
        zone: Zone,
        #[command(flatten)]
        database: Database,
    },
}

fn zone(name: &str) -> Result<Zone, ZoneError> {
    Zone::named(name)
}

/// `trente site`
///
/// # Errors
/// [`CliError`]
pub async fn run(output: &mut impl Write, command: SiteCommand) -> Result<(), CliError> {
    match command {
        SiteCommand::Add { name, origins, any_origin, preset, base, database } => {
            let site = ops::new_site(name, &origins, any_origin)?;
            add(output, &database.db, site, preset, &base).await
        }
        SiteCommand::Show { site, base, database } => show(output, &database.db, &site, &base).await,
        SiteCommand::List { database } => list(output, &database.db).await,
        SiteCommand::Origins { site, origins, any_origin, database } => {
            let store = Store::open(&database.db, false).await?;
            Ok(ops::set_origins(&store, Actor::shell(), site, &origins, any_origin).await?)
        }
        SiteCommand::Key { site, database } => key(output, &database.db, &site).await,
        SiteCommand::RotateKey { site, database } => {
            let key = ops::rotate_key(&Store::open(&database.db, false).await?, Actor::shell(), site).await?;
            Ok(writeln!(output, "{}", encoding::hex(&key))?)
        }
        SiteCommand::RetireKey { site, database } => {
            Ok(ops::retire_key(&Store::open(&database.db, false).await?, Actor::shell(), site).await?)
        }
        SiteCommand::Close { site, database } => {
            Ok(ops::close_site(&Store::open(&database.db, false).await?, Actor::shell(), site).await?)
        }
        SiteCommand::Reopen { site, database } => {
            Ok(ops::reopen_site(&Store::open(&database.db, false).await?, Actor::shell(), site).await?)
        }
        SiteCommand::Retention { site, days, database, .. } => {
            Ok(ops::set_retention(&Store::open(&database.db, false).await?, Actor::shell(), site, days).await?)
        }
        SiteCommand::Demonstrate { site, answers, database } => demonstrate(&database.db, site, answers).await,
        SiteCommand::DeskRetention { site, days, database } => {
            let store = Store::open(&database.db, false).await?;
            Ok(recovery::set_desk_retention(&store, Actor::shell(), site, days).await?)
        }
        SiteCommand::ContactRetention { site, days, database } => {
            let store = Store::open(&database.db, false).await?;
            Ok(recovery::set_contact_retention(&store, Actor::shell(), site, days).await?)
        }
        SiteCommand::Orders { site, from, to, orders, database } => {
            let store = Store::open(&database.db, false).await?;
            let today = store.site_row(&site).await?.zone().day(now_ms());
            Ok(shop_days::set_orders(&store, Actor::shell(), site, from..=to, today, orders).await?)
        }
        SiteCommand::TimeZone { site, zone, database } => {
            Ok(ops::set_time_zone(&Store::open(&database.db, false).await?, Actor::shell(), site, zone).await?)
        }
    }
}

async fn add(
    output: &mut impl Write,
    database: &Address,
    site: NewSite,
    preset: Preset,
    base: &str,
) -> Result<(), CliError> {
    let base = read_base(base)?;
    let name = site.name.clone();
    ops::add_site(&open_or_make(database).await?, Actor::shell(), site, preset).await?;
    snippet(output, &name, &base)
}

fn snippet(output: &mut impl Write, name: &str, base: &Base) -> Result<(), CliError> {
    writeln!(output, "{}", base.script(name))?;
    writeln!(
        output,
        "Put it on the order-confirmation page, with the shop's own order reference in place of {ORDER}."
    )?;
    Ok(())
}

async fn show(output: &mut impl Write, database: &Address, name: &str, base: &str) -> Result<(), CliError> {
    let base = read_base(base)?;
    let unknown = || StoreError::SiteUnknown(name.to_owned());
    let sites = Store::open(database, false).await?.sites().await?;
    let site = sites.into_iter().find(|site| site.name == name).ok_or_else(unknown)?;
    snippet(output, name, &base)?;
    writeln!(output, "For mails and QR codes: {}, the order percent-encoded.", base.hosted(name))?;
    let any = site.any_origin.then_some("any other origin").into_iter();
    let places: Vec<&str> = site.origins.iter().map(String::as_str).chain(any).collect();
    writeln!(output, "The widget may stand on {}.", places.join(", "))?;
    if let Some(closed_ms) = site.closed_ms {
        let since = format_day(day(closed_ms));
        writeln!(
            output,
            "It has been closed since {since} and asks no customers: `trente site reopen {name}` opens it again."
        )?;
    }
    Ok(())
}

async fn list(output: &mut impl Write, database: &Address) -> Result<(), CliError> {
    for site in list_sites(&Store::open(database, false).await?).await? {
        serde_json::to_writer(&mut *output, &site).map_err(io::Error::from)?;
        writeln!(output)?;
    }
    Ok(())
}

async fn key(output: &mut impl Write, database: &Address, site: &str) -> Result<(), CliError> {
    let keys = Store::open(database, false).await?.keys_of(site).await?;
    let present = keys.first().map(|key| encoding::hex(&key.0)).unwrap_or_default();
    Ok(writeln!(output, "{present}")?)
}

/// Frames that are appended at a time.
const APPENDED: usize = 256;
/// How long a site of invented answers waits for the store.
const PATIENCE: Duration = Duration::from_secs(60);

async fn demonstrate(database: &Address, site: String, answers: u32) -> Result<(), CliError> {
    check_site_name(&site)?;
    let store = Store::serve(database, APPENDED).await?;
    // No origin: no widget asks for this site, and no customer's answer gets among the invented ones.
    let new = NewSite { name: site.clone(), origins: Vec::new(), any_origin: false };
    ops::add_site(&store, Actor::shell(), new, Preset::AfterDelivery).await?;
    ops::mark_demonstration(&store, Actor::shell(), site.clone()).await?;
    let number = store.site(&site).await?;
    let survey = store.current_survey(number).await?.ok_or(StoreError::Unreadable("survey of a new site"))?;
    let year = demonstration::year(survey, day(now_ms()), answers)
        .map_err(|_| StoreError::Unreadable("frame of a demonstration"))?;
    for frames in year.chunks(APPENDED) {
        store.append(frames.to_vec(), PATIENCE).await.map_err(|_| StoreError::Ended)?;
    }
    // Commits and folds what waits.
    store.close().await;
    Ok(())
}

fn read_base(base: &str) -> Result<Base, CliError> {
    Base::typed(base).ok_or_else(|| CliError::Base(base.to_owned()))
}
