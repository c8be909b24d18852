//! The stored responses of a site, as the weekly and the alerts need them.

use trente_stats::weekly::Entry;
use trente_store::address::Address;
use trente_store::change::Change;
use trente_store::fold::counts::Headline;
use trente_store::fold::merge::Candidate;
use trente_store::model::audit::Actor;
use trente_store::{Store, StoreError, encoding};
use trente_survey::Verdict;

use super::CliError;
use crate::domain::names::check_site_name;

/// Responses that are read at a time.
const PAGE_ROWS: usize = 1000;

/// A stored response with its names.
pub struct Stored {
    /// What it counts for.
    pub entry: Entry,
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
pub async fn of_site(database: &Address, site: &str, mut each: impl FnMut(Stored)) -> Result<Headline, CliError> {
    check_site_name(site)?;
    let store = Store::open(database, false).await?;
    store.change(Actor::shell(), Change::Export { site: site.to_owned() }).await?;
    let site = store.site(site).await?;
    let mut after = None;
    loop {
        let page = store.responses(site, after, PAGE_ROWS).await?;
        after = page.last().map(Candidate::place);
        if after.is_none() {
            return Ok(store.headline(site).await?);
        }
        for candidate in page {
            each(Stored::of(candidate)?);
        }
    }
}

impl Stored {
    fn of(candidate: Candidate) -> Result<Self, StoreError> {
        let verdict = candidate.verdict().map_err(|_| StoreError::Unreadable("frame without a verdict"))?;
        let contribution = candidate.contribution(&verdict);
        let (survey, response) = (encoding::hex(&candidate.frame.survey.0), encoding::hex(&candidate.frame.response.0));
        let (day, channel, verified) = (candidate.day, candidate.channel(), candidate.verified);
        let entry = Entry { day, channel, contribution, verbatim: candidate.frame.verbatim };
        Ok(Self { entry, verified, verdict, survey, response })
    }
}
