//! Encryption keys of contacts, kept outside the database, so that a copy of the database alone shows no contact.
//!
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) with a random nonce of 24 bytes. The response and the key are its associated
//! data, so a sealed contact opens in no other row: a survey belongs to one site.

use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use thiserror::Error;
use trente_store::encoding;
use trente_store::key::ResponseKey;
use trente_store::model::contact::{KeyId, SealedContact};
use zeroize::Zeroizing;

use super::Contact;

/// The environment variable with the keys, where no file is named.
pub const KEY_VARIABLE: &str = "TRENTE_CONTACT_KEY";

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes of a nonce.
const NONCE_BYTES: usize = 24;
/// What a key is hashed with for its id, so that the id is of no other use.
const ID_LABEL: &[u8] = b"trente1:contact-key";
/// What stands before the response in the associated data.
const SEAL_LABEL: &[u8] = b"trente1:contact";

/// The keys: the first one seals, and each opens what it has sealed.
#[derive(Clone)]
pub struct ContactKeys {
    first: ContactKey,
    former: Vec<ContactKey>,
}

#[derive(Clone)]
struct ContactKey {
    id: KeyId,
    cipher: XChaCha20Poly1305,
}

impl fmt::Debug for ContactKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(hidden)")
    }
}

/// The keys cannot be had.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("the key for contacts cannot be read from {0}: {1}")]
    File(PathBuf, io::Error),
    /// There is no key in it, or what is in it is none.
    #[error("a key for contacts is 64 hexadecimal digits; write each on a line of its own, the one that seals first")]
    Form,
    /// A contact could not be sealed.
    #[error("a contact cannot be sealed")]
    Seal,
}

impl ContactKeys {
    /// The keys of a file where one is named, else of the environment; none where neither has any.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn find(file: Option<&Path>) -> Result<Option<Self>, KeyError> {
        let text = match file {
            Some(path) => fs::read_to_string(path).map_err(|error| KeyError::File(path.to_owned(), error))?,
            None => match env::var(KEY_VARIABLE) {
                Ok(text) if !text.is_empty() => text,
                _ => return Ok(None),
            },
        };
        Self::read(&Zeroizing::new(text)).map(Some)
    }

    /// The keys of a text.
    ///
    /// # Errors
    /// [`KeyError::Form`]
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let keys = text.split_whitespace().map(ContactKey::read).collect::<Option<Vec<_>>>();
        let mut keys = keys.ok_or(KeyError::Form)?.into_iter();
        Ok(Self { first: keys.next().ok_or(KeyError::Form)?, former: keys.collect() })
    }

    /// Seals the contact of a response with the first key.
    ///
    /// # Errors
    /// [`KeyError::Seal`]: the machine gives no random bytes.
    pub fn seal(&self, place: ResponseKey, contact: &Contact) -> Result<(KeyId, Vec<u8>), KeyError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| KeyError::Seal)?;
        let ContactKey { id, cipher } = &self.first;
        let payload = Payload { msg: contact.as_str().as_bytes(), aad: &associated(place, *id) };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| KeyError::Seal)?;
        Ok((*id, [&nonce[..], &sealed].concat()))
    }

    /// Opens a contact; none where its key is not here, or it is not as it was sealed.
    pub fn open(&self, contact: &SealedContact) -> Option<Contact> {
        let key = [&self.first].into_iter().chain(&self.former).find(|key| key.id == contact.key)?;
        let (nonce, sealed) = contact.sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: &associated(contact.place, key.id) };
        let text = Zeroizing::new(key.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?);
        Contact::read(&text).ok()?
    }

    /// Whether a key is here.
    pub fn has(&self, id: KeyId) -> bool {
        self.first.id == id || self.former.iter().any(|key| key.id == id)
    }
}

impl ContactKey {
    fn read(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(encoding::array_from_hex::<KEY_BYTES>(text)?);
        let hash = Sha256::new().chain_update(ID_LABEL).chain_update(*bytes).finalize();
        let id = hash.first_chunk().copied()?;
        Some(Self { id, cipher: XChaCha20Poly1305::new_from_slice(&*bytes).ok()? })
    }
}

fn associated(ResponseKey { survey, rid }: ResponseKey, key: KeyId) -> Vec<u8> {
    [SEAL_LABEL, &survey, &rid, &key].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: ResponseKey = ResponseKey { survey: [1; 4], rid: [2; 8] };

    fn keys(text: &str) -> ContactKeys {
        ContactKeys::read(text).unwrap()
    }

    fn sealed(keys: &ContactKeys) -> SealedContact {
        let contact = Contact::read(b"ada@shop.example").unwrap().unwrap();
        let (key, sealed) = keys.seal(PLACE, &contact).unwrap();
        SealedContact { place: PLACE, received_ms: 0, rev: 1, verified: false, key, sealed }
    }

    fn opened(keys: &ContactKeys, contact: &SealedContact) -> Option<String> {
        keys.open(contact).map(|contact| contact.as_str().to_owned())
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_no_other() {
        let (one, other) = ("01".repeat(32), "02".repeat(32));
        let contact = sealed(&keys(&one));
        assert_eq!(opened(&keys(&one), &contact).as_deref(), Some("ada@shop.example"));
        assert_eq!(opened(&keys(&other), &contact), None);
        // Rotated: a new key seals, the former one still opens.
        let rotated = keys(&format!("{other}\n{one}\n"));
        assert_eq!(opened(&rotated, &contact).as_deref(), Some("ada@shop.example"));
        assert_ne!(sealed(&rotated).key, contact.key);
        assert!(rotated.has(contact.key) && !keys(&other).has(contact.key));
        // Another key under the id of this one.
        assert_eq!(opened(&keys(&other), &SealedContact { key: keys(&other).first.id, ..contact }), None);
    }

    #[test]
    fn no_byte_can_be_changed_and_no_row_takes_another_rows_contact() {
        let keys = keys(&"a5".repeat(32));
        let contact = sealed(&keys);
        for at in 0..contact.sealed.len() {
            let mut changed = contact.clone();
            changed.sealed[at] ^= 1;
            assert_eq!(opened(&keys, &changed), None, "{at}");
            changed.sealed.truncate(at);
            assert_eq!(opened(&keys, &changed), None, "cut at {at}");
        }
        assert_eq!(
            opened(&keys, &SealedContact { place: ResponseKey { rid: [3; 8], ..PLACE }, ..contact.clone() }),
            None
        );
        assert_eq!(
            opened(&keys, &SealedContact { place: ResponseKey { survey: [9; 4], ..PLACE }, ..contact.clone() }),
            None
        );
        // The same words twice are not the same bytes.
        assert_ne!(sealed(&keys).sealed, contact.sealed);
        assert!(!contact.sealed.windows(4).any(|bytes| bytes == b"shop"));
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        assert!(ContactKeys::read(&format!("  {}  \r\n{}\n\n", "0A".repeat(32), "ff".repeat(32))).is_ok());
        for text in
            ["", "\n", "0a", &"0a".repeat(31), &"0a".repeat(33), &"xy".repeat(32), &format!("{} #1", "0a".repeat(32))]
        {
            assert!(matches!(ContactKeys::read(text), Err(KeyError::Form)), "{text}");
        }
        assert_eq!(format!("{:?}", keys(&"0a".repeat(32))), "(hidden)");
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        assert!(matches!(ContactKeys::find(Some(Path::new("/nowhere/contact.key"))), Err(KeyError::File(..))));
    }
}
