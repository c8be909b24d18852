//! Telling a customer what is kept of an order (GDPR Article 15): what [`crate::domain::ops::erasure`] would erase.

use trente_store::change::Change;
use trente_store::fold::merge::StoredResponse;
use trente_store::model::audit::Actor;
use trente_store::{Store, StoreError};

use super::subject::ErasureTarget;

/// Every folded response of an order, or the one of an id, in every survey of the site. The look is written down in the
/// audit log before anything is read.
///
/// # Errors
/// [`StoreError::SiteUnknown`] and what else the store says.
pub async fn find(
    store: &Store,
    actor: Actor,
    site: String,
    what: ErasureTarget,
) -> Result<Vec<StoredResponse>, StoreError> {
    let places = what.places(store, &site).await?;
    store.change(actor, Change::LookUp { site }).await?;
    places.responses(store).await
}
