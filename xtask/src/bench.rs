//! `cargo xtask bench`: benchmarks, each compared with a reference on the same machine.

mod collector;
mod statistics;

use anyhow::Result;

use crate::layout::Layout;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// The statistics, compared with the same summary written naively.
    Statistics,
    /// The collector, compared with other services.
    Collector,
}

/// Measures one of them and prints a table; `more` are arguments for the benchmark of the collector.
pub fn run(layout: &Layout, what: What, more: &[String]) -> Result<()> {
    match what {
        What::Statistics => statistics::measure(layout),
        What::Collector => collector::measure(layout, more),
    }
}
