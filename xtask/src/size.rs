//! Size budget: what a customer downloads to finish the default survey, compared with size-budget.json. Measurements and
//! their reasons: docs/size.md.

mod counter;
mod flags;
mod table;
mod why;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::dist::{self, bundle, compression, esbuild};
use crate::layout::Layout;
use crate::process::{capture, command, run};
use crate::steps::step;
use table::Row;

/// The language that is weighed: French needs the most bytes of the two that every install has.
const LANGUAGE: &str = "fr";

/// What `cargo xtask test` checks.
pub fn check(layout: &Layout) -> Result<()> {
    weigh(layout, false)
}

/// Prints the table and fails when something is over its limit; with `why` also what fills the wasm, and an empty Yew
/// counter.
pub fn weigh(layout: &Layout, why: bool) -> Result<()> {
    dist::build(layout)?;
    let widget = widget(layout)?;
    let rows = rows(layout, &widget)?;
    table::print(&rows);
    if why {
        why::print(layout)?;
        table::print_counter(&step("empty Yew counter", || counter::measure(layout))?);
    }
    let budget = fs::read(layout.at("size-budget.json")).context("size-budget.json is missing")?;
    let budget = serde_json::from_slice(&budget).context("size-budget.json is not a JSON object")?;
    let over = over_budget(&rows, &budget)?;
    if !over.is_empty() {
        bail!("over size-budget.json (brotli bytes):\n{}", over.join("\n"));
    }
    println!("within size-budget.json");
    Ok(())
}

fn rows(layout: &Layout, widget: &Path) -> Result<Vec<Row>> {
    let loader = Row::of("loader", &fs::read(layout.dist().join("trente.js"))?)?;
    // Without the texts and the tree of a survey.
    let site = Row::of("site", &fs::read(layout.dist().join("site.js"))?)?;
    let glue = Row::of("glue", &fs::read(widget.join("widget.js"))?)?;
    let lean = Row::of("lean", &fs::read(widget.join("lean.js"))?)?;
    let wasm = Row::of("wasm", &fs::read(widget.join("widget.wasm"))?)?;
    let language = Row::of("language", language(layout)?.as_bytes())?;
    let styles = Row::of("styles", esbuild::styles(layout, &bundle::SHEETS)?.as_bytes())?;
    let total = Row::sum("total", &[&loader, &glue, &wasm, &language]);
    let total_by_site = Row::sum("total by site", &[&site, &lean, &wasm, &language]);
    Ok(vec![loader, site, glue, lean, wasm, language, styles, total, total_by_site])
}

/// The one folder in `dist/t`.
fn widget(layout: &Layout) -> Result<PathBuf> {
    let folders = dist::digest::sorted(&layout.dist().join("t"))?;
    folders.into_iter().next().context("dist/t is empty")
}

/// The JSON that the widget fetches, from the collector's command line.
fn language(layout: &Layout) -> Result<String> {
    run(command(layout, "cargo")?.args(["build", "--quiet", "--package", "trente-cli"]))?;
    let collector = layout.collector();
    let mut sheet = command(layout, &collector.to_string_lossy())?;
    capture(sheet.args(["survey", "sheet", "--site", "olive", "--lang", LANGUAGE]))
}

/// One line per item over its limit. Every limit must name an item: a misspelt one would never fail.
fn over_budget(rows: &[Row], budget: &Map<String, Value>) -> Result<Vec<String>> {
    let mut over = Vec::new();
    for (name, limit) in budget {
        let limit = limit.as_u64().with_context(|| format!("the limit of `{name}` is not a number"))?;
        let row = rows.iter().find(|row| row.name == name.as_str());
        let found = row.with_context(|| format!("size-budget.json limits `{name}`, which is not measured"))?.brotli;
        if found as u64 > limit {
            over.push(format!("  {name}: {found}, limit {limit} ({} too many)", found as u64 - limit));
        }
    }
    Ok(over)
}

impl Row {
    /// Weighs `bytes` plain and compressed.
    fn of(name: &'static str, bytes: &[u8]) -> Result<Self> {
        let gzip = compression::gzip(bytes)?.len();
        let brotli = compression::brotli(bytes)?.len();
        Ok(Self { name, raw: bytes.len(), gzip, brotli })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_over_its_limit_is_named_and_a_misspelt_limit_is_an_error() {
        let rows =
            [Row { name: "loader", raw: 9, gzip: 9, brotli: 11 }, Row { name: "wasm", raw: 9, gzip: 9, brotli: 5 }];
        let budget = |text| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let over = over_budget(&rows, &budget(r#"{"loader": 10, "wasm": 5}"#)).unwrap();
        assert_eq!(over, ["  loader: 11, limit 10 (1 too many)"]);
        assert!(over_budget(&rows, &budget(r#"{"lader": 10}"#)).is_err());
    }
}
