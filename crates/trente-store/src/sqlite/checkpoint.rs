//! Checkpoints: a thread moves committed pages from the write-ahead log into the database, without delaying an answer.
//!
//! SQLite checkpoints inside a commit, which then waits until some thousand scattered pages are on disk. Here a thread of
//! its own copies and syncs them while the writer goes on. SQLite never calls such a checkpoint finished, because the log
//! has grown meanwhile, and a log that is never finished is never begun anew. So the writer ends it itself, between two
//! commits, when only a few pages are left: no answer is written then, and there is little to copy and to sync.
//!
//! **Source**: SQLite, “Write-Ahead Logging”, 3.1 and 6.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use super::fault::{Fault, exit_after_fsync_failure};
use super::schema;
use crate::StoreError;
use crate::limits::{LOG_PAGES_LEFT, LOG_PAGES_MAX, LOG_PAGES_MIN, LOG_PAUSE};

/// How often the thread copies what has come while it copied, before it leaves the rest to the writer.
const ROUNDS: usize = 10;

/// The thread that copies.
#[derive(Debug)]
pub struct Checkpointer {
    /// None once it shall end.
    turns: Option<SyncSender<()>>,
    copying: Arc<AtomicBool>,
    /// Pages that were left when the log was last looked at.
    left: u64,
    thread: Option<JoinHandle<()>>,
}

/// The write-ahead log, in pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Log {
    /// All.
    pages: u64,
    /// Those that the database does not have yet.
    left: u64,
}

/// What the writer does about the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    /// Lets the thread copy.
    Copy,
    /// Copies what is left itself, and so ends the checkpoint.
    End,
}

impl Checkpointer {
    /// Starts the thread; `path` is a database that is open already.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], [`StoreError::Thread`]
    pub fn start(path: &Path) -> Result<Self, StoreError> {
        let connection = schema::connect(path, false)?;
        // Open as long as the thread lives: to close any file of the database takes this process's locks away from it.
        let database = File::open(path)?;
        let (turns, waiting) = sync_channel(1);
        let copying = Arc::new(AtomicBool::new(false));
        let state = Arc::clone(&copying);
        let work = move || run(&connection, &database, &waiting, &state);
        let thread = thread::Builder::new().name("checkpoint".into()).spawn(work)?;
        Ok(Self { turns: Some(turns), copying, left: 0, thread: Some(thread) })
    }

    /// The writer's part, after each of its transactions.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]
    pub fn attend(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let log = read_log(connection)?;
        self.left = log.left;
        if self.copying.load(Ordering::Acquire) {
            return Ok(());
        }
        match log.step() {
            Step::Nothing => {}
            Step::Copy => {
                self.copying.store(true, Ordering::Release);
                if self.turns.as_ref().is_none_or(|turns| turns.try_send(()).is_err()) {
                    self.copying.store(false, Ordering::Release);
                }
            }
            Step::End => self.left = copy(connection)?.left,
        }
        Ok(())
    }

    /// Whether much is being copied, so that the writer should wait a little with what can wait. Where a reader is in the
    /// way, waiting would help no client: a shell that an operator left open must not stop the fold.
    pub fn behind(&self) -> bool {
        self.left >= LOG_PAGES_MIN * 4 && self.copying.load(Ordering::Acquire)
    }

    /// Copies all on this thread, when no client waits for an answer any more.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]
    pub fn finish(&mut self, connection: &Connection) -> Result<(), StoreError> {
        self.left = read_log(connection)?.left;
        if self.left >= LOG_PAGES_MIN {
            // A round that is going on comes first.
            while self.copying.load(Ordering::Acquire) {
                thread::sleep(LOG_PAUSE / 100);
            }
            self.left = copy(connection)?.left;
        }
        Ok(())
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.turns.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread of checkpoints ended in a panic");
        }
    }
}

impl Log {
    /// How much may be left for the writer to copy: the longer the log is, the more is it worth to end it, and one that
    /// is too long is ended at any price.
    const fn endable(self) -> u64 {
        if self.pages < LOG_PAGES_MAX { LOG_PAGES_LEFT + self.pages / 16 } else { u64::MAX }
    }

    const fn step(self) -> Step {
        if self.pages < LOG_PAGES_MIN {
            Step::Nothing
        } else if self.left <= self.endable() {
            Step::End
        } else if self.left >= LOG_PAGES_MIN {
            Step::Copy
        } else {
            Step::Nothing
        }
    }
}

fn run(connection: &Connection, database: &File, turns: &Receiver<()>, copying: &AtomicBool) {
    while turns.recv().is_ok() {
        if let Err(error) = round(connection, database) {
            tracing::error!(%error, "the write-ahead log was not copied");
            if Fault::of(&error) == Fault::Disk {
                exit_after_fsync_failure();
            }
            thread::sleep(LOG_PAUSE);
        }
        copying.store(false, Ordering::Release);
    }
}

/// Copies until little is left. SQLite syncs the database only with the last page, so here it is synced beforehand.
fn round(connection: &Connection, database: &File) -> Result<(), StoreError> {
    let mut before = u64::MAX;
    for _ in 0..ROUNDS {
        copy(connection)?;
        database.sync_data().map_err(StoreError::Sync)?;
        let left = read_log(connection)?.left;
        // Where it no longer shrinks a reader is in the way, or as much comes as is copied.
        if left <= LOG_PAGES_LEFT / 2 || left >= before {
            break;
        }
        before = left;
    }
    Ok(())
}

/// Copies what no reader still needs as it was.
fn copy(connection: &Connection) -> Result<Log, StoreError> {
    log(connection, "pragma wal_checkpoint(passive)")
}

/// Copies everything and empties the log, so that no byte of a deleted value is left in it; on disk when this returns.
/// False when a reader or another process still needs the log: it is not waited for.
///
/// # Errors
/// [`StoreError::Sqlite`], [`StoreError::Sync`].
pub fn empty(connection: &Connection) -> Result<bool, StoreError> {
    connection.busy_timeout(Duration::ZERO)?;
    let outcome = connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get::<_, bool>(0));
    connection.busy_timeout(schema::BUSY)?;
    let is_busy = outcome?;
    if let (false, Some(path)) = (is_busy, connection.path()) {
        match File::open(format!("{path}-wal")) {
            Ok(log) => log.sync_all().map_err(StoreError::Sync)?,
            // The last connection of a command takes it along.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::Sync(error)),
        }
    }
    Ok(!is_busy)
}

fn read_log(connection: &Connection) -> Result<Log, StoreError> {
    log(connection, "pragma wal_checkpoint(noop)")
}

fn log(connection: &Connection, pragma: &str) -> Result<Log, StoreError> {
    // Both are -1 while another process has the log: the next commit asks again.
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
    let (pages, done) = connection.prepare_cached(pragma)?.query_row([], read)?;
    let pages = u64::try_from(pages).unwrap_or_default();
    Ok(Log { pages, left: pages.saturating_sub(u64::try_from(done).unwrap_or_default()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bench {
        folder: std::path::PathBuf,
        connection: Connection,
        checkpointer: Checkpointer,
    }

    impl Bench {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("trente-checkpoint-{}-{name}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).unwrap();
            let path = folder.join("trente.db");
            let connection = schema::open(&path, true).unwrap();
            connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
            connection.execute_batch("create table page (n integer primary key, body blob) strict").unwrap();
            Self { folder, connection, checkpointer: Checkpointer::start(&path).unwrap() }
        }

        /// Fills some forty pages of the log.
        fn write(&mut self) {
            let fill = "insert into page (body) select randomblob(4000) from json_each('[1,2,3,4,5,6,7,8,9,10]')";
            self.connection.execute_batch(&format!("begin; {fill}; {fill}; {fill}; {fill}; commit")).unwrap();
            self.checkpointer.attend(&self.connection).unwrap();
        }

        /// Waits until the thread has nothing to do.
        fn settle(&mut self) {
            for _ in 0..10_000 {
                self.checkpointer.attend(&self.connection).unwrap();
                if !self.checkpointer.copying.load(Ordering::Acquire) && self.checkpointer.left < LOG_PAGES_MIN {
                    return;
                }
                thread::sleep(Duration::from_millis(2));
            }
            panic!("the log is not copied: {} pages are left", self.checkpointer.left);
        }
    }

    impl Drop for Bench {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }

    #[test]
    fn the_log_is_begun_anew_although_nobody_pauses() {
        let mut bench = Bench::new("anew");
        let mut longest = 0;
        for _ in 0..1_000 {
            bench.write();
            longest = longest.max(read_log(&bench.connection).unwrap().pages);
            while bench.checkpointer.behind() {
                thread::sleep(Duration::from_millis(1));
                bench.checkpointer.attend(&bench.connection).unwrap();
            }
        }
        // Forty thousand pages were written.
        assert!(longest < LOG_PAGES_MAX * 3 / 2, "{longest} pages");
        let rows: i64 = bench.connection.query_row("select count(*) from page", [], |row| row.get(0)).unwrap();
        let sound: String = bench.connection.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!((rows, sound.as_str()), (40_000, "ok"));
    }

    #[test]
    fn a_reader_delays_it_and_breaks_nothing() {
        let mut bench = Bench::new("reader");
        let reader = schema::connect(&bench.folder.join("trente.db"), false).unwrap();
        bench.write();
        reader.execute_batch("begin; select count(*) from page").unwrap();
        for _ in 0..120 {
            bench.write();
        }
        let seen: i64 = reader.query_row("select count(*) from page", [], |row| row.get(0)).unwrap();
        assert_eq!(seen, 40);
        assert!(read_log(&bench.connection).unwrap().left > LOG_PAGES_MIN * 4);
        // Nothing can be copied, and no caller waits for it for ever.
        for _ in 0..10_000 {
            if !bench.checkpointer.behind() {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        assert!(!bench.checkpointer.behind());
        reader.execute_batch("commit").unwrap();
        bench.settle();
        copy(&bench.connection).unwrap();
        bench.write();
        // What stands in the log now came after it was begun anew.
        assert!(read_log(&bench.connection).unwrap().pages < 200, "{:?}", read_log(&bench.connection).unwrap());
    }

    #[test]
    fn a_long_log_is_ended_with_more_left_and_a_too_long_one_at_any_price() {
        let step = |pages, left| Log { pages, left }.step();
        assert_eq!(step(LOG_PAGES_MIN - 1, LOG_PAGES_MIN - 1), Step::Nothing);
        assert_eq!(step(LOG_PAGES_MIN, LOG_PAGES_MIN), Step::Copy);
        assert_eq!(step(LOG_PAGES_MIN, LOG_PAGES_LEFT), Step::End);
        assert_eq!(step(LOG_PAGES_MIN, LOG_PAGES_MIN / 2), Step::Nothing);
        assert_eq!(step(LOG_PAGES_MIN * 8, LOG_PAGES_MIN / 2), Step::End);
        assert_eq!(step(LOG_PAGES_MAX, LOG_PAGES_MAX), Step::End);
    }
}
