//! The service from outside: real sockets, a real SQLite database, the real binary.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod admin;
mod bundles;
mod canary;
mod cli;
mod contacts;
mod copy_interrupted;
mod erased;
mod files;
mod framing;
mod fuzz;
mod hosted;
mod mail;
mod origins;
mod overload;
mod process;
mod promise;
mod questions;
mod refusals;
mod resting;
mod restored;
mod results;
mod storing;
mod stuffing;
mod support;
mod surveys;
mod taken_away;
mod telemetry;
mod upgrade;
