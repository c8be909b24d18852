//! The browsers, from the system's packages: none is downloaded.

use super::{announced, privilege};
use crate::layout::Layout;
use crate::process::{capture, command, run};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// The browser that every test drives.
pub const CHROMIUM: &str = "/usr/bin/chromium";
/// Its driver, for the wasm-bindgen tests.
pub const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
/// The browser that the end-to-end tests drive as well.
pub const FIREFOX: &str = "/usr/bin/firefox-esr";

/// The first long-lived release with the WebDriver BiDi commands that tests/e2e/support/firefox.mjs sends.
const FIREFOX_MAJOR_MIN: u32 = 153;

/// Installs Chromium and its driver where one is missing and we may; else the error says what to install.
pub fn chromium(layout: &Layout) -> Result<()> {
    if Path::new(CHROMIUM).exists() && Path::new(CHROMEDRIVER).exists() {
        return Ok(());
    }
    packages(layout, "Chromium and its driver", &["chromium", "chromium-driver", "fonts-liberation"])
}

/// The same for Firefox, which may also be too old.
pub fn firefox(layout: &Layout) -> Result<()> {
    let found = Path::new(FIREFOX).exists().then(|| capture(command(layout, FIREFOX)?.arg("--version")));
    if found.and_then(Result::ok).and_then(|text| major(&text)).is_some_and(|found| found >= FIREFOX_MAJOR_MIN) {
        return Ok(());
    }
    packages(layout, &format!("Firefox {FIREFOX_MAJOR_MIN} ESR or newer"), &["firefox-esr"])
}

/// Installs Debian's packages, or says which.
fn packages(layout: &Layout, what: &str, names: &[&str]) -> Result<()> {
    let advice = || {
        let names = names.join(" ");
        format!("the browser tests need Debian's packages: apt-get install --no-install-recommends {names}")
    };
    let sudo = privilege(layout).with_context(advice)?;
    announced(what, "about a minute", || {
        run(apt_get(layout, sudo)?.args(["update", "--quiet=2"]))?;
        let mut install = apt_get(layout, sudo)?;
        install.args(["install", "--yes", "--quiet=2", "--no-install-recommends"]);
        run(install.args(names))
    })
    .with_context(advice)
}

fn apt_get(layout: &Layout, sudo: Option<&str>) -> Result<Command> {
    let mut apt_get = match sudo {
        Some(sudo) => {
            let mut command = command(layout, sudo)?;
            command.args(["-n", "apt-get"]);
            command
        }
        None => command(layout, "apt-get")?,
    };
    apt_get.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(apt_get)
}

/// 153 of `Mozilla Firefox 153.7.0esr`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix("Mozilla Firefox ")?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(major("Mozilla Firefox 153.7.0esr\n"), Some(153));
        assert_eq!(major("Firefox 153.7.0esr"), None);
    }
}
