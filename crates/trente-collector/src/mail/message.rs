//! MIME message of one mail: plain text first, then the same in HTML. **Source**: RFC 5322, RFC 2046.
//!
//! The same mail has the same bytes, whenever it is made: its date is that of its news, and its Message-ID and its
//! boundary come from a key of its own.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use reqwest::Url;
use thiserror::Error;

/// A mail before it is written down.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The address that it goes to.
    pub to: String,
    /// Subject, on one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same in HTML.
    pub html: String,
    /// Letters and digits that no other mail has: the Message-ID before its `@`.
    pub key: String,
    /// Its date, in milliseconds since 1970.
    pub date_ms: u64,
    /// The link that ends mails of its kind.
    pub stop: Option<String>,
}

/// A mail as it is handed over.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its sender, for the envelope.
    pub from: Address,
    /// Its recipient, for the envelope.
    pub to: Address,
    /// Headers and body.
    pub bytes: Vec<u8>,
}

/// A text that is no address, or a mail that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no address that mail can be sent to: write one as in ada@shop.example")]
pub struct AddressError(String);

impl AddressError {
    /// Of a text.
    pub fn of(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// The address that a text is, in ASCII: a domain with other letters is written as `xn--…`, as origins are.
///
/// Letters before the `@` that are not of ASCII need a server that knows SMTPUTF8, so they are refused.
///
/// # Errors
/// [`AddressError`]
pub fn address(text: &str) -> Result<Address, AddressError> {
    let ascii = match text.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => ascii_host(domain).map(|domain| format!("{local}@{domain}")),
        _ => Some(text.to_owned()),
    };
    // 254 characters are what a path has room for. **Source**: RFC 5321, 4.5.3.1.3.
    let fits = ascii.filter(|ascii| ascii.is_ascii() && ascii.len() <= 254);
    fits.and_then(|ascii| ascii.parse().ok()).ok_or_else(|| AddressError(text.to_owned()))
}

/// A name of a host with letters of any script as the domain name system has it, with A-labels (`xn--…`). **Source**:
/// RFC 5890, UTS #46.
pub fn ascii_host(name: &str) -> Option<String> {
    // Nothing that ends a host in an address, and no port.
    let plain = |letter: char| !letter.is_ascii() || letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
    let url = Url::parse(&format!("https://{name}/")).ok().filter(|_| name.chars().all(plain))?;
    url.domain().map(str::to_owned)
}

impl Mail {
    /// The mail from a sender.
    ///
    /// # Errors
    /// [`AddressError`] of the recipient.
    pub fn written(self, author: &Mailbox) -> Result<Written, AddressError> {
        let to = address(&self.to)?;
        let header = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        let mut builder = Message::builder()
            .from(author.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(self.subject)
            .date(UNIX_EPOCH + Duration::from_millis(self.date_ms))
            .message_id(Some(format!("<{}@{}>", self.key, author.email.domain())))
            // No message of absence answers it. **Source**: RFC 3834.
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(stop) = &self.stop {
            builder = builder.raw_header(header("List-Unsubscribe", format!("<{stop}>")));
            // A promise that one POST is enough, which is made over https alone. **Source**: RFC 8058.
            if stop.starts_with("https://") {
                builder = builder.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
            }
        }
        let parts = MultiPart::alternative()
            .boundary(format!("trente-{}", self.key))
            .singlepart(SinglePart::plain(self.text))
            .singlepart(SinglePart::html(self.html));
        let message = builder.multipart(parts).map_err(|_| AddressError(self.to))?;
        Ok(Written { from: author.email.clone(), to, bytes: message.formatted() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            to: "ada@shop.example".into(),
            subject: "olive\u{a0}: semaine du 23 au 29 novembre".into(),
            text: "Merci\n- « Très bien »\n.\nFin".into(),
            html: "<p>Merci</p>".into(),
            key: "0123456789abcdef".into(),
            date_ms: 1_795_305_600_000,
            stop: Some("https://results.shop.example/mail/stop/AAAA".into()),
        }
    }

    #[test]
    fn the_same_mail_has_the_same_bytes() {
        let author: Mailbox = "Trente <trente@shop.example>".parse().unwrap();
        let written = mail().written(&author).unwrap();
        assert_eq!(written.bytes, mail().written(&author).unwrap().bytes);
        let text = String::from_utf8(written.bytes).unwrap();
        for line in [
            "From: Trente <trente@shop.example>\r\n",
            "To: ada@shop.example\r\n",
            "Date: Sun, 22 Nov 2026 00:00:00 +0000\r\n",
            "Message-ID: <0123456789abcdef@shop.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "List-Unsubscribe: <https://results.shop.example/mail/stop/AAAA>\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
        assert!(text.is_ascii(), "no server needs to know 8BITMIME");
        let (plain, html) = (text.find("text/plain").unwrap(), text.find("text/html").unwrap());
        assert!(plain < html, "plain text first");
    }

    #[test]
    fn over_http_no_promise_of_one_click_is_made() {
        let author: Mailbox = "trente@shop.example".parse().unwrap();
        let local = Mail { stop: Some("http://127.0.0.1:8032/mail/stop/AAAA".into()), ..mail() };
        let text = String::from_utf8(local.written(&author).unwrap().bytes).unwrap();
        assert!(text.contains("List-Unsubscribe: ") && !text.contains("List-Unsubscribe-Post"), "{text}");
    }

    #[test]
    fn a_domain_in_letters_of_any_script_is_written_in_ascii() {
        for (text, ascii) in [
            ("a@é.example", "a@xn--9ca.example"),
            ("Ada@Bücher.example", "Ada@xn--bcher-kva.example"),
            ("a@bu\u{308}cher.example", "a@xn--bcher-kva.example"),
            ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ] {
            assert_eq!(address(text).unwrap().to_string(), ascii, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_and_adds_no_header() {
        for text in [
            "",
            "ada",
            "a@b@c",
            "a b@c.example",
            "é@a.example",
            "é@é.example",
            "a@é.example:25",
            "a@é.example/x",
            "a@é é.example",
            "a@é@é.example",
            "a@１２７.0.0.1",
            "a@é.example\r\nBcc: c@d.example",
            "a@b.example\r\nBcc: c@d.example",
        ] {
            assert!(address(text).is_err(), "{text}");
        }
        assert!(address(&format!("{}@a.example", "a".repeat(250))).is_err());
        let author: Mailbox = "trente@shop.example".parse().unwrap();
        let mail = Mail { subject: "a\r\nBcc: c@d.example".into(), ..mail() };
        let text = String::from_utf8(mail.written(&author).unwrap().bytes).unwrap();
        assert!(!text.contains("\r\nBcc:"), "{text}");
    }
}
