//! Fold scheduler: how many rows are folded at a time, and when, so that answers that come meanwhile do not wait long.

use std::time::{Duration, Instant};

use crate::limits::{
    CROWD_JOBS_MIN, FOLD_EVERY, FOLD_IDLE, FOLD_PAUSE, FOLD_ROWS_MAX, FOLD_ROWS_MIN, FOLD_SHARE, FOLD_SHARE_CROWDED,
    FOLD_SLICE, FOLD_SLICE_CROWDED,
};

/// What the last fold has taught.
pub struct FoldScheduler {
    rows: usize,
    took: Duration,
    ended: Instant,
    /// Frames wait to be folded.
    backlog: bool,
    /// The last thing that was done was a fold, and it left some.
    going: bool,
}

impl FoldScheduler {
    /// What a former process left is folded first.
    pub fn new() -> Self {
        Self { rows: FOLD_ROWS_MIN, took: Duration::ZERO, ended: Instant::now(), backlog: true, going: false }
    }

    /// Rows of the next fold.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Whether frames wait to be folded.
    pub const fn backlog(&self) -> bool {
        self.backlog
    }

    /// How long to wait for another job before the time is used to fold.
    pub const fn idle(&self) -> Duration {
        match (self.backlog, self.going) {
            (true, true) => Duration::ZERO,
            (true, false) => FOLD_IDLE,
            (false, _) => FOLD_EVERY,
        }
    }

    /// Whether a fold has its turn although answers keep coming in, the last `recent_batch` of them at once. The inbox is
    /// there for a crowd: it is folded when the crowd has gone.
    pub fn should_fold(&self, recent_batch: usize) -> bool {
        let share = if recent_batch < CROWD_JOBS_MIN { FOLD_SHARE } else { FOLD_SHARE_CROWDED };
        self.backlog && self.ended.elapsed() >= FOLD_PAUSE.max(self.took * (share - 1))
    }

    /// Frames were appended.
    pub const fn appended(&mut self) {
        (self.backlog, self.going) = (true, false);
    }

    /// A fold took so many rows and so long; none when it failed, after which it is tried again at its next turn.
    pub fn folded(&mut self, rows: Option<usize>, took: Duration, recent_batch: usize) {
        let full = rows == Some(self.rows);
        (self.backlog, self.going, self.took, self.ended) = (full, full, took, Instant::now());
        if full {
            // Twice as many at most: one quick fold says little about the next.
            let slice = if recent_batch < CROWD_JOBS_MIN { FOLD_SLICE } else { FOLD_SLICE_CROWDED };
            let fitting = self.rows as f64 * slice.as_secs_f64() / took.as_secs_f64().max(1e-6);
            self.rows = (fitting as usize).min(self.rows * 2).clamp(FOLD_ROWS_MIN, FOLD_ROWS_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_grows_until_it_takes_its_time_and_shrinks_when_it_takes_longer() {
        let mut scheduler = FoldScheduler::new();
        for _ in 0..20 {
            scheduler.folded(Some(scheduler.rows()), Duration::from_micros(10), 0);
        }
        assert_eq!(scheduler.rows(), FOLD_ROWS_MAX);
        assert_eq!(scheduler.idle(), Duration::ZERO);
        scheduler.folded(Some(scheduler.rows()), FOLD_SLICE * 4, 0);
        assert_eq!(scheduler.rows(), FOLD_ROWS_MAX / 4);
        scheduler.folded(Some(scheduler.rows()), Duration::from_secs(100), 0);
        assert_eq!(scheduler.rows(), FOLD_ROWS_MIN);
    }

    #[test]
    fn nothing_left_or_a_failure_waits_for_its_turn() {
        let mut scheduler = FoldScheduler::new();
        scheduler.folded(Some(scheduler.rows() - 1), Duration::ZERO, 0);
        assert!(!scheduler.backlog() && !scheduler.should_fold(0) && scheduler.idle() == FOLD_EVERY);
        scheduler.appended();
        assert!(scheduler.backlog() && scheduler.idle() == FOLD_IDLE);
        scheduler.folded(None, Duration::from_secs(1), 0);
        assert!(!scheduler.backlog() && scheduler.idle() == FOLD_EVERY);
    }
}
