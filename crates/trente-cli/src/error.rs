//! Error type of the command line: why a command fails.

use std::io;

use thiserror::Error;
use trente_collector::domain::auth::password::PasswordError;
use trente_collector::domain::contact::keys::KeyError;
use trente_collector::domain::names::{AccountNameError, SiteNameError};
use trente_collector::domain::ops::error::OpsError;
use trente_collector::domain::ops::subject::TargetError;
use trente_collector::domain::origin::OriginError;
use trente_collector::mail::message;
use trente_collector::service::ServiceError;
use trente_collector::views::export::ExportError;
use trente_collector::webhooks::address::AddressError;
use trente_stats::weekly_digest::TeamError;
use trente_store::StoreError;
use trente_store::backup::BackupError;
use trente_store::copy::CopyError;
use trente_store::ledger::LedgerError;
use trente_survey::order::OrderError;

use crate::commands::config::SettingsError;
use crate::offline::stats;

/// Why a command fails.
#[derive(Debug, Error)]
pub enum CliError {
    /// The name cannot be a site's.
    #[error(transparent)]
    Name(#[from] SiteNameError),
    /// The origin is none.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The base address is none.
    #[error("`{0}` is not an address: write http(s)://host[:port][/path]")]
    Base(String),
    /// The name cannot be an account's or a token's.
    #[error(transparent)]
    Account(#[from] AccountNameError),
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A password was not written twice the same.
    #[error("the two passwords differ")]
    Differ,
    /// Neither a response nor an order is named.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The act is refused.
    #[error(transparent)]
    Ops(#[from] OpsError),
    /// The text is no address of a webhook.
    #[error(transparent)]
    Webhook(#[from] AddressError),
    /// There is no mail server.
    #[error("no mail server is configured: `mail_server`, see docs/mail.md")]
    NoMail,
    /// The text is no address of mail.
    #[error(transparent)]
    Mail(#[from] message::AddressError),
    /// A file cannot be made.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The text is no order reference.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// The team of a weekly is none.
    #[error(transparent)]
    Team(#[from] TeamError),
    /// A week would end with a day that is not over.
    #[error("{day} is not over in the time zone of the site: name {yesterday}, or a day before it")]
    DayNotOver {
        /// The day that was named.
        day: String,
        /// The last day that is over.
        yesterday: String,
    },
    /// The site has no survey that can be read.
    #[error("site `{0}` has no survey that this trente can read")]
    NoSurvey(String),
    /// The site has not published this survey.
    #[error("survey `{0}` is none that site `{1}` has published; see trente survey list")]
    Survey(String, String),
    /// A file is neither TOML nor JSON by its name.
    #[error("`{0}` ends in neither .toml nor .json")]
    Extension(String),
    /// A file cannot be read.
    #[error("cannot read {0}")]
    File(String, #[source] io::Error),
    /// A file cannot be written.
    #[error("cannot write {0}")]
    Write(String, #[source] io::Error),
    /// The keys of contacts cannot be had.
    #[error(transparent)]
    ContactKey(#[from] KeyError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no configuration.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A copy fails.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// A list of erasures cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A backup fails.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The service does not start.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// There is no statistic of this input.
    #[error(transparent)]
    Stats(#[from] stats::StatsError),
    /// Reading or writing fails.
    #[error("input or output failed")]
    Io(#[from] io::Error),
}
