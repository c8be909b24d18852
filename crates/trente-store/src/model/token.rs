//! API tokens as they are stored: by their hash, with their scopes.

use super::scope::Scopes;
use super::secret::SecretHash;

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
