//! Roles of an account: what it may do.

use std::fmt;

use thiserror::Error;

use super::scope::{Scope, Scopes};

/// The role of an account, at its sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Role {
    /// Everything.
    #[default]
    Owner,
    /// The results as numbers: no single response, so no complaint in a customer's own words.
    Team,
    /// A screen in the shop: the results as numbers, and the customers to put right in their own words.
    Desk,
}

/// A number that is no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a role of a newer trente")]
pub struct RoleError;

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Team, Self::Desk];

    /// As it is kept.
    pub const fn number(self) -> u8 {
        match self {
            Self::Owner => 1,
            Self::Team => 2,
            Self::Desk => 3,
        }
    }

    /// The inverse of [`Role::number`].
    ///
    /// # Errors
    /// [`RoleError`]
    pub fn from_number(number: u8) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.number() == number).ok_or(RoleError)
    }

    /// What it may do.
    pub fn scopes(self) -> Scopes {
        match self {
            Self::Owner => Scopes::ALL,
            Self::Team => [Scope::Read].into_iter().collect(),
            Self::Desk => [Scope::Read, Scope::Recover].into_iter().collect(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Owner => "owner",
            Self::Team => "team",
            Self::Desk => "desk",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_owner_reads_single_responses_or_changes_anything() {
        for role in Role::ALL {
            assert_eq!(Role::from_number(role.number()), Ok(role));
            for scope in [Scope::Export, Scope::Erase, Scope::Admin, Scope::Webhook] {
                assert_eq!(role.scopes().has(scope), role == Role::Owner, "{role} {scope:?}");
            }
            assert!(role.scopes().has(Scope::Read));
            assert_eq!(role.scopes().has(Scope::Recover), role != Role::Team, "a team reads no complaint");
        }
        assert_eq!((Role::from_number(0), Role::from_number(4)), (Err(RoleError), Err(RoleError)));
    }
}
