//! Acts of administration with an outcome of their own, each made by the function of the store that is named after it.

use crate::key::ResponseKey;
use crate::model::erasure::{Erasure, FOREVER_MS, Reason};
use crate::model::site::Publication;
use crate::model::webhook::Events;
use crate::model::webhook_secret::WebhookSecret;

/// Another survey, which the site asks from now on.
pub struct Publish {
    /// Public name of the site.
    pub site: String,
    /// The survey.
    pub publication: Publication,
}

/// A webhook is added.
pub struct AddWebhook {
    /// Public name of the site.
    pub site: String,
    /// Where messages go.
    pub url: String,
    /// Its host, for the audit log: the path may be the receiver's secret.
    pub host: String,
    /// Signs them.
    pub secret: WebhookSecret,
    /// What it is told.
    pub events: Events,
}

/// Responses are erased, and may not come back until `until_ms`.
pub struct Erase {
    /// Public name of the site.
    pub site: String,
    /// The responses; those that are not there get their tombstone too.
    pub places: Vec<ResponseKey>,
    /// Milliseconds since 1970.
    pub until_ms: u64,
    /// Why, where it was said.
    pub reason: Option<Reason>,
}

impl Erase {
    /// An erasure without an end.
    pub const fn forever(site: String, places: Vec<ResponseKey>, reason: Option<Reason>) -> Self {
        Self { site, places, until_ms: FOREVER_MS, reason }
    }
}

/// What was erased after a backup was made is erased again, of every site, for ever.
pub struct EraseAgain {
    /// The erasures, with the times at which they were first made.
    pub erasures: Vec<Erasure>,
}
