//! Reply link to a customer to put right: `mailto:` or `tel:`, for the merchant's own mail program or phone.
//!
//! Nothing is sent by us, so what a customer has written is made into an address and never into a request of ours.

use std::fmt::Write as _;

/// How a contact is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What the customer has written; none where no key opens it.
    pub contact: Option<String>,
    /// Opens a program of the merchant's own; none where it is neither an address nor a number.
    pub href: Option<String>,
}

impl Reply {
    /// Of a contact, and of a mail to it with its subject and its text.
    pub fn of(contact: Option<&str>, subject: &str, text: &str) -> Self {
        let mail = |address: &str| {
            let (subject, text) = (encode(subject), encode(text));
            format!("mailto:{}?subject={subject}&body={text}", encode(address).replace("%40", "@"))
        };
        let href = contact.and_then(|contact| match (is_address(contact), number(contact)) {
            (true, _) => Some(mail(contact)),
            (_, Some(number)) => Some(format!("tel:{number}")),
            _ => None,
        });
        Self { contact: contact.map(str::to_owned), href }
    }
}

/// Whether a text is one address of mail, as far as its form tells: nothing that separates two of them.
fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let plain = |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    let is_host = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '.');
    !name.is_empty() && name.chars().all(plain) && host.contains('.') && host.chars().all(is_host)
}

/// The number of a text that is one, as a telephone takes it (RFC 3966).
fn number(text: &str) -> Option<String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_number = |(at, letter): (usize, char)| {
        letter.is_ascii_digit()
            || letter.is_whitespace()
            || matches!(letter, '-' | '.' | '(' | ')' | '/')
            || letter == '+' && at == 0
    };
    let fits = (5..=15).contains(&digits) && text.chars().enumerate().all(is_number);
    fits.then(|| text.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect())
}

/// Percent-encoded for a `mailto` (RFC 6068): all but unreserved characters, so that nothing begins another field.
fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(byte.into());
        } else {
            // Writing into a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn href(contact: &str) -> Option<String> {
        Reply::of(Some(contact), "Désolé", "Bonjour,\r\nà vous & à eux?").href
    }

    #[test]
    fn an_address_is_a_mail_with_its_subject_and_text() {
        assert_eq!(
            href("ada+shop@mail.example").as_deref(),
            Some(
                "mailto:ada%2Bshop@mail.example?subject=D%C3%A9sol%C3%A9&body=Bonjour%2C%0D%0A%C3%A0%20vous%20%26%20%C3%A0%20eux%3F"
            )
        );
        // A name with marks that would begin another field stays a name.
        assert_eq!(
            href("a?bcc=x&cc@b.example").unwrap().split_once("?subject").unwrap().0,
            "mailto:a%3Fbcc%3Dx%26cc@b.example"
        );
    }

    #[test]
    fn a_number_is_dialled_and_other_words_are_no_link() {
        assert_eq!(href("+33 (0)6 12-34.56/78").as_deref(), Some("tel:+330612345678"));
        assert_eq!(href("06 12 34 56 78").as_deref(), Some("tel:0612345678"));
        for text in [
            "call me at 12345",
            "1234",
            "1234567890123456",
            "12+34567",
            "ada@shop",
            "@shop.example",
            "a@b@c.example",
            "a@b.example,c@d.example",
            "a@b.example; c@d.example",
            "Ada <a@b.example>",
            "javascript:alert(1)",
            "a b@c.example",
        ] {
            assert_eq!(href(text), None, "{text}");
        }
        assert_eq!(Reply::of(None, "", ""), Reply { contact: None, href: None });
    }
}
