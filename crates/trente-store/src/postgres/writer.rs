//! Background tasks of the PostgreSQL store: writers that commit frames in groups (group commit), and the fold.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use deadpool_postgres::Pool;
use metrics::{gauge, histogram};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::connector::Connector;
use super::fold::{Folded, fold};
use super::rows;
use crate::StoreError;
use crate::clock::now_ms;
use crate::fold::Layouts;
use crate::health::Health;
use crate::inbound::{AppendError, Inbound, Reply, acknowledged};
use crate::limits::{BATCH_JOBS_MAX, FOLD_EVERY, FOLD_ROWS_MAX, POSTGRES_WRITERS};

/// How long a writer or the fold waits after an error, so that a server that is away is not asked without a pause.
const PAUSE: Duration = Duration::from_millis(250);

struct Job {
    frames: Vec<Inbound>,
    reply: Reply,
}

/// The handle of the tasks.
#[derive(Debug)]
pub struct Writer {
    jobs: std::sync::Mutex<Option<mpsc::Sender<Job>>>,
    health: Arc<Health>,
    stop: Arc<Notify>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the tasks, with room for `queue` jobs that wait.
    ///
    /// # Errors
    /// [`StoreError::Pool`], [`StoreError::Random`]
    pub fn start(connector: &Connector, queue: usize) -> Result<Self, StoreError> {
        let mut name = [0; 8];
        getrandom::fill(&mut name)?;
        let name = crate::encoding::hex(&name);
        let (jobs, waiting) = mpsc::channel(queue.max(1));
        let waiting = Arc::new(Mutex::new(waiting));
        let health = Arc::new(Health::default());
        let (stop, numbers) = (Arc::new(Notify::new()), Arc::new(RowIds::new()?));
        let mut tasks = Vec::new();
        for index in 0..POSTGRES_WRITERS {
            let writer = WriterTask {
                connector: connector.clone(),
                pool: connector.dedicated(format!("trente {name} append {index}"))?,
                health: Arc::clone(&health),
                numbers: Arc::clone(&numbers),
            };
            tasks.push(tokio::spawn(writer.run(Arc::clone(&waiting))));
        }
        let pool = connector.dedicated(format!("trente {name} fold"))?;
        tasks.push(tokio::spawn(fold_on(connector.clone(), pool, Arc::clone(&health), Arc::clone(&stop))));
        Ok(Self { jobs: std::sync::Mutex::new(Some(jobs)), health, stop, tasks: Mutex::new(tasks) })
    }

    /// See [`crate::Store::append`].
    pub(super) async fn append(&self, frames: Vec<Inbound>, wait: Duration) -> Result<(), AppendError> {
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        jobs.ok_or(AppendError::Failed)?.try_send(Job { frames, reply }).map_err(|error| match error {
            TrySendError::Full(_) => AppendError::Full,
            TrySendError::Closed(_) => AppendError::Failed,
        })?;
        gauge!("trente_queue_jobs").increment(1.0);
        acknowledged(answer, wait).await
    }

    pub(super) fn healthy(&self) -> bool {
        self.health.is_good()
    }

    /// Commits what waits, folds what can be folded and ends the tasks.
    pub(super) async fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
        let mut tasks = self.tasks.lock().await;
        // The fold is the last, and is told when nothing more will come.
        while let Some(task) = if tasks.is_empty() { None } else { Some(tasks.remove(0)) } {
            if tasks.is_empty() {
                self.stop.notify_one();
            }
            if task.await.is_err() {
                tracing::error!("a task of the store ended in a panic");
            }
        }
    }
}

/// Ids of inbox rows: milliseconds since 1970, then 20 bits that count on from a random start, so that rows of
/// several collectors differ and the older have the smaller numbers.
struct RowIds(AtomicU32);

impl RowIds {
    fn new() -> Result<Self, StoreError> {
        let mut start = [0; 4];
        getrandom::fill(&mut start)?;
        Ok(Self(AtomicU32::new(u32::from_ne_bytes(start))))
    }

    fn next(&self, ms: u64) -> i64 {
        let count = self.0.fetch_add(1, Ordering::Relaxed) & 0xf_ffff;
        i64::try_from(ms << 20 | u64::from(count)).unwrap_or(i64::MAX)
    }
}

/// What a writer works with.
struct WriterTask {
    connector: Connector,
    pool: Pool,
    health: Arc<Health>,
    numbers: Arc<RowIds>,
}

impl WriterTask {
    async fn run(self, jobs: Arc<Mutex<mpsc::Receiver<Job>>>) {
        loop {
            let mut batch = Vec::new();
            // One writer collects while the others commit.
            if jobs.lock().await.recv_many(&mut batch, BATCH_JOBS_MAX).await == 0 {
                return;
            }
            gauge!("trente_queue_jobs").decrement(batch.len() as f64);
            // A client that has gone was told that the outcome is unknown, and comes back with the same frames.
            batch.retain(|job| !job.reply.is_closed());
            if batch.is_empty() {
                continue;
            }
            let frames: usize = batch.iter().map(|job| job.frames.len()).sum();
            let start = Instant::now();
            let outcome = self.commit(batch.iter().flat_map(|job| &job.frames)).await;
            histogram!("trente_commit_seconds").record(start.elapsed());
            histogram!("trente_commit_batch_frames").record(frames as f64);
            self.health.appended(outcome.is_ok());
            let told = match &outcome {
                Ok(()) => Ok(()),
                Err(StoreError::Late | StoreError::Unconfirmed) => Err(AppendError::Late),
                Err(_) => Err(AppendError::Failed),
            };
            for job in batch {
                // A client that has gone does not want to know.
                let _ = job.reply.send(told);
            }
            if let Err(error) = outcome {
                tracing::error!(%error, "answers were not stored");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// One statement, which is a transaction of its own.
    async fn commit(&self, frames: impl Iterator<Item = &Inbound>) -> Result<(), StoreError> {
        let now = now_ms();
        let mut rows = Columns::default();
        for frame in frames {
            let (survey, rid) = rows::key_of_frame(&frame.bytes);
            rows.surveys.push(survey);
            rows.rids.push(rid);
            rows.ids.push(self.numbers.next(now));
            rows.received.push(i64::try_from(frame.received_ms).unwrap_or(i64::MAX));
            rows.verified.push(frame.verified);
            rows.aside.push(frame.aside);
            rows.frames.push(&frame.bytes);
        }
        let until = i64::try_from(now).unwrap_or(i64::MAX);
        let transaction = self.connector.acquire(&self.pool).await?;
        transaction
            .execute(
                // A frame of an erased response is acknowledged and not stored. Where the erasure commits in this very
                // moment the fold leaves it out.
                "insert into inbox (survey, rid, id, received_ms, verified, aside, frame)
                 select * from unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::bigint[], $5::boolean[],
                     $6::boolean[], $7::bytea[]) as new (survey, rid, id, received_ms, verified, aside, frame)
                 where not exists (select 1 from tombstone where tombstone.survey = new.survey
                     and tombstone.rid = new.rid and tombstone.until_ms >= $8)",
                &[
                    &rows.surveys,
                    &rows.rids,
                    &rows.ids,
                    &rows.received,
                    &rows.verified,
                    &rows.aside,
                    &rows.frames,
                    &until,
                ],
            )
            .await?;
        transaction.release()
    }
}

#[derive(Default)]
struct Columns<'a> {
    surveys: Vec<&'a [u8]>,
    rids: Vec<&'a [u8]>,
    ids: Vec<i64>,
    received: Vec<i64>,
    verified: Vec<bool>,
    aside: Vec<bool>,
    frames: Vec<&'a [u8]>,
}

/// Folds until it is told to stop, and then what is left.
async fn fold_on(connector: Connector, pool: Pool, health: Arc<Health>, stop: Arc<Notify>) {
    let mut layouts = Layouts::default();
    let mut stopping = false;
    loop {
        let start = Instant::now();
        let folded = fold(&connector, &pool, &mut layouts, FOLD_ROWS_MAX).await;
        histogram!("trente_fold_seconds").record(start.elapsed());
        health.folded(folded.is_ok());
        let wait = match &folded {
            Ok(Folded::Rows(FOLD_ROWS_MAX)) => continue,
            // Nothing is left, or another collector holds the lock of the fold.
            Ok(_) => FOLD_EVERY,
            Err(error) => {
                tracing::error!(%error, "the inbox was not folded");
                FOLD_EVERY
            }
        };
        if stopping {
            return;
        }
        stopping = tokio::time::timeout(wait, stop.notified()).await.is_ok();
    }
}
