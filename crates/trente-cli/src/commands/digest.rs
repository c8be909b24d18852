//! `trente digest`: what a team reads once a week (lessons 0g, 0k, 1f, 1k, 1l).

mod text;

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;
use trente_collector::views::headline::Headline;
use trente_stats::aggregate::COUNT_MAX;
use trente_stats::confidence::NUMBER_MIN;
use trente_stats::report::NpsReport;
use trente_stats::weekly::{BASELINE_WEEKS, Entry, Team, WEEK_DAYS, Weekly};
use trente_store::Store;
use trente_store::clock::{format_day, now_ms};
use trente_survey::locale::Language;

use crate::offline::stats;
use crate::{CliError, Database, entries};

/// The arguments of `trente digest`.
#[derive(Debug, Args)]
pub struct Digest {
    /// Public name of the site.
    #[arg(long)]
    site: String,
    /// Address of one of the team; repeat for each of them.
    #[arg(long, required = true)]
    to: Vec<String>,
    /// The last of its seven days, as in 2026-11-22; yesterday in the time zone of the site, if absent.
    #[arg(long, value_name = "DAY", value_parser = crate::day)]
    until: Option<u32>,
    /// How many orders were asked that week; what `trente site orders` or the overview was told of its seven days, if
    /// absent.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
    orders: Option<u64>,
    /// Language of the letter: fr or en.
    #[arg(long, default_value = "en", value_parser = stats::language)]
    lang: Language,
    /// Print one JSON object instead of a letter.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

#[derive(Serialize)]
struct DigestRecord<'a> {
    site: &'a str,
    from: String,
    until: String,
    /// Of which responses everything else but `unverified` is.
    headline: Headline,
    /// Those without a proof, which stand apart.
    unverified: Unverified,
    #[serde(flatten)]
    weekly: &'a Weekly,
}

/// The responses of the week without a proof of the purchase.
#[derive(Serialize)]
struct Unverified {
    n: u64,
    nps: NpsReport,
}

/// Prints the weekly of a site.
///
/// # Errors
/// [`CliError`]
pub async fn run(output: &mut impl Write, digest: &Digest) -> Result<(), CliError> {
    let team = Team::new(digest.to.iter().cloned())?;
    let store = Store::open(&digest.database.db, false).await?;
    let site = store.site_row(&digest.site).await?;
    let until = digest.until.unwrap_or_else(|| site.zone().yesterday(now_ms()));
    let asked = store.orders_asked(site.id, (until + 1).saturating_sub(WEEK_DAYS)..=until).await?;
    // Of some days it is no number of the week.
    let orders = digest.orders.or_else(|| (asked.days == WEEK_DAYS).then_some(asked.n));
    let first = (until + 1).saturating_sub(WEEK_DAYS * (BASELINE_WEEKS + 1));
    let (mut verified, mut unverified) = (Vec::new(), Vec::new());
    let headline = entries::of_site(&digest.database.db, &digest.site, |stored| {
        if (first..=until).contains(&stored.entry.day) {
            (if stored.verified { &mut verified } else { &mut unverified }).push(stored.entry);
        }
    })
    .await?;
    let headline = Headline::from(headline);
    let weekly = |entries: &[Entry], orders| {
        Weekly::of(&team, until, entries, orders, NUMBER_MIN, digest.lang).map_err(stats::StatsError::from)
    };
    let apart = weekly(&unverified, None)?;
    // A site without a proven response has nothing but the others.
    let weekly = weekly(if headline == Headline::Verified { &verified } else { &unverified }, orders)?;
    let unverified = Unverified { n: apart.n, nps: apart.nps };
    if let Some(orders) = digest.orders.filter(|orders| *orders < weekly.n) {
        let message = format!("{} responses to {orders} orders: fewer than answered", weekly.n);
        return Err(stats::StatsError::Input(message).into());
    }
    let from = format_day((until + 1).saturating_sub(WEEK_DAYS));
    let until = format_day(until);
    let record = DigestRecord { site: &digest.site, from, until, headline, unverified, weekly: &weekly };
    if digest.json {
        serde_json::to_writer(&mut *output, &record).map_err(io::Error::from)?;
        Ok(writeln!(output)?)
    } else {
        Ok(write!(output, "{}", text::letter(&record, digest.lang))?)
    }
}
