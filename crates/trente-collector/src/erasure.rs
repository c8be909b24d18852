//! Erasing what a customer has said, by the id of the response or by the order.

use crate::clock::{DAY_MS, now_ms};
use crate::store::administration::{Actor, Change, Changed};
use crate::store::{Store, StoreError};
use crate::subject::What;

/// How long a tombstone keeps an erased response from coming back: twice the seven days for which an outbox keeps it.
pub const TOMBSTONE_MS: u64 = 14 * DAY_MS;

/// Erases, and tells how many responses there were.
///
/// # Errors
/// [`StoreError::SiteUnknown`] and what else the store says.
pub async fn erase(store: &Store, actor: Actor, site: String, what: What) -> Result<u64, StoreError> {
    let places = what.places(store, &site).await?.to_erase(store).await?;
    let change = Change::Erase { site, places, until_ms: now_ms() + TOMBSTONE_MS };
    match store.change(actor, change).await? {
        Changed::Erased(erased) => Ok(erased),
        _ => Err(StoreError::Unreadable("outcome of an erasure")),
    }
}
