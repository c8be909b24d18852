//! Commands that need neither a store nor a service: frames, scores and statistics from standard input.

pub mod extra;
pub mod fields;
pub mod frame;
pub mod score;
pub mod stats;
