//! `cargo xtask bench`: benchmarks, each compared with a reference on the same machine.

mod collector;
mod embed;
mod results;
mod statistics;

use anyhow::Result;

use crate::layout::Layout;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Benchmark {
    /// The statistics, compared with the same summary written naively.
    Statistics,
    /// What the overview reads of many responses, compared with a count of them; how many may be said.
    Results,
    /// The collector, compared with other services.
    Collector,
    /// The widget in Chromium, compared with other embedded surveys.
    Embed,
}

/// Measures one of them and prints a table; `more` are arguments for the benchmark of the results, of the collector or of the widget.
pub fn run(layout: &Layout, what: Benchmark, more: &[String]) -> Result<()> {
    match what {
        Benchmark::Statistics => statistics::measure(layout),
        Benchmark::Results => results::measure(layout, more),
        Benchmark::Collector => collector::measure(layout, more),
        Benchmark::Embed => embed::measure(layout, more),
    }
}
