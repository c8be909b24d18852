//! Rendering of an alert or a digest for a webhook when it is sent, so that what was erased meanwhile is not in it.

use trente_stats::weekly_digest::Team;
use trente_store::model::mail::Notice;
use trente_store::model::webhook::PendingBulletin;
use trente_store::{Store, StoreError};
use trente_survey::locale::Language;

use super::message;
use crate::domain::digest;
use crate::views::alert::AlertRecord;
use crate::views::digest::DigestRecord;

/// The message; none where nothing is left to tell.
///
/// # Errors
/// Why the store fails.
pub async fn written(store: &Store, due: &PendingBulletin) -> Result<Option<Vec<u8>>, StoreError> {
    let site = match store.site_row(&due.webhook.site).await {
        Ok(site) => site,
        Err(StoreError::SiteUnknown(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let record = match due.notice {
        Notice::Digest(until) => {
            // To a program and to no person: codes, and the words of delighted customers as they wrote them.
            let team = Team::program();
            let week = digest::of_site(store, &site, until, team, None, Language::En).await?;
            return message("digest", DigestRecord::of(&week)).map(Some);
        }
        Notice::Customer(place) => match store.response(place).await? {
            Some(stored) => AlertRecord::of_customer(&site.name, &stored)?,
            None => None,
        },
        Notice::Day(day) => AlertRecord::of_day(&site.name, day, digest::news(store, &site, day).await?),
    };
    record.map(|record| message("alert", record)).transpose()
}
