//! The reference of the size budget: bench/yew-counter, built with the flags of the widget.

use std::fs;

use anyhow::{Context, Result};

use super::Row;
use crate::dist::esbuild;
use crate::layout::Layout;
use crate::process::{command, run};

/// Builds the counter and weighs its glue and its wasm.
pub fn measure(layout: &Layout) -> Result<Vec<Row>> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let folder = layout.at("target/yew-counter");
    run(command(layout, "cargo")?.args([
        "build",
        "--quiet",
        "--locked",
        "--package",
        "yew-counter",
        "--profile",
        "widget",
        "--target",
        TARGET,
    ]))?;
    let built = layout.target.join(TARGET).join("widget/yew_counter.wasm");
    run(command(layout, "wasm-bindgen")?
        .args(["--target", "web", "--no-typescript", "--out-name", "counter", "--out-dir"])
        .arg(&folder)
        .arg(built))?;

    let wasm = folder.join("counter_opt.wasm");
    let mut optimize = command(layout, "wasm-opt")?;
    optimize.arg("--output").arg(&wasm).arg(folder.join("counter_bg.wasm")).args(wasm_opt_flags(layout)?);
    run(&mut optimize)?;

    let entry = layout.at("bench/yew-counter/entry.js");
    let glue = esbuild::glue(layout, &entry, &folder.join("counter.js"), None, &[])?;
    let glue = Row::of("glue", &glue)?;
    let wasm = Row::of("wasm", &fs::read(wasm)?)?;
    let total = Row::sum("total", &[&glue, &wasm]);
    Ok(vec![glue, wasm, total])
}

/// The flags that index.html gives to Trunk for the widget, so that there is one list of them.
fn wasm_opt_flags(layout: &Layout) -> Result<Vec<String>> {
    let page = fs::read_to_string(layout.at("index.html")).context("cannot read index.html")?;
    let level = attribute(&page, "data-wasm-opt").context("index.html has no data-wasm-opt")?;
    let more = attribute(&page, "data-wasm-opt-params").context("index.html has no data-wasm-opt-params")?;
    let mut flags = vec![["-O", level].concat()];
    flags.extend(more.split_whitespace().map(str::to_owned));
    Ok(flags)
}

/// The value of the first attribute of that name.
fn attribute<'page>(page: &'page str, name: &str) -> Option<&'page str> {
    let (_, rest) = page.split_once(&[name, "=\""].concat())?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_not_mistaken_for_a_longer_one() {
        let page = r#"<link data-wasm-opt-params="--a --b" data-wasm-opt="z">"#;
        assert_eq!(attribute(page, "data-wasm-opt"), Some("z"));
        assert_eq!(attribute(page, "data-wasm-opt-params"), Some("--a --b"));
        assert_eq!(attribute(page, "data-type"), None);
    }
}
