//! Settings of the mail server: its address, its transport security, the account on it, and the sender's own name.

use std::env;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use super::message::{address, ascii_host};

/// Port of mail submission with STARTTLS. **Source**: RFC 6409.
const SUBMISSION: u16 = 587;
/// The environment variable of the password.
pub const PASSWORD_VARIABLE: &str = "TRENTE_MAIL_PASSWORD";

/// Host and port of a mail server, as in `smtp.shop.example:587`; without a port 587.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailHost {
    /// A name, or an address.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// The text is no mail server.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is not a mail server: write a host and a port, as in smtp.shop.example:587")]
pub struct MailHostError(String);

impl FromStr for MailHost {
    type Err = MailHostError;

    fn from_str(text: &str) -> Result<Self, MailHostError> {
        let wrong = || MailHostError(text.to_owned());
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
            None => (text, SUBMISSION),
        };
        let host = if host.is_ascii() { host.to_owned() } else { ascii_host(host).ok_or_else(wrong)? };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let named = !host.is_empty() && port != 0 && host.chars().all(plain);
        if named { Ok(Self { host, port }) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for MailHost {
    type Error = MailHostError;

    fn try_from(text: String) -> Result<Self, MailHostError> {
        text.parse()
    }
}

impl From<MailHost> for String {
    fn from(host: MailHost) -> Self {
        host.to_string()
    }
}

impl fmt::Display for MailHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.host, self.port)
    }
}

/// How the connection to the mail server is secured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// STARTTLS, and no mail without it. **Source**: RFC 3207.
    #[default]
    Starttls,
    /// TLS from the first byte, as on port 465. **Source**: RFC 8314.
    Tls,
    /// None: for a mail server on the same machine. No password is sent.
    None,
}

/// From whom mails come, as in `Trente <trente@shop.example>`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Author(pub Mailbox);

/// The text is no sender.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is not a sender: write an address, as in trente@shop.example or Trente <trente@shop.example>")]
pub struct AuthorError(String);

impl FromStr for Author {
    type Err = AuthorError;

    fn from_str(text: &str) -> Result<Self, AuthorError> {
        let mailbox: Result<Mailbox, _> = text.parse();
        let known = mailbox.ok().and_then(|mailbox| Some((mailbox.name, address(mailbox.email.as_ref()).ok()?)));
        known.map(|(name, email)| Self(Mailbox::new(name, email))).ok_or_else(|| AuthorError(text.to_owned()))
    }
}

impl TryFrom<String> for Author {
    type Error = AuthorError;

    fn try_from(text: String) -> Result<Self, AuthorError> {
        text.parse()
    }
}

impl From<Author> for String {
    fn from(author: Author) -> Self {
        author.0.to_string()
    }
}

/// Address of the results as people open them, as in `https://results.shop.example`, without a slash at its end: mails
/// link to it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResultsUrl(String);

/// The text is no address of the results.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no address of the results: write it as people open it, as in https://results.shop.example")]
pub struct ResultsUrlError(String);

impl FromStr for ResultsUrl {
    type Err = ResultsUrlError;

    fn from_str(text: &str) -> Result<Self, ResultsUrlError> {
        let url = text.strip_suffix('/').unwrap_or(text);
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b'?' | b'#' | b'@');
        let whole = !rest.is_empty() && !rest.starts_with('/') && rest.bytes().all(plain);
        if whole { Ok(Self(url.to_owned())) } else { Err(ResultsUrlError(text.to_owned())) }
    }
}

impl TryFrom<String> for ResultsUrl {
    type Error = ResultsUrlError;

    fn try_from(text: String) -> Result<Self, ResultsUrlError> {
        text.parse()
    }
}

impl From<ResultsUrl> for String {
    fn from(url: ResultsUrl) -> Self {
        url.0
    }
}

impl ResultsUrl {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password, which nothing prints.
#[derive(Clone)]
pub struct Password(pub Zeroizing<String>);

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(hidden)")
    }
}

/// A password cannot be had.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// There is no file and no variable.
    #[error("`mail_user` is set: name a file in `mail_password_file`, or set {PASSWORD_VARIABLE}")]
    Missing,
    /// The file cannot be read.
    #[error("the password of the mail server cannot be read from {0}: {1}")]
    File(PathBuf, io::Error),
}

impl Password {
    /// The first line of a file where one is named, else the environment's.
    ///
    /// # Errors
    /// [`PasswordError`]
    pub fn find(file: Option<&Path>) -> Result<Self, PasswordError> {
        let text = match file {
            Some(path) => fs::read_to_string(path).map_err(|error| PasswordError::File(path.to_owned(), error))?,
            None => env::var(PASSWORD_VARIABLE).map_err(|_| PasswordError::Missing)?,
        };
        let text = Zeroizing::new(text);
        let line = text.lines().next().filter(|line| !line.is_empty()).ok_or(PasswordError::Missing)?;
        Ok(Self(Zeroizing::new(line.to_owned())))
    }
}

/// A mail server, and who writes.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// Where it is.
    pub host: MailHost,
    /// How the connection is secured.
    pub security: Security,
    /// The account on it, where it wants one.
    pub sign_in: Option<(String, Password)>,
    /// Certificates in PEM that are trusted besides those of the machine.
    pub roots: Option<Vec<u8>>,
    /// From whom mails come.
    pub author: Author,
    /// What mails link to.
    pub results: ResultsUrl,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_a_host_with_a_port() {
        let host = |text: &str| text.parse::<MailHost>().ok().map(|host| (host.host, host.port));
        assert_eq!(host("smtp.shop.example"), Some(("smtp.shop.example".into(), 587)));
        assert_eq!(host("127.0.0.1:2525"), Some(("127.0.0.1".into(), 2525)));
        assert_eq!(host("smtp.bücher.example:25"), Some(("smtp.xn--bcher-kva.example".into(), 25)));
        for text in ["", ":25", "a.example:", "a.example:0", "a.example:x", "smtp://a.example", "a b", "é.example/x"] {
            assert_eq!(host(text), None, "{text}");
        }
    }

    #[test]
    fn a_sender_and_the_address_of_the_results_are_read_as_people_write_them() {
        for text in ["trente@shop.example", "Trente <trente@shop.example>", "Café Olive <t@shop.example>"] {
            assert!(text.parse::<Author>().is_ok(), "{text}");
        }
        for text in ["", "trente", "a@b@c", "Trente <x>", "é@a.example", "a@b.example\r\nBcc: c@d.example"] {
            assert!(text.parse::<Author>().is_err(), "{text}");
        }
        let author: Author = "Café <t@bücher.example>".parse().unwrap();
        assert_eq!((author.0.name.as_deref(), author.0.email.domain()), (Some("Café"), "xn--bcher-kva.example"));
        assert_eq!("https://r.example/".parse::<ResultsUrl>().map(String::from).as_deref(), Ok("https://r.example"));
        assert!("http://127.0.0.1:8032".parse::<ResultsUrl>().is_ok());
        for text in ["", "r.example", "https://", "ftp://r.example", "https://r.example/?a", "https://a@r.example"] {
            assert!(text.parse::<ResultsUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_the_first_line_of_its_file() {
        let path = env::temp_dir().join(format!("trente-password-{}", std::process::id()));
        fs::write(&path, "s3 cret\nrest\n").unwrap();
        let password = Password::find(Some(&path)).unwrap();
        assert_eq!((password.0.as_str(), format!("{password:?}").as_str()), ("s3 cret", "(hidden)"));
        fs::write(&path, "\n").unwrap();
        assert!(matches!(Password::find(Some(&path)), Err(PasswordError::Missing)));
        fs::remove_file(&path).unwrap();
        assert!(matches!(Password::find(Some(&path)), Err(PasswordError::File(..))));
    }
}
