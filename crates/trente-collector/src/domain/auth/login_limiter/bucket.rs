//! Token buckets by key in a bounded table; unlike governor's, a token can be given back.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

/// Milliseconds of the gate's own clock.
pub type Millis = u64;

/// Buckets of one kind. What finds no room in the table shares one bucket, so a flood of keys is held to the rate of
/// one of them; keys that were there before keep theirs.
#[derive(Debug)]
pub struct Buckets {
    /// Time in which a bucket regains one token.
    every_ms: Millis,
    /// Tokens of a full bucket.
    burst: u32,
    /// Tokens of the shared bucket when it is full.
    burst_shared: u32,
    keys_max: usize,
    /// When each bucket is full again.
    full_ms: HashMap<u64, Millis>,
    shared_ms: Millis,
    /// When full buckets were last forgotten.
    pruned_ms: Millis,
}

impl Buckets {
    /// Full buckets of `burst` tokens that fill within `window`; the shared one has `burst_shared`.
    pub fn new(burst: NonZeroU32, burst_shared: NonZeroU32, window: Duration, keys_max: usize) -> Self {
        Self {
            every_ms: (window / burst.get()).as_millis() as Millis,
            burst: burst.get(),
            burst_shared: burst_shared.get(),
            keys_max,
            full_ms: HashMap::new(),
            shared_ms: 0,
            pruned_ms: 0,
        }
    }

    /// Forgets buckets that are full again where there is no room left, once a second at most.
    fn prune(&mut self, now: Millis) {
        if self.full_ms.len() >= self.keys_max && now >= self.pruned_ms.saturating_add(1000) {
            self.pruned_ms = now;
            self.full_ms.retain(|_, full_ms| *full_ms > now);
        }
    }

    /// Whether the key has a bucket of its own, or would get one.
    fn has_own(&mut self, key: u64, now: Millis) -> bool {
        self.prune(now);
        self.full_ms.contains_key(&key) || self.full_ms.len() < self.keys_max
    }

    fn state(&mut self, key: u64, now: Millis) -> (Millis, u32) {
        if self.has_own(key, now) {
            (self.full_ms.get(&key).copied().unwrap_or(0), self.burst)
        } else {
            (self.shared_ms, self.burst_shared)
        }
    }

    /// How long until the bucket has a token; nothing when it has one.
    pub fn wait(&mut self, key: u64, now: Millis) -> Option<Duration> {
        let (full_ms, burst) = self.state(key, now);
        let all = self.every_ms.saturating_mul(burst.into());
        let wait = full_ms.max(now).saturating_add(self.every_ms).saturating_sub(now.saturating_add(all));
        (wait > 0).then(|| Duration::from_millis(wait))
    }

    /// How long until the bucket is full; nothing when it is.
    pub fn until_full(&mut self, key: u64, now: Millis) -> Option<Duration> {
        let (full_ms, _) = self.state(key, now);
        (full_ms > now).then(|| Duration::from_millis(full_ms - now))
    }

    /// Takes a token; an empty bucket stays empty and owes nothing.
    pub fn take(&mut self, key: u64, now: Millis) {
        let (full_ms, burst) = self.state(key, now);
        let most = now.saturating_add(self.every_ms.saturating_mul(burst.into()));
        let next = full_ms.max(now).saturating_add(self.every_ms).min(most);
        if self.has_own(key, now) {
            self.full_ms.insert(key, next);
        } else {
            self.shared_ms = next;
        }
    }

    /// Puts a token back.
    pub fn give_back(&mut self, key: u64, now: Millis) {
        let every_ms = self.every_ms;
        match self.full_ms.get_mut(&key) {
            Some(full_ms) => {
                *full_ms = full_ms.saturating_sub(every_ms);
                if *full_ms <= now {
                    self.full_ms.remove(&key);
                }
            }
            None => self.shared_ms = self.shared_ms.saturating_sub(every_ms),
        }
    }

    /// Keys in the table.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.full_ms.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(100);

    fn buckets(keys_max: usize) -> Buckets {
        let number = |n| NonZeroU32::new(n).unwrap();
        Buckets::new(number(5), number(10), WINDOW, keys_max)
    }

    fn takes(buckets: &mut Buckets, key: u64, now: Millis, tries: usize) -> usize {
        (0..tries)
            .filter(|_| {
                let passes = buckets.wait(key, now).is_none();
                if passes {
                    buckets.take(key, now);
                }
                passes
            })
            .count()
    }

    #[test]
    fn a_bucket_empties_and_fills_and_takes_back() {
        let mut buckets = buckets(10);
        assert_eq!(takes(&mut buckets, 1, 0, 9), 5);
        assert_eq!(buckets.wait(1, 0), Some(Duration::from_secs(20)));
        assert_eq!(buckets.wait(1, 19_999), Some(Duration::from_millis(1)));
        assert_eq!(takes(&mut buckets, 1, 20_000, 9), 1);
        // Taking from an empty bucket leaves no debt.
        (0..100).for_each(|_| buckets.take(1, 20_000));
        assert_eq!(buckets.wait(1, 20_000), Some(Duration::from_secs(20)));
        buckets.give_back(1, 20_000);
        assert_eq!(takes(&mut buckets, 1, 20_000, 9), 1);
        assert_eq!(buckets.until_full(1, 20_000), Some(WINDOW));
        assert_eq!((takes(&mut buckets, 1, 120_000, 9), buckets.until_full(2, 120_000)), (5, None));
        // A bucket that is full again takes no room.
        (0..5).for_each(|_| buckets.give_back(1, 120_000));
        assert_eq!(buckets.len(), 0);
    }

    #[test]
    fn a_full_table_lets_strangers_share_and_knows_those_who_were_there() {
        let mut buckets = buckets(3);
        (0..3).for_each(|key| buckets.take(key, 0));
        assert_eq!((3..100).map(|key| takes(&mut buckets, key, 0, 1)).sum::<usize>(), 10);
        assert_eq!((takes(&mut buckets, 1, 0, 9), buckets.len()), (4, 3));
        // What is full again makes room, and the newcomer has a bucket of its own.
        assert_eq!(takes(&mut buckets, 7, 200_000, 9), 5);
        assert_eq!(buckets.len(), 1);
    }
}
