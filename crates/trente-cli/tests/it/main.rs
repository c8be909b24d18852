//! The service from outside: real sockets, a real SQLite database, the real binary.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod canary;
mod cli;
mod copy_interrupted;
mod erased;
mod fuzz;
mod inner;
mod mail;
mod process;
mod public;
mod restored;
mod server;
mod support;
mod taken_away;
mod telemetry;
