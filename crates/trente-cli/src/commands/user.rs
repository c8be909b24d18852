//! `trente user`: adds, lists, changes and removes the accounts that may sign in.

use std::io::{self, BufRead, IsTerminal, Write};

use clap::{Args, Subcommand};
use serde_json::json;
use trente_collector::domain::auth::password;
use trente_collector::domain::auth::password::Password;
use trente_collector::domain::names::{check_account_name, check_site_name};
use trente_collector::domain::ops::{accounts, second_factors};
use trente_store::clock::{day, format_day};
use trente_store::model::access::Sites;
use trente_store::model::account::Rights;
use trente_store::model::audit::Actor;
use trente_store::model::role::Role;
use trente_store::{Address, Store};
use zeroize::Zeroizing;

use crate::{CliError, Database, open_or_make};

/// Who may sign in to the results.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add an account. The password is asked for, or read from the first line of standard input.
    Add {
        /// 1 to 40 letters, digits, and - . _ @
        name: String,
        #[command(flatten)]
        rights: RightsArguments,
        #[command(flatten)]
        database: Database,
    },
    /// Change what an account may do; it holds from their next request on.
    Rights {
        /// The name.
        name: String,
        #[command(flatten)]
        rights: RightsArguments,
        #[command(flatten)]
        database: Database,
    },
    /// Print all accounts as JSON lines.
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Remove an account and end its sessions.
    Remove {
        /// The name.
        name: String,
        #[command(flatten)]
        database: Database,
    },
    /// Remove an account's second factor, because the phone and the recovery codes are lost; their sessions end.
    ResetSecondFactor {
        /// The name.
        name: String,
        #[command(flatten)]
        database: Database,
    },
    /// Set another password for an account, asked for as by add, and end its sessions.
    Password {
        /// The name.
        name: String,
        #[command(flatten)]
        database: Database,
    },
}

/// The hash of a new password, which must be none of those that are guessed first.
async fn new_hash(database: &Address, create: bool, name: &str) -> Result<String, CliError> {
    let password = ask()?;
    let store = if create { open_or_make(database).await? } else { Store::open(database, false).await? };
    let sites = store.sites().await?;
    let names: Vec<String> = sites.into_iter().map(|site| site.name).chain([name.to_owned()]).collect();
    password::accept(&password, &names)?;
    Ok(password::hash(&password)?)
}

/// What an account may do, and where.
#[derive(Debug, Args)]
pub struct RightsArguments {
    /// owner: everything; team: the results as numbers; desk: a screen in the shop, the results as numbers.
    #[arg(long, default_value = "owner")]
    role: Role,
    /// A site that they may do it to, and see; repeat for more. Every site, if absent.
    #[arg(long = "site")]
    sites: Vec<String>,
}

impl RightsArguments {
    fn read(self) -> Result<Rights, CliError> {
        self.sites.iter().try_for_each(|site| check_site_name(site))?;
        Ok(Rights { role: self.role, sites: Sites::only(self.sites) })
    }
}

/// `trente user`
///
/// # Errors
/// [`CliError`]
pub async fn user(output: &mut impl Write, command: UserCommand) -> Result<(), CliError> {
    match command {
        UserCommand::Add { name, rights, database } => {
            check_account_name(&name)?;
            let rights = rights.read()?;
            let hash = new_hash(&database.db, true, &name).await?;
            let store = open_or_make(&database.db).await?;
            Ok(accounts::add_account(&store, Actor::shell(), name, hash, rights).await?)
        }
        UserCommand::Rights { name, rights, database } => {
            let rights = rights.read()?;
            let store = Store::open(&database.db, false).await?;
            Ok(accounts::set_rights(&store, Actor::shell(), name, rights).await?)
        }
        UserCommand::Password { name, database } => {
            check_account_name(&name)?;
            let hash = new_hash(&database.db, false, &name).await?;
            let store = Store::open(&database.db, false).await?;
            Ok(accounts::set_password(&store, Actor::shell(), name, hash, None).await?)
        }
        UserCommand::ResetSecondFactor { name, database } => {
            let store = Store::open(&database.db, false).await?;
            Ok(second_factors::remove(&store, Actor::shell(), name, None).await?)
        }
        UserCommand::Remove { name, database } => {
            Ok(accounts::remove_account(&Store::open(&database.db, false).await?, Actor::shell(), name).await?)
        }
        UserCommand::List { database } => {
            for row in Store::open(&database.db, false).await?.accounts().await? {
                let sites = match row.rights.sites {
                    Sites::Every => None,
                    Sites::Only(names) => Some(names),
                };
                let line = json!({
                    "name": row.name, "created": format_day(day(row.created_ms)),
                    "role": row.rights.role.to_string(), "sites": sites, "second_factor": row.second_factor,
                });
                writeln!(output, "{line}")?;
            }
            Ok(())
        }
    }
}

/// A password from the operator at the terminal, twice; or from the first line of what is piped in. Never from an argument, which
/// every program on the machine can read.
fn ask() -> Result<Password, CliError> {
    let input = io::stdin();
    if !input.is_terminal() {
        let mut line = Zeroizing::new(String::new());
        input.lock().read_line(&mut line)?;
        return Ok(Zeroizing::new(line.trim_end_matches(['\n', '\r']).to_owned()));
    }
    let first = Zeroizing::new(rpassword::prompt_password("Password: ")?);
    let second = Zeroizing::new(rpassword::prompt_password("The same again: ")?);
    if first == second { Ok(first) } else { Err(CliError::Differ) }
}
