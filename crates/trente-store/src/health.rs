//! Health state of a store's writer.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the last transaction of each kind succeeded: a fold that fails again and again must not be hidden by appends
/// that succeed.
#[derive(Debug)]
pub struct Health {
    appends: AtomicBool,
    folds: AtomicBool,
}

impl Default for Health {
    fn default() -> Self {
        Self { appends: AtomicBool::new(true), folds: AtomicBool::new(true) }
    }
}

impl Health {
    /// Notes whether the last append succeeded.
    pub fn appended(&self, succeeded: bool) {
        self.appends.store(succeeded, Ordering::Relaxed);
    }

    /// Notes whether the last fold succeeded.
    pub fn folded(&self, succeeded: bool) {
        self.folds.store(succeeded, Ordering::Relaxed);
    }

    /// Whether both did.
    pub fn is_good(&self) -> bool {
        self.appends.load(Ordering::Relaxed) && self.folds.load(Ordering::Relaxed)
    }
}
