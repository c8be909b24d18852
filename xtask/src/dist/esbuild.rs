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

/// Makes a function of wasm-bindgen's glue: each call gives the exports of a new instance with a state of its own.
///
/// As a module it has one instance for as long as the page lives, and the memory of a wasm never shrinks. `exports` are
/// the names that the instance has, with commas between them; what none of them needs is left out before, so the
/// asynchronous start of wasm-bindgen and its `import.meta` go.
pub fn factory(layout: &Layout, bindgen: &Path, exports: &str) -> Result<()> {
    let entry = bindgen.with_extension("entry.js");
    let from = bindgen.file_name().and_then(|name| name.to_str()).context("the glue has no name")?;
    fs::write(&entry, ["export { ", exports, " } from \"./", from, "\";"].concat())
        .context("cannot write into target")?;
    let mut esbuild = command(layout, "esbuild")?;
    esbuild.arg(&entry).args(["--bundle", "--format=esm", "--tree-shaking=true", "--charset=utf8", TARGET]);
    let script = capture(&mut esbuild)?;
    let (body, found) = script.rsplit_once("export {").context("wasm-bindgen's glue exports nothing")?;
    // `name as other` is how a module says what an object says with a colon.
    let fields = found.split_once('}').map_or(found, |(names, _)| names).split(',').map(|field| {
        match field.trim().split_once(" as ") {
            Some((inner, outer)) => [outer, ": ", inner].concat(),
            None => field.trim().to_owned(),
        }
    });
    let fields: Vec<String> = fields.collect();
    let script = ["export const start = () => {\n", body, "return { ", &fields.join(", "), " };\n};\n"].concat();
    fs::write(bindgen, script).context("cannot write into target")
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
