//! Benchmark of the statistics, compared with the same summary written naively.
//!
//! Criterion measures (crates/trente-stats/benches); this reads its files and prints one table.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::layout::Layout;
use crate::process::{command, run};

/// Every group of the benchmark, and what one element of it is.
const GROUPS: [(&str, &str); 5] = [
    ("score", "score a response"),
    ("decode", "decode a response"),
    ("fold", "fold a response"),
    ("merge", "merge a key, two aggregates of 100,000"),
    ("summary", "sum up a key, of 100,000, to JSON"),
];

/// Measures and prints nanoseconds an element, both ways, and how many times the naive way takes.
pub fn measure(layout: &Layout) -> Result<()> {
    let mut bench = command(layout, "cargo")?;
    run(bench.args(["bench", "--locked", "--quiet", "--package", "trente-stats", "--bench", "summary"]))?;
    println!("\n| | Trente, ns | naive, ns | ratio |\n|---|---:|---:|---:|");
    for (group, what) in GROUPS {
        let (ours, naive) = (time(layout, group, "trente")?, time(layout, group, "naive")?);
        println!("| {what} | {ours:.1} | {naive:.1} | {:.1} |", naive / ours);
    }
    Ok(())
}

/// Nanoseconds an element in the fastest sample of the last run: what else the machine did can only add to it.
fn time(layout: &Layout, group: &str, function: &str) -> Result<f64> {
    let read = |file: &str| -> Result<Value> {
        let path = layout.at("target/criterion").join(group).join(function).join("new").join(file);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        serde_json::from_str(&text).with_context(|| path.display().to_string())
    };
    per_element(&read("sample.json")?, &read("benchmark.json")?)
        .with_context(|| format!("criterion's files on {group}/{function} are not what they were"))
}

fn per_element(sample: &Value, benchmark: &Value) -> Option<f64> {
    let numbers = |name: &str| Some(sample.get(name)?.as_array()?.iter().filter_map(Value::as_f64));
    let fastest = numbers("times")?.zip(numbers("iters")?).map(|(time, runs)| time / runs).reduce(f64::min)?;
    Some(fastest / benchmark.get("throughput")?.get("Elements")?.as_f64()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_time_of_an_element_is_that_of_the_fastest_sample() {
        let sample = json!({ "iters": [1.0, 2.0, 4.0], "times": [900.0, 1000.0, 2400.0] });
        assert_eq!(per_element(&sample, &json!({ "throughput": { "Elements": 20 } })), Some(25.0));
        assert_eq!(per_element(&sample, &json!({ "throughput": null })), None);
        assert_eq!(
            per_element(&json!({ "iters": [], "times": [] }), &json!({ "throughput": { "Elements": 1 } })),
            None
        );
    }
}
