//! Webhooks and their delivery queue, as they are stored.

use super::mail::Notice;
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
    /// What it is told.
    pub events: Events,
}

/// Kinds of messages that a webhook gets; at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Events(u8);

impl Events {
    /// Every response, when it comes and when it changes.
    pub const RESPONSE: Self = Self(1);
    /// Customers to put right, and what left its usual course: the rules A1 to A6.
    pub const ALERT: Self = Self(2);
    /// The digest of each week.
    pub const DIGEST: Self = Self(4);
    /// Each kind with its name.
    pub const ALL: [(Self, &str); 3] = [(Self::RESPONSE, "response"), (Self::ALERT, "alert"), (Self::DIGEST, "digest")];

    /// Of names; none where there is none, or another.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let kind = |name| Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(kind, _)| kind.0);
        let bits = names.into_iter().try_fold(0, |bits, name| Some(bits | kind(name)?))?;
        (bits != 0).then_some(Self(bits))
    }

    /// Whether it gets messages of this kind.
    pub const fn has(self, kind: Self) -> bool {
        self.0 & kind.0 != 0
    }

    /// The names of its kinds.
    pub fn names(self) -> Vec<&'static str> {
        Self::ALL.into_iter().filter(|(kind, _)| self.has(*kind)).map(|(_, name)| name).collect()
    }

    /// As it is kept.
    pub(crate) const fn number(self) -> u8 {
        self.0
    }

    /// The inverse of [`Events::number`]; the table holds no other number.
    pub(crate) const fn from_number(number: u8) -> Self {
        Self(number)
    }
}

/// A message of an alert or a digest for a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewBulletin {
    /// The number of the webhook.
    pub webhook: i64,
    /// What it tells.
    pub notice: Notice,
    /// When, in milliseconds since 1970.
    pub due_ms: u64,
}

/// A message of an alert or a digest that is due.
#[derive(Clone)]
pub struct PendingBulletin {
    /// To whom.
    pub webhook: WebhookRow,
    /// What it tells.
    pub notice: Notice,
    /// What the receiver knows it by, at each try. It was drawn: it leads to no response.
    pub message: String,
    /// How often it was tried before.
    pub tries: u32,
    /// Until when no other worker tries.
    pub lease_ms: u64,
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
