//! Error type of the store: why it cannot do what the caller asked.

use std::path::PathBuf;

use deadpool_postgres::PoolError;
use thiserror::Error;
use trente_stats::CountError;

/// Why the store cannot do what it is asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no database at this path, and it was not to be made.
    #[error("no database at `{0}`")]
    Missing(PathBuf),
    /// The linked SQLite has the WAL-reset bug that was mended in 3.51.3.
    #[error("sqlite {0} is older than 3.51.3, which first resets the write-ahead log safely")]
    Version(&'static str),
    /// The database file cannot be made.
    #[error("the database `{}` cannot be made: {}", .0.display(), .1)]
    File(PathBuf, #[source] std::io::Error),
    /// The linked SQLite lacks an option that ours is built with.
    #[error("sqlite was built without {0}; build with the flags of .cargo/config.toml")]
    Build(&'static str),
    /// The schema is not that of the migrations.
    #[error("the database was changed by another program: {0}")]
    Stranger(String),
    /// The database is another application's.
    #[error("the database is not one of trente's")]
    Foreign,
    /// The database was written by a newer trente.
    #[error("the database has version {found}, this trente knows up to {known}")]
    Newer {
        /// Version of the database.
        found: i64,
        /// Newest version of ours.
        known: i64,
    },
    /// `quick_check` found damage.
    #[error("the database is damaged: {0}; restore a backup, or see `.recover` of the sqlite shell")]
    Damaged(String),
    /// A site of this name exists.
    #[error("site `{0}` exists already")]
    SiteExists(String),
    /// There is no site of this name.
    #[error("no site `{0}`")]
    SiteUnknown(String),
    /// A document of the same id is published already, by this site or another.
    #[error(
        "survey `{0}` is another one that is published already; change the version of yours, which gives it another id"
    )]
    SurveyClash(String),
    /// There is such a thing already.
    #[error("{0} `{1}` exists already")]
    Exists(&'static str, String),
    /// There is no such thing.
    #[error("no {0} `{1}`")]
    Unknown(&'static str, String),
    /// A site has as many of these as it may.
    #[error("a site has {1} {0} at most")]
    TooMany(&'static str, usize),
    /// A site has two keys, and its key is to be rotated once more.
    #[error("site `{0}` still has a former key; retire it first, when every page that it has signed is old")]
    FormerKey(String),
    /// No owner of every site would be left.
    #[error("one owner of every site has to stay; give another account these rights first")]
    LastOwner,
    /// Counts do not fit what they are taken from.
    #[error("the daily counts do not fit the responses: {0}")]
    Count(#[from] CountError),
    /// A stored frame or definition cannot be read.
    #[error("a stored value cannot be read: {0}")]
    Unreadable(&'static str),
    /// The machine gives no random bytes.
    #[error("no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// The list of erasures next to the database cannot be read, so that what it names would come back.
    #[error("the list of erasures `{}` cannot be read: {}", .0.display(), .1)]
    Ledger(PathBuf, #[source] std::io::Error),
    /// A thread could not be started or has ended.
    #[error("the writer is not running: {0}")]
    Thread(#[from] std::io::Error),
    /// Too many writes wait.
    #[error("too many writes wait; try again later")]
    Busy,
    /// A task of the store ended before its answer.
    #[error("the store ended early")]
    Ended,
    /// SQLite refuses.
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The database file was not synced.
    #[error("the database was not synced: {0}")]
    Sync(std::io::Error),
    /// The PostgreSQL database has no tables of ours, and they were not to be made.
    #[error("the database is empty; `trente site add` makes its tables")]
    Empty,
    /// The PostgreSQL server is set up so that we cannot keep a promise on it.
    #[error("this PostgreSQL server cannot be used: {0}")]
    Server(String),
    /// PostgreSQL does not answer in time; what it was asked for may be done or not.
    #[error("postgresql does not answer in time")]
    Late,
    /// PostgreSQL warned while it committed, so that it is unknown whether a standby has it.
    #[error("postgresql warned, so the commit is not certain")]
    Unconfirmed,
    /// There is no connection to PostgreSQL.
    #[error("no connection to postgresql: {0}")]
    Pool(String),
    /// PostgreSQL refuses.
    #[error("postgresql: {}", cause(.0))]
    Postgres(tokio_postgres::Error),
}

/// What the server said, or why there is no server to say it; the client's own words are only its kind.
fn cause(error: &tokio_postgres::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

impl StoreError {
    /// Whether PostgreSQL is only not there at this moment: it does not answer, starts or ends, has no connection left,
    /// or no host takes writes.
    pub fn is_absence(&self) -> bool {
        match self {
            Self::Late | Self::Pool(_) => true,
            Self::Postgres(error) => match error.code() {
                Some(code) => {
                    let code = code.code();
                    code.starts_with("57P") || code.starts_with("53") || code.starts_with("08")
                }
                // Not the server's own words, so it was not reached; what it says of a certificate does not change.
                None => std::error::Error::source(error)
                    .and_then(|cause| cause.downcast_ref::<std::io::Error>())
                    .is_some_and(|cause| cause.kind() != std::io::ErrorKind::InvalidData),
            },
            _ => false,
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Postgres(error),
            other => Self::Pool(other.to_string()),
        }
    }
}
