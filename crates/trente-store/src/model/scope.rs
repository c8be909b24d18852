//! Scopes of an API token: what it may do.

use std::fmt;

use thiserror::Error;

/// One of the things that a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Scope {
    /// Sites, surveys and summaries: nothing of a single customer.
    Read,
    /// Single responses.
    Export,
    /// Erasing responses.
    Erase,
    /// Everything that changes a site: origins, keys, surveys, retention.
    Admin,
    /// Signing orders, for a shop that does not hold the key.
    Sign,
    /// Webhooks: who adds one has single responses sent to its receiver.
    Webhook,
    /// The recovery desk: customers to put right, in their own words, and what the shop does about them. Of accounts alone:
    /// the API has no desk.
    #[cfg_attr(feature = "clap", clap(skip))]
    Recover,
}

/// Some of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

/// A number that is no set of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("scopes of a newer trente")]
pub struct ScopesError;

impl Scope {
    /// All of them, with their names.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Read, "read"),
        (Self::Export, "export"),
        (Self::Erase, "erase"),
        (Self::Admin, "admin"),
        (Self::Sign, "sign"),
        (Self::Webhook, "webhook"),
        (Self::Recover, "recover"),
    ];

    const fn bit(self) -> u8 {
        match self {
            Self::Read => 1,
            Self::Export => 1 << 1,
            Self::Erase => 1 << 2,
            Self::Admin => 1 << 3,
            Self::Sign => 1 << 4,
            Self::Webhook => 1 << 5,
            Self::Recover => 1 << 6,
        }
    }
}

impl Scopes {
    /// Everything, as a signed-in owner may.
    pub const ALL: Self = Self(0b111_1111);

    /// Whether it has this one. Each stands for itself: an administrator need not read what customers wrote.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// As it is kept.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The inverse of [`Scopes::number`].
    ///
    /// # Errors
    /// [`ScopesError`]
    pub const fn from_number(number: u8) -> Result<Self, ScopesError> {
        if number & !Self::ALL.0 == 0 { Ok(Self(number)) } else { Err(ScopesError) }
    }

    /// The names.
    pub fn names(self) -> Vec<&'static str> {
        Scope::ALL.iter().filter(|(scope, _)| self.has(*scope)).map(|(_, name)| *name).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |all, scope| all | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.names().join("+"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_stands_for_itself() {
        let scopes: Scopes = [Scope::Read, Scope::Admin].into_iter().collect();
        assert_eq!(scopes.to_string(), "read+admin");
        assert!(scopes.has(Scope::Admin) && !scopes.has(Scope::Export) && !scopes.has(Scope::Erase));
        assert_eq!(Scopes::from_number(scopes.number()), Ok(scopes));
        assert_eq!(Scopes::from_number(128), Err(ScopesError));
        assert_eq!(Scopes::ALL.names(), ["read", "export", "erase", "admin", "sign", "webhook", "recover"]);
    }
}
