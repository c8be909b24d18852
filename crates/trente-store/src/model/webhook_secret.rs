//! Webhook signatures, by which a receiver verifies that a message is ours. **Source**: standardwebhooks.com, version
//! 1.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// The secret that a receiver shares with us: 32 random bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WebhookSecret(pub [u8; 32]);

/// A text that is no secret of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a webhook's secret is `whsec_` and the base64 of 32 bytes")]
pub struct SecretError;

impl WebhookSecret {
    /// A new one.
    ///
    /// # Errors
    /// The machine gives no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// As the receiver's library takes it.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", BASE64.encode(&self.0))
    }

    /// The inverse of [`WebhookSecret::reveal`].
    ///
    /// # Errors
    /// [`SecretError`]
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let bytes =
            text.strip_prefix(PREFIX).and_then(|rest| BASE64.decode(rest.as_bytes()).ok()).ok_or(SecretError)?;
        Ok(Self(bytes.try_into().map_err(|_| SecretError)?))
    }

    /// The value of `webhook-signature` for a message: its id, the seconds since 1970 at which it is sent, its body.
    pub fn sign(&self, id: &str, at_s: u64, body: &[u8]) -> String {
        let mut block = [0; 64];
        for (slot, byte) in block.iter_mut().zip(self.0) {
            *slot = byte;
        }
        // As in trente-survey's Key: a key padded to the block size spares the fallible constructor.
        let mut state = <Hmac<Sha256> as KeyInit>::new(&block.into());
        state.update(format!("{id}.{at_s}.").as_bytes());
        state.update(body);
        format!("v1,{}", BASE64.encode(&state.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // Computed by: printf '%s' 'msg_1.1700000000.{"a":1}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…1f
        // -binary | base64
        let secret = WebhookSecret(std::array::from_fn(|index| index as u8));
        assert_eq!(
            secret.sign("msg_1", 1_700_000_000, br#"{"a":1}"#),
            "v1,AMaOha7DUT/0J0JMycRuYOBSvbx3WtwLd2khXXbaVj4="
        );
        assert_eq!(secret.reveal(), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    }

    #[test]
    fn secrets_are_read_as_they_are_written() {
        let secret = WebhookSecret::new().unwrap();
        assert!(WebhookSecret::parse(&secret.reveal()) == Ok(secret));
        for text in ["", "whsec_", "whsec_AAEC", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="] {
            assert!(WebhookSecret::parse(text) == Err(SecretError), "{text}");
        }
    }
}
