//! Last-seen times of snippets: when pages of a site last asked for its survey, to the minute, until the store has
//! them. Nothing is kept of the client.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use trente_store::clock::MINUTE_MS;

/// What was seen, by the number of the site: there are as many entries as sites.
#[derive(Debug, Default)]
pub struct Sightings(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// The last minute of each site.
    last: HashMap<i64, u64>,
    /// Those that the store does not know yet.
    due: HashMap<i64, u64>,
}

impl Sightings {
    /// A page of a site asked at this moment.
    pub fn saw(&self, site: i64, now_ms: u64) {
        let minute = now_ms / MINUTE_MS * MINUTE_MS;
        let mut seen = self.lock();
        if seen.last.get(&site).is_none_or(|last| *last < minute) {
            seen.last.insert(site, minute);
            seen.due.insert(site, minute);
        }
    }

    /// Takes what the store does not know yet.
    pub fn take(&self) -> Vec<(i64, u64)> {
        self.lock().due.drain().collect()
    }

    /// Gives back what could not be stored; what came since is newer.
    pub fn give_back(&self, some: Vec<(i64, u64)>) {
        let mut seen = self.lock();
        for (site, minute) in some {
            seen.due.entry(site).or_insert(minute);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_told_once() {
        let sightings = Sightings::default();
        for now_ms in [60_000, 60_001, 119_999] {
            sightings.saw(1, now_ms);
        }
        sightings.saw(2, 5);
        let mut taken = sightings.take();
        taken.sort_unstable();
        assert_eq!(taken, [(1, 60_000), (2, 0)]);
        sightings.saw(1, 61_000);
        assert_eq!(sightings.take(), []);
        sightings.saw(1, 120_000);
        sightings.give_back(vec![(1, 60_000), (2, 0)]);
        let mut taken = sightings.take();
        taken.sort_unstable();
        assert_eq!(taken, [(1, 120_000), (2, 0)]);
    }
}
