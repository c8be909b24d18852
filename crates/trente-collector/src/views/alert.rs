//! JSON view of an alert, for webhooks. It holds no word of a customer, and nothing that leads to one response.

use serde::Serialize;
use trente_stats::alerts::{Rule, response};
use trente_stats::weekly_digest::AlertRow;
use trente_store::StoreError;
use trente_store::clock::format_day;
use trente_store::fold::merge::StoredResponse;

/// What fired on a day of a site.
#[derive(Serialize)]
pub struct AlertRecord<'a> {
    site: &'a str,
    day: String,
    alerts: Vec<Fired>,
}

/// A rule that fired.
#[derive(Serialize)]
#[serde(untagged)]
enum Fired {
    /// A1: one customer.
    Customer {
        rule: &'static str,
        /// `lost`, or `recover` for one who waits to be put right.
        about: &'static str,
        cause: Option<&'static str>,
        verified: bool,
    },
    /// A2 to A6.
    Course(AlertRow),
}

impl<'a> AlertRecord<'a> {
    /// Of a response; none where it needs no person.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn of_customer(site: &'a str, stored: &StoredResponse) -> Result<Option<Self>, StoreError> {
        let verdict = stored.verdict()?;
        let fired = response(&verdict).map(|alert| Fired::Customer {
            rule: alert.rule.code(),
            about: if alert.rule == Rule::Lost { "lost" } else { "recover" },
            cause: verdict.diagnosis.primary.map(|cause| cause.name()),
            verified: stored.verified,
        });
        Ok(fired.map(|fired| Self { site, day: format_day(stored.day), alerts: vec![fired] }))
    }

    /// Of what left its usual course on a day; none where nothing did.
    pub fn of_day(site: &'a str, day: u32, rows: Vec<AlertRow>) -> Option<Self> {
        let alerts: Vec<_> = rows.into_iter().map(Fired::Course).collect();
        (!alerts.is_empty()).then(|| Self { site, day: format_day(day), alerts })
    }
}
