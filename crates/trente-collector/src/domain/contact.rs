//! Customer contact, an e-mail address or a telephone number: its validation, and its encryption before it is stored.
//! **Source**: docs/wire-format.md#a-contact.
//!
//! It never travels in a frame, because frames are stored as they are and exported. It is sealed before the store sees it
//! ([`keys`]), and opened for the recovery desk and for the customer's own request for access alone.

pub mod keys;

use std::fmt;

use thiserror::Error;
use trente_store::Store;
use trente_store::clock::now_ms;
use trente_store::key::ResponseKey;
use trente_store::model::contact::SealedContact;
use trente_survey::frame::Frame;
use trente_survey::limits::CONTACT_CHARS_MAX;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use self::keys::ContactKeys;

/// Forgiveness of a customer who asks to be put right.
pub const PUT_RIGHT: u8 = 2;

/// An e-mail address, a phone number, or what else a customer has written: one line.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact(Zeroizing<String>);

impl fmt::Debug for Contact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(hidden)")
    }
}

/// Why a contact is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ContactError {
    /// It is no short line of text.
    #[error("a contact is one line of at most {CONTACT_CHARS_MAX} characters")]
    Text,
    /// The survey asks for none, or the response does not ask to be put right.
    #[error("no contact is asked for here")]
    Unasked,
    /// No key is configured.
    #[error("no key for contacts is configured")]
    Key,
    /// The store failed, or the machine gave no random bytes.
    #[error("the store failed")]
    Store,
}

impl Contact {
    /// Reads what was sent; none where nothing was.
    ///
    /// # Errors
    /// [`ContactError::Text`]: not UTF-8, a control character or line break in it, or too long. A line break would add
    /// headers to the mail that its address is written into.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, ContactError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ContactError::Text)?;
        if text.chars().any(|letter| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')) {
            return Err(ContactError::Text);
        }
        // What lists of contacts put around a number to keep its order, and what could show another order than is there.
        let shown = text.chars().filter(|letter| !is_invisible(*letter));
        let text = Zeroizing::new(shown.nfc().collect::<String>());
        let text = text.trim();
        if text.chars().count() > CONTACT_CHARS_MAX {
            return Err(ContactError::Text);
        }
        Ok((!text.is_empty()).then(|| Self(Zeroizing::new(text.to_owned()))))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters without a shape of their own: marks of direction, joiners, a byte order mark.
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The contact that came with a frame which was accepted, on its way into the store.
pub struct Intake<'a> {
    /// Takes it.
    pub store: &'a Store,
    /// Seal it.
    pub keys: Option<&'a ContactKeys>,
    /// Whether the survey of the frame asks for one.
    pub is_asked: bool,
    /// The frame.
    pub frame: &'a Frame,
    /// Whether the frame proves its purchase.
    pub verified: bool,
}

impl Intake<'_> {
    /// Keeps it in the place of the one before; none deletes that one. Done when it is durable.
    ///
    /// # Errors
    /// [`ContactError`]
    pub async fn keep(&self, contact: Option<Contact>) -> Result<(), ContactError> {
        let place = ResponseKey::of(self.frame);
        let failed = |error: &dyn fmt::Display| {
            tracing::error!(%error, "a contact cannot be kept");
            ContactError::Store
        };
        let (rev, verified, now_ms) = (self.frame.rev, self.verified, now_ms());
        let Some(contact) = contact else {
            let removed = SealedContact::removed(place, now_ms, rev, verified);
            return self.store.put_contact(removed, now_ms).await.map_err(|error| failed(&error));
        };
        if !self.is_asked || self.frame.answers.forgive != PUT_RIGHT {
            return Err(ContactError::Unasked);
        }
        let keys = self.keys.ok_or(ContactError::Key)?;
        let (key, sealed) = keys.seal(place, &contact).map_err(|error| failed(&error))?;
        let sealed = SealedContact { place, received_ms: now_ms, rev, verified, key, sealed };
        self.store.put_contact(sealed, now_ms).await.map_err(|error| failed(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<String>, ContactError> {
        Ok(Contact::read(text.as_bytes())?.map(|contact| contact.as_str().to_owned()))
    }

    #[test]
    fn a_contact_is_one_short_line() {
        assert_eq!(read(" ada@shop.example "), Ok(Some("ada@shop.example".to_owned())));
        assert_eq!(read(""), Ok(None));
        assert_eq!(read(" \u{feff}\u{200b} "), Ok(None));
        assert_eq!(read("e\u{301}t@a.example"), Ok(Some("ét@a.example".to_owned())), "NFC, as every text of ours");
        assert_eq!(
            read("\u{202d}+33 6 12\u{202c}"),
            Ok(Some("+33 6 12".to_owned())),
            "as a list of contacts copies it"
        );
        assert_eq!(read("a\u{202e}elpmaxe.live@b"), Ok(Some("aelpmaxe.live@b".to_owned())), "no other order is shown");
        assert!(read(&"é".repeat(CONTACT_CHARS_MAX)).is_ok());
        for text in [
            "a@b.example\r\nBcc: c@d.example",
            "a@b.example\n",
            "a\tb",
            "a\u{0}",
            "a\u{85}b",
            "a\u{2028}b",
            &"x".repeat(CONTACT_CHARS_MAX + 1),
        ] {
            assert_eq!(read(text), Err(ContactError::Text), "{text:?}");
        }
        assert_eq!(Contact::read(&[0x61, 0xff]), Err(ContactError::Text));
    }

    #[test]
    fn nothing_prints_a_contact() {
        let contact = Contact::read(b"ada@shop.example").unwrap().unwrap();
        assert_eq!(format!("{contact:?}"), "(hidden)");
    }
}
