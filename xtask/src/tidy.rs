//! Repository lints that no other tool has.
//!
//! Each module returns findings, one readable line each; there is no way to silence one but to mend it.

mod advisories;
mod arrows;
mod cites;
mod comments;
mod dependencies;
mod headings;
mod imports;
mod layers;
mod lessons;
mod links;
mod modules;
mod prose;
mod references;
mod sources;
mod wire;

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::layout::Layout;
use crate::process::{capture, command};

/// A file of the repository: its path from the root, with `/`, and its text.
pub struct Source {
    path: String,
    text: String,
}

/// Checks every rule; with `bless`, first writes the hash of the frame's code into docs/wire-format.md.
pub fn check(layout: &Layout, bless: bool) -> Result<()> {
    if bless {
        wire::bless(layout)?;
    }
    let sources = sources(layout)?;
    let metadata = capture(command(layout, "cargo")?.args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata printed no JSON")?;
    let packages = arrows::packages(&metadata)?;
    let tree = capture(command(layout, "cargo")?.args(dependencies::TREE))?;

    let mut findings = arrows::check(&packages);
    findings.extend(dependencies::check_direct(&packages));
    findings.extend(dependencies::check_tree(&tree));
    let imports = modules::imports(&sources);
    findings.extend(layers::check(&imports));
    findings.extend(layers::circles(&imports));
    findings.extend(sources.iter().flat_map(layers::acts));
    findings.extend(sources.iter().flat_map(sources::check));
    findings.extend(sources.iter().flat_map(imports::check));
    findings.extend(sources.iter().flat_map(|source| links::check(source, &sources, &|path| layout.at(path).exists())));
    findings.extend(sources.iter().flat_map(|source| cites::check(source, &sources)));
    findings.extend(sources.iter().flat_map(prose::check));
    findings.extend(lessons::check(&sources));
    findings.extend(references::check(&sources));
    findings.extend(advisories::check(&sources));
    findings.extend(wire::check(layout));
    if findings.is_empty() {
        println!("  tidy: {} files", sources.len());
        return Ok(());
    }
    bail!("{} against the house rules:\n  {}", findings.len(), findings.join("\n  "));
}

/// Every text file that is tracked, or would be if it were added.
fn sources(layout: &Layout) -> Result<Vec<Source>> {
    let list = capture(command(layout, "git")?.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let mut sources = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        // A deleted file is still listed until the deletion is staged; a picture is no text.
        if let Ok(text) = fs::read_to_string(layout.at(path)) {
            sources.push(Source { path: path.to_owned(), text });
        }
    }
    Ok(sources)
}
