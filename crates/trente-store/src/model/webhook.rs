//! Webhooks and their queue of deliveries, as they are stored.

use super::webhook_secret::WebhookSecret;
use crate::key::ResponseKey;

/// A receiver of messages.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its number.
    pub id: i64,
    /// The name of its site.
    pub site: String,
    /// Where messages go.
    pub url: String,
    /// Signs them.
    pub secret: WebhookSecret,
    /// Milliseconds since 1970.
    pub created_ms: u64,
    /// Since when no message has been delivered.
    pub failing_ms: Option<u64>,
}

/// A message that is due.
#[derive(Clone)]
pub struct PendingDelivery {
    /// To whom.
    pub webhook: WebhookRow,
    /// Of what.
    pub place: ResponseKey,
    /// How often it was tried before.
    pub tries: u32,
    /// Until when no other worker tries; also what tells whether the response has changed meanwhile.
    pub lease_ms: u64,
}

/// How a delivery went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// It arrived, or there is nothing left to tell.
    Delivered,
    /// It is to be tried again at this time.
    RetryAt(u64),
    /// It was tried for the last time.
    GaveUp,
    /// The receiver wants nothing more, ever.
    EndpointGone,
}
