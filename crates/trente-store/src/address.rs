//! Address of a store: the path of a SQLite file, or the URL of a PostgreSQL database.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::postgres::target::{Target, TargetError};

/// Where a store is.
#[derive(Clone)]
pub enum Address {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(Box<Target>),
}

impl Address {
    /// Reads what `--db` says: an address that begins with `postgres://` or `postgresql://`, or the path of a file.
    ///
    /// # Errors
    /// [`TargetError`]: the PostgreSQL address is wrong.
    pub fn parse(text: OsString) -> Result<Self, TargetError> {
        match text.to_str() {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres(Box::new(Target::parse(url)?)))
            }
            Some(other) => match mistaken(other) {
                Some(error) => Err(error),
                None => Ok(Self::Sqlite(text.into())),
            },
            None => Ok(Self::Sqlite(text.into())),
        }
    }
}

/// What looks like the address of a database and would be taken for the path of a file. It may hold a password, so
/// nothing of it is said but the scheme.
fn mistaken(text: &str) -> Option<TargetError> {
    if text.trim().is_empty() {
        return Some(TargetError::Empty);
    }
    if let Some((scheme, _)) = text.split_once("://") {
        let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b':');
        return Some(TargetError::Scheme(if scheme.bytes().all(is_scheme) {
            scheme.to_owned()
        } else {
            String::new()
        }));
    }
    text.split([' ', '\t', '\n']).any(is_keyword).then_some(TargetError::Keywords)
}

/// Whether a word is one of libpq's, as in `host=db`. A file may be called `a=b`, but not one of these.
fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 12] = [
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "password",
        "passfile",
        "sslmode",
        "sslpassword",
        "service",
        "options",
        "connect_timeout",
    ];
    word.split_once('=').is_some_and(|(name, _)| KEYWORDS.contains(&name.trim().to_ascii_lowercase().as_str()))
}

impl From<&Path> for Address {
    fn from(path: &Path) -> Self {
        Self::Sqlite(path.to_owned())
    }
}

/// The path, or the address without its password.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(formatter),
            Self::Postgres(target) => target.fmt(formatter),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_for_another_program_is_no_path_and_is_not_repeated() {
        for text in [
            "host=db.example user=trente password=s3cret",
            "dbname=trente",
            "user=trente host = db password = 's3cret'",
            "PASSWORD=s3cret",
            "mysql://trente:s3cret@db/trente",
            "jdbc:postgresql://db/trente?password=s3cret",
            "postgresql+psycopg://trente:s3cret@db/trente",
            "sqlite:///var/lib/trente.db",
            "Postgres://trente:s3cret@db/trente",
            "s3cret word://x",
            "",
            " ",
        ] {
            let error = Address::parse(text.into()).unwrap_err().to_string();
            assert!(error.contains("postgres://user:password@host:port/database"), "{text}: {error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
        for text in ["trente.db", "./trente.db", "/var/lib/trente/trente.db", "my file.db", "a=b.db", "über.db"] {
            assert!(matches!(Address::parse(text.into()), Ok(Address::Sqlite(_))), "{text}");
        }
    }
}
