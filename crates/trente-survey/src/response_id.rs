//! Response id: which response a frame belongs to. **Source**: docs/wire-format.md#which-response.
//!
//! Not here: randomness (`crypto.getRandomValues` in the browser) and the calendar (the collector).

use sha2::{Digest, Sha256};

use crate::Cause;
use crate::limits::TAG_BYTES;

/// Names one response to one survey: 64 bits, random or derived from the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResponseId(pub [u8; 8]);

/// First four bytes of the SHA-256 of a canonical survey definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SurveyId(pub [u8; 4]);

/// What a merchant's server hands to the page to prove a purchase: `data-signature`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The response of this order.
    pub response: ResponseId,
    /// Months since January 2024.
    pub epoch: u16,
    /// 80 bits of an HMAC.
    pub tag: [u8; TAG_BYTES],
}

impl ResponseId {
    /// The family of the lens: one of eight, uniform over random ids, known to the collector without a byte.
    pub const fn family(self) -> Cause {
        Cause::from_family(self.0[0] >> 5)
    }

    /// The id of an order without a merchant's key: any page, tab or device gives the same.
    pub fn from_order(survey: SurveyId, order: &str) -> Self {
        let hash = Sha256::new().chain_update(b"trente1:ord").chain_update(survey.0).chain_update(order).finalize();
        Self(first(&hash))
    }
}

impl Signature {
    /// Length in bytes, before base64url.
    pub const BYTES: usize = 8 + 2 + TAG_BYTES;

    /// Response id, epoch in network order, tag.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let epoch = self.epoch.to_be_bytes();
        let parts = self.response.0.iter().chain(&epoch).chain(&self.tag);
        for (slot, &byte) in bytes.iter_mut().zip(parts) {
            *slot = byte;
        }
        bytes
    }

    /// The inverse of [`Signature::to_bytes`]; none for another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (response, rest) = bytes.split_first_chunk::<8>()?;
        let (epoch, tag) = rest.split_first_chunk::<2>()?;
        Some(Self { response: ResponseId(*response), epoch: u16::from_be_bytes(*epoch), tag: tag.try_into().ok()? })
    }
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk::<N>().copied().unwrap_or([0; N])
}

#[cfg(feature = "sign")]
pub use sign::Key;

#[cfg(feature = "sign")]
mod sign {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    use super::{ResponseId, Signature, SurveyId, first};
    use crate::Error;
    use crate::limits::TAG_BYTES;

    /// A merchant's secret, shared with its collector only. Never in the browser.
    #[derive(Clone)]
    pub struct Key(pub [u8; 32]);

    /// How many epochs a tag lives: its own month and the two after it.
    const EPOCHS: u16 = 3;

    impl Key {
        /// The proof of one order: response id and tag for `epoch`, in months since January 2024.
        pub fn sign(&self, survey: SurveyId, order: &str, epoch: u16) -> Signature {
            let response = ResponseId(first(&self.mac(&[b"trente1:rid", &survey.0, order.as_bytes()])));
            Signature { response, epoch, tag: self.tag(survey, response, epoch) }
        }

        /// Whether `tag` proves that this key signed `response` in one of the three newest epochs.
        ///
        /// `epoch_low` is the epoch modulo 8, as on the wire; `now` the current one.
        ///
        /// # Errors
        /// [`Error::Tag`] when it does not.
        pub fn verify(
            &self,
            survey: SurveyId,
            response: ResponseId,
            epoch_low: u8,
            tag: &[u8; TAG_BYTES],
            now: u16,
        ) -> Result<(), Error> {
            let newest = (0..EPOCHS).filter_map(|age| now.checked_sub(age));
            let epoch = newest.into_iter().find(|epoch| epoch % 8 == u16::from(epoch_low)).ok_or(Error::Tag)?;
            self.state(&[b"trente1:tag", &survey.0, &response.0, &epoch.to_be_bytes()])
                .verify_truncated_left(tag)
                .map_err(|_| Error::Tag)
        }

        fn tag(&self, survey: SurveyId, response: ResponseId, epoch: u16) -> [u8; TAG_BYTES] {
            first(&self.mac(&[b"trente1:tag", &survey.0, &response.0, &epoch.to_be_bytes()]))
        }

        fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
            self.state(parts).finalize().into_bytes().into()
        }

        fn state(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
            // A key of the block size or less is padded with zeros, so padding it here changes nothing and spares
            // the fallible constructor.
            let mut block = [0; 64];
            for (slot, byte) in block.iter_mut().zip(self.0) {
                *slot = byte;
            }
            let mut state = <Hmac<Sha256> as KeyInit>::new(&block.into());
            for part in parts {
                state.update(part);
            }
            state
        }
    }
}
