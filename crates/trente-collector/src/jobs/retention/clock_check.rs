//! Plausibility check of the wall clock, before anything is deleted for its age.
//!
//! What retention deletes is gone for good, and a clock that is years ahead makes everything old. So the job compares
//! the wall clock with the time that has passed since its last round, and, when the service starts, with the newest
//! time in the store that is at least a day old: newer ones may be of the same wrong clock. A clock in doubt must run on
//! for a day without another jump; then it is believed, because a shop may really have been closed for months.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use trente_store::clock::now_ms;
use trente_store::{Store, StoreError};

use crate::limits::{CLOCK_DOUBT, CLOCK_GAP_MAX, CLOCK_JUMP_MAX};

/// Both clocks at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The wall clock, in milliseconds since 1970.
    pub wall_ms: u64,
    /// Time since the machine was started, in milliseconds, sleep included. Setting the wall clock does not change it.
    pub running_ms: u64,
}

impl Reading {
    /// Reads both.
    pub fn now() -> Self {
        let running = Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default();
        Self { wall_ms: now_ms(), running_ms: milliseconds(running) }
    }
}

/// Whether the wall clock can be believed.
#[derive(Clone, Copy, Debug)]
pub struct ClockCheck {
    last: Reading,
    /// The time since the machine was started at which the doubt began.
    doubted_ms: Option<u64>,
}

impl ClockCheck {
    /// Begins when the service starts.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn begin(store: &Store, start: Reading) -> Result<Self, StoreError> {
        let newest_ms = store.newest_ms(start.wall_ms.saturating_sub(milliseconds(CLOCK_DOUBT))).await?;
        Ok(Self::new(start, newest_ms))
    }

    /// Begins with a reading of the service's start, and the newest time in the store that is older than a doubt lasts.
    fn new(start: Reading, newest_ms: Option<u64>) -> Self {
        let is_ahead =
            newest_ms.is_some_and(|newest| start.wall_ms.saturating_sub(newest) > milliseconds(CLOCK_GAP_MAX));
        Self { last: start, doubted_ms: is_ahead.then_some(start.running_ms) }
    }

    /// Whether the wall clock can be believed at a later reading.
    pub fn is_plausible(&mut self, now: Reading) -> bool {
        let expected_ms = self.last.wall_ms.saturating_add(now.running_ms.saturating_sub(self.last.running_ms));
        if now.wall_ms.abs_diff(expected_ms) > milliseconds(CLOCK_JUMP_MAX) {
            self.doubted_ms = Some(now.running_ms);
        }
        self.last = now;
        let doubt_ms = self.doubted_ms.map(|since| now.running_ms.saturating_sub(since));
        if doubt_ms.is_some_and(|passed| passed >= milliseconds(CLOCK_DOUBT)) {
            self.doubted_ms = None;
        }
        self.doubted_ms.is_none()
    }
}

const fn milliseconds(duration: Duration) -> u64 {
    duration.as_millis() as u64
}

#[cfg(test)]
mod tests {
    use trente_store::clock::DAY_MS;

    use super::*;

    const HOUR: u64 = 3_600_000;
    const START: Reading = Reading { wall_ms: 20_000 * DAY_MS, running_ms: 5 * HOUR };

    fn later(from: Reading, passed_ms: u64, jumped_ms: i64) -> Reading {
        let wall_ms = (from.wall_ms + passed_ms).saturating_add_signed(jumped_ms);
        Reading { wall_ms, running_ms: from.running_ms + passed_ms }
    }

    #[test]
    fn a_steady_clock_is_believed_however_quiet_the_shop_is() {
        let mut check = ClockCheck::new(START, Some(START.wall_ms - 31 * DAY_MS));
        let mut now = START;
        for _ in 0..100 {
            // As far as a time server ever corrects; a machine that sleeps for a week.
            now = later(now, 7 * DAY_MS, 1_000);
            assert!(check.is_plausible(now));
        }
        assert!(ClockCheck::new(START, None).is_plausible(later(START, HOUR, 0)));
        assert!(ClockCheck::new(START, Some(START.wall_ms + DAY_MS)).is_plausible(later(START, HOUR, 0)));
    }

    #[test]
    fn a_jump_either_way_is_doubted_for_a_day_without_another() {
        for jump in [2 * HOUR as i64, -2 * HOUR as i64, 4_000 * DAY_MS as i64] {
            let mut check = ClockCheck::new(START, Some(START.wall_ms));
            let jumped = later(START, HOUR, jump);
            assert!(!check.is_plausible(jumped), "{jump}");
            assert!(!check.is_plausible(later(jumped, 23 * HOUR, 0)), "{jump}");
            // Set right, and doubted for a day from then on.
            let back = later(jumped, 23 * HOUR + HOUR / 2, -jump);
            assert!(!check.is_plausible(back) && !check.is_plausible(later(back, 24 * HOUR - 1, 0)), "{jump}");
            assert!(check.is_plausible(later(back, 24 * HOUR, 0)), "{jump}");
            assert!(check.is_plausible(later(back, 25 * HOUR, 0)), "{jump}");
        }
    }

    #[test]
    fn a_clock_far_ahead_of_the_store_at_the_start_is_doubted_for_a_day() {
        let mut check = ClockCheck::new(START, Some(START.wall_ms - 31 * DAY_MS - 1));
        assert!(!check.is_plausible(later(START, 60_000, 0)) && !check.is_plausible(later(START, 23 * HOUR, 0)));
        assert!(check.is_plausible(later(START, 24 * HOUR, 0)));
    }
}
