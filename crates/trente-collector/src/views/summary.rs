//! JSON view of a site's figures.

use serde::Serialize;
use trente_stats::Summary;
use trente_stats::confidence::{Confidence, NUMBER_MIN};
use trente_stats::report::Report;
use trente_store::clock::now_ms;
use trente_store::fold::counts::SiteCounts;
use trente_store::model::site::SiteRow;
use trente_store::{ALL_DAYS, Store, StoreError};
use utoipa::ToSchema;

use super::headline::Headline;
use crate::domain::throttle::spike;
use crate::domain::throttle::spike::Spike;

/// Everything that is said about the responses of a site. A number that too few answers carry is null; its counts are
/// always there.
#[derive(Serialize, ToSchema)]
pub struct SiteSummary {
    /// Which of the following three the head figures are: `verified` as soon as one purchase is proven, `all` for a site
    /// that has never signed an order, whose figures are unproven.
    headline: Headline,
    /// Whether fewer than 30 responses carry the headline: then its numbers are a tendency.
    headline_tendency: bool,
    /// All responses, as `trente stats` prints them. Where `headline` is `verified`, strangers may have sent a part of them.
    #[schema(value_type = Object)]
    all: Report,
    /// Those whose purchase is proven.
    #[schema(value_type = Object)]
    verified: Report,
    /// The others.
    #[schema(value_type = Object)]
    unverified: Report,
    /// Responses that an unsigned answer of another network contradicts. Each is counted once, as it was given first; the
    /// contradiction is in the exports.
    disputed: u64,
    /// The most unusual of the last 28 days, by its unsigned responses; null where none was unusual.
    unusual_day: Option<Spike>,
    /// Frames that are accepted and not counted yet.
    waiting: u64,
}

impl SiteSummary {
    fn of(counts: &SiteCounts, marks: Marks, waiting: u64) -> Result<Self, StoreError> {
        let mut whole = counts.verified.clone();
        whole.merge(&counts.unverified)?;
        let report = |aggregate| Report::of(&Summary::of(aggregate), NUMBER_MIN);
        let headline = counts.headline();
        Ok(Self {
            headline: headline.into(),
            headline_tendency: Confidence::of(counts.head(headline).n()) < Confidence::Number,
            all: report(&whole),
            verified: report(&counts.verified),
            unverified: report(&counts.unverified),
            disputed: marks.disputed,
            unusual_day: marks.unusual_day,
            waiting,
        })
    }
}

/// Signs that answers of a site may not be its customers'.
pub struct Marks {
    /// Responses that an unsigned answer of another network contradicts.
    pub disputed: u64,
    /// The most unusual of the last 28 days.
    pub unusual_day: Option<Spike>,
}

impl Marks {
    /// Of a site.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn read(store: &Store, site: &SiteRow) -> Result<Self, StoreError> {
        let (today, site) = (site.zone().day(now_ms()), site.id);
        let counts = store.unsigned_by_day(site, spike::days(today)).await?;
        Ok(Self { disputed: store.disputed(site).await?, unusual_day: spike::worst(&counts, today) })
    }
}

/// The numbers of a site.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn read_summary(store: &Store, site: &str) -> Result<SiteSummary, StoreError> {
    let site = store.site_row(site).await?;
    let counts = store.counts(site.id, ALL_DAYS).await?;
    SiteSummary::of(&counts, Marks::read(store, &site).await?, store.lag().await?.frames)
}
