//! The npm packages: esbuild, binaryen's wasm-opt, playwright-core and axe-core, in the versions of package-lock.json.

use std::fs;

use anyhow::{Context, Result, bail};

use super::{INSTANT, announced};
use crate::dist::digest;
use crate::layout::Layout;
use crate::process::{capture, command, run};

/// What they are called where they are installed.
pub const NAME: &str = "the npm packages";
/// The hash of the package-lock.json that was installed.
const STAMP: &str = "node_modules/.trente-lock";
const NODE_MAJOR_MIN: u32 = 20;

/// Runs `npm ci` unless what it installed is what package-lock.json says today.
pub fn install(layout: &Layout) -> Result<()> {
    let found = capture(command(layout, "node")?.arg("--version"))
        .context("Node 20 or newer is needed: install your system's package `nodejs` and `npm`")?;
    if major(&found).is_none_or(|found| found < NODE_MAJOR_MIN) {
        bail!("Node {NODE_MAJOR_MIN} or newer is needed, found {}", found.trim());
    }
    if is_current(layout) {
        return Ok(());
    }
    let lock = fs::read(layout.at("package-lock.json")).context("package-lock.json is missing")?;
    announced(NAME, INSTANT, || {
        run(command(layout, "npm")?.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        fs::write(layout.at(STAMP), digest::hex(&lock)).context("cannot write into node_modules")
    })
}

/// Whether the packages of package-lock.json as it is today are installed.
pub fn is_current(layout: &Layout) -> bool {
    let (lock, stamp) = (fs::read(layout.at("package-lock.json")), fs::read_to_string(layout.at(STAMP)));
    lock.ok().zip(stamp.ok()).is_some_and(|(lock, stamp)| digest::hex(&lock) == stamp)
}

/// 20 of `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(major("v20.11.1\n"), Some(20));
        assert_eq!(major("20"), None);
    }
}
