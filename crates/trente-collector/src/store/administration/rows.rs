//! What is kept of people and programs, one row each.

use crate::admin::access::Sites;
use crate::admin::role::Role;
use crate::admin::scope::Scopes;
use crate::admin::second_factor::Shared;
use crate::admin::secret::SecretHash;
use crate::store::fold::Place;
use crate::webhooks::sign::WebhookSecret;

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Found by what is presented.
    pub hash: SecretHash,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The only site that it may do it to, by name; none for every site.
    pub site: Option<String>,
    /// Milliseconds since 1970.
    pub created_ms: u64,
    /// When it ends.
    pub expires_ms: Option<u64>,
    /// When it was last used, to the minute.
    pub used_ms: Option<u64>,
}

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// The name.
    pub name: String,
    /// Milliseconds since 1970.
    pub created_ms: u64,
    /// What they may do, and where.
    pub rights: Rights,
    /// Whether a second factor is asked for.
    pub second_factor: bool,
}

/// What the app of an account and we share.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecondFactorRow {
    /// The secret.
    pub shared: Shared,
    /// Whether a code has shown that the app has it; one that has not waits for its first.
    pub confirmed: bool,
}

/// How far somebody has come with signing in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// To the end.
    #[default]
    Full,
    /// The password was right, the code is to come.
    Code,
    /// The password was right, and a second factor is to be set up before anything else.
    Enrol,
}

impl Stage {
    /// As it is kept.
    pub const fn number(self) -> u8 {
        match self {
            Self::Full => 0,
            Self::Code => 1,
            Self::Enrol => 2,
        }
    }

    /// The inverse of [`Stage::number`]; what is not known opens nothing.
    pub const fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Full,
            2 => Self::Enrol,
            _ => Self::Code,
        }
    }
}

/// What an account may do, and at which sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// What.
    pub role: Role,
    /// Where.
    pub sites: Sites,
}

impl Rights {
    /// Everything, everywhere.
    pub const OWNER: Self = Self { role: Role::Owner, sites: Sites::Every };
}

impl Default for Rights {
    fn default() -> Self {
        Self::OWNER
    }
}

/// A session that has not been ended; whether it is too old is for the reader to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Found by the cookie.
    pub hash: SecretHash,
    /// Whose it is.
    pub account: String,
    /// When it began.
    pub created_ms: u64,
    /// When it was last used, to the minute.
    pub seen_ms: u64,
    /// How far it has come.
    pub stage: Stage,
}

/// A browser that has signed in to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Found by the cookie.
    pub hash: SecretHash,
    /// To which.
    pub account: String,
    /// When it signed in last.
    pub created_ms: u64,
}

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AuditRow {
    /// Its number, which only grows.
    pub id: i64,
    /// Milliseconds since 1970.
    pub at_ms: u64,
    /// Who.
    pub actor: String,
    /// What.
    pub act: String,
    /// To what.
    pub subject: String,
}

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
pub struct Due {
    /// To whom.
    pub webhook: WebhookRow,
    /// Of what.
    pub place: Place,
    /// How often it was tried before.
    pub tries: u32,
    /// Until when nobody else tries; also what tells whether the response has changed meanwhile.
    pub lease_ms: u64,
}

/// What is too old, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Ages {
    /// Sessions that began before are over.
    pub began_ms: u64,
    /// Sessions that were last used before are over.
    pub seen_ms: u64,
    /// Browsers that signed in before are forgotten.
    pub device_ms: u64,
    /// What was made later than this was made while a clock was wrong.
    pub ahead_ms: u64,
    /// Tombstones that end before are over.
    pub now_ms: u64,
}

/// The device cookie of a browser that signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The new one.
    pub new: SecretHash,
    /// The one that the browser had; it is forgotten where it is of the same account.
    pub before: Option<SecretHash>,
}
