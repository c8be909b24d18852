//! Settings page of accounts: who may sign in, what they may do, and at which sites. For owners of every site.

use askama::Template;
use axum::response::IntoResponse;
use trente_store::StoreError;
use trente_store::model::access::Sites;
use trente_store::model::account::{AccountRow, Rights};
use trente_store::model::mail::{Alerts, MailChoice};
use trente_store::model::role::Role;
use zeroize::Zeroizing;

use super::done::Done;
use super::opened::{Answer, Everywhere, Failure, Opened, Question, Wrong};
use crate::domain::names::is_account_name;
use crate::domain::ops::accounts;
use crate::domain::ops::error::OpsError;
use crate::inner::account::new_password::{NotTaken, hashed};
use crate::inner::results::texts::{Access, Settings, fill};
use crate::web::error::RequestError;
use crate::web::form::Fields;

const SETTING: &str = "people";

/// The list, and the form for one more.
#[derive(Template)]
#[template(path = "settings_people.html")]
struct People {
    set: &'static Settings,
    access: &'static Access,
    action: String,
    wrong: &'static str,
    rows: Vec<Row>,
    name: String,
    choice: Choice,
}

struct Row {
    name: String,
    own: bool,
    role: &'static str,
    sites: String,
    factor: &'static str,
    mails: String,
    change: String,
}

/// One account.
#[derive(Template)]
#[template(path = "settings_person.html")]
struct Person {
    set: &'static Settings,
    access: &'static Access,
    action: String,
    back: String,
    wrong: &'static str,
    name: String,
    own: bool,
    choice: Choice,
}

/// A role and its sites, as a form has them.
struct Choice {
    /// Name, text, what it may do, and whether it is chosen.
    roles: Vec<(String, &'static str, &'static str, bool)>,
    every: bool,
    /// Name, and whether it is ticked.
    sites: Vec<(String, bool)>,
}

impl Choice {
    fn new(access: &'static Access, all: Vec<String>, rights: &Rights) -> Self {
        let roles = Role::ALL.into_iter().zip(access.roles.into_iter().zip(access.role_notes));
        let (every, ticked) = match &rights.sites {
            Sites::Every => (true, None),
            Sites::Only(names) => (false, Some(names)),
        };
        Self {
            roles: roles.map(|(role, (name, note))| (role.to_string(), name, note, role == rights.role)).collect(),
            every,
            sites: all
                .into_iter()
                .map(|name| {
                    let is_ticked = ticked.is_some_and(|ticked| ticked.contains(&name));
                    (name, is_ticked)
                })
                .collect(),
        }
    }
}

/// What a form says of a role and its sites; without a site where it says that there are only some, and names none.
fn rights_of(fields: &Fields) -> Rights {
    let role = fields.get("role").and_then(|name| Role::ALL.into_iter().find(|role| role.to_string() == name));
    let sites = if fields.get("where") == Some("every") {
        Sites::Every
    } else {
        Sites::Only(fields.all("site").iter().cloned().collect())
    };
    // The one that may do least, where the form says none.
    Rights { role: role.unwrap_or(Role::Team), sites }
}

fn check_sites(at: &Opened, rights: &Rights) -> Option<Wrong> {
    let none = matches!(&rights.sites, Sites::Only(names) if names.is_empty());
    none.then(|| Wrong::new("where", at.access.sites_none))
}

async fn site_names(at: &Opened) -> Result<Vec<String>, StoreError> {
    Ok(at.app.store.sites().await?.into_iter().map(|site| site.name).collect())
}

/// The list, or one account.
pub async fn show_people(Everywhere(at): Everywhere) -> Answer {
    match at.query.get("account").map(str::to_owned) {
        None => list(&at, "", &Rights { role: Role::Team, sites: Sites::Every }, None).await,
        Some(name) => match at.app.store.account(name).await? {
            Some(account) => person(&at, &account.name, &account.rights, None).await,
            None => at.back(SETTING, Done::Gone),
        },
    }
}

async fn list(at: &Opened, name: &str, rights: &Rights, wrong: Option<Wrong>) -> Answer {
    let (accounts, choices) = (at.app.store.accounts().await?, at.app.store.mail_choices().await?);
    let row = |account: AccountRow| row(at, account, &choices);
    let body = People {
        set: at.set,
        access: at.access,
        action: at.link(SETTING, &[]),
        wrong: wrong.as_ref().map_or("", |wrong| wrong.field),
        rows: accounts.into_iter().map(row).collect(),
        name: name.to_owned(),
        choice: Choice::new(at.access, site_names(at).await?, rights),
    };
    at.page(SETTING, at.access.people, wrong.as_ref(), body).await
}

fn row(at: &Opened, account: AccountRow, choices: &[MailChoice]) -> Row {
    let AccountRow { name, rights, second_factor, .. } = account;
    let place = Role::ALL.into_iter().position(|role| role == rights.role).unwrap_or_default();
    let mails = choices.iter().find(|choice| choice.account == name).map(|choice| {
        let alerts = (choice.alerts != Alerts::Off).then_some(at.access.mails[0]);
        let digest = choice.digest.then_some(at.access.mails[1]);
        alerts.into_iter().chain(digest).map(str::to_owned).collect::<Vec<_>>()
    });
    let mails = mails.filter(|mails| !mails.is_empty());
    Row {
        own: name == at.session.account,
        role: at.access.roles.get(place).copied().unwrap_or_default(),
        sites: match &rights.sites {
            Sites::Every => at.access.every_site.to_owned(),
            Sites::Only(names) => names.iter().cloned().collect::<Vec<_>>().join(", "),
        },
        factor: if second_factor { at.access.factor[0] } else { at.access.factor[1] },
        mails: mails.map_or_else(|| at.access.mails[2].to_owned(), |mails| at.texts.list(&mails)),
        change: at.link(SETTING, &[("account", Some(&name))]),
        name,
    }
}

async fn person(at: &Opened, name: &str, rights: &Rights, wrong: Option<Wrong>) -> Answer {
    let body = Person {
        set: at.set,
        access: at.access,
        action: at.link(SETTING, &[]),
        back: at.link(SETTING, &[]),
        wrong: wrong.as_ref().map_or("", |wrong| wrong.field),
        name: name.to_owned(),
        own: name == at.session.account,
        choice: Choice::new(at.access, site_names(at).await?, rights),
    };
    at.page(SETTING, &fill(at.access.person, &[("name", name)]), wrong.as_ref(), body).await
}

/// Adds an account, changes its rights, or removes it.
pub async fn act(Everywhere(at): Everywhere, fields: Fields) -> Answer {
    let name = fields.get("name").unwrap_or_default().trim().to_owned();
    match fields.get("act") {
        Some("add") => add(&at, name, &fields).await,
        Some("change") => change(&at, name, &fields).await,
        Some("remove") => remove(&at, name, &fields).await,
        _ => Ok(RequestError::Path.into_response()),
    }
}

async fn add(at: &Opened, name: String, fields: &Fields) -> Answer {
    let rights = rights_of(fields);
    let hash = match new_hash(at, &name, &rights, fields).await? {
        Ok(hash) => hash,
        Err(wrong) => return list(at, &name, &rights, Some(wrong)).await,
    };
    match accounts::add_account(&at.app.store, at.actor(), name.clone(), hash, rights.clone()).await {
        Ok(()) => at.back(SETTING, Done::AccountAdded),
        Err(OpsError::Store(StoreError::Exists(..))) => {
            list(at, &name, &rights, Some(Wrong::new("name", at.access.name_taken))).await
        }
        Err(OpsError::Store(StoreError::SiteUnknown(_))) => {
            list(at, &name, &rights, Some(Wrong::new("where", at.access.sites_none))).await
        }
        Err(error) => refused(at, &name, &rights, error).await,
    }
}

/// The hash of the password of a new account, or what is wrong with the form.
async fn new_hash(at: &Opened, name: &str, rights: &Rights, fields: &Fields) -> Result<Result<String, Wrong>, Failure> {
    if !is_account_name(name) {
        return Ok(Err(Wrong::new("name", at.access.name_wrong)));
    }
    if let Some(wrong) = check_sites(at, rights) {
        return Ok(Err(wrong));
    }
    if let Some(wrong) = at.proven(fields).await? {
        return Ok(Err(wrong));
    }
    let password = Zeroizing::new(fields.get("password").unwrap_or_default().to_owned());
    let start = at.texts.start();
    Ok(match hashed(&at.app, name, password).await {
        Ok(hash) => Ok(hash),
        Err(NotTaken::Easy) => Err(Wrong::new("password", start.password_easy)),
        Err(NotTaken::Length) => Err(Wrong::new("password", start.password_length)),
        Err(NotTaken::Busy) => Err(Wrong::busy("password", start.busy)),
        Err(NotTaken::Failed(error)) => return Err(error.into()),
    })
}

async fn change(at: &Opened, name: String, fields: &Fields) -> Answer {
    let rights = rights_of(fields);
    if let Some(wrong) = check_sites(at, &rights) {
        return person(at, &name, &rights, Some(wrong)).await;
    }
    if let Some(wrong) = at.proven(fields).await? {
        return person(at, &name, &rights, Some(wrong)).await;
    }
    match accounts::set_rights(&at.app.store, at.actor(), name.clone(), rights.clone()).await {
        Ok(()) => at.back(SETTING, Done::Saved),
        Err(error) => refused(at, &name, &rights, error).await,
    }
}

async fn remove(at: &Opened, name: String, fields: &Fields) -> Answer {
    let asked = Question {
        title: fill(at.access.remove_question, &[("name", &name)]),
        lines: vec![at.access.remove_note.to_owned()],
        fields: vec![("act", "remove".to_owned()), ("name", name.clone())],
        button: at.access.remove_account,
        password: true,
        grave: true,
    };
    if fields.get("sure").is_none() {
        return at.ask(SETTING, &asked, None).await;
    }
    if let Some(wrong) = at.proven(fields).await? {
        return at.ask(SETTING, &asked, Some(&wrong)).await;
    }
    match accounts::remove_account(&at.app.store, at.actor(), name.clone()).await {
        Ok(()) => at.back(SETTING, Done::AccountRemoved),
        Err(error) => {
            let account = at.app.store.account(name.clone()).await?;
            refused(at, &name, &account.map(|account| account.rights).unwrap_or_default(), error).await
        }
    }
}

/// An act on an account that was refused, on the page of that account.
async fn refused(at: &Opened, name: &str, rights: &Rights, error: OpsError) -> Answer {
    let why = match error {
        OpsError::OwnAccount => at.access.own_account,
        OpsError::Store(StoreError::LastOwner) => at.access.last_owner,
        // Removed in another window meanwhile, or a site that there is not.
        OpsError::Store(StoreError::Unknown(..)) => return at.back(SETTING, Done::Gone),
        OpsError::Store(StoreError::SiteUnknown(_)) => at.access.sites_none,
        OpsError::Store(error) => return Err(error.into()),
        _ => at.access.name_wrong,
    };
    person(at, name, rights, Some(Wrong::new("where", why))).await
}
