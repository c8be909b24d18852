//! Use cases of mail subscriptions: which mails an account is sent.

use trente_stats::weekly_digest::is_address;
use trente_store::change::Change;
use trente_store::model::audit::Actor;
use trente_store::model::mail::{Alerts, MailChoice, Subscription};
use trente_store::{Store, StoreError};
use trente_survey::locale::Language;

use super::error::OpsError;
use crate::mail::message;

/// What an account wants to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Where to.
    pub address: String,
    /// In French, else in English.
    pub language: Language,
    /// Alerts.
    pub alerts: Alerts,
    /// Whether the weekly digest.
    pub digest: bool,
}

/// Sets what an account is sent from now on. What happened before is not told, unless it was to be told already.
///
/// # Errors
/// [`OpsError::Mail`] for what is no address; [`StoreError::Unknown`] where there is no such account, or why the store
/// fails.
pub async fn choose(store: &Store, actor: Actor, account: String, wish: Wish, now_ms: u64) -> Result<(), OpsError> {
    let address = message::address(wish.address.trim())?.to_string();
    if !is_address(&address) {
        return Err(message::AddressError::of(&address).into());
    }
    let before = store.mail_choice(account.clone()).await?;
    let same = before.as_ref().filter(|before| (before.alerts, before.digest) == (wish.alerts, wish.digest));
    let since_ms = same.map_or(now_ms, |before| before.since_ms);
    // Another address, another key: links in mails to the former one end nothing of this one.
    let secret = match before.filter(|before| before.address == address) {
        Some(before) => before.secret,
        None => {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret).map_err(StoreError::from)?;
            secret
        }
    };
    let language = if wish.language == Language::Fr { Language::Fr } else { Language::En };
    let Wish { alerts, digest, .. } = wish;
    let choice = MailChoice { account, address, language, alerts, digest, since_ms, secret };
    store.change(actor, Change::ChooseMail(choice)).await?;
    Ok(())
}

/// Ends one of the two things that an account is sent.
///
/// # Errors
/// [`StoreError::Unknown`] where it has chosen nothing, or why the store fails.
pub async fn stop(store: &Store, actor: Actor, account: String, subscription: Subscription) -> Result<(), StoreError> {
    store.change(actor, Change::StopMail { account, subscription }).await?;
    Ok(())
}

/// Writes down that the service mails a customer's words to an account: before it does.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn note_words_mailed(store: &Store, site: &str, account: &str) -> Result<(), StoreError> {
    let change = Change::MailWords { site: site.to_owned(), account: account.to_owned() };
    store.change(Actor::service(), change).await
}
