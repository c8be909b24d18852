//! Signed unsubscribe links: they end mails without signing in (`List-Unsubscribe`, RFC 8058).
//!
//! A link names the account and what it ends, and a keyed hash of both; the key is the account's own and is renewed with
//! its address. So a link opens nothing but its own end, and a stranger cannot make one.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use trente_store::model::mail::{MailChoice, Subscription};

/// Where the links lead.
pub const PATH: &str = "/mail/stop/";
/// Bytes of the hash: half of it is more than anyone can guess.
const TAG: usize = 16;

/// What a link says, before anything is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whose mails.
    pub account: String,
    /// Which of them.
    pub subscription: Subscription,
    tag: Vec<u8>,
}

/// The last part of the link that ends one kind of mails.
pub fn token(choice: &MailChoice, subscription: Subscription) -> String {
    let tag = state(choice, "stop", &[subscription.number()]).finalize().into_bytes();
    let tag = tag.iter().copied().take(TAG);
    let bytes: Vec<u8> = [subscription.number()].into_iter().chain(tag).chain(choice.account.bytes()).collect();
    BASE64URL_NOPAD.encode(&bytes)
}

/// Letters and digits that a mail alone has, and has again whenever it is sent: of its id in the queue.
pub fn message_key(choice: &MailChoice, id: &str) -> String {
    let tag = state(choice, "mail", id.as_bytes()).finalize().into_bytes();
    data_encoding::HEXLOWER.encode(tag.get(..TAG).unwrap_or_default())
}

impl Claim {
    /// Reads the last part of a link; none when it cannot be one.
    pub fn read(token: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (subscription, rest) = bytes.split_first()?;
        let (tag, account) = rest.split_at_checked(TAG)?;
        let account = String::from_utf8(account.to_vec()).ok().filter(|account| !account.is_empty())?;
        Some(Self { account, subscription: Subscription::from_number(*subscription)?, tag: tag.to_vec() })
    }

    /// Whether we have signed it for this account; compared in constant time.
    pub fn is_of(&self, choice: &MailChoice) -> bool {
        let state = state(choice, "stop", &[self.subscription.number()]);
        choice.account == self.account && self.tag.len() == TAG && state.verify_truncated_left(&self.tag).is_ok()
    }
}

fn state(choice: &MailChoice, what: &str, of: &[u8]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    for (slot, byte) in block.iter_mut().zip(choice.secret) {
        *slot = byte;
    }
    // As in trente-survey's Key: a key padded to the block size spares the fallible constructor.
    let mut state = <Hmac<Sha256> as KeyInit>::new(&block.into());
    state.update(what.as_bytes());
    state.update(&[0]);
    state.update(of);
    state.update(&[0]);
    state.update(choice.account.as_bytes());
    state
}

#[cfg(test)]
mod tests {
    use trente_store::model::mail::Alerts;
    use trente_survey::locale::Language;

    use super::*;

    fn choice(account: &str, secret: u8) -> MailChoice {
        MailChoice {
            account: account.into(),
            address: "ada@shop.example".into(),
            language: Language::En,
            alerts: Alerts::AtOnce,
            digest: true,
            since_ms: 0,
            secret: [secret; 32],
        }
    }

    #[test]
    fn a_link_ends_one_kind_of_mails_of_one_account() {
        let ada = choice("ada", 1);
        let made = token(&ada, Subscription::Digest);
        let claim = Claim::read(&made).unwrap();
        assert_eq!((claim.account.as_str(), claim.subscription), ("ada", Subscription::Digest));
        assert!(claim.is_of(&ada));
        assert!(!claim.is_of(&choice("ada", 2)), "an address that was given up");
        assert!(!claim.is_of(&choice("bo", 1)));
        let alerts = Claim { subscription: Subscription::Alerts, ..claim.clone() };
        assert!(!alerts.is_of(&ada));
        assert!(!Claim { tag: Vec::new(), ..claim }.is_of(&ada));
        for text in ["", "A", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "!!!!", &made[..10]] {
            assert!(Claim::read(text).is_none_or(|claim| !claim.is_of(&ada)), "{text}");
        }
    }

    #[test]
    fn a_mail_has_one_key() {
        let ada = choice("ada", 1);
        let key = message_key(&ada, "digest/olive/20786");
        assert_eq!((key.len(), &key), (32, &message_key(&ada, "digest/olive/20786")));
        assert_ne!(key, message_key(&ada, "digest/olive/20793"));
        assert_ne!(key, message_key(&choice("ada", 2), "digest/olive/20786"));
    }
}
