//! Queues of messages that are sent when they are due.

/// Their tables: each has a column `due_ms` with an index, and null or no row where nothing is to be sent.
pub const QUEUES: [&str; 3] = ["delivery", "bulletin", "notice"];
