//! JSON view of the weekly digest, for `trente digest --json` and for webhooks.

use serde::Serialize;
use trente_stats::report::NpsReport;
use trente_stats::weekly_digest::WeeklyDigest;
use trente_store::clock::format_day;

use super::headline::Headline;
use crate::domain::digest::SiteWeek;

/// The digest. It has words of delighted and contented customers, and none of a customer who complained.
#[derive(Serialize)]
pub struct DigestRecord<'a> {
    site: &'a str,
    from: String,
    until: String,
    /// Of which responses everything else but `unverified` is.
    headline: Headline,
    /// Those without a proof, which stand apart.
    unverified: Unverified,
    #[serde(flatten)]
    weekly: &'a WeeklyDigest,
}

/// The responses of the week without a proof of the purchase.
#[derive(Serialize)]
struct Unverified {
    n: u64,
    nps: NpsReport,
}

impl<'a> DigestRecord<'a> {
    /// Of a week of a site.
    pub fn of(week: &'a SiteWeek) -> Self {
        Self {
            site: &week.site,
            from: format_day(week.from),
            until: format_day(week.until),
            headline: Headline::from(week.headline),
            unverified: Unverified { n: week.unproven, nps: week.unproven_nps.clone() },
            weekly: &week.weekly,
        }
    }
}
