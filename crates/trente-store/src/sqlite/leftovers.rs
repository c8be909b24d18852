//! Secure deletion: tracks whether former bytes of deleted words are still to be overwritten.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use tokio::sync::Notify;

use super::{checkpoint, sweep};
use crate::StoreError;
use crate::limits::SWEEP_PAGES;

/// Says that words were deleted whose former bytes are still to be overwritten.
#[derive(Clone, Debug)]
pub(super) struct Leftovers {
    owed: Arc<AtomicBool>,
    told: Arc<Notify>,
}

impl Leftovers {
    /// Some may be left by a former process.
    pub(super) fn new() -> Self {
        let leftovers = Self { owed: Arc::default(), told: Arc::default() };
        leftovers.owe();
        leftovers
    }

    /// There are some.
    pub(super) fn owe(&self) {
        self.owed.store(true, Ordering::Release);
        self.told.notify_one();
    }

    /// Whether there are some; they are the caller's now.
    pub(super) fn take(&self) -> bool {
        self.owed.swap(false, Ordering::AcqRel)
    }

    /// Waits until there are some.
    pub(super) async fn told(&self) {
        self.told.notified().await;
    }
}

/// Overwrites them all on this connection, when no client waits for an answer any more. What a reader still needs in the log
/// goes with the log, when the last connection is closed.
///
/// # Errors
/// [`StoreError`]
pub(super) fn overwrite(connection: &mut Connection) -> Result<(), StoreError> {
    for some in sweep::find(connection)?.chunks(SWEEP_PAGES) {
        sweep::overwrite(connection, some)?;
    }
    checkpoint::empty(connection).map(drop)
}
