//! Minification of loader, glue and styles with esbuild.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::layout::Layout;
use crate::process::{capture, command};

/// The oldest browsers that adopt style sheets, without which nothing is drawn, also run this.
const TARGET: &str = "--target=es2021";

/// What all bundles have in common.
const COMMON: [&str; 6] =
    ["--bundle", "--minify", "--charset=utf8", "--legal-comments=none", "--log-level=error", TARGET];

/// A constant in the source, and the JSON that takes its place.
pub type Define<'a> = (&'a str, String);

/// What wasm-bindgen's glue makes an instance with, and what takes its place in the widget: every call is guarded.
const GUARD: [&str; 2] = ["WebAssembly.Instance", "GuardedInstance"];

/// Bundles the loader from its entry: `.mjs` stays a module, anything else becomes a classic script.
pub fn loader(layout: &Layout, entry: &Path, defines: &[Define<'_>]) -> Result<Vec<u8>> {
    let module = entry.extension().is_some_and(|extension| extension == "mjs");
    let mut esbuild = command(layout, "esbuild")?;
    esbuild.arg(entry).args(COMMON).arg(if module { "--format=esm" } else { "--format=iife" });
    esbuild.args(defines.iter().map(define));
    Ok(capture(&mut esbuild)?.into_bytes())
}

/// Bundles `entry` with the glue of wasm-bindgen, which it imports as `trente-glue`, into one classic script.
///
/// What `entry` does not use is left out; so the asynchronous start of wasm-bindgen and its `import.meta` go. So does
/// every call of the console: Yew's own errors go there. `guard` is a module that exports `GuardedInstance`.
pub fn glue(
    layout: &Layout,
    entry: &Path,
    bindgen: &Path,
    guard: Option<&Path>,
    defines: &[Define<'_>],
) -> Result<Vec<u8>> {
    let mut alias = OsString::from("--alias:trente-glue=");
    alias.push(bindgen);
    let mut esbuild = command(layout, "esbuild")?;
    esbuild.arg(entry).args(COMMON).args(["--format=iife", "--tree-shaking=true", "--drop:console"]).arg(alias);
    if let Some(guard) = guard {
        let mut inject = OsString::from("--inject:");
        inject.push(guard);
        esbuild.arg(inject).arg(define(&(GUARD[0], GUARD[1].to_owned())));
    }
    esbuild.args(defines.iter().map(define));
    let script = capture(&mut esbuild)?;
    ensure!(!script.contains("import.meta"), "import.meta is left in the glue: use `initSync`, not the default export");
    ensure!(
        guard.is_none() || !script.contains("new WebAssembly.Instance("),
        "wasm-bindgen's glue makes an instance without the guard"
    );
    Ok(script.into_bytes())
}

/// The style sheets one after the other, minified, in one line.
pub fn styles(layout: &Layout, sheets: &[&str]) -> Result<String> {
    let mut joined = String::new();
    for sheet in sheets {
        joined += &fs::read_to_string(layout.at(sheet)).with_context(|| format!("cannot read {sheet}"))?;
    }
    let file = layout.at("target/styles.css");
    fs::write(&file, joined).context("cannot write into target")?;
    let mut esbuild = command(layout, "esbuild")?;
    esbuild.arg(&file).args(["--minify", "--charset=utf8", "--legal-comments=none", TARGET]);
    Ok(capture(&mut esbuild)?.trim_end().to_owned())
}

fn define((name, value): &Define<'_>) -> String {
    format!("--define:{name}={value}")
}
