//! Authorization: what a caller may do, and at which sites; the same for a token and for an account.

use std::collections::BTreeSet;

use super::scope::{Scope, Scopes};

/// The sites that a caller may do something to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sites {
    /// Every one, also those that are added later.
    Every,
    /// These, by their public names.
    Only(BTreeSet<String>),
}

/// What a caller may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What.
    pub scopes: Scopes,
    /// To which sites.
    pub sites: Sites,
}

impl Sites {
    /// These, or every one where none are named.
    pub fn only(names: impl IntoIterator<Item = String>) -> Self {
        let names: BTreeSet<String> = names.into_iter().collect();
        if names.is_empty() { Self::Every } else { Self::Only(names) }
    }

    /// Whether a site is among them.
    pub fn have(&self, site: &str) -> bool {
        match self {
            Self::Every => true,
            Self::Only(names) => names.contains(site),
        }
    }

    /// As the audit log and lists tell them.
    pub fn text(&self) -> String {
        match self {
            Self::Every => "every site".to_owned(),
            Self::Only(names) => names.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
        }
    }
}

impl Access {
    /// Whether they may do this to that site.
    pub fn may(&self, scope: Scope, site: &str) -> bool {
        self.scopes.has(scope) && self.sees(site)
    }

    /// Whether they may do this to every site, those to come included.
    pub fn may_everywhere(&self, scope: Scope) -> bool {
        self.scopes.has(scope) && self.sites == Sites::Every
    }

    /// Whether they are to know of a site.
    pub fn sees(&self, site: &str) -> bool {
        self.sites.have(site)
    }
}
