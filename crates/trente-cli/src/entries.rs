//! Loader of a site's stored responses for the alerts.

use trente_collector::domain::names::check_site_name;
use trente_collector::domain::ops::responses::each_page;
use trente_store::address::Address;
use trente_store::fold::counts::Headline;
use trente_store::fold::merge::StoredResponse;
use trente_store::model::audit::Actor;
use trente_store::{Store, StoreError, encoding};
use trente_survey::Verdict;

use crate::CliError;

/// Responses that are read at a time.
const PAGE_ROWS: usize = 1000;

/// A stored response with its names.
pub struct ResponseEntry {
    /// The day it was answered, since 1970.
    pub day: u32,
    /// The customer's own words.
    pub verbatim: Option<String>,
    /// Whether its purchase is proven.
    pub verified: bool,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its survey, in hexadecimal.
    pub survey: String,
    /// Its id, in hexadecimal.
    pub response: String,
}

/// Hands every folded response of a site to `each`, by survey and id; tells what its head figures are made of.
///
/// # Errors
/// [`CliError`]
pub async fn of_site(
    database: &Address,
    site: &str,
    mut each: impl FnMut(ResponseEntry),
) -> Result<Headline, CliError> {
    check_site_name(site)?;
    let store = Store::open(database, false).await?;
    let mut pages = each_page(&store, Actor::shell(), site, PAGE_ROWS).await?;
    while let Some(page) = pages.next().await? {
        for candidate in page {
            each(ResponseEntry::of(candidate)?);
        }
    }
    Ok(store.headline(store.site(site).await?).await?)
}

impl ResponseEntry {
    fn of(candidate: StoredResponse) -> Result<Self, StoreError> {
        let verdict = candidate.verdict()?;
        let (survey, response) = (encoding::hex(&candidate.frame.survey.0), encoding::hex(&candidate.frame.response.0));
        let (day, verified, verbatim) = (candidate.day, candidate.verified, candidate.frame.verbatim);
        Ok(Self { day, verbatim, verified, verdict, survey, response })
    }
}
