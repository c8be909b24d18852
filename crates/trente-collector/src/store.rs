//! What is kept: sites, surveys, the inbox, responses and daily counts, in SQLite.
//!
//! Append first, fold later: an accepted frame is appended to the inbox and acknowledged once its transaction is on
//! disk; the fold moves it into `response` and `daily`. In reading order: [`schema`] opens and migrates, [`writer`]
//! is the one thread that writes, [`fold`] and [`merge`] say what a response becomes, [`rollup`] counts it,
//! [`sites`], [`surveys`], [`kept`] and [`reports`] read.
//!
//! Not here: whether a frame is welcome ([`crate::ingest`]).

pub mod fold;
pub mod kept;
pub mod merge;
pub mod readers;
pub mod reports;
pub mod rollup;
pub mod schema;
pub mod sites;
pub mod surveys;
pub mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use trente_stats::CountError;

use readers::Readers;
use writer::{AppendError, Inbound, Writer};

/// Why the store cannot do what it is asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no database at this path, and it was not to be made.
    #[error("no database at `{0}`")]
    Missing(PathBuf),
    /// The linked SQLite has the WAL-reset bug that was mended in 3.51.3.
    #[error("sqlite {0} is older than 3.51.3, which first resets the write-ahead log safely")]
    Version(&'static str),
    /// The file is another application's.
    #[error("the database is not one of trente's")]
    Foreign,
    /// The file was written by a newer trente.
    #[error("the database has version {found}, this trente knows up to {known}")]
    Newer {
        /// Version of the file.
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
    /// Counts do not fit what they are taken from.
    #[error("the daily counts do not fit the responses: {0}")]
    Count(#[from] CountError),
    /// A stored frame or definition cannot be read.
    #[error("a stored value cannot be read: {0}")]
    Unreadable(&'static str),
    /// The machine gives no random bytes.
    #[error("no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// A thread could not be started or has ended.
    #[error("the writer is not running: {0}")]
    Thread(#[from] std::io::Error),
    /// SQLite refuses.
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    writer: Writer,
    readers: Readers,
}

impl Store {
    /// Opens a database, makes it where it is missing, checks it, and starts its writer.
    ///
    /// # Errors
    /// Those of [`schema::open`] and [`schema::check`]; [`StoreError::Thread`].
    pub fn open(path: &Path, queue: usize) -> Result<Self, StoreError> {
        let connection = schema::open(path, true)?;
        schema::check(&connection)?;
        Ok(Self { writer: Writer::start(path, connection, queue)?, readers: Readers::new(path) })
    }

    /// Stores frames, all or none; done when they are on disk.
    ///
    /// # Errors
    /// [`AppendError`]; after [`AppendError::Late`] the frames may be stored all the same.
    pub async fn append(&self, frames: Vec<Inbound>, wait: Duration) -> Result<(), AppendError> {
        self.writer.append(frames, wait).await
    }

    /// Connections for reading.
    pub const fn readers(&self) -> &Readers {
        &self.readers
    }

    /// Whether the last transaction of the writer succeeded.
    pub fn healthy(&self) -> bool {
        self.writer.healthy()
    }

    /// Commits what waits, folds the inbox and ends the writer. Later frames are refused.
    pub fn close(&self) {
        self.writer.close();
    }
}
