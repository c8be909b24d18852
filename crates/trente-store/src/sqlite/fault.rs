//! Classification of SQLite errors: what a failure means for its connection and for the process.

use rusqlite::ffi;

use super::presence;
use crate::StoreError;

/// What an error means for the connection and for the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is none, or it is the caller's.
    None,
    /// SQLite's: the connection may be broken and is given up.
    Connection,
    /// A failed fsync.
    Disk,
}

impl Fault {
    /// The fault behind an error.
    pub(super) fn of(error: &StoreError) -> Self {
        match error {
            StoreError::Sqlite(rusqlite::Error::SqliteFailure(failure, _))
                if matches!(failure.extended_code, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) =>
            {
                Self::Disk
            }
            StoreError::Sync(_) => Self::Disk,
            StoreError::Sqlite(_) => Self::Connection,
            _ => Self::None,
        }
    }
}

/// Ends the process: after a failed fsync the kernel may have dropped the pages and will say that all is well the next
/// time, so nothing that this process believes about the disk is true any more.
pub(super) fn exit_after_fsync_failure() -> ! {
    tracing::error!("fsync failed, so the process ends; start it again on a sound disk");
    presence::exit();
}
