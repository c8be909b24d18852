//! Encrypted customer contact as it is stored. The store does not have the key.

use crate::key::ResponseKey;

/// Which key opens a contact.
pub type KeyId = [u8; 4];

/// How long the frame of a contact may wait to be folded, before what is folded of its response is the last word.
pub(crate) const SETTLED_MS: u64 = 3_600_000;

/// A sealed contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedContact {
    /// The response that it belongs to.
    pub place: ResponseKey,
    /// When it came, in milliseconds since 1970.
    pub received_ms: u64,
    /// The revision of the response that it came with.
    pub rev: u8,
    /// Whether it came with a proof of the purchase.
    pub verified: bool,
    /// Which key opens it.
    pub key: KeyId,
    /// Nonce, then the ciphertext with its tag.
    pub sealed: Vec<u8>,
}
