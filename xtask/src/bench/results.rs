//! Benchmark of what the overview reads: every filter from the daily counts alone, compared with a count of the responses
//! in the same run (crates/trente-store/benches/cells.rs).

use anyhow::Result;

use crate::layout::Layout;
use crate::process::{command, run};

/// Measures and prints a table; `more` is how many responses.
pub fn measure(layout: &Layout, more: &[String]) -> Result<()> {
    let mut bench = command(layout, "cargo")?;
    run(bench.args(["bench", "--locked", "--quiet", "--package", "trente-store", "--bench", "cells", "--"]).args(more))
}
