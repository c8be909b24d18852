//! Thread pool for password hashing: two threads with a bounded queue and memory that is reused.
//!
//! Argon2id needs 19 MiB for each hash. Allocated anew for each of them, that memory stays with the process: glibc keeps
//! freed blocks of this size in the heap of each thread. So each thread allocates its blocks once, uses them for one hash
//! after another, and gives them back to the kernel when there was no sign-in for a while.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use argon2::Block;
use tokio::sync::oneshot;

use super::{Password, PasswordError, hash_in, verify_in};
use crate::limits::{HASHES_AT_ONCE, HASHES_WAITING};

/// How long a thread keeps its memory after its last hash.
const REST: Duration = Duration::from_secs(2);

/// Blocks for which memory is asked: 33 MiB, of which only the first 19 are ever touched and therefore resident.
///
/// glibc maps a request above 32 MiB (`DEFAULT_MMAP_THRESHOLD_MAX`) on its own and unmaps it when it is freed. A
/// smaller one it moves into a heap after the first time, and keeps it there.
const ROOM: usize = 33 * 1024;

/// The blocks of one thread.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    /// At least so many blocks, allocated when they are first asked for.
    ///
    /// # Errors
    /// [`PasswordError::Hash`] when there is no memory.
    pub fn blocks(&mut self, count: usize) -> Result<&mut [Block], PasswordError> {
        if self.0.capacity() < count.max(ROOM) {
            self.0 = Vec::new();
            self.0.try_reserve_exact(count.max(ROOM)).map_err(|_| PasswordError::Hash)?;
        }
        if self.0.len() < count {
            self.0.resize(count, Block::new());
        }
        self.0.get_mut(..count).ok_or(PasswordError::Hash)
    }
}

/// Who asks. Browsers that are known have a queue of their own, which is served first: strangers cannot fill it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A browser that has signed in before, or a session.
    Known,
    /// Anyone.
    Stranger,
}

/// What is to be done with a password.
pub enum Work {
    /// Compare it with a hash.
    Verify(String),
    /// Hash it.
    Hash,
}

/// What has come of it: of a comparison an empty text when they fit.
type Outcome = Result<String, PasswordError>;

struct Job {
    password: Password,
    work: Work,
    /// Closed when no client waits for the answer any more.
    answer: oneshot::Sender<Outcome>,
}

#[derive(Default)]
struct Jobs {
    known: VecDeque<Job>,
    strangers: VecDeque<Job>,
    closed: bool,
}

impl Jobs {
    fn lane(&mut self, lane: Lane) -> &mut VecDeque<Job> {
        match lane {
            Lane::Known => &mut self.known,
            Lane::Stranger => &mut self.strangers,
        }
    }

    /// Forgets those whose clients have gone, and tells whether there is room.
    fn has_room(&mut self, lane: Lane) -> bool {
        let waiting = self.lane(lane);
        if waiting.len() >= HASHES_WAITING {
            waiting.retain(|job| !job.answer.is_closed());
        }
        waiting.len() < HASHES_WAITING
    }
}

#[derive(Default)]
struct Shared {
    jobs: Mutex<Jobs>,
    come: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The threads and their queue. They end when it is dropped.
pub struct Workers {
    shared: Arc<Shared>,
}

impl Workers {
    /// Starts the threads. Where none can be started every try is refused as busy.
    pub fn start() -> Self {
        let shared = Arc::<Shared>::default();
        for _ in 0..HASHES_AT_ONCE {
            let theirs = Arc::clone(&shared);
            let started = thread::Builder::new().name("trente-hash".to_owned()).spawn(move || run(&theirs));
            if let Err(error) = started {
                tracing::error!(%error, "a thread for passwords cannot be started");
            }
        }
        Self { shared }
    }

    /// Whether a job would be taken now.
    pub fn has_room(&self, lane: Lane) -> bool {
        self.shared.lock().has_room(lane)
    }

    /// Waits for a job to be done. Dropping the future before the job has begun takes it out of the queue.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] when too many wait already; those of the job.
    pub async fn run(&self, lane: Lane, password: Password, work: Work) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        {
            let mut jobs = self.shared.lock();
            if !jobs.has_room(lane) {
                return Err(PasswordError::Busy);
            }
            jobs.lane(lane).push_back(Job { password, work, answer });
        }
        self.shared.come.notify_one();
        outcome.await.unwrap_or(Err(PasswordError::Hash))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.come.notify_all();
    }
}

fn run(shared: &Shared) {
    let mut memory = Memory::default();
    loop {
        let mut jobs = shared.lock();
        let job = loop {
            if jobs.closed {
                return;
            }
            if let Some(job) = jobs.known.pop_front().or_else(|| jobs.strangers.pop_front()) {
                break job;
            }
            if memory.0.capacity() == 0 {
                jobs = shared.come.wait(jobs).unwrap_or_else(PoisonError::into_inner);
            } else {
                let (held, waited) = shared.come.wait_timeout(jobs, REST).unwrap_or_else(PoisonError::into_inner);
                jobs = held;
                if waited.timed_out() {
                    memory = Memory::default();
                }
            }
        };
        drop(jobs);
        // The client has gone and would not read the answer.
        if job.answer.is_closed() {
            continue;
        }
        let outcome = match &job.work {
            Work::Verify(hash) => verify_in(&mut memory, &job.password, hash).map(|()| String::new()),
            Work::Hash => hash_in(&mut memory, &job.password),
        };
        // A client that has gone meanwhile does not read it.
        let _ = job.answer.send(outcome);
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn password() -> Password {
        Zeroizing::new("un long secret".to_owned())
    }

    /// Workers without threads: what is put in stays.
    fn still() -> Workers {
        Workers { shared: Arc::default() }
    }

    #[tokio::test]
    async fn the_seventeenth_that_waits_is_refused_and_who_leaves_makes_room() {
        let workers = still();
        let mut waiting: Vec<_> =
            (0..HASHES_WAITING).map(|_| Box::pin(workers.run(Lane::Stranger, password(), Work::Hash))).collect();
        for job in &mut waiting {
            assert!(futures_poll(job.as_mut()).is_none());
        }
        assert!(!workers.has_room(Lane::Stranger));
        assert_eq!(workers.run(Lane::Stranger, password(), Work::Hash).await, Err(PasswordError::Busy));
        // Browsers that have signed in before wait in a queue of their own.
        assert!(workers.has_room(Lane::Known));
        waiting.pop();
        assert!(workers.has_room(Lane::Stranger));
        assert_eq!(workers.shared.lock().strangers.len(), HASHES_WAITING - 1, "forgotten, not kept until its turn");
    }

    #[test]
    fn memory_is_reused_and_asked_for_in_one_piece_that_is_unmapped_again() {
        let mut memory = Memory::default();
        let first = memory.blocks(100).unwrap().as_ptr();
        assert_eq!(memory.blocks(19 * 1024).unwrap().as_ptr(), first);
        assert!(memory.0.capacity() * Block::SIZE > 32 * 1024 * 1024);
    }

    fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.poll(&mut context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }
}
