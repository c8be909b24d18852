//! Preloaded library that makes the disk slow or failing: it intercepts fdatasync in the C library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::tools;

/// Builds src/shim.c into a folder.
pub fn build(folder: &Path) -> Result<PathBuf> {
    let compiler = tools::find("cc", "gcc libc6-dev")?;
    let (source, library) = (folder.join("shim.c"), folder.join("shim.so"));
    fs::write(&source, include_str!("shim.c"))?;
    let mut command = Command::new(compiler);
    command.args(["-shared", "-fPIC", "-O1", "-Wall", "-o"]).arg(&library).arg(&source).arg("-ldl");
    tools::run(&mut command)?;
    Ok(library)
}
