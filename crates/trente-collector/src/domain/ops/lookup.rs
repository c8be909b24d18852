//! Right of access (GDPR Article 15): finds what is stored of an order, which is what [`crate::domain::ops::erasure`]
//! would erase.

use trente_store::change::Change;
use trente_store::fold::merge::StoredResponse;
use trente_store::model::audit::Actor;
use trente_store::{Store, StoreError};

use super::subject::ErasureTarget;
use crate::domain::contact::Contact;
use crate::domain::contact::keys::ContactKeys;

/// A response, and where its customer can be replied to.
pub struct Found {
    /// The response.
    pub response: StoredResponse,
    /// The contact, where one is kept.
    pub contact: Option<FoundContact>,
}

/// A contact that is kept.
pub struct FoundContact {
    /// When it came, in milliseconds since 1970.
    pub received_ms: u64,
    /// What it is; none where no key opens it.
    pub contact: Option<Contact>,
}

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
    keys: Option<&ContactKeys>,
) -> Result<Vec<Found>, StoreError> {
    let places = what.places(store, &site).await?;
    store.change(actor, Change::LookUp { site }).await?;
    let responses = places.responses(store).await?;
    let mut contacts = store.contacts_at(responses.iter().map(StoredResponse::place).collect()).await?;
    let found = responses.into_iter().map(|response| {
        let contact = contacts.remove(&response.place()).map(|sealed| FoundContact {
            received_ms: sealed.received_ms,
            contact: keys.and_then(|keys| keys.open(&sealed)),
        });
        Found { response, contact }
    });
    Ok(found.collect())
}
