//! The one thread that writes: it owns its connection, commits answers in groups and folds between them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior, ffi, params};
use thiserror::Error;
use tokio::sync::oneshot;

use super::fold::{Layouts, fold};
use super::{StoreError, schema};
use crate::limits::{BATCH_JOBS_MAX, FOLD_EVERY, FOLD_IDLE, FOLD_ROWS_MAX};

/// A frame that was accepted.
#[derive(Clone, Debug)]
pub struct Inbound {
    /// When it came.
    pub received_ms: u64,
    /// Whether its tag was verified.
    pub verified: bool,
    /// The frame as it came.
    pub bytes: Vec<u8>,
}

/// Why frames are not known to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AppendError {
    /// Too many jobs wait.
    #[error("the queue is full")]
    Full,
    /// The transaction failed, or the writer has ended.
    #[error("the store failed")]
    Failed,
    /// The commit takes too long; its outcome is not known.
    #[error("the store is slow")]
    Late,
}

/// The exit code after a failed fsync: `EX_IOERR` of sysexits.h.
const EXIT_IO: i32 = 74;

enum Job {
    Append { frames: Vec<Inbound>, reply: oneshot::Sender<Result<(), AppendError>> },
    Stop,
}

type Reply = oneshot::Sender<Result<(), AppendError>>;

/// Whether the last transaction of each kind succeeded: a fold that fails again and again must not be hidden by
/// appends that succeed.
#[derive(Debug)]
struct Health {
    appends: AtomicBool,
    folds: AtomicBool,
}

/// The handle of the writing thread.
#[derive(Debug)]
pub struct Writer {
    jobs: SyncSender<Job>,
    health: Arc<Health>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread on a connection that [`schema::open`] has made.
    ///
    /// # Errors
    /// [`StoreError::Thread`]
    pub fn start(path: &Path, connection: Connection, queue: usize) -> Result<Self, StoreError> {
        let (jobs, waiting) = sync_channel(queue);
        let health = Arc::new(Health { appends: AtomicBool::new(true), folds: AtomicBool::new(true) });
        let mut desk = Desk {
            path: path.to_owned(),
            connection: Some(connection),
            layouts: Layouts::default(),
            health: Arc::clone(&health),
            // What a former process left is folded first.
            backlog: true,
            folded: Instant::now(),
        };
        let thread = thread::Builder::new().name("store".into()).spawn(move || desk.run(&waiting))?;
        Ok(Self { jobs, health, thread: Mutex::new(Some(thread)) })
    }

    /// See [`super::Store::append`].
    pub(super) async fn append(&self, frames: Vec<Inbound>, wait: Duration) -> Result<(), AppendError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.try_send(Job::Append { frames, reply }).map_err(|error| match error {
            TrySendError::Full(_) => AppendError::Full,
            TrySendError::Disconnected(_) => AppendError::Failed,
        })?;
        match tokio::time::timeout(wait, answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(AppendError::Failed),
            Err(_) => Err(AppendError::Late),
        }
    }

    pub(super) fn healthy(&self) -> bool {
        self.health.appends.load(Ordering::Relaxed) && self.health.folds.load(Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A full queue is waited for; a thread that has ended needs no word.
            let _ = self.jobs.send(Job::Stop);
            if thread.join().is_err() {
                tracing::error!("the store's thread ended in a panic");
            }
        }
    }
}

/// What the thread works with.
struct Desk {
    path: PathBuf,
    connection: Option<Connection>,
    layouts: Layouts,
    health: Arc<Health>,
    backlog: bool,
    folded: Instant,
}

impl Desk {
    fn run(&mut self, jobs: &Receiver<Job>) {
        loop {
            let wait = if self.backlog { FOLD_IDLE } else { FOLD_EVERY };
            let stop = match jobs.recv_timeout(wait) {
                Ok(job) => self.take(job, jobs),
                Err(RecvTimeoutError::Timeout) => {
                    self.fold();
                    false
                }
                Err(RecvTimeoutError::Disconnected) => true,
            };
            if stop {
                // At least once, for what a failed fold has left.
                while self.fold() && self.backlog {}
                return;
            }
            if self.folded.elapsed() >= FOLD_EVERY {
                self.fold();
            }
        }
    }

    /// Commits a job together with those that wait behind it; tells whether to stop.
    fn take(&mut self, first: Job, jobs: &Receiver<Job>) -> bool {
        let (mut frames, mut replies): (Vec<Inbound>, Vec<Reply>) = (Vec::new(), Vec::new());
        let mut stop = false;
        for job in std::iter::once(first).chain(jobs.try_iter().take(BATCH_JOBS_MAX - 1)) {
            match job {
                Job::Append { frames: more, reply } => {
                    frames.extend(more);
                    replies.push(reply);
                }
                Job::Stop => {
                    stop = true;
                    break;
                }
            }
        }
        if replies.is_empty() {
            return stop;
        }
        let outcome = self.attempt("append", |connection, _| append(connection, &frames)).is_some();
        self.health.appends.store(outcome, Ordering::Relaxed);
        self.backlog |= outcome;
        for reply in replies {
            // A client that has gone does not want to know.
            let _ = reply.send(if outcome { Ok(()) } else { Err(AppendError::Failed) });
        }
        stop
    }

    /// Folds once; false when it failed.
    fn fold(&mut self) -> bool {
        self.folded = Instant::now();
        let rows = self.attempt("fold", |connection, layouts| fold(connection, layouts, FOLD_ROWS_MAX));
        self.health.folds.store(rows.is_some(), Ordering::Relaxed);
        // A fold that failed is tried again at its next turn, not at once.
        self.backlog = rows == Some(FOLD_ROWS_MAX);
        rows.is_some()
    }

    /// Runs one transaction on a connection that works. After an error the connection is given up.
    fn attempt<T>(
        &mut self,
        what: &'static str,
        work: impl FnOnce(&mut Connection, &mut Layouts) -> Result<T, StoreError>,
    ) -> Option<T> {
        let outcome = match self.connection.take().map_or_else(|| schema::connect(&self.path, false), Ok) {
            Ok(mut connection) => {
                let outcome = work(&mut connection, &mut self.layouts);
                if outcome.is_ok() {
                    self.connection = Some(connection);
                }
                outcome
            }
            Err(error) => Err(error),
        };
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                tracing::error!(what, %error, "the store failed");
                if is_failed_fsync(&error) {
                    // After a failed fsync the kernel may have dropped the pages and will say that all is well the
                    // next time: nothing that this process believes about the disk is true any more.
                    tracing::error!("fsync failed, so the process ends; start it again on a sound disk");
                    std::process::exit(EXIT_IO);
                }
                None
            }
        }
    }
}

fn append(connection: &mut Connection, frames: &[Inbound]) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut insert =
            transaction.prepare_cached("insert into inbox (received_ms, verified, frame) values (?1, ?2, ?3)")?;
        for frame in frames {
            insert.execute(params![frame.received_ms, frame.verified, frame.bytes])?;
        }
    }
    Ok(transaction.commit()?)
}

fn is_failed_fsync(error: &StoreError) -> bool {
    let StoreError::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) = error else { return false };
    matches!(failure.extended_code, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC)
}
