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
    /// Nonce, then the ciphertext with its tag. Empty where the customer has removed their contact: the row remains
    /// until its retention, so that a contact of an earlier revision which comes later is not kept.
    pub sealed: Vec<u8>,
}

impl SealedContact {
    /// That there is no contact any more, which no key seals.
    pub const fn removed(place: ResponseKey, received_ms: u64, rev: u8, verified: bool) -> Self {
        Self { place, received_ms, rev, verified, key: [0; 4], sealed: Vec::new() }
    }
}
