//! Administration of the store: makes changes with their audit line, and reads accounts, tokens, sites and the audit
//! log.

use std::collections::BTreeSet;

use rusqlite::Connection;
use trente_survey::response_id::Key;

use crate::change::Change;
use crate::fold::merge::StoredResponse;
use crate::key::ResponseKey;
use crate::model::account::{AccountRow, Ages, DeviceRow, SecondFactorRow, SessionRow};
use crate::model::audit::{Actor, AuditRow};
use crate::model::secret::SecretHash;
use crate::model::site::{SiteRow, SurveyRow};
use crate::model::token::TokenRow;
use crate::model::webhook::WebhookRow;
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// Makes a change and writes down who made it, or does neither.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], [`StoreError::Unknown`], [`StoreError::Exists`] and the like, or why the store
    /// fails.
    pub async fn change(&self, actor: Actor, change: Change) -> Result<(), StoreError> {
        change.check()?;
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::change(connection, &actor, &change)).await
            }
            Self::Postgres(store) => postgres::admin::change(store, &actor, &change).await,
        }
    }

    /// The hash of an account's password.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn password(&self, name: String) -> Result<Option<String>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::admin::read::password(connection, &name)).await,
            Self::Postgres(store) => postgres::admin::read::password(store, &name).await,
        }
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::admin::read::accounts).await,
            Self::Postgres(store) => postgres::admin::read::accounts(store).await,
        }
    }

    /// Whether any account exists.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn has_accounts(&self) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::admin::read::has_accounts).await,
            Self::Postgres(store) => postgres::admin::read::has_accounts(store).await,
        }
    }

    /// An account.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn account(&self, name: String) -> Result<Option<AccountRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::admin::read::account(connection, &name)).await,
            Self::Postgres(store) => postgres::admin::read::account(store, &name).await,
        }
    }

    /// What the apps of an account and we share, the one that counts and one that waits.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn second_factors(&self, account: String) -> Result<Vec<SecondFactorRow>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::admin::read::second_factors(connection, &account)).await
            }
            Self::Postgres(store) => postgres::admin::read::second_factors(store, &account).await,
        }
    }

    /// A session, however old.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn session(&self, hash: SecretHash) -> Result<Option<SessionRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::admin::read::session(connection, hash)).await,
            Self::Postgres(store) => postgres::admin::read::session(store, hash).await,
        }
    }

    /// The sessions of an account, however old, the last used first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn sessions(&self, account: String) -> Result<Vec<SessionRow>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::admin::read::sessions(connection, &account)).await
            }
            Self::Postgres(store) => postgres::admin::read::sessions(store, &account).await,
        }
    }

    /// A browser that has signed in, however long ago.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn device(&self, hash: SecretHash) -> Result<Option<DeviceRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::admin::read::device(connection, hash)).await,
            Self::Postgres(store) => postgres::admin::read::device(store, hash).await,
        }
    }

    /// Writes down that a session was used.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn touch_session(&self, hash: SecretHash, now_ms: u64) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::read::touch_session(connection, hash, now_ms)).await
            }
            Self::Postgres(store) => postgres::admin::read::touch_session(store, hash, now_ms).await,
        }
    }

    /// A token, expired or not.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn token(&self, hash: SecretHash) -> Result<Option<TokenRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::admin::read::token(connection, hash)).await,
            Self::Postgres(store) => postgres::admin::read::token(store, hash).await,
        }
    }

    /// Every token, by name.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::admin::read::tokens).await,
            Self::Postgres(store) => postgres::admin::read::tokens(store).await,
        }
    }

    /// Writes down that a token was used.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn touch_token(&self, hash: SecretHash, now_ms: u64) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::read::touch_token(connection, hash, now_ms)).await
            }
            Self::Postgres(store) => postgres::admin::read::touch_token(store, hash, now_ms).await,
        }
    }

    /// Up to `limit` lines of the audit log before the line `before`, the newest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn audit(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::admin::read::audit(connection, before, limit)).await
            }
            Self::Postgres(store) => postgres::admin::read::audit(store, before, limit).await,
        }
    }

    /// The webhooks of a site, oldest first.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], or why the store fails.
    pub async fn webhooks(&self, site: &str) -> Result<Vec<WebhookRow>, StoreError> {
        let site = self.site(site).await?;
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::admin::read::webhooks(connection, site)).await,
            Self::Postgres(store) => postgres::admin::read::webhooks(store, site).await,
        }
    }

    /// Every survey that a site has published, oldest first.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], or why the store fails.
    pub async fn surveys_of(&self, site: &str) -> Result<Vec<SurveyRow>, StoreError> {
        let site = self.site(site).await?;
        Ok(self.surveys().await?.into_iter().filter(|row| row.site == site).collect())
    }

    /// The site of this name.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], or why the store fails.
    pub async fn site_row(&self, site: &str) -> Result<SiteRow, StoreError> {
        let found = self.sites().await?.into_iter().find(|row| row.name == site);
        found.ok_or_else(|| StoreError::SiteUnknown(site.to_owned()))
    }

    /// The keys that sign and have signed orders of a site: the present one first.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], or why the store fails.
    pub async fn keys_of(&self, site: &str) -> Result<Vec<Key>, StoreError> {
        let row = self.site_row(site).await?;
        Ok([Some(row.key), row.former_key].into_iter().flatten().map(Key).collect())
    }

    /// The folded response at a place.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn response(&self, place: ResponseKey) -> Result<Option<StoredResponse>, StoreError> {
        let stored = match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::responses::stored(connection, place)).await?,
            Self::Postgres(store) => postgres::responses::at(store, place).await?,
        };
        Ok(self.read(stored.into_iter().collect()).await?.pop())
    }

    /// The folded responses at these places, each once.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn responses_at(&self, places: Vec<ResponseKey>) -> Result<Vec<StoredResponse>, StoreError> {
        let places: Vec<ResponseKey> = places.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let stored = match self {
            Self::Sqlite(store) => {
                let all = move |connection: &Connection| {
                    let found = places.iter().map(|&place| sqlite::responses::stored(connection, place).transpose());
                    found.flatten().collect::<Result<Vec<_>, _>>()
                };
                store.read(all).await?
            }
            Self::Postgres(store) => postgres::responses::at_all(store, &places).await?,
        };
        self.read(stored).await
    }

    /// Forgets sessions and browsers that are too old or from the future, and tombstones whose time is over.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn purge_expired(&self, ages: Ages) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::read::purge_expired(connection, ages)).await
            }
            Self::Postgres(store) => postgres::admin::read::purge_expired(store, ages).await,
        }
    }

    /// Up to `rows_max` responses after a place whose sites keep them no longer, in the order of their places; fewer
    /// only at the end. `today` is in days since 1970.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn expired(
        &self,
        today: u32,
        after: Option<ResponseKey>,
        rows_max: u32,
    ) -> Result<Vec<ResponseKey>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::admin::erase::expired(connection, today, after, rows_max)).await
            }
            Self::Postgres(store) => postgres::admin::erase::expired(store, today, after, rows_max).await,
        }
    }

    /// Deletes responses whose time is over and keeps their counts; tombstones keep them from being counted again until
    /// `until_ms`. Tells how many there were.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is deleted then.
    pub async fn delete_expired(&self, places: Vec<ResponseKey>, until_ms: u64) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::admin::erase::delete_expired(connection, &places, until_ms)).await
            }
            Self::Postgres(store) => postgres::admin::erase::delete_expired(store, &places, until_ms).await,
        }
    }
}
