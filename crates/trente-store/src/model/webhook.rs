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
    /// When the receiver answered 410 Gone; it is told nothing more.
    pub gone_ms: Option<u64>,
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

/// What waits to be sent to a webhook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Messages that wait, those under way included.
    pub waiting: u64,
    /// When the next of them is due, in milliseconds since 1970.
    pub due_ms: Option<u64>,
}

/// A line of the delivery log of a webhook: a try to send a message. It names no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, which only grows.
    pub number: i64,
    /// When it ended, in milliseconds since 1970.
    pub at_ms: u64,
    /// Earlier tries of the same message.
    pub tries: u32,
    /// What became of it.
    pub ended: AttemptEnd,
    /// The status that the receiver answered, or what kept it from answering; empty when the message was delivered.
    pub said: String,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// The message was delivered.
    Delivered,
    /// It is tried again.
    Again,
    /// It was the last try of the message.
    GaveUp,
}

impl AttemptEnd {
    /// As it is kept.
    pub const fn number(self) -> u8 {
        match self {
            Self::Delivered => 0,
            Self::Again => 1,
            Self::GaveUp => 2,
        }
    }

    /// The inverse of [`AttemptEnd::number`]; the table holds no other number.
    pub const fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Delivered,
            1 => Self::Again,
            _ => Self::GaveUp,
        }
    }
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
}

impl DeliveryOutcome {
    /// What the delivery log says of it.
    pub const fn ended(self) -> AttemptEnd {
        match self {
            Self::Delivered => AttemptEnd::Delivered,
            Self::RetryAt(_) => AttemptEnd::Again,
            Self::GaveUp => AttemptEnd::GaveUp,
        }
    }
}
