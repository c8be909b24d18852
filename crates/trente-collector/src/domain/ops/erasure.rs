//! Erasure of responses, by the id of the response or by the order (GDPR Article 17).
//!
//! An erasure has no end: its tombstone stays for ever, and so does its line in the ledger ([`trente_store::ledger`]).

use serde::Serialize;
use trente_store::change::Erase;
use trente_store::model::audit::Actor;
use trente_store::model::erasure::Reason;
use trente_store::{Store, StoreError};
use utoipa::ToSchema;

use super::subject::ErasureTarget;

/// What has come of an erasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Erased {
    /// Responses that were there, over every survey of the site.
    pub erased: u64,
    /// What keeps former bytes of the words in the store's files for now, although no row has them. Absent when every
    /// file was overwritten before this was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remains: Option<&'static str>,
}

/// Erases, for a reason where a person gave one, overwrites what the store's files still have of the words, and tells how many responses there were.
///
/// # Errors
/// [`StoreError::SiteUnknown`] and what else the store says. When the words were erased and could not be overwritten,
/// that is no error: see [`Erased::remains`].
pub async fn erase(
    store: &Store,
    actor: Actor,
    site: String,
    what: ErasureTarget,
    reason: Option<Reason>,
) -> Result<Erased, StoreError> {
    let places = what.places(store, &site).await?.to_erase(store).await?;
    let erased = store.erase(actor, Erase::forever(site, places, reason)).await?;
    let remains = match store.overwrite().await {
        Ok(true) => None,
        Ok(false) => {
            Some("a reader, such as a backup, still needs former pages; they are overwritten when it has ended")
        }
        Err(error) => {
            tracing::error!(%error, "former pages with erased words were not overwritten");
            Some("the store could not overwrite former pages now; see its log")
        }
    };
    Ok(Erased { erased, remains })
}
