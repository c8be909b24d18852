//! Typed acts of administration: those whose outcome is more than that they are done.

use trente_survey::definition::{Definition, Preset};
use trente_survey::response_id::SurveyId;

use crate::change::{AddWebhook, Change, Erase, EraseAgain, Publish};
use crate::model::audit::Actor;
use crate::model::site::{NewSite, Publication, Published};
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// Creates a site with a key of its own and the whole default survey, with every lens.
    ///
    /// # Errors
    /// [`StoreError::SiteExists`], [`StoreError::Random`], or why the store fails. Nothing is changed then.
    pub async fn add_site(&self, actor: Actor, site: NewSite) -> Result<(), StoreError> {
        self.change(actor, Change::new_site(site, Preset::AfterDelivery)?).await
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
        let act = Publish { site: site.to_owned(), publication };
        let published = match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::acts::publish(connection, &actor, &act)).await?
            }
            Self::Postgres(store) => postgres::admin::acts::publish(store, &actor, &act).await?,
        };
        Ok((id, published))
    }

    /// Adds a webhook; tells its number.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], [`StoreError::TooMany`], or why the store fails. Nothing is changed then.
    pub async fn add_webhook(&self, actor: Actor, act: AddWebhook) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::acts::add_webhook(connection, &actor, &act)).await
            }
            Self::Postgres(store) => postgres::admin::acts::add_webhook(store, &actor, &act).await,
        }
    }

    /// Erases responses; tells how many were there.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], or why the store fails. Nothing is erased then.
    pub async fn erase(&self, actor: Actor, act: Erase) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::acts::erase(connection, &actor, &act)).await
            }
            Self::Postgres(store) => postgres::admin::acts::erase(store, &actor, &act).await,
        }
    }

    /// Repeats erasures that a backup did not know of; tells how many responses were there.
    ///
    /// # Errors
    /// [`StoreError`]. Nothing is erased then.
    pub async fn erase_again(&self, actor: Actor, act: EraseAgain) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::acts::erase_again(connection, &actor, &act)).await
            }
            Self::Postgres(store) => postgres::admin::acts::erase_again(store, &actor, &act).await,
        }
    }
}
