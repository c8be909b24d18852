//! The outcome of an act of administration.

use crate::model::site::Published;

/// What has come of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is done.
    Done,
    /// A survey was published.
    Published(Published),
    /// A webhook has this number.
    Webhook(i64),
    /// So many responses were there, and are gone.
    Erased(u64),
}
