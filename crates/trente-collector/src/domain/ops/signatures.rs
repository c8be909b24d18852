//! Use case of signing orders for a program that does not hold the site's key.

use trente_store::change::Change;
use trente_store::clock::{epoch, now_ms};
use trente_store::model::audit::Actor;
use trente_store::{Store, StoreError, encoding};
use trente_survey::response_id::{Key, SurveyId};

/// What signs the orders of a site: its present key, for the survey that it asks now.
pub struct Signer {
    /// The survey.
    pub survey: SurveyId,
    key: Key,
}

/// The signer of a site; none where the site has no survey.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn signer(store: &Store, site: &str) -> Result<Option<Signer>, StoreError> {
    let number = store.site(site).await?;
    let survey = store.current_survey(number).await?;
    let key = store.keys_of(site).await?.into_iter().next();
    Ok(survey.zip(key).map(|(survey, key)| Signer { survey, key }))
}

/// Writes down that so many orders of a site are signed: before the signatures are handed out.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn note_signed(store: &Store, actor: Actor, site: String, orders: usize) -> Result<(), StoreError> {
    store.change(actor, Change::Sign { site, orders }).await
}

impl Signer {
    /// The signature of an order that was cleaned, valid for three months: for `data-signature`, base64url.
    pub fn sign(&self, order: &str) -> String {
        encoding::base64url(&self.key.sign(self.survey, order, epoch(now_ms())).to_bytes())
    }
}
