//! Where a store is: a file, or a PostgreSQL database.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::postgres::target::{Target, TargetError};

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
            _ => Ok(Self::Sqlite(text.into())),
        }
    }
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
