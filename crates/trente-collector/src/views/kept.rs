//! JSON view of what is stored of a customer: the answer to a request for access.

use serde::Serialize;
use trente_store::StoreError;
use trente_store::clock::{day, format_day};
use utoipa::ToSchema;

use super::response::ResponseRecord;
use crate::domain::ops::lookup::Found;

/// One response, with what no export has.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptRecord {
    /// The response.
    #[serde(flatten)]
    pub response: ResponseRecord,
    /// Where the customer can be replied to; absent where nothing is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactRecord>,
}

/// Where a customer can be replied to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactRecord {
    /// What they wrote; null where this program has no key that opens it.
    pub text: Option<String>,
    /// The day on which it came, in UTC.
    pub received: String,
}

impl KeptRecord {
    /// What was found.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn of(found: &Found) -> Result<Self, StoreError> {
        let contact = found.contact.as_ref().map(|kept| ContactRecord {
            text: kept.contact.as_ref().map(|contact| contact.as_str().to_owned()),
            received: format_day(day(kept.received_ms)),
        });
        Ok(Self { response: ResponseRecord::of(&found.response)?, contact })
    }
}
