//! Mail subscriptions of an account, and a notice in the mail queue.

use trente_survey::locale::Language;

use crate::encoding;
use crate::key::ResponseKey;

/// When an account is told of alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Alerts {
    /// Never.
    #[default]
    Off,
    /// In one mail a day.
    Daily,
    /// As they happen.
    AtOnce,
}

impl Alerts {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Off, Self::Daily, Self::AtOnce];

    /// As it is kept.
    pub const fn number(self) -> u8 {
        match self {
            Self::Off => 0,
            Self::Daily => 1,
            Self::AtOnce => 2,
        }
    }

    /// The inverse of [`Alerts::number`]; what is not known is nothing.
    pub const fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Daily,
            2 => Self::AtOnce,
            _ => Self::Off,
        }
    }

    /// As forms, the command line and the audit log name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Daily => "daily",
            Self::AtOnce => "at-once",
        }
    }
}

/// What an account wants to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct MailChoice {
    /// The account.
    pub account: String,
    /// Where to.
    pub address: String,
    /// In which language: French or English.
    pub language: Language,
    /// Alerts.
    pub alerts: Alerts,
    /// Whether the weekly digest.
    pub digest: bool,
    /// What happened before is not told, in milliseconds since 1970.
    pub since_ms: u64,
    /// Signs the links that end the mails, and decides their Message-ID.
    pub secret: [u8; 32],
}

/// One of the two things that an account is sent, each of which can be ended by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subscription {
    /// The weekly digest.
    Digest,
    /// Alerts.
    Alerts,
}

impl Subscription {
    /// As a link has it.
    pub const fn number(self) -> u8 {
        match self {
            Self::Digest => 0,
            Self::Alerts => 1,
        }
    }

    /// The inverse of [`Subscription::number`].
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Digest),
            1 => Some(Self::Alerts),
            _ => None,
        }
    }
}

/// What a mail tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The week that ends with this day, in days since 1970.
    Digest(u32),
    /// One customer who is lost or waits to be put right.
    Customer(ResponseKey),
    /// The alerts of this day.
    Day(u32),
}

impl Notice {
    /// What the mail belongs to.
    pub const fn subscription(self) -> Subscription {
        match self {
            Self::Digest(_) => Subscription::Digest,
            Self::Customer(_) | Self::Day(_) => Subscription::Alerts,
        }
    }

    /// What makes a message of it the same message, however often it is asked for.
    pub fn id(self) -> String {
        match self {
            Self::Digest(day) => format!("digest_{day}"),
            Self::Customer(ResponseKey { survey, rid }) => {
                format!("customer_{}{}", encoding::hex(&survey), encoding::hex(&rid))
            }
            Self::Day(day) => format!("day_{day}"),
        }
    }

    /// Kind, day and response as they are kept.
    pub(crate) const fn parts(self) -> (u8, u32, Option<ResponseKey>) {
        match self {
            Self::Digest(day) => (0, day, None),
            Self::Customer(place) => (1, 0, Some(place)),
            Self::Day(day) => (2, day, None),
        }
    }

    /// The inverse of [`Notice::parts`].
    pub(crate) const fn from_parts(kind: u8, day: u32, place: Option<ResponseKey>) -> Option<Self> {
        match (kind, place) {
            (0, _) => Some(Self::Digest(day)),
            (1, Some(place)) => Some(Self::Customer(place)),
            (2, _) => Some(Self::Day(day)),
            _ => None,
        }
    }
}

/// A mail that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// What makes it the same mail, however often it is asked for.
    pub id: String,
    /// To whom.
    pub account: String,
    /// The number of the site.
    pub site: i64,
    /// What it tells.
    pub notice: Notice,
    /// When, in milliseconds since 1970.
    pub due_ms: u64,
}

/// A mail that was taken to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingNotice {
    /// As [`NewNotice::id`].
    pub id: String,
    /// To whom.
    pub account: String,
    /// The public name of the site.
    pub site: String,
    /// What it tells.
    pub notice: Notice,
    /// When it was asked for: the date of the mail, whenever it is sent.
    pub created_ms: u64,
    /// How often it was tried before.
    pub tries: u32,
    /// Until when no other worker tries.
    pub lease_ms: u64,
}

/// A customer of whom an account is to be told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// The account.
    pub account: String,
    /// The number of the site.
    pub site: i64,
    /// The response.
    pub place: ResponseKey,
}

/// What has come of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeOutcome {
    /// The mail server has taken it.
    Sent,
    /// The mail server refuses it for good.
    Refused,
    /// It was tried for the last time.
    GaveUp,
    /// There is nothing left to tell, or no one to be told.
    Nothing,
    /// It is to be tried again at this time.
    RetryAt(u64),
}

impl NoticeOutcome {
    /// As it is kept, with the time of the next try.
    pub(crate) const fn parts(self) -> (u8, Option<u64>) {
        match self {
            Self::RetryAt(at) => (0, Some(at)),
            Self::Sent => (1, None),
            Self::Refused => (2, None),
            Self::GaveUp => (3, None),
            Self::Nothing => (4, None),
        }
    }
}
