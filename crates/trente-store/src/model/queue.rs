//! Queues of messages that are sent when they are due.

/// Their tables: each has a column `due_ms` with an index, and null or no row where nothing is to be sent.
pub const QUEUES: [&str; 3] = ["delivery", "bulletin", "notice"];

/// Tables with a column of the time from which on a receiver or a reader is told of anything.
pub const TOLD_SINCE: [(&str, &str); 2] = [("webhook", "created_ms"), ("mail_choice", "since_ms")];
