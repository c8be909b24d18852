//! `trente digest`: prints the weekly digest of a site for its team (lessons 0g, 0k, 1f, 1k, 1l).

use std::io::{self, Write};

use clap::Args;
use trente_collector::domain::digest;
use trente_collector::domain::ops::responses::note_words_read;
use trente_collector::views::digest::DigestRecord;
use trente_collector::views::letters;
use trente_stats::aggregate::COUNT_MAX;
use trente_stats::weekly_digest::Team;
use trente_store::Store;
use trente_store::clock::{format_day, now_ms};
use trente_store::model::audit::Actor;
use trente_survey::locale::Language;

use crate::offline::stats;
use crate::{CliError, Database};

/// The arguments of `trente digest`.
#[derive(Debug, Args)]
pub struct Digest {
    /// Public name of the site.
    #[arg(long)]
    site: String,
    /// Address of one of the team; repeat for each of them.
    #[arg(long, required = true)]
    to: Vec<String>,
    /// The last of its seven days, as in 2026-11-22, which must be over in the time zone of the site; yesterday there, if
    /// absent.
    #[arg(long, value_name = "DAY", value_parser = crate::day)]
    until: Option<u32>,
    /// How many orders were asked that week; what `trente site orders` or the overview was told of its seven days, if
    /// absent.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
    orders: Option<u64>,
    /// Language of the digest: fr or en.
    #[arg(long, default_value = "en", value_parser = stats::language)]
    lang: Language,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

/// Prints the weekly of a site.
///
/// # Errors
/// [`CliError`]
pub async fn run(output: &mut impl Write, digest: &Digest) -> Result<(), CliError> {
    let team = Team::new(digest.to.iter().cloned())?;
    let store = Store::open(&digest.database.db, false).await?;
    let site = store.site_row(&digest.site).await?;
    let yesterday = site.zone().yesterday(now_ms());
    let until = digest.until.unwrap_or(yesterday);
    // Only whole days: the week before has seven of them.
    if until > yesterday {
        return Err(CliError::DayNotOver { day: format_day(until), yesterday: format_day(yesterday) });
    }
    // The letter has words of delighted customers.
    note_words_read(&store, Actor::shell(), &site.name).await?;
    let week = digest::of_site(&store, &site, until, team, digest.orders, digest.lang).await?;
    if let Some(orders) = digest.orders.filter(|orders| *orders < week.weekly.n) {
        let message = format!("{} responses to {orders} orders: fewer than answered", week.weekly.n);
        return Err(stats::StatsError::Input(message).into());
    }
    if digest.json {
        serde_json::to_writer(&mut *output, &DigestRecord::of(&week)).map_err(io::Error::from)?;
        Ok(writeln!(output)?)
    } else {
        Ok(write!(output, "{}", letters::digest::letter(&week, digest.lang).text())?)
    }
}
