//! `trente alerts`: prints the alert messages about single customers, each to the person who can act on it (lessons 3c,
//! 3g, 3h).

use std::io::{self, BufWriter, Write};

use clap::Args;
use serde::Serialize;
use trente_stats::alerts::message::Message;
use trente_stats::alerts::{Rule, response};
use trente_stats::detail::owner_name;
use trente_stats::weekly_digest::{TeamError, is_address};
use trente_store::clock::format_day;
use trente_survey::Cause;
use trente_survey::locale::Language;

use crate::entries::ResponseEntry;
use crate::offline::stats;
use crate::{CliError, Database, entries};

/// The arguments of `trente alerts`.
#[derive(Debug, Args)]
pub struct Alerts {
    /// Public name of the site.
    #[arg(long)]
    site: String,
    /// Address of the owner, the person who receives the messages and can act on them.
    #[arg(long)]
    owner: String,
    /// The first day that counts, as in 2026-11-22; all of them, if absent.
    #[arg(long, value_name = "DAY", value_parser = crate::day)]
    since: Option<u32>,
    /// Language of the messages: fr or en.
    #[arg(long, default_value = "en", value_parser = stats::language)]
    lang: Language,
    #[command(flatten)]
    database: Database,
}

/// One letter, as it is printed.
#[derive(Serialize)]
struct LetterRecord<'a> {
    to: &'a str,
    rule: &'static str,
    kind: &'static str,
    survey: &'a str,
    response: &'a str,
    received: String,
    /// Whether the purchase is proven; a letter without a proof may be about a customer who never was one.
    verified: bool,
    what: &'a str,
    cause: Option<&'static str>,
    owner: Option<&'static str>,
    question: Option<&'static str>,
    first_step: Option<&'static str>,
    reply: Option<&'a str>,
    verbatim: Option<&'a str>,
}

impl<'a> LetterRecord<'a> {
    fn of(letter: &'a Message<'_>, stored: &'a ResponseEntry) -> Self {
        Self {
            to: letter.to,
            rule: letter.alert.rule.code(),
            kind: if letter.alert.rule == Rule::Recover { "recover" } else { "lost" },
            survey: &stored.survey,
            response: &stored.response,
            received: format_day(stored.day),
            verified: stored.verified,
            what: &letter.what,
            cause: letter.cause.map(Cause::name),
            owner: letter.remedy.map(|remedy| owner_name(remedy.owner)),
            question: letter.remedy.map(|remedy| remedy.question),
            first_step: letter.remedy.map(|remedy| remedy.first_step),
            reply: letter.reply.as_deref(),
            verbatim: letter.verbatim,
        }
    }
}

/// Prints the letters, oldest day first.
///
/// # Errors
/// [`CliError`]
pub async fn run(output: &mut impl Write, alerts: &Alerts) -> Result<(), CliError> {
    if !is_address(&alerts.owner) {
        return Err(TeamError::Address(alerts.owner.clone()).into());
    }
    let mut found = Vec::new();
    entries::of_site(&alerts.database.db, &alerts.site, |stored| {
        // Of a million responses, those few that need a person are kept until they are in order.
        if alerts.since.is_none_or(|since| stored.day >= since) && response(&stored.verdict).is_some() {
            found.push(stored);
        }
    })
    .await?;
    found.sort_by_key(|stored| stored.day);
    let mut output = BufWriter::new(output);
    for stored in &found {
        let verbatim = stored.verbatim.as_deref();
        let Some(letter) = Message::about(&alerts.owner, &stored.verdict, verbatim, alerts.lang) else { continue };
        serde_json::to_writer(&mut output, &LetterRecord::of(&letter, stored)).map_err(io::Error::from)?;
        writeln!(output)?;
    }
    Ok(output.flush()?)
}
