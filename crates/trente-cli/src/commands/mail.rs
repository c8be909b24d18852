//! `trente mail`: mail subscriptions of accounts, and a test of the mail server.

use std::io::{self, Write};

use clap::Subcommand;
use serde::Serialize;
use trente_collector::domain::ops::mail::{Wish, choose};
use trente_collector::limits::Limits;
use trente_collector::mail::dialogue::{Mailer, Patience};
use trente_collector::mail::message::Mail;
use trente_collector::views::letters::test_mail;
use trente_store::Store;
use trente_store::clock::{format_rfc3339, now_ms};
use trente_store::encoding;
use trente_store::model::audit::Actor;
use trente_store::model::mail::{Alerts, MailChoice};
use trente_store::model::secret::Secret;
use trente_survey::locale::Language;

use crate::commands::config::Sources;
use crate::offline::stats;
use crate::{CliError, Database};

/// What people are sent by mail.
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Send a test mail, and print the mail server's own answer; exit with 2 when it does not accept the mail.
    Test {
        /// Where to, as in ada@shop.example.
        address: String,
        /// Language of the mail: fr or en.
        #[arg(long, default_value = "en", value_parser = stats::language)]
        lang: Language,
        #[command(flatten)]
        sources: Box<Sources>,
    },
    /// Set what an account is sent, replacing its earlier choice.
    Set {
        /// The name of the account.
        account: String,
        /// Where to, as in ada@shop.example.
        #[arg(long)]
        address: String,
        /// Customers to put right, and figures that leave their usual course.
        #[arg(long, default_value = "off")]
        alerts: Alerts,
        /// The weekly digest.
        #[arg(long)]
        digest: bool,
        /// Language of the mails: fr or en.
        #[arg(long, default_value = "en", value_parser = stats::language)]
        lang: Language,
        #[command(flatten)]
        database: Database,
    },
    /// Print what every account has chosen, as JSON lines.
    List {
        #[command(flatten)]
        database: Database,
    },
}

/// What an account has chosen, as it is printed.
#[derive(Serialize)]
struct Chosen {
    account: String,
    address: String,
    language: &'static str,
    alerts: &'static str,
    digest: bool,
    since: String,
}

impl From<MailChoice> for Chosen {
    fn from(choice: MailChoice) -> Self {
        Self {
            account: choice.account,
            address: choice.address,
            language: choice.language.tag(),
            alerts: choice.alerts.name(),
            digest: choice.digest,
            since: format_rfc3339(choice.since_ms),
        }
    }
}

/// `trente mail`; false when the mail server does not take a mail.
///
/// # Errors
/// [`CliError`]
pub async fn run(output: &mut impl Write, command: MailCommand) -> Result<bool, CliError> {
    match command {
        MailCommand::Test { address, lang, sources } => return test(output, address, lang, &sources).await,
        MailCommand::Set { account, address, alerts, digest, lang, database } => {
            let store = Store::open(&database.db, false).await?;
            let wish = Wish { address, language: lang, alerts, digest };
            choose(&store, Actor::shell(), account, wish, now_ms()).await?;
        }
        MailCommand::List { database } => {
            for choice in Store::open(&database.db, false).await?.mail_choices().await? {
                serde_json::to_writer(&mut *output, &Chosen::from(choice)).map_err(io::Error::from)?;
                writeln!(output)?;
            }
        }
    }
    Ok(true)
}

async fn test(output: &mut impl Write, to: String, lang: Language, sources: &Sources) -> Result<bool, CliError> {
    let Some(server) = sources.resolve()?.mail else { return Err(CliError::NoMail) };
    let mailer = Mailer::new(server);
    let letter = test_mail::letter(lang);
    let key = encoding::hex(&Secret::new().map_err(trente_store::StoreError::from)?.hash().0);
    let mail = Mail {
        to,
        subject: letter.subject.clone(),
        text: letter.text(),
        html: letter.html(),
        key: key.chars().take(32).collect(),
        date_ms: now_ms(),
        stop: None,
    };
    let mail = mail.written(&mailer.server.author.0)?;
    let command = Limits::default().mail_command;
    writeln!(output, "server: {}", mailer.server.host)?;
    match mailer.send(&mail, Patience { command, end: command }).await {
        Ok(said) => {
            writeln!(output, "taken: {said}")?;
            Ok(true)
        }
        Err(failure) => {
            writeln!(output, "not taken at the step `{}`: {}", failure.step, failure.said)?;
            Ok(false)
        }
    }
}
