//! Backup and restore: one SQLite file that holds everything, of either store, taken while the service runs.
//!
//! Of SQLite it is what `vacuum into` writes; of PostgreSQL it is a copy. It becomes visible under its name when it is
//! complete, checked and on disk, and never takes another file's place.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use thiserror::Error;

use crate::change::EraseAgain;
use crate::copy::{CopyError, copy};
use crate::key::ResponseKey;
use crate::model::audit::Actor;
use crate::model::erasure::Erasure;
use crate::sqlite::{check, foreign_schema, schema};
use crate::{Address, Store, StoreError};

/// Why there is no backup, or none is put back.
#[derive(Debug, Error)]
pub enum BackupError {
    /// Something has that name already.
    #[error("`{0}` is there already; move it away or choose another name")]
    Exists(String),
    /// A file cannot be read or written.
    #[error("{0}")]
    File(String, #[source] io::Error),
    /// A file has a log next to it that SQLite cannot read where it is.
    #[error(
        "`{0}` has a write-ahead log next to it, `{0}-wal`, which cannot be read there; copy both files into a folder \
         that you may write to, and restore that copy"
    )]
    Log(String),
    /// The store or the backup fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be copied.
    #[error(transparent)]
    Copy(#[from] CopyError),
}

/// Writes a backup of a store into a file that is not there yet, and tells its size in bytes.
///
/// # Errors
/// [`BackupError`]; no file of that name is there then.
pub async fn backup(from: &Address, file: &Path) -> Result<u64, BackupError> {
    let new = Unfinished::beside(file)?;
    match from {
        Address::Sqlite(path) => {
            let connection = schema::open(path, false)?;
            let into = new.path.to_string_lossy().into_owned();
            connection.execute("vacuum into ?1", [into]).map_err(StoreError::from)?;
        }
        Address::Postgres(_) => {
            copy(from, &Address::Sqlite(new.path.clone()), |_| {}).await?;
        }
    }
    new.check()?;
    new.publish(file)
}

/// What the names of files next to a database end in while a process has it open, or after one was killed: its
/// write-ahead log, the index of that log, and its rollback journal.
const LOGS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Erasures that the backup did not know of.
    pub since: u64,
    /// Responses that the backup still had of those, and that are erased now.
    pub erased: u64,
}

/// Puts a backup back as a store that is not there yet, and erases what was erased since.
///
/// # Errors
/// [`BackupError`]; the store is as it was then. In PostgreSQL a store whose erasures fail is there, and nothing serves
/// it yet.
pub async fn restore(file: &Path, to: &Address, erasures: Vec<Erasure>) -> Result<Restored, BackupError> {
    if !file.exists() {
        return Err(StoreError::Missing(file.to_owned()).into());
    }
    match to {
        Address::Sqlite(path) => {
            let new = Unfinished::beside(path)?;
            new.fill(file)?;
            foreign_schema::refuse(&new.path)?;
            new.check()?;
            let restored = erase_again(&Address::Sqlite(new.path.clone()), erasures).await?;
            new.settle()?;
            new.publish(path)?;
            Ok(restored)
        }
        Address::Postgres(_) => {
            // Looked at before any of it is believed.
            let looked = Unfinished::beside(&file.with_extension("restoring"))?;
            looked.fill(file)?;
            foreign_schema::refuse(&looked.path)?;
            looked.check()?;
            copy(&Address::Sqlite(looked.path.clone()), to, |_| {}).await?;
            erase_again(to, erasures).await
        }
    }
}

/// Erases what a list names and a store does not know of.
async fn erase_again(at: &Address, mut erasures: Vec<Erasure>) -> Result<Restored, BackupError> {
    let store = Store::open(at, false).await?;
    let known: BTreeSet<ResponseKey> = store.erasures(0).await?.into_iter().map(|erasure| erasure.place).collect();
    // The first time of each counts.
    erasures.sort_by_key(|erasure| (erasure.place, erasure.at_ms));
    erasures.dedup_by_key(|erasure| erasure.place);
    erasures.retain(|erasure| !known.contains(&erasure.place));
    let since = erasures.len() as u64;
    if since == 0 {
        return Ok(Restored { since, erased: 0 });
    }
    let erased = store.erase_again(Actor::shell(), EraseAgain { erasures }).await?;
    store.overwrite().await?;
    Ok(Restored { since, erased })
}

/// A file that gets its name when it is complete; until then it goes when this is dropped.
struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    /// An empty file that only we may read, for it will hold the keys that orders are signed with.
    fn beside(file: &Path) -> Result<Self, BackupError> {
        if [file.to_owned(), sibling(file, "-wal"), sibling(file, "-shm")].iter().any(|path| path.exists()) {
            return Err(BackupError::Exists(file.display().to_string()));
        }
        let new = Self { path: sibling(file, ".unfinished") };
        new.remove();
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new.path);
        made.map_err(|error| new.failed(error))?;
        Ok(new)
    }

    /// Copies a SQLite file with what its write-ahead log holds, also while a process has it open. No statement of the
    /// file runs. The mode of the file is not copied: ours stays 600.
    fn fill(&self, from: &Path) -> Result<(), BackupError> {
        check::log(from)?;
        // A file that stands alone is open in no process of ours and is everything; SQLite would make a log next to it.
        if !LOGS.iter().any(|ending| sibling(from, ending).exists()) {
            return self.copy_bytes(from);
        }
        match self.copy_pages(from) {
            // In a folder that it may not write to, SQLite cannot make the index of a log; an empty log is not missed.
            Err(error) if is_unopened(&error) && !has_log(from) => self.copy_bytes(from),
            Err(error) if is_unopened(&error) => Err(BackupError::Log(from.display().to_string())),
            outcome => Ok(outcome.map_err(StoreError::from)?),
        }
    }

    fn copy_bytes(&self, from: &Path) -> Result<(), BackupError> {
        let copied = File::open(from).and_then(|mut source| {
            let mut target = OpenOptions::new().write(true).truncate(true).open(&self.path)?;
            io::copy(&mut source, &mut target)
        });
        copied.map(drop).map_err(|error| BackupError::File(from.display().to_string(), error))
    }

    fn copy_pages(&self, from: &Path) -> Result<(), rusqlite::Error> {
        let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        source.busy_timeout(schema::BUSY)?;
        let mut target = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // All pages in one step, so in one transaction of the source.
        match Backup::new(&source, &mut target)?.step(-1)? {
            StepResult::Done => Ok(()),
            _ => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)),
        }
    }

    /// The whole check, and the newest version of the tables.
    fn check(&self) -> Result<(), BackupError> {
        check::whole(&schema::open(&self.path, false)?)?;
        self.settle()
    }

    /// One file again, without a log next to it.
    fn settle(&self) -> Result<(), BackupError> {
        let connection = schema::connect(&self.path, false)?;
        connection.pragma_update(None, "journal_mode", "delete").map_err(StoreError::from)?;
        Ok(())
    }

    /// Gives it its name, unless that was taken meanwhile; tells its size.
    fn publish(self, file: &Path) -> Result<u64, BackupError> {
        let written = || -> io::Result<u64> {
            let bytes = File::open(&self.path)?;
            bytes.sync_all()?;
            // A rename would silently replace what is there.
            fs::hard_link(&self.path, file)?;
            fs::remove_file(&self.path)?;
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()?;
            Ok(bytes.metadata()?.len())
        };
        written().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists(file.display().to_string()),
            _ => BackupError::File(file.display().to_string(), error),
        })
    }

    fn failed(&self, error: io::Error) -> BackupError {
        BackupError::File(self.path.display().to_string(), error)
    }

    fn remove(&self) {
        for ending in ["", "-wal", "-shm", "-journal", ".erasures"] {
            // What is not there need not go.
            let _ = fs::remove_file(sibling(&self.path, ending));
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Whether SQLite could not open or recover a file for want of rights in its folder.
fn is_unopened(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// Whether committed pages, or pages to be rolled back, stand next to a file.
fn has_log(file: &Path) -> bool {
    LOGS.iter()
        .any(|ending| *ending != "-shm" && fs::metadata(sibling(file, ending)).is_ok_and(|found| found.len() > 0))
}

fn sibling(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
