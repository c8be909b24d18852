//! Accounts as they are stored: rights, sessions, device cookies, second factors.

use super::access::Sites;
use super::role::Role;
use super::second_factor::Shared;
use super::secret::SecretHash;

/// An account.
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

/// What the app of an account and we share.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecondFactorRow {
    /// The secret.
    pub shared: Shared,
    /// Whether a code has shown that the app has it; one that has not waits for its first.
    pub confirmed: bool,
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
    /// Whether it is that of a screen in the shop: it lasts for weeks, used or not.
    pub lasting: bool,
}

/// How far an account has come with signing in.
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

/// The device cookie of a browser that signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The new one.
    pub new: SecretHash,
    /// The one that the browser had; it is forgotten where it is of the same account.
    pub before: Option<SecretHash>,
}

/// What is too old, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Ages {
    /// Sessions that began before are over.
    pub began_ms: u64,
    /// Sessions that were last used before are over.
    pub seen_ms: u64,
    /// Lasting sessions that began before are over.
    pub lasting_ms: u64,
    /// Browsers that signed in before are forgotten.
    pub device_ms: u64,
    /// What was made later than this was made while a clock was wrong.
    pub ahead_ms: u64,
    /// Tombstones that end before are over.
    pub now_ms: u64,
}
