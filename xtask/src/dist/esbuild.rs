//! The calls of esbuild: loader, glue and styles, as small as it makes them.

use crate::layout::Layout;
use crate::process::{capture, command};
use anyhow::{Context, Result, ensure};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

/// The oldest browsers that run the wasm also run this.
const TARGET: &str = "--target=es2020";

/// A constant in the source, and the JSON that takes its place.
pub type Define<'a> = (&'a str, String);

/// Minifies the hand-written loader; it is a script of its own already, so nothing is bundled.
pub fn loader(layout: &Layout, source: &Path, defines: &[Define<'_>]) -> Result<Vec<u8>> {
    let mut esbuild = command(layout, "esbuild")?;
    esbuild.arg(source).args(["--minify", "--charset=utf8", "--legal-comments=none", TARGET]);
    esbuild.args(defines.iter().map(define));
    Ok(capture(&mut esbuild)?.into_bytes())
}

/// Bundles `entry` with the glue of wasm-bindgen, which it imports as `trente-glue`, into one classic script.
///
/// What `entry` does not use is left out; so the asynchronous start of wasm-bindgen and its `import.meta` go.
pub fn glue(layout: &Layout, entry: &Path, bindgen: &Path, defines: &[Define<'_>]) -> Result<Vec<u8>> {
    let mut alias = OsString::from("--alias:trente-glue=");
    alias.push(bindgen);
    let mut esbuild = command(layout, "esbuild")?;
    esbuild.arg(entry).args(["--bundle", "--format=iife", "--minify", "--charset=utf8"]);
    esbuild.args(["--legal-comments=none", "--tree-shaking=true", "--log-level=error", TARGET]).arg(alias);
    esbuild.args(defines.iter().map(define));
    let script = capture(&mut esbuild)?;
    ensure!(!script.contains("import.meta"), "import.meta is left in the glue: use `initSync`, not the default export");
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
