//! What the tests share.

pub mod admin;
pub mod arrivals;
pub mod backend;
pub mod client;
pub mod folder;
pub mod frames;
pub mod postgres;
pub mod server;
pub mod smtp;
pub mod surveys;

pub use client::{Answer, get, post, request};
pub use folder::Folder;
pub use postgres::Postgres;
pub use server::Server;

use std::time::{Duration, Instant};

/// Waits until `done`, at most ten seconds.
pub fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < end, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}
