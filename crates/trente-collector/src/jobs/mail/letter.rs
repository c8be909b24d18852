//! Rendering of a queued mail when it is sent, so that what was erased or withdrawn meanwhile is not in it.

use trente_stats::alerts::message::Message as Facts;
use trente_stats::weekly_digest::Team;
use trente_store::key::ResponseKey;
use trente_store::model::access::Access;
use trente_store::model::mail::{Alerts, MailChoice, Notice, PendingNotice};
use trente_store::model::scope::Scope;
use trente_store::model::site::SiteRow;
use trente_store::{StoreError, clock};

use super::plan::{access_of, customers_of};
use crate::app::App;
use crate::domain::digest::{news, of_site};
use crate::domain::mail_links;
use crate::domain::ops::mail;
use crate::mail::dialogue::Mailer;
use crate::mail::message::{Mail, Written};
use crate::views::dates;
use crate::views::letters::{Foot, Letter, customer, day, digest};

/// The mail; none where nothing is left to tell, or its reader wants or may read it no more.
pub async fn written(app: &App, mailer: &Mailer, pending: &PendingNotice) -> Result<Option<Written>, StoreError> {
    let store = &app.store;
    let Some(choice) = store.mail_choice(pending.account.clone()).await? else { return Ok(None) };
    let Some(access) = access_of(store, &choice.account).await? else { return Ok(None) };
    if !access.may(Scope::Read, &pending.site) {
        return Ok(None);
    }
    let site = match store.site_row(&pending.site).await {
        Ok(site) => site,
        Err(StoreError::SiteUnknown(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let results = mailer.server.results.as_str();
    let letter = match pending.notice {
        Notice::Digest(until) if choice.digest => Some(of_week(app, &site, until, &choice).await?),
        Notice::Customer(place) if choice.alerts == Alerts::AtOnce => {
            of_customer(app, &site, place, &choice, &access, results).await?
        }
        Notice::Day(day) if choice.alerts != Alerts::Off => of_day(app, &site, day, &choice, results).await?,
        _ => None,
    };
    let Some(letter) = letter else { return Ok(None) };
    let stop = mail_links::token(&choice, pending.notice.subscription());
    let stop = format!("{results}{}{stop}", mail_links::PATH);
    let change = format!("{results}/account/mail");
    let letter = letter.with_foot(&Foot { account: &choice.account, change: &change, stop: Some(&stop) });
    let mail = Mail {
        to: choice.address.clone(),
        subject: letter.subject.clone(),
        text: letter.text(),
        html: letter.html(),
        key: mail_links::message_key(&choice, &pending.id),
        date_ms: pending.created_ms,
        stop: Some(stop),
    };
    let written = mail.written(&mailer.server.author.0);
    if written.is_err() {
        // One that was put into the table in another way than by us.
        tracing::warn!(site = site.name, "the mail address of an account is not valid; its mail is left out");
    }
    Ok(written.ok())
}

async fn of_week(app: &App, site: &SiteRow, until: u32, choice: &MailChoice) -> Result<Letter, StoreError> {
    let mut addresses = Vec::new();
    for reader in app.store.mail_choices().await?.into_iter().filter(|reader| reader.digest) {
        let access = access_of(&app.store, &reader.account).await?;
        if access.is_some_and(|access| access.may(Scope::Read, &site.name)) {
            addresses.push(reader.address);
        }
    }
    let team = Team::new(addresses).map_err(|_| StoreError::Unreadable("address of an account"))?;
    let week = of_site(&app.store, site, until, team, None, choice.language).await?;
    Ok(digest::letter(&week, choice.language))
}

async fn of_customer(
    app: &App,
    site: &SiteRow,
    place: ResponseKey,
    choice: &MailChoice,
    access: &Access,
    results: &str,
) -> Result<Option<Letter>, StoreError> {
    let Some(stored) = app.store.response(place).await? else { return Ok(None) };
    let (verdict, said) = (stored.verdict()?, stored.frame.verbatim.as_deref());
    let Some(facts) = Facts::about(&choice.address, &verdict, said, choice.language) else { return Ok(None) };
    let sees_words = access.may(Scope::Recover, &site.name);
    if sees_words && said.is_some() {
        mail::note_words_mailed(&app.store, &site.name, &choice.account).await?;
    }
    let customer = customer::Customer {
        site: &site.name,
        facts: &facts,
        verified: stored.verified,
        locale: stored.frame.locale,
        sees_words,
        desk: &format!("{results}/sites/{}/recover", site.name),
    };
    Ok(Some(customer::letter(&customer, choice.language)))
}

async fn of_day(
    app: &App,
    site: &SiteRow,
    of: u32,
    choice: &MailChoice,
    results: &str,
) -> Result<Option<Letter>, StoreError> {
    let customers = match choice.alerts {
        Alerts::Daily => Some(customers_of(&app.store, site, of).await?),
        _ => None,
    };
    let alerts = news(&app.store, site, of).await?;
    let (of, results) =
        (dates::day(choice.language, of, clock::day(clock::now_ms())), format!("{results}/sites/{}", site.name));
    let told = day::Day { site: &site.name, day: &of, customers, alerts: &alerts, results: &results };
    Ok(day::letter(&told, choice.language))
}
