//! Reference size of Yew itself: bench/yew-counter, built with the flags of the widget. A figure to read, no budget.

use std::fs;

use anyhow::Result;

use super::{Row, flags};
use crate::dist::{esbuild, library, names};
use crate::layout::Layout;
use crate::process::{command, run};

/// Builds the counter and weighs its glue and its wasm.
pub fn measure(layout: &Layout) -> Result<Vec<Row>> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let folder = layout.at("target/yew-counter");
    run(library::compiled(&mut command(layout, "cargo")?).args([
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
    optimize.arg("--output").arg(&wasm).arg(folder.join("counter_bg.wasm")).args(flags::wasm_opt(layout)?);
    run(&mut optimize)?;

    let entry = layout.at("bench/yew-counter/entry.js");
    let bindgen = folder.join("counter.js");
    let (wasm, script) = names::shorten(&fs::read(wasm)?, &fs::read_to_string(&bindgen)?)?;
    fs::write(&bindgen, script)?;
    let glue = Row::of("glue", &esbuild::glue(layout, &entry, &bindgen, None, &[])?)?;
    let wasm = Row::of("wasm", &wasm)?;
    let total = Row::sum("total", &[&glue, &wasm]);
    Ok(vec![glue, wasm, total])
}
