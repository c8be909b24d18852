//! Storage layer: sites, surveys, the inbox, responses and daily counts, in SQLite or PostgreSQL.
//!
//! Append first, fold later: an accepted frame is appended to the inbox and acknowledged once its transaction is
//! durable; the fold moves it into `response` and `daily`. In reading order: [`Store`] is what every caller asks;
//! [`model`] are the rows as plain types, [`change`] the acts of administration. [`fold`] says what a response becomes
//! and how it is counted, without input or output; [`sqlite`] and [`postgres`] are the two stores, with the same file
//! names, and [`address`] says which of them. They may differ in their statements, never in what these mean.
//!
//! Not here: HTTP, the command line, whether a frame is welcome (`trente-collector`).

mod acts;
pub mod address;
mod administration;
mod answers;
pub mod backup;
mod bundles;
pub mod cells;
pub mod change;
pub mod clock;
mod contact;
pub mod copy;
pub mod encoding;
mod error;
pub mod fold;
mod health;
pub mod inbound;
pub mod key;
pub mod ledger;
pub mod limits;
mod mail;
pub mod model;
pub mod pages;
mod parts;
pub mod postgres;
mod queues;
mod recovery;
pub mod search;
mod shop_days;
mod sightings;
pub mod sqlite;
mod voices;
pub mod wanted;
mod webhooks;

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use trente_survey::definition::Definition;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::{ResponseId, SurveyId};

use crate::fold::lookup;

pub use crate::address::Address;
pub use crate::error::StoreError;
use crate::fold::counts::{CountRow, Headline, SiteCounts};
use crate::fold::merge::StoredResponse;
use crate::fold::{Layouts, RawResponse};
use crate::inbound::{AppendError, Inbound};
use crate::key::ResponseKey;
use crate::model::site::{Lag, SiteRow, SurveyRow};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;

/// Every day that can be stored.
pub const ALL_DAYS: RangeInclusive<u32> = 0..=u32::MAX;

/// An open store. A clone is the same store.
#[derive(Clone, Debug)]
pub enum Store {
    /// A file on this machine.
    Sqlite(Arc<Sqlite>),
    /// A database that many collectors may share.
    Postgres(Arc<Postgres>),
}

impl Store {
    /// Opens a store for a command, without a check and without a fold; `create` makes it where it is missing.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn open(database: &Address, create: bool) -> Result<Self, StoreError> {
        Ok(match database {
            Address::Sqlite(path) => Self::Sqlite(Arc::new(Sqlite::open(path, create).await?)),
            Address::Postgres(target) => Self::Postgres(Arc::new(Postgres::open(target, create).await?)),
        })
    }

    /// Opens a store for a service: it is made where it is missing, checked, and folded from now on. `queue` jobs may
    /// wait to be written.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn serve(database: &Address, queue: usize) -> Result<Self, StoreError> {
        Ok(match database {
            Address::Sqlite(path) => {
                let store = Arc::new(Sqlite::serve(path, queue).await?);
                tokio::spawn(Sqlite::follow(Arc::downgrade(&store)));
                Self::Sqlite(store)
            }
            Address::Postgres(target) => Self::Postgres(Arc::new(Postgres::serve(target, queue).await?)),
        })
    }

    /// Stores frames, all or none; done when they are durable. A store that was opened for a command refuses.
    ///
    /// # Errors
    /// [`AppendError`]; after [`AppendError::Late`] the frames may be stored nevertheless.
    pub async fn append(&self, frames: Vec<Inbound>, wait: Duration) -> Result<(), AppendError> {
        match self {
            Self::Sqlite(store) => store.append(frames, wait).await,
            Self::Postgres(store) => store.append(frames, wait).await,
        }
    }

    /// Overwrites what is left of deleted words, as far as the store can: in SQLite in every page and in the log, in
    /// PostgreSQL what `vacuum` does. False when something has to wait for a reader.
    ///
    /// # Errors
    /// [`StoreError`]; what was deleted stays deleted.
    pub async fn overwrite(&self) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.overwrite().await,
            Self::Postgres(store) => postgres::admin::erase::overwrite(store).await,
        }
    }

    /// Whether the last transaction of each kind succeeded.
    pub fn healthy(&self) -> bool {
        match self {
            Self::Sqlite(store) => store.healthy(),
            Self::Postgres(store) => store.healthy(),
        }
    }

    /// Commits what waits, folds the inbox and ends the writer. Later frames are refused.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => {
                let store = Arc::clone(store);
                if tokio::task::spawn_blocking(move || store.close()).await.is_err() {
                    tracing::error!("the store was not closed gracefully");
                }
            }
            Self::Postgres(store) => store.close().await,
        }
    }

    /// How far the fold is behind.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn lag(&self) -> Result<Lag, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::responses::lag).await,
            Self::Postgres(store) => postgres::responses::lag(store).await,
        }
    }

    /// The newest time, not after `until_ms`, that something in the store bears, in milliseconds since 1970: a response,
    /// to the day, a frame that waits, a line of the audit log or a session. None where nothing does.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn newest_ms(&self, until_ms: u64) -> Result<Option<u64>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::responses::newest_ms(connection, until_ms)).await
            }
            Self::Postgres(store) => postgres::responses::newest_ms(store, until_ms).await,
        }
    }

    /// A number that every change of a site, its origins or its surveys raises.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn catalog_version(&self) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::catalog::version).await,
            Self::Postgres(store) => postgres::catalog::version(store).await,
        }
    }

    /// Every site, by name.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn sites(&self) -> Result<Vec<SiteRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::catalog::sites).await,
            Self::Postgres(store) => postgres::catalog::sites(store).await,
        }
    }

    /// The number of the site of this name.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`], or why the store fails.
    pub async fn site(&self, name: &str) -> Result<i64, StoreError> {
        let wanted = name.to_owned();
        let found = match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::catalog::find(connection, &wanted)).await?,
            Self::Postgres(store) => postgres::catalog::find(store, name).await?,
        };
        found.ok_or_else(|| StoreError::SiteUnknown(name.to_owned()))
    }

    /// Every survey that was ever published, by site, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn surveys(&self) -> Result<Vec<SurveyRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::catalog::surveys).await,
            Self::Postgres(store) => postgres::catalog::surveys(store).await,
        }
    }

    /// The survey that a site asks now.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn current_survey(&self, site: i64) -> Result<Option<SurveyId>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::catalog::current(connection, site)).await,
            Self::Postgres(store) => postgres::catalog::current(store, site).await,
        }
    }

    /// The canonical document of a survey.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn document(&self, survey: SurveyId) -> Result<Option<String>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::catalog::document(connection, survey)).await,
            Self::Postgres(store) => postgres::catalog::document(store, survey).await,
        }
    }

    /// The document of a survey as this version reads it; none when there is no such survey, or it cannot be read.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn definition(&self, survey: SurveyId) -> Result<Option<Definition>, StoreError> {
        Ok(self.document(survey).await?.and_then(|json| Definition::from_published(&json).ok()))
    }

    /// The frame that wins of those that are kept of a response, folded or not, among the verified ones or among the
    /// others. The inbox is searched from its newest frame and not to its end when it is far behind.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn latest_frame(
        &self,
        layout: Layout,
        survey: SurveyId,
        response: ResponseId,
        verified: bool,
    ) -> Result<Option<Frame>, StoreError> {
        let frames = match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::responses::frames(connection, survey, response)).await?
            }
            Self::Postgres(store) => postgres::responses::frames(store, survey, response).await?,
        };
        Ok(lookup::winner(frames, layout, verified))
    }

    /// Up to `rows_max` folded responses of a site that come after a place, in the order of their places; fewer only
    /// at the end.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`], or why the store fails.
    pub async fn responses(
        &self,
        site: i64,
        after: Option<ResponseKey>,
        rows_max: usize,
    ) -> Result<Vec<StoredResponse>, StoreError> {
        let stored = match self {
            Self::Sqlite(store) => {
                let read =
                    store.read(move |connection| sqlite::responses::responses(connection, site, after, rows_max));
                read.await?
            }
            Self::Postgres(store) => postgres::responses::responses(store, site, after, rows_max).await?,
        };
        self.read(stored).await
    }

    /// Reads responses by the layouts of their surveys.
    async fn read(&self, stored: Vec<RawResponse>) -> Result<Vec<StoredResponse>, StoreError> {
        let mut layouts = Layouts::default();
        for survey in layouts.missing(stored.iter().map(|row| &row.bytes[..])) {
            if let Some(document) = self.document(survey).await? {
                layouts.learn(survey, &document);
            }
        }
        let unreadable = || StoreError::Unreadable("survey definition");
        let layout = |row: &RawResponse| layouts.get(SurveyId(row.place.survey)).ok_or_else(unreadable);
        stored.into_iter().map(|row| layout(&row).and_then(|layout| row.read(layout))).collect()
    }

    /// The counts of a site over these days, in days since 1970, and over every survey that it published.
    ///
    /// # Errors
    /// [`StoreError::Count`], [`StoreError::Unreadable`], or why the store fails.
    pub async fn counts(&self, site: i64, days: RangeInclusive<u32>) -> Result<SiteCounts, StoreError> {
        let rows = match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::counts::of_site(connection, site, &days)).await?
            }
            Self::Postgres(store) => postgres::counts::of_site(store, site, &days).await?,
        };
        SiteCounts::of(rows)
    }

    /// The answers to the extra questions of a site over these days, by survey and proof of purchase.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn question_counts(&self, site: i64, days: RangeInclusive<u32>) -> Result<Vec<CountRow>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::counts::of_questions(connection, site, &days)).await
            }
            Self::Postgres(store) => postgres::counts::of_questions(store, site, &days).await,
        }
    }

    /// What the head figures of a site are made of.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn headline(&self, site: i64) -> Result<Headline, StoreError> {
        let signs = match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::counts::signs(connection, site)).await?,
            Self::Postgres(store) => postgres::counts::signs(store, site).await?,
        };
        Ok(Headline::of(signs))
    }

    /// Unsigned responses of a site by day, in days since 1970; days without any are left out.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn unsigned_by_day(&self, site: i64, days: RangeInclusive<u32>) -> Result<Vec<(u32, u64)>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::counts::unsigned_by_day(connection, site, &days)).await
            }
            Self::Postgres(store) => postgres::counts::unsigned_by_day(store, site, &days).await,
        }
    }

    /// Responses of a site that a frame which was kept aside contradicts.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn disputed(&self, site: i64) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::asides::disputed(connection, site)).await,
            Self::Postgres(store) => postgres::asides::disputed(store, site).await,
        }
    }

    /// The last day on which a site has a response, in days since 1970.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn last_day(&self, site: i64) -> Result<Option<u32>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::wanted::last_day(connection, site)).await,
            Self::Postgres(store) => postgres::wanted::last_day(store, site).await,
        }
    }
}
