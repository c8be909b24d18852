//! Progress: what is being done, and how long it took.

use anyhow::Result;
use std::time::{Duration, Instant};

/// Runs one step, with a line before and a line after.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▸ {name}");
    let start = Instant::now();
    let value = work()?;
    println!("  {name}: {}", seconds(start.elapsed()));
    Ok(value)
}

/// Seconds with one decimal.
pub fn seconds(elapsed: Duration) -> String {
    format!("{:.1} s", elapsed.as_secs_f64())
}
