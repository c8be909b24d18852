//! Writer thread: owns the writing connection, commits frames in groups (group commit), and folds between commits.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use metrics::{Gauge, gauge, histogram};
use rusqlite::Connection;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::append::append;
use super::checkpoint::Checkpointer;
use super::fault::{Fault, exit_after_fsync_failure};
use super::fold::fold;
use super::leftovers::Leftovers;
use super::presence::{Presence, Watch};
use super::scheduler::FoldScheduler;
use super::{leftovers, presence, schema};
use crate::StoreError;
use crate::fold::Layouts;
use crate::health::Health;
use crate::inbound::{AppendError, Inbound, Reply, acknowledged};
use crate::limits::{BATCH_JOBS_MAX, FOLD_END, FOLD_IDLE, GROUP_JOBS_MIN, GROUP_WAIT};

enum Job {
    Append { frames: Vec<Inbound>, reply: Reply },
    Write(Write),
    Stop,
}

/// Another write, which tells its caller the outcome and us what that means for the connection.
pub(super) type Write = Box<dyn FnOnce(&mut Connection) -> Fault + Send>;

/// The handle of the writing thread.
#[derive(Debug)]
pub struct Writer {
    jobs: SyncSender<Job>,
    waiting: Gauge,
    health: Arc<Health>,
    /// The database is no longer where it was.
    gone: Arc<AtomicBool>,
    leftovers: Leftovers,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread on a connection that [`schema::open`] has made.
    ///
    /// # Errors
    /// [`StoreError::Thread`], [`StoreError::Sqlite`]
    pub fn start(path: &Path, connection: Connection, queue: usize) -> Result<Self, StoreError> {
        disable_autocheckpoint(&connection)?;
        let (jobs, inbox) = sync_channel(queue);
        let waiting = gauge!("trente_queue_jobs");
        let (health, gone) = (Arc::new(Health::default()), Arc::new(AtomicBool::new(false)));
        let leftovers = Leftovers::new();
        let mut writer = WriterThread {
            path: path.to_owned(),
            connection: Some(connection),
            layouts: Layouts::default(),
            health: Arc::clone(&health),
            scheduler: FoldScheduler::new(),
            recent_batch: 0,
            waiting: waiting.clone(),
            runtime: Handle::current(),
            watch: Watch::new(Presence::of(path)?, Arc::clone(&gone)),
            leftovers: leftovers.clone(),
            checkpointer: Checkpointer::start(path)?,
        };
        let thread = thread::Builder::new().name("store".into()).spawn(move || writer.run(&inbox))?;
        Ok(Self { jobs, waiting, health, gone, leftovers, thread: Mutex::new(Some(thread)) })
    }

    /// See [`crate::Store::append`].
    pub(super) async fn append(&self, frames: Vec<Inbound>, wait: Duration) -> Result<(), AppendError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.try_send(Job::Append { frames, reply }).map_err(|error| match error {
            TrySendError::Full(_) => AppendError::Full,
            TrySendError::Disconnected(_) => AppendError::Failed,
        })?;
        self.waiting.increment(1.0);
        acknowledged(answer, wait).await
    }

    /// Runs another write between the commits.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when too many jobs wait, [`StoreError::Ended`].
    pub(super) fn run(&self, write: Write) -> Result<(), StoreError> {
        self.jobs.try_send(Job::Write(write)).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Ended,
        })
    }

    pub(super) fn healthy(&self) -> bool {
        self.health.is_good() && !self.gone.load(Ordering::Relaxed)
    }

    pub(super) fn leftovers(&self) -> Leftovers {
        self.leftovers.clone()
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
struct WriterThread {
    path: PathBuf,
    connection: Option<Connection>,
    layouts: Layouts,
    health: Arc<Health>,
    scheduler: FoldScheduler,
    /// Jobs of the last commits, on the average of some.
    recent_batch: usize,
    waiting: Gauge,
    runtime: Handle,
    watch: Watch,
    leftovers: Leftovers,
    /// The last to go: with it the process loses its locks on the database.
    checkpointer: Checkpointer,
}

impl WriterThread {
    fn run(&mut self, jobs: &Receiver<Job>) {
        loop {
            self.watch.check_now_and_then();
            let behind = self.checkpointer.behind();
            let idle = if behind { FOLD_IDLE } else { self.scheduler.idle() };
            let stop = match jobs.recv_timeout(idle) {
                Ok(job) => self.take(job, jobs),
                Err(RecvTimeoutError::Timeout) => {
                    self.recent_batch = 0;
                    if !behind {
                        self.fold();
                    }
                    false
                }
                Err(RecvTimeoutError::Disconnected) => true,
            };
            if stop {
                self.finish();
                return;
            }
            if !behind && self.scheduler.should_fold(self.recent_batch) {
                self.fold();
            }
            self.checkpoint(Checkpointer::attend);
        }
    }

    /// Folds what is left, at least once for what a failed fold has left, and not so long that the operator who stops the service
    /// loses patience: the next start goes on with it.
    fn finish(&mut self) {
        if !self.watch.check() {
            presence::exit();
        }
        self.recent_batch = 0;
        let end = Instant::now() + FOLD_END;
        while self.fold() && self.scheduler.backlog() && Instant::now() < end {
            self.checkpoint(Checkpointer::finish);
        }
        if self.leftovers.take() {
            self.attempt("overwriting what was deleted", |connection, _| leftovers::overwrite(connection));
        }
    }

    /// Commits a job together with those that wait behind it; tells whether to stop.
    fn take(&mut self, first: Job, jobs: &Receiver<Job>) -> bool {
        let (mut frames, mut replies): (Vec<Inbound>, Vec<Reply>) = (Vec::new(), Vec::new());
        let (mut writes, mut stop) = (Vec::new(), false);
        // Those who were many a moment ago come back together: the first of them wait for the others, but no client waits
        // where few come.
        let group = if self.recent_batch >= GROUP_JOBS_MIN { self.recent_batch.min(BATCH_JOBS_MAX) } else { 0 };
        let end = Instant::now() + GROUP_WAIT;
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Append { frames: more, reply } => {
                    frames.extend(more);
                    replies.push(reply);
                }
                Job::Write(write) => writes.push(write),
                Job::Stop => {
                    stop = true;
                    break;
                }
            }
            next = if replies.len() >= BATCH_JOBS_MAX {
                None
            } else if replies.len() < group {
                jobs.recv_timeout(end.saturating_duration_since(Instant::now())).ok()
            } else {
                jobs.try_recv().ok()
            };
        }
        if !replies.is_empty() {
            self.commit(&frames, replies);
        }
        for write in writes {
            self.write(write);
        }
        stop
    }

    fn commit(&mut self, frames: &[Inbound], replies: Vec<Reply>) {
        self.waiting.decrement(replies.len() as f64);
        let start = Instant::now();
        // Looked at after the commit and before the answers: what went into a file that is gone is not acknowledged.
        let outcome = !self.watch.is_gone()
            && self.attempt("append", |connection, _| append(connection, frames)).is_some()
            && self.watch.check();
        histogram!("trente_commit_seconds").record(start.elapsed());
        histogram!("trente_commit_batch_frames").record(frames.len() as f64);
        self.health.appended(outcome);
        // One commit says little: of a crowd some come early.
        self.recent_batch = (self.recent_batch * 3 + replies.len()).div_ceil(4);
        if outcome {
            self.scheduler.appended();
        }
        // Told from inside the runtime: from this thread each of them would take its lock and wake one of its threads.
        self.runtime.spawn(async move {
            for reply in replies {
                // A client that has gone does not want to know.
                let _ = reply.send(if outcome { Ok(()) } else { Err(AppendError::Failed) });
            }
        });
    }

    /// Folds once; false when it failed.
    fn fold(&mut self) -> bool {
        if self.watch.is_gone() {
            return false;
        }
        let (start, rows_max) = (Instant::now(), self.scheduler.rows());
        let folded = self.attempt("fold", |connection, layouts| fold(connection, layouts, rows_max));
        if folded.is_some_and(|folded| folded.discards_words) {
            self.leftovers.owe();
        }
        let rows = folded.map(|folded| folded.rows);
        histogram!("trente_fold_seconds").record(start.elapsed());
        self.health.folded(rows.is_some());
        self.scheduler.folded(rows, start.elapsed(), self.recent_batch);
        rows.is_some()
    }

    /// Has the log copied when it is long, after the answers are told.
    fn checkpoint(&mut self, part: impl FnOnce(&mut Checkpointer, &Connection) -> Result<(), StoreError>) {
        let Some(connection) = self.connection.take() else { return };
        match part(&mut self.checkpointer, &connection) {
            Ok(()) => self.connection = Some(connection),
            Err(error) => {
                tracing::error!(%error, "the write-ahead log was not copied");
                if Fault::of(&error) == Fault::Disk {
                    exit_after_fsync_failure();
                }
            }
        }
    }

    /// Runs another write. After an error of SQLite's the connection is given up.
    fn write(&mut self, write: Write) {
        if self.watch.is_gone() {
            // The caller is told by its reply, which is dropped with the write.
            return;
        }
        match self.connection() {
            Ok(mut connection) => match write(&mut connection) {
                Fault::None => self.connection = Some(connection),
                Fault::Connection => {}
                Fault::Disk => exit_after_fsync_failure(),
            },
            // The caller is told by its reply, which is dropped with the write.
            Err(error) => tracing::error!(%error, "the store cannot be opened"),
        }
    }

    /// Runs one transaction on a connection that works. After an error the connection is given up.
    fn attempt<T>(
        &mut self,
        what: &'static str,
        work: impl FnOnce(&mut Connection, &mut Layouts) -> Result<T, StoreError>,
    ) -> Option<T> {
        let outcome = match self.connection() {
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
                // Perhaps because it is no longer where it was: then it is not opened again.
                self.watch.check();
                if Fault::of(&error) == Fault::Disk {
                    exit_after_fsync_failure();
                }
                None
            }
        }
    }

    fn connection(&mut self) -> Result<Connection, StoreError> {
        if self.watch.is_gone() {
            return Err(StoreError::Ended);
        }
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let connection = schema::connect(&self.path, false)?;
        disable_autocheckpoint(&connection)?;
        Ok(connection)
    }
}

/// Commits no longer copy the log: [`Checkpointer`] does.
fn disable_autocheckpoint(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.pragma_update(None, "wal_autocheckpoint", 0)?)
}
