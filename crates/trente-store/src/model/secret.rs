//! Random secrets that the collector hands out, such as session and API tokens: 256 bits, of which only the SHA-256 is
//! stored.
//!
//! A hash without salt or cost is enough here: no attacker guesses 256 random bits, unlike a password.

use sha2::{Digest, Sha256};

use crate::encoding;

/// What API tokens begin with, so that a scanner of leaked secrets knows them.
pub const TOKEN_PREFIX: &str = "t30_";

/// A secret as its holder has it: 43 characters of base64url. Never kept, never logged.
pub struct Secret(String);

/// What is kept of a secret, and found by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// The machine gives no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(encoding::base64url(&bytes)))
    }

    /// What is kept of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }

    /// As its holder has it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl SecretHash {
    /// Of what a client presents.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// The first eight characters, by which a session or a token is named in lists: they say nothing of the secret.
    pub fn name(&self) -> String {
        encoding::hex(self.0.first_chunk::<4>().map_or(&[][..], |bytes| bytes))
    }
}

/// The secret part of `t30_…`; none for what is no token of ours.
pub fn of_token(text: &str) -> Option<&str> {
    text.strip_prefix(TOKEN_PREFIX).filter(|secret| secret.len() == 43)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_256_bits_and_differ() {
        let (one, other) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert_eq!(encoding::from_base64url(one.reveal()).map(|bytes| bytes.len()), Some(32));
        assert_ne!(one.hash(), other.hash());
        assert_eq!(one.hash(), SecretHash::of(one.reveal()));
        assert_eq!(one.hash().name().len(), 8);
        assert_eq!(of_token(&format!("t30_{}", one.reveal())), Some(one.reveal()));
        assert_eq!((of_token(one.reveal()), of_token("t30_short")), (None, None));
    }
}
