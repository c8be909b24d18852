//! Test support of several crates: stores of either kind, a PostgreSQL server of a test's own, frames, surveys.
//!
//! Only development dependencies name it.
#![allow(
    missing_docs,
    clippy::new_without_default,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

pub mod arrivals;
pub mod backend;
pub mod filled;
pub mod folder;
pub mod frames;
pub mod ports;
pub mod postgres;
pub mod recount;
pub mod stores;
pub mod surveys;

use std::time::{Duration, Instant};

pub use folder::Folder;
pub use postgres::Postgres;

/// Waits until `done`, at most ten seconds.
pub fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < end, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Makes one test of each kind of store out of each generic function.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name::<$crate::backend::Sqlite>(); })+
        }
        mod postgres {
            $(#[test] fn $name() { super::$name::<$crate::backend::Server>(); })+
        }
    };
}
