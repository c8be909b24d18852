//! Typed acts of administration: those whose outcome is more than that they are done.

use trente_survey::definition::{Definition, Preset};
use trente_survey::response_id::SurveyId;

use crate::change::{Change, Changed};
use crate::key::ResponseKey;
use crate::model::audit::Actor;
use crate::model::erasure::{FOREVER_MS, Reason};
use crate::model::site::{NewSite, Publication, Published};
use crate::model::webhook::Events;
use crate::model::webhook_secret::WebhookSecret;
use crate::{Store, StoreError};

impl Store {
    /// Creates a site with a key of its own and the whole default survey, with every lens.
    ///
    /// # Errors
    /// [`StoreError::SiteExists`], [`StoreError::Random`], or why the store fails. Nothing is changed then.
    pub async fn add_site(&self, actor: Actor, site: NewSite) -> Result<(), StoreError> {
        self.change(actor, Change::new_site(site, Preset::AfterDelivery)?).await?;
        Ok(())
    }

    /// Publishes a survey, which the site asks from now on. Those before it stay, and so do their frames.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`]; [`StoreError::SurveyClash`] when another document has the same id;
    /// [`StoreError::Unreadable`], or why the store fails. Nothing is changed then.
    pub async fn publish(
        &self,
        actor: Actor,
        site: &str,
        definition: &Definition,
    ) -> Result<(SurveyId, Published), StoreError> {
        let publication = Publication::of(definition)?;
        let id = publication.id;
        match self.change(actor, Change::Publish { site: site.to_owned(), publication }).await? {
            Changed::Published(published) => Ok((id, published)),
            _ => Err(StoreError::Unreadable("outcome of a publication")),
        }
    }

    /// Adds a webhook; tells its number.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], [`StoreError::TooMany`], or why the store fails. Nothing is changed then.
    pub async fn add_webhook(
        &self,
        actor: Actor,
        site: String,
        url: String,
        host: String,
        secret: WebhookSecret,
        events: Events,
    ) -> Result<i64, StoreError> {
        match self.change(actor, Change::AddWebhook { site, url, host, secret, events }).await? {
            Changed::Webhook(id) => Ok(id),
            _ => Err(StoreError::Unreadable("outcome of a new webhook")),
        }
    }

    /// Erases responses for ever; tells how many were there.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], or why the store fails. Nothing is erased then.
    pub async fn erase(
        &self,
        actor: Actor,
        site: String,
        places: Vec<ResponseKey>,
        reason: Option<Reason>,
    ) -> Result<u64, StoreError> {
        match self.change(actor, Change::Erase { site, places, until_ms: FOREVER_MS, reason }).await? {
            Changed::Erased(erased) => Ok(erased),
            _ => Err(StoreError::Unreadable("outcome of an erasure")),
        }
    }
}
