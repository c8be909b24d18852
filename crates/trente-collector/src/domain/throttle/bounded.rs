//! Bounded hash table of rate-limit states: holds a fixed number of keys at most.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;

/// States by key. What finds no room shares one state, so a flood from more networks than there is room for is held to
/// the rate of one; those that were here before keep theirs.
pub struct Bounded {
    states: Mutex<States>,
    keys_max: usize,
}

#[derive(Default)]
struct States {
    by_key: HashMap<u64, Nanos>,
    shared: Option<Nanos>,
}

impl Bounded {
    /// An empty table.
    pub fn new(keys_max: usize) -> Self {
        Self { states: Mutex::default(), keys_max }
    }

    fn lock(&self) -> MutexGuard<'_, States> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Bounded {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut states = self.lock();
        let known = states.by_key.get(key).copied();
        if known.is_some() || states.by_key.len() < self.keys_max {
            let (outcome, next) = measure(known)?;
            states.by_key.insert(*key, next);
            Ok(outcome)
        } else {
            let (outcome, next) = measure(states.shared)?;
            states.shared = Some(next);
            Ok(outcome)
        }
    }
}

impl ShrinkableKeyedStateStore<u64> for Bounded {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().by_key.retain(|_, state| *state > drop_below);
    }

    fn len(&self) -> usize {
        self.lock().by_key.len()
    }

    fn is_empty(&self) -> bool {
        self.lock().by_key.is_empty()
    }
}
