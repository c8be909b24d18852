//! Detection of a moved database: whether the files at its path are still the ones that are open.
//!
//! A file that is deleted, renamed or replaced goes on taking writes until it is closed, and all of them are lost then.
//! So the writer compares device and inode of the database, its log and the log's index before it acknowledges a
//! commit. That is three calls of `stat`, some microseconds in all. To truncate the database in place is noticed as
//! well.

use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use crate::limits::{GONE_END, LOOK_AT_FILES};

/// The exit code after a failed fsync, and when the database was taken away: `EX_IOERR` of sysexits.h.
const EXIT_IO: i32 = 74;

/// The files of a database, as they were when it was opened.
#[derive(Debug)]
pub struct Presence {
    files: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    path: PathBuf,
    /// Device and inode.
    identity: (u64, u64),
    /// Whether an empty file is as bad as none.
    is_database: bool,
}

/// What is wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Gone {
    path: PathBuf,
    what: &'static str,
}

impl fmt::Display for Gone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.path.display(), self.what)
    }
}

impl Presence {
    /// Of a database that is open and was read, so that its log is there.
    ///
    /// # Errors
    /// When the database cannot be looked at.
    pub fn of(database: &Path) -> io::Result<Self> {
        let mut files =
            vec![Known { path: database.to_owned(), identity: identity(&fs::metadata(database)?), is_database: true }];
        // SQLite puts them next to the file that a symbolic link leads to.
        let real = fs::canonicalize(database)?;
        for ending in ["-wal", "-shm"] {
            let mut path = real.as_os_str().to_owned();
            path.push(ending);
            let path = PathBuf::from(path);
            match fs::metadata(&path) {
                Ok(found) => files.push(Known { path, identity: identity(&found), is_database: false }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { files })
    }

    /// Looks at every file.
    ///
    /// # Errors
    /// [`Gone`]: what is committed now would be lost with the open file.
    pub fn check(&self) -> Result<(), Gone> {
        for known in &self.files {
            let what = match fs::metadata(&known.path) {
                Ok(found) if identity(&found) != known.identity => "is another file by now",
                Ok(found) if known.is_database && found.len() == 0 => "was emptied",
                Ok(_) => continue,
                Err(error) if error.kind() == io::ErrorKind::NotFound => "is no longer there",
                Err(_) => "cannot be looked at any more",
            };
            return Err(Gone { path: known.path.clone(), what });
        }
        Ok(())
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// Looks now and then, and ends the process when the database is gone.
#[derive(Debug)]
pub(super) struct Watch {
    presence: Presence,
    looked: Instant,
    gone: Arc<AtomicBool>,
}

impl Watch {
    /// `gone` becomes true for callers that ask about the health of the store.
    pub(super) fn new(presence: Presence, gone: Arc<AtomicBool>) -> Self {
        Self { presence, looked: Instant::now(), gone }
    }

    /// Looks, where that is some time ago.
    pub(super) fn check_now_and_then(&mut self) {
        if self.looked.elapsed() >= LOOK_AT_FILES {
            self.check();
        }
    }

    /// Whether the database was found to be gone.
    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    /// Whether the database is still where it was. If not, nothing may be acknowledged any more: what is written goes
    /// into files that end with the process. So it ends, after a moment in which clients are told to come back.
    pub(super) fn check(&mut self) -> bool {
        self.looked = Instant::now();
        if self.is_gone() {
            return false;
        }
        let Err(gone) = self.presence.check() else { return true };
        self.gone.store(true, Ordering::Relaxed);
        tracing::error!(%gone, "the database was taken away, so the process ends; nothing is acknowledged any more");
        let end = thread::Builder::new().name("gone".into()).spawn(|| {
            thread::sleep(GONE_END);
            exit();
        });
        if end.is_err() {
            exit();
        }
        false
    }
}

/// Ends the process as after a failed fsync.
pub(super) fn exit() -> ! {
    std::process::exit(EXIT_IO);
}

/// Whether others than the owner may read or write a file: group and others of its mode, as in 0o44.
pub fn open_to_others(file: &Path) -> Option<u32> {
    let mode = fs::metadata(file).ok()?.mode() & 0o077;
    (mode != 0).then_some(mode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;

    #[test]
    fn a_file_that_is_deleted_replaced_renamed_or_emptied_is_noticed() {
        type Harm = fn(&Path, &str);
        let harms: [(&str, Harm); 5] = [
            ("is no longer there", |folder, file| fs::remove_file(folder.join(file)).unwrap()),
            ("is no longer there", |folder, file| fs::rename(folder.join(file), folder.join("away")).unwrap()),
            ("is another file by now", |folder, file| {
                // Written next to it and put in place, as rsync does.
                fs::copy(folder.join(file), folder.join("other")).unwrap();
                fs::rename(folder.join("other"), folder.join(file)).unwrap();
            }),
            ("is no longer there", |folder, _| fs::rename(folder, folder.with_extension("moved")).unwrap()),
            ("was emptied", |folder, _| {
                fs::File::options().write(true).open(folder.join("a.db")).unwrap().set_len(0).unwrap()
            }),
        ];
        for (index, (what, harm)) in harms.into_iter().enumerate() {
            for file in ["a.db", "a.db-wal", "a.db-shm"] {
                let folder =
                    std::env::temp_dir().join(format!("trente-presence-{}-{index}-{file}", std::process::id()));
                fs::create_dir_all(&folder).unwrap();
                let connection = schema::open(&folder.join("a.db"), true).unwrap();
                let presence = Presence::of(&folder.join("a.db")).unwrap();
                assert_eq!(presence.files.len(), 3);
                connection.execute("delete from copying", []).unwrap();
                assert_eq!(presence.check(), Ok(()));
                harm(&folder, file);
                assert_eq!(presence.check().unwrap_err().what, what, "{file}");
                drop(connection);
                let _ = fs::remove_dir_all(&folder);
                let _ = fs::remove_dir_all(folder.with_extension("moved"));
            }
        }
    }
}
